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

from labkit.errors import LabkitError
from labkit.i18n import _

DOMAINS = ("caixa.example", "correio.example", "mensagem.example", "recado.example", "posta.example")
_DOMAIN_SHARES = (0.46, 0.22, 0.16, 0.10, 0.06)

_CPF_BASES = 10_000_000
_CPF_STEP = 7_368_787  # prime to 10**7, so that multiplying by it permutes the bases


def cpf_check_digits(base: np.ndarray) -> np.ndarray:
    """Return the eleven-digit CPF numbers whose first nine digits are ``base`` (integers)."""
    digits = (base[:, None] // 10 ** np.arange(8, -1, -1)) % 10
    first = (digits * np.arange(10, 1, -1)).sum(axis=1) * 10 % 11 % 10
    digits = np.column_stack([digits, first])
    second = (digits * np.arange(11, 1, -1)).sum(axis=1) * 10 % 11 % 10
    return base * 100 + first * 10 + second


def cpf_numbers(n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw ``n`` different CPF numbers of eleven digits, all beginning with 00, as text."""
    if n >= _CPF_BASES:
        raise LabkitError(
            _("At most {most:,} people have a CPF here; {n:,} asked.").format(most=_CPF_BASES - 1, n=n)
        )
    base = (int(rng.integers(1, _CPF_BASES)) + np.arange(n, dtype=np.int64) * _CPF_STEP) % _CPF_BASES
    base = rng.permutation(base)
    return np.array([f"{c:011d}" for c in cpf_check_digits(base)], dtype=object)


def mobile_numbers(n: int, ddd: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw mobiles of eleven digits: area code, 90, seven digits. Two people rarely share one by chance."""
    tail = rng.integers(0, 10_000_000, n)
    return np.array([f"{d}90{t:07d}" for d, t in zip(ddd, tail, strict=True)], dtype=object)


@functools.lru_cache(maxsize=200_000)
def plain(text: str) -> str:
    """Drop accents: ``João`` becomes ``Joao``."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def email_addresses(
    frame: pd.DataFrame, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw for each person the usual address, another one, and one that a whole family could use.

    Addresses are unique: a number is appended where a name is taken.
    """
    n = len(frame)
    style, style_other = rng.random(n), rng.random(n)
    suffix = rng.integers(10, 9_999, (n, 3))
    domain = np.array(DOMAINS, dtype=object)[rng.choice(len(DOMAINS), (n, 3), p=_DOMAIN_SHARES)]
    given = [plain(g).lower().split(" ") for g in frame["given"]]
    last = [plain(s).lower().split(" ")[-1] for s in frame["surname_before"]]
    year = frame["birth"].to_numpy().astype("datetime64[Y]").astype(int) + 1970
    own, other, family = [], [], []
    for i in range(n):
        own.append(_local(given[i], last[i], year[i], suffix[i, 0], style[i]))
        other.append(_local(given[i], last[i], year[i], suffix[i, 1], (style_other[i] + 0.31) % 1))
        family.append(f"familia.{last[i]}{suffix[i, 2]}")
    taken: set[str] = set()
    columns = []
    for column, locals_ in enumerate((own, other, family)):
        addresses = []
        for i, local in enumerate(locals_):
            address, extra = f"{local}@{domain[i, column]}", 0
            while address in taken:
                extra += 1
                address = f"{local}{suffix[i, column]}{extra if extra > 1 else ''}@{domain[i, column]}"
            taken.add(address)
            addresses.append(address)
        columns.append(np.array(addresses, dtype=object))
    return columns[0], columns[1], columns[2]


def _local(given: list[str], last: str, year: int, number: int, style: float) -> str:
    first = given[0]
    if style < 0.24:
        return f"{first}.{last}"
    if style < 0.42:
        return f"{first}{last}{year % 100:02d}"
    if style < 0.56:
        return f"{first[0]}{last}{number % 1000}"
    if style < 0.70:
        return f"{'.'.join(given)}.{last}"
    if style < 0.82:
        return f"{first}_{last}{number % 100}"
    if style < 0.92:
        return f"{last}.{first}{year}"
    return f"{first}{number}"
