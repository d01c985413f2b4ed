"""One spelling for one fact: names, CPF, phones, e-mail addresses, dates, CEP.

Each function takes a column as a system exported it and returns it in one form, blank (missing) where what
stands there is no such thing. Blank is better than wrong: two records must not agree on a placeholder.

Each is *idempotent*: done again, it changes nothing, so cleaning may run every night over what was clean already.
"""

from __future__ import annotations

import operator
import re
import unicodedata

import pandas as pd

PARTICLES = frozenset({"da", "das", "de", "del", "do", "dos", "e"})
"""Words of a name that come and go: Maria *da* Silva is Maria Silva at the till."""

SUFFIXES = {
    "filho": "filho",
    "fo": "filho",
    "junior": "junior",
    "jr": "junior",
    "neto": "neto",
    "sobrinho": "sobrinho",
    "segundo": "segundo",
}
"""Words that tell a son, grandson or nephew from the older bearer of the same name, and what they stand for."""

SHORT_FORMS = {
    "bia": "beatriz",
    "beto": "roberto",
    "biel": "gabriel",
    "chica": "francisca",
    "chico": "francisco",
    "cida": "aparecida",
    "duda": "eduarda",
    "dudu": "eduardo",
    "guto": "augusto",
    "lipe": "felipe",
    "nanda": "fernanda",
    "nando": "fernando",
    "tiao": "sebastiao",
    "ze": "jose",
    "zeca": "jose",
}
"""Common short forms that are no beginning of the name they stand for."""

DIMINUTIVES = ("zinho", "zinha", "inho", "inha")

STREETS = {
    "r": "rua",
    "av": "avenida",
    "tv": "travessa",
    "al": "alameda",
    "pc": "praca",
    "pca": "praca",
    "est": "estrada",
}
"""Kinds of street and their abbreviations."""

OLDEST_BIRTH = pd.Timestamp("1905-01-01")
"""Earlier birth dates are placeholders (01/01/1900)."""


def plain(text: str) -> str:
    """Lower case, without accents, punctuation as blanks, one blank between words.

    >>> plain("  João  D'Ávila ")
    'joao d avila'
    """
    folded = text.casefold()
    while not folded.isascii():
        again = unicodedata.normalize("NFKD", folded).casefold()
        if again == folded:
            break
        folded = again
    return " ".join(folded.translate(_PLAIN).split())


class _Plain(dict):
    """What becomes of a character: letters and digits stay, accents go, all else is a blank."""

    def __missing__(self, code: int) -> int | str | None:
        character = chr(code)
        kept = code if character.isalnum() else None if unicodedata.combining(character) else " "
        self[code] = kept
        return kept


_PLAIN = _Plain()


def names(column: pd.Series) -> pd.DataFrame:
    """Take full names apart.

    Parameters
    ----------
    column : Series of str, shape (n,)

    Returns
    -------
    DataFrame of shape (n, 4)
        ``name``: all words in plain letters, without particles and suffix; ``first``: the first of them;
        ``last``: the last, blank if there is only one; ``suffix``: filho, junior, neto… or blank.
    """
    codes, distinct = pd.factorize(column.astype("str"))  # -1, a blank, takes the last row
    parts = pd.DataFrame(
        [*map(_name, distinct), (None,) * 4], columns=["name", "first", "last", "suffix"]
    ).astype("str")
    return parts.iloc[codes].set_axis(column.index, axis=0)


def call_names(first: pd.Series) -> pd.Series:
    """First names without what makes them a short form, as far as it can be undone.

    A short form is mostly the beginning of the name (Edu, Tati), so two call names of which one begins
    with the other may be the same name. Here diminutives lose their ending (Pedrinho is ``pedr``), and the
    commonest others are written out (Chico is ``francisco``).

    Parameters
    ----------
    first : Series of str, shape (n,)
        In plain letters, as :func:`names` gives them.
    """

    def one(name: str) -> str:
        if name in SHORT_FORMS:
            return SHORT_FORMS[name]
        for ending in DIMINUTIVES:
            if name.endswith(ending) and len(name) >= len(ending) + 3:
                return name.removesuffix(ending)
        return name

    return _each(first, one)


def cpf(column: pd.Series) -> pd.Series:
    """CPF as eleven digits; blank where the check digits do not fit.

    Leading zeros lost by a system that keeps the CPF as a number are put back.
    """

    def one(text: str) -> str | None:
        digits = _digits(text)
        number = digits.zfill(11)
        return number if digits and _check_digits_fit(number) and len(set(number)) > 1 else None

    return _each(column, one)


def phone(column: pd.Series, region: str = "BR") -> pd.Series:
    """Phone as ``+5511987654321`` (E.164); blank where the numbering plan has no such number."""
    import phonenumbers

    usual = _usual_phone(region)

    def one(text: str) -> str | None:
        if usual and (number := usual(text)):
            return number
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_valid_number(number):
            return None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    return _each(column, one)


def email(column: pd.Series) -> pd.Series:
    """E-mail address in lower case; blank where there is not one part on each side of one @.

    Whether an address exists is not asked: for matching, a wrong address can still agree.
    """

    def one(text: str) -> str | None:
        address = text.strip().casefold()
        local, _at, domain = address.partition("@")
        usable = local and "." in domain and "@" not in domain and len(address.split()) == 1
        return address if usable else None

    return _each(column, one)


