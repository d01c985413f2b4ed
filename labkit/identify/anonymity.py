"""Pseudonyms, and groups too big to point at anybody.

A pseudonym is treated as personal data here: whoever holds the key can go back, so the key is kept apart. And a table without
names may still name: a birth date and a city are enough for most holders of a plan in lesson 14. A table is k-anonymous if
each combination of such columns (*quasi-identifiers*) stands in at least k rows.

Sources
-------
Not seen: Samarati (2001), IEEE TKDE 13(6), 1010-1027; Sweeney (2002), IJUFKS 10(5), 557-570. HMAC: RFC 2104.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import _

KEY_BYTES = 32
Ladder = Sequence[Callable[[pd.Series], pd.Series]]


def new_key(path: Path) -> bytes:
    """Draw a key and write it to a file that only its owner can read; an existing file is never overwritten.

    Keep it where the data is not: whoever has both has the names.
    """
    path = Path(path)
    if path.exists():
        raise LabkitError(
            _("{file} exists. A new key would make other pseudonyms; read it with read_key.").format(
                file=path
            )
        )
    key = secrets.token_bytes(KEY_BYTES)
    path.touch(mode=0o600)
    path.write_text(key.hex() + "\n", encoding="ascii")
    return key


def read_key(path: Path) -> bytes:
    """Read a key that :func:`new_key` wrote."""
    try:
        key = bytes.fromhex(Path(path).read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise LabkitError(_("{file} holds no key: {error}").format(file=path, error=error)) from None
    return _long_enough(key)


def pseudonyms(identifiers: pd.Series, key: bytes) -> pd.Series:
    """Replace identifiers by pseudonyms: the same for the same under one key, not to be guessed without it.

    A plain hash would not do: there are a thousand million CPF, and a laptop tries them all in minutes.

    Parameters
    ----------
    identifiers : Series of shape (n,)
        Standardised, or one customer gets several pseudonyms. Blanks stay blank.
    key : bytes
        At least 32.

    Returns
    -------
    Series of str, shape (n,)
        32 hexadecimal digits: HMAC-SHA256, its first half.
    """
    _long_enough(key)
    distinct = identifiers.dropna().unique().tolist()
    made = {one: hmac.digest(key, str(one).encode(), "sha256").hex()[:32] for one in distinct}
    return identifiers.map(made).astype("str")


def cpf_candidates(start: int, stop: int) -> list[str]:
    """Every CPF whose first nine digits lie in a range: what somebody tries who has a list of hashed ones.

    Parameters
    ----------
    start, stop : int
        From 0 to 1,000,000,000, `stop` not included. The last two digits of a CPF follow from the first nine.

    Returns
    -------
    list of str, length stop - start
        Eleven digits each.
    """
    numbers = np.arange(start, stop, dtype="int64")
    digits = [numbers // 10 ** (8 - place) % 10 for place in range(9)]
    for _check in range(2):
        heaviest = len(digits) + 1
        weighted = sum(digit * (heaviest - place) for place, digit in enumerate(digits))
        digits.append(weighted * 10 % 11 % 10)
    whole = sum(digit * 10 ** (10 - place) for place, digit in enumerate(digits))
    return [f"{each:011d}" for each in whole.tolist()]


def _long_enough(key: bytes) -> bytes:
    if len(key) < KEY_BYTES:
        raise LabkitError(
            _("The key has {found} bytes, expected at least {expected}. Draw one with new_key.").format(
                found=len(key), expected=KEY_BYTES
            )
        )
    return key


def group_sizes(table: pd.DataFrame, quasi_identifiers: Sequence[str]) -> pd.Series:
    """In how many rows each row's combination stands; a blank is a value like another."""
    columns = list(quasi_identifiers)
    return table.groupby(columns, dropna=False)[columns[0]].transform("size").rename("group_size")


def k_anonymity(table: pd.DataFrame, quasi_identifiers: Sequence[str]) -> int:
    """The k of a table: rows of its smallest group; 0 if it is empty."""
    return int(group_sizes(table, quasi_identifiers).min()) if len(table) else 0


@dataclass(frozen=True)
class Generalised:
    """A table made coarser until it is k-anonymous.

    Attributes
    ----------
    table : DataFrame
        Without the rows suppressed.
    steps : dict of str to int
        Column → rung of its ladder, 0 for as it was.
    suppressed : int
        Rows left out, because they stood in too small a group still.
    k : int
    """

    table: pd.DataFrame
    steps: dict[str, int]
    suppressed: int
    k: int


def generalise(
    table: pd.DataFrame, ladders: Mapping[str, Ladder], k: int, most_suppressed: float = 0.02
) -> Generalised:
    """Make columns coarser, as little as possible, until the table is k-anonymous.

    All combinations of rungs are tried, the fewest steps first; of those with equally many steps, the one that leaves
    out fewest rows (Samarati's minimal generalisation, with suppression).

    Parameters
    ----------
    table : DataFrame
    ladders : mapping of str to sequence of functions
        Quasi-identifier → functions from the original column to a coarser one, each coarser than the one before:
        ``{"cep": [lambda c: c.str[:5], lambda c: c.str[:2], hidden]}``.
    k : int
    most_suppressed : float
        Share of the rows that may be left out.

    Raises
    ------
    LabkitError
        If not even the top of all ladders reaches k.
    """
    columns = list(ladders)
    rungs = {
        column: [table[column], *(step(table[column]) for step in steps)] for column, steps in ladders.items()
    }
    choices = product(*(range(len(rungs[column])) for column in columns))
    best: tuple[int, int, tuple[int, ...]] | None = None
    for choice in sorted(choices, key=sum):
        if best and sum(choice) > best[0]:
            break
        coarse = pd.DataFrame(
            {column: rungs[column][step] for column, step in zip(columns, choice, strict=True)}
        )
        out = int((group_sizes(coarse, columns) < k).sum())
        if out <= most_suppressed * len(table) and out < len(table):
            best = min(best or (sum(choice), out, choice), (sum(choice), out, choice))
    if best is None:
        raise LabkitError(
            _(
                "No combination of these ladders makes groups of {k} without leaving out more than {share:.0%} of {n} rows. "
                "Add a coarser step, or ask for a smaller k."
            ).format(k=k, share=most_suppressed, n=len(table))
        )
    _steps, out, choice = best
    result = table.copy()
    for column, step in zip(columns, choice, strict=True):
        result[column] = rungs[column][step]
    result = result[group_sizes(result, columns) >= k]
    return Generalised(result, dict(zip(columns, choice, strict=True)), out, k_anonymity(result, columns))


def hidden(column: pd.Series) -> pd.Series:
    """The top of any ladder: the same for everybody."""
    return pd.Series("*", index=column.index, dtype="str")
