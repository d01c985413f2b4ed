"""The message catalogues: collect what the code says, see what is not translated, compile."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from labkit import paths
from labkit.i18n import DOMAIN, LANGUAGES, LOCALE_DIR

# Function names that mark a message in the code.
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("**.html.j2", "jinja2.ext.babel_extract")]


@dataclass(frozen=True)
class Untranslated:
    """A message without a translation, or whose translation is only a guess."""

    language: str
    message: str

    def __str__(self) -> str:
        return f"{self.language}: not translated: {self.message!r}"


def update() -> list[Untranslated]:
    """Bring the catalogues up to date with the code and compile them.

    Returns
    -------
    list of Untranslated
        What remains to be translated.
    """
    findings = []
    for language in LANGUAGES[1:]:
        file = po_file(language)
        catalogue = merged(language)
        file.write_bytes(_po_bytes(catalogue))
        file.with_suffix(".mo").write_bytes(mo_bytes(catalogue))
        findings += untranslated(catalogue, language)
    return findings


def po_file(language: str) -> Path:
    """Where the catalogue of a language lies."""
    folder = LOCALE_DIR / language.replace("-", "_") / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{DOMAIN}.po"


def merged(language: str):
    """The catalogue of a language, with the messages that the code has now."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir
    from babel.messages.pofile import read_po

    locale = language.replace("-", "_")
    template = Catalog(project="labkit", fuzzy=False)
    package = paths.ROOT / "labkit"
    for filename, _line, message, comments, context in extract_from_dir(
        package, method_map=METHODS, keywords=KEYWORDS
    ):
        template.add(message, locations=[(f"labkit/{filename}", 0)], auto_comments=comments, context=context)
    file = po_file(language)
    if file.is_file():
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale=locale)
    else:
        catalogue = Catalog(locale=locale)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def untranslated(catalogue, language: str) -> list[Untranslated]:
    findings = []
    for message in catalogue:
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(translations)):
            text = message.id[0] if isinstance(message.id, tuple) else message.id
            findings.append(Untranslated(language, text))
    return findings


def _po_bytes(catalogue) -> bytes:
    from babel.messages.pofile import write_po

    stream = io.BytesIO()
    # Neither line numbers nor the header's clock: the file changes only when a message does.
    write_po(stream, catalogue, width=100, sort_output=True, omit_header=True, include_lineno=False)
    header = f'msgid ""\nmsgstr ""\n"Language: {catalogue.locale}\\n"\n"MIME-Version: 1.0\\n"\n'
    header += '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    header += f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    return header.encode() + stream.getvalue()


def mo_bytes(catalogue) -> bytes:
    """The compiled catalogue, the same bytes for the same messages."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    clean = read_po(io.BytesIO(_po_bytes(catalogue)), locale=catalogue.locale)
    # Babel would write the time of compiling into the header.
    clean.creation_date = clean.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
    stream = io.BytesIO()
    write_mo(stream, clean)
    return stream.getvalue()