def birth_date(column: pd.Series, date_format: str, latest: pd.Timestamp | None = None) -> pd.Series:
    """Birth dates as datetime64; blank where there is no such day, or none at which a client was born.

    Parameters
    ----------
    column : Series of str, shape (n,)
        Or of datetime64: then only what cannot be is blanked.
    date_format : str
        As in ``datetime.strptime``. With a two-digit year (``%y``), a date after `latest` is taken to lie a
        century earlier.
    latest : Timestamp, optional
        Nobody was born later; today by default.
    """
    latest = pd.Timestamp.today().normalize() if latest is None else latest
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.where((column >= OLDEST_BIRTH) & (column <= latest))
    dates = pd.to_datetime(column.astype("str").str.strip(), format=date_format, errors="coerce")
    if "%y" in date_format:
        dates = dates.where(~(dates > latest), dates - pd.DateOffset(years=100))
    return dates.where((dates >= OLDEST_BIRTH) & (dates <= latest))


def cep(column: pd.Series) -> pd.Series:
    """CEP (postal code) as eight digits; blank where there are not eight."""

    def one(text: str) -> str | None:
        digits = _digits(text)
        return digits if len(digits) == 8 and len(set(digits)) > 1 else None

    return _each(column, one)


def street_address(street: pd.Series, number: pd.Series | None = None) -> pd.Series:
    """Street and house number as ``rua dos canarios 2164``; blank where either is missing.

    Abbreviated kinds of street are written out (``R.`` is ``rua``); the flat is left out, because half of the
    systems do not ask it.

    Parameters
    ----------
    street : Series of str, shape (n,)
        The street, or the whole line of address (``R. Rui Barbosa, 2547 ap 12``, or what this function
        returned) if `number` is None.
    number : Series of str, shape (n,), optional
        The house number.
    """

    def one(text: str) -> str | None:
        kind, _blank, rest = plain(text).partition(" ")
        return f"{STREETS.get(kind, kind)} {rest}".strip() or None

    def digits(text: str) -> str | None:
        found = _DIGITS.search(text)
        return found and found[0]

    def whole(text: str) -> str | None:
        found = _LINE.search(text) or _LINE_DONE.search(text)
        parts = found and (one(found[1]), digits(found[2]))
        return " ".join(parts) if parts and all(parts) else None

    return _each(street, whole) if number is None else _each(street, one) + " " + _each(number, digits)


_LINE = re.compile(r"^([^,]*),(.*)$")
_LINE_DONE = re.compile(r"^([^,A-Z.]+) (\d+)$")
_DIGITS = re.compile(r"\d+")


def city(column: pd.Series) -> pd.Series:
    """City in plain letters, without its state: ``Santos/SP`` and ``SANTOS`` are ``santos``."""
    return _each(column, lambda text: plain(text.partition("/")[0]) or None)


def _check_digits_fit(number: str) -> bool:
    """Whether digits are a CPF: eleven of them, the last two computed from the first nine.

    Worked out here where the digits are 0 to 9, since :mod:`stdnum` looks for other scripts in every character.
    """
    if not number.isascii():
        from stdnum.br import cpf as standard

        return standard.is_valid(number)
    if len(number) != 11:
        return False
    *nine, tenth, eleventh = map(int, number)
    first = -sum(map(operator.mul, range(10, 1, -1), nine)) % 11 % 10
    second = -(sum(map(operator.mul, range(11, 2, -1), nine)) + 2 * first) % 11 % 10
    return (tenth, eleventh) == (first, second)


def _usual_phone(region: str):
    """A short way for the phones that are written as usual; they are nine in ten, and parsing takes long.

    Returns
    -------
    callable, or None where none is known for the region
        Text → E.164, or None where :mod:`phonenumbers` has to decide.
    """
    import phonenumbers

    if region != "BR":
        return None
    plan = phonenumbers.PhoneMetadata.metadata_for_region(region)
    national = re.compile(f"{plan.mobile.national_number_pattern}|{plan.fixed_line.national_number_pattern}")
    written = re.compile(r"(\+55 ?)?\(?(?!90)[1-9][0-9]\)? ?[2-9][0-9]{3,4}[- ]?[0-9]{4}", re.ASCII)

    def one(text: str) -> str | None:
        found = written.fullmatch(text)
        if not found:
            return None
        number = _digits(text[found.end(1) :] if found.group(1) else text)
        return f"+55{number}" if national.fullmatch(number) else None

    return one


def _digits(text: str) -> str:
    return text if text.isdecimal() else _NO_DIGIT.sub("", text)


_NO_DIGIT = re.compile(r"\D")


def _name(text: str) -> tuple[str | None, ...]:
    words = [word for word in plain(text).split() if word not in PARTICLES]
    suffix = SUFFIXES.get(words[-1]) if len(words) > 1 else None
    while len(words) > 1 and words[-1] in SUFFIXES:
        words.pop()
    if not words:
        return (None,) * 4
    return " ".join(words), words[0], words[-1] if len(words) > 1 else None, suffix


def _each(column: pd.Series, function) -> pd.Series:
    """Apply a function to each distinct text that is not blank; the result is text, missing where it says None."""
    texts = column.astype("str")
    codes, distinct = pd.factorize(texts)
    results = [function(text) if text.strip() else None for text in distinct]
    values = pd.array([*results, None], dtype="str")  # a blank has the code -1 and takes the last
    return pd.Series(values.take(codes), index=texts.index, name=texts.name)
