"""CPF numbers, mobiles and e-mail addresses: valid in form, plainly fictional in content.

CPF numbers begin with 00 and have valid check digits. Mobiles have the valid form of Brazilian mobiles
and begin with 90, chosen to be nobody's (from memory: the prefix of collect calls; not verified). E-mail domains end in
``.example``, reserved by RFC 2606 and never delivered.
"""

from __future__ import annotations

import functools
import unicodedata

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.world import letters

DOMAINS = ("caixa.example", "correio.example", "mensagem.example", "recado.example", "posta.example")
_DOMAIN_SHARES = (0.46, 0.22, 0.16, 0.10, 0.06)
_STYLES = (0.24, 0.42, 0.56, 0.70, 0.82, 0.92)

_CPF_BASES = 10_000_000
_CPF_STEP = 7_368_787  # prime to 10**7, so that multiplying by it permutes the bases


def cpf_check_digits(base: np.ndarray) -> np.ndarray:
    """Return the eleven-digit CPF numbers whose first nine digits are ``base`` (integers)."""
    rest, first, second = base, 0, 0
    for weight in range(2, 11):  # from the last digit of the base to the first
        rest, digit = np.divmod(rest, 10)
        first, second = first + weight * digit, second + (weight + 1) * digit
    first = first * 10 % 11 % 10
    second = (second + 2 * first) * 10 % 11 % 10
    return base * 100 + first * 10 + second


def cpf_numbers(n: int, rng: np.random.Generator) -> pd.api.extensions.ExtensionArray:
    """Draw ``n`` different CPF numbers of eleven digits, all beginning with 00, as text."""
    if n >= _CPF_BASES:
        raise LabkitError(
            _("At most {most:,} people have a CPF here; {n:,} asked.").format(most=_CPF_BASES - 1, n=n)
        )
    base = (int(rng.integers(1, _CPF_BASES)) + np.arange(n, dtype=np.int64) * _CPF_STEP) % _CPF_BASES
    base = rng.permutation(base)
    return letters.column(letters.padded(cpf_check_digits(base), 11))


def mobile_numbers(n: int, ddd: np.ndarray, rng: np.random.Generator) -> pd.api.extensions.ExtensionArray:
    """Draw mobiles of eleven digits: area code, 90, seven digits. Two people rarely share one by chance."""
    tail = rng.integers(0, 10_000_000, n)
    matrix = np.column_stack([letters.digits(ddd, 2), letters.digits(tail, 7)])
    return letters.column(letters.stamp("##90#######", matrix))


@functools.lru_cache(maxsize=200_000)
def plain(text: str) -> str:
    """Drop accents: ``João`` becomes ``Joao``."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def email_addresses(frame: pd.DataFrame, rng: np.random.Generator) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Draw for each person the usual address, another one, and one that a whole family could use.

    Addresses are unique: a number is appended where a name is taken.
    """
    n = len(frame)
    style, style_other = rng.random(n), rng.random(n)
    suffix = rng.integers(10, 9_999, (n, 3))
    domain = rng.choice(len(DOMAINS), (n, 3), p=_DOMAIN_SHARES).astype(np.int8)
    given = letters.by_word(frame["given"], lambda name: plain(name).lower().replace(" ", "."))
    last = letters.by_word(frame["surname_before"], lambda name: plain(name).lower().split(" ")[-1])
    year = frame["birth"].to_numpy().astype("datetime64[Y]").astype(int) + 1970
    own = _locals(given, last, year, suffix[:, 0], style)
    other = _locals(given, last, year, suffix[:, 1], (style_other + 0.31) % 1)
    family = letters.join("familia.", last, _number(suffix[:, 2]))
    unique = _unique(pa.concat_arrays([own, other, family]), suffix.T.ravel(), domain.T.ravel())
    return unique[:n], unique[n : 2 * n], unique[2 * n :]


def _number(values: np.ndarray) -> pa.Array:
    return pa.array(values).cast(letters.TEXT)


def _locals(
    given: pa.Array, last: pa.Array, year: np.ndarray, number: np.ndarray, style: np.ndarray
) -> pa.Array:
    """Write what is before the @ in one of seven styles, from given names joined by points and a surname."""
    first = letters.by_word(given, lambda name: name.split(".")[0])
    initial = letters.by_word(given, lambda name: name[0])
    kind = np.searchsorted(_STYLES, style, side="right")
    texts = pa.nulls(len(kind), letters.TEXT)
    styles = (
        (first, ".", last),
        (first, last, letters.padded(year % 100, 2)),
        (initial, last, _number(number % 1000)),
        (given, ".", last),
        (first, "_", last, _number(number % 100)),
        (last, ".", first, _number(year)),
        (first, _number(number)),
    )
    for which, parts in enumerate(styles):
        here = kind == which
        chosen = [part if isinstance(part, str) else part.filter(pa.array(here)) for part in parts]
        texts = letters.replace(texts, here, letters.join(*chosen))
    return texts


def _unique(local: pa.Array, suffix: np.ndarray, domain: np.ndarray) -> pa.Array:
    """Complete addresses; where one is taken, append the suffix, then the suffix and a count.

    Round by round: of those who want the same address the first gets it, if nobody had it before.
    """
    n = len(local)
    address = letters.join(local, "@", letters.pick(DOMAINS, domain))
    waiting, wanted = np.arange(n), address
    settled = np.zeros(n, dtype=bool)
    extra = 0
    while len(waiting):
        lucky = ~pd.Series(letters.column(wanted)).duplicated().to_numpy()
        if extra:
            taken = pc.is_in(wanted, value_set=_among(address, settled, wanted))
            lucky &= ~taken.to_numpy(zero_copy_only=False)
        settled[waiting[lucky]] = True
        if extra:
            won = np.zeros(n, dtype=bool)
            won[waiting[lucky]] = True
            address = letters.replace(address, won, wanted.filter(pa.array(lucky)))
        waiting, extra = waiting[~lucky], extra + 1
        wanted = letters.join(
            letters.take(local, waiting), _number(suffix[waiting]), str(extra) if extra > 1 else "", "@",
            letters.pick(DOMAINS, domain[waiting]),
        )  # fmt: skip
    return address


def _among(address: pa.Array, settled: np.ndarray, wanted: pa.Array) -> pa.Array:
    """Return those of the wanted addresses that somebody has."""
    mine = address.filter(pa.array(settled))
    return mine.filter(pc.is_in(mine, value_set=wanted.unique()))
