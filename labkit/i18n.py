"""The language labkit speaks.

Messages are written in English in the code, wrapped in ``_()``, and translated through gettext
catalogues in ``labkit/locale``. The language is, in this order: what :func:`use_language` was last
told, the environment variable ``LABKIT_LANG``, the locale of the machine, English.
"""

from __future__ import annotations

import functools
import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LANGUAGES = ("en", "pt-BR")
"""Languages the course exists in; the first is the source."""

LOCALE_DIR = Path(__file__).parent / "locale"
DOMAIN = "labkit"

_chosen: str | None = None


def normalise(tag: str) -> str | None:
    """Return the course language for a locale tag such as ``pt_BR.UTF-8``, or None if there is none.

    Any Portuguese is answered with Brazilian Portuguese, the only one there is.
    """
    code = tag.split(".")[0].split("@")[0].replace("_", "-").lower()
    if code.split("-")[0] == "pt":
        return "pt-BR"
    if code.split("-")[0] == "en" or code in {"c", "posix"}:
        return "en"
    return None


def use_language(tag: str | None) -> str:
    """Speak ``tag`` from now on; None returns to the environment's choice.

    Returns
    -------
    str
        The language in force.

    Raises
    ------
    ValueError
        If the course does not exist in that language.
    """
    global _chosen
    if tag is None:
        _chosen = None
        return language()
    code = normalise(tag)
    if code is None:
        raise ValueError(f"There is no {tag!r} translation. Choose one of: {', '.join(LANGUAGES)}.")
    _chosen = code
    return code


def language() -> str:
    """The language in force, one of :data:`LANGUAGES`."""
    if _chosen is not None:
        return _chosen
    for variable in ("LABKIT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return normalise(value) or "en"
    return "en"


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Speak ``tag`` within a ``with`` block, then return to the language before it."""
    global _chosen
    before = _chosen
    use_language(tag)
    try:
        yield
    finally:
        _chosen = before


def _(message: str) -> str:
    """Translate ``message`` into the language in force."""
    code = language()
    return message if code == "en" or not message else _catalogue(code).gettext(message)


def ngettext(one: str, many: str, n: int) -> str:
    """Translate a message with a singular and a plural form."""
    code = language()
    if code == "en":
        return one if n == 1 else many
    return _catalogue(code).ngettext(one, many, n)


def N_(message: str) -> str:
    """Mark ``message`` for translation; ``_()`` translates it when it is shown."""
    return message


@functools.cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALE_DIR, languages=[code.replace("-", "_")], fallback=True)
