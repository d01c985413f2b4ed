"""How what a person says turns into what a system keeps: shortened, mistyped, misheard, left out.

Errors are rare, so each is a function of one text and of the numbers drawn for it; :func:`spoil` applies
it to the entries of a column that a mask names.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from labkit.world import letters, lists
from labkit.world.documents import plain

_NEAR = {
    "a": "sqz", "b": "vn", "c": "vxç", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "ou", "j": "hk",
    "k": "jl", "l": "kç", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "adz", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "iu", "z": "xs",
}  # fmt: skip

PARTICLES = {"da", "de", "do", "dos", "das", "e"}


def spoil(
    texts: letters.Texts, mask: np.ndarray, function: Callable[..., str], *draws: np.ndarray
) -> pa.Array:
    """Replace the masked texts by ``function(text, *numbers)``; ``draws`` have one number an entry."""
    texts = letters.arrow(texts)
    chosen = texts.filter(pa.array(mask)).to_pylist()
    return letters.replace(texts, mask, list(map(function, chosen, *(d[mask].tolist() for d in draws))))


def mistype(text: str, u: float, v: float) -> str:
    """Make one typing error beyond the first letter: a neighbouring key, a letter lost, doubled or swapped."""
    places = [i for i, c in enumerate(text) if c.isalpha() and i > 0 and text[i - 1] != " "]
    if len(places) < 3:
        return text
    at = places[int(u * len(places))]
    kind, letter = int(v * 4), text[at].lower()
    if kind == 0:
        near = _NEAR.get(plain(letter), "e")
        return text[:at] + near[int(v * 97) % len(near)] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[:at] + text[at] + text[at:]
    return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :] if at > 1 else text[:at] + text[at:]


def shorten(text: str, u: float) -> str:
    """Leave out a part of a full name: the second given name, a middle surname, or all in between."""
    words = [w for w in text.split(" ") if w]
    core = [w for w in words if w.lower() not in PARTICLES]
    if len(core) < 3:
        return text
    if u < 0.45:
        return f"{core[0]} {core[-1]}"
    if u < 0.75:
        return " ".join([core[0], *core[2:]])
    return " ".join(core[:-1])


def initials(text: str, u: float) -> str:
    """Abbreviate all between the first and the last word: ``Ana C. S. Lima``."""
    core = [w for w in text.split(" ") if w and w.lower() not in PARTICLES]
    if len(core) < 3:
        return text
    stop = "." if u < 0.6 else ""
    return " ".join([core[0], *(f"{w[0]}{stop}" for w in core[1:-1]), core[-1]])


def nickname(text: str, u: float) -> str:
    """Put a nickname for the first given name: Francisco becomes Chico."""
    first, _, rest = text.partition(" ")
    known = lists.nicknames().get(first)
    return f"{known[int(u * len(known))]} {rest}".strip() if known else text


def without_suffix(text: str) -> str:
    """Leave out Filho, Júnior, Neto; half of the systems' users do."""
    words = text.split(" ")
    return " ".join(words[:-1]) if words[-1] in {"Filho", "Júnior", "Neto"} else text


def wrong_digit(text: str, u: float, v: float) -> str:
    """Change one digit beyond the first four, or swap it with its neighbour."""
    if len(text) < 6:
        return text
    at = 4 + int(u * (len(text) - 5))
    if v < 0.4 and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + str((int(text[at]) + 1 + int(v * 8)) % 10) + text[at + 1 :]


def wrong_email(text: str, u: float, v: float) -> str:
    """Make a typing error before the @."""
    local, _, domain = text.partition("@")
    return f"{mistype(local, u, v)}@{domain}"


def swapped(birth: np.ndarray) -> np.ndarray:
    """Swap day and month where the day could be a month."""
    year = birth.astype("datetime64[Y]")
    month = (birth.astype("datetime64[M]") - year.astype("datetime64[M]")).astype(int)
    day = (birth - birth.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    can = (day < 12) & (day != month)
    other = (year.astype("datetime64[M]") + day.astype("timedelta64[M]")).astype("datetime64[D]")
    return np.where(can, other + month.astype("timedelta64[D]"), birth)


def wrong_birth(birth: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Misread a birth date: another day, another year, or only the year known (1 January)."""
    year = birth.astype("datetime64[Y]")
    day_off = birth + np.where(u * 10 % 1 < 0.5, 1, 10).astype("timedelta64[D]")
    rest = birth - year.astype("datetime64[D]")
    other_year = (year + np.where(u * 10 % 1 < 0.5, 1, -10).astype("timedelta64[Y]")).astype(
        "datetime64[D]"
    ) + rest
    return np.where(u < 0.4, day_off, np.where(u < 0.75, other_year, year.astype("datetime64[D]")))
