"""Every translation that exists is whole and fits its source; labkit says everything in every language."""

import re

import pytest

from labkit import paths
from labkit.authoring import catalogues
from labkit.authoring.translate import review, translations
from labkit.i18n import LANGUAGES
from labkit.lessons import read

TRANSLATIONS = translations()


@pytest.mark.parametrize(
    ("source", "file", "language"),
    TRANSLATIONS,
    ids=[file.relative_to(paths.ROOT).as_posix() for _, file, _ in TRANSLATIONS],
)
def test_translation_is_whole(source, file, language):
    assert [str(finding) for finding in review(read(source), file)] == []


def test_the_start_page_and_the_petlove_case_exist_in_portuguese():
    files = {file.relative_to(paths.ROOT).as_posix() for _, file, _ in TRANSLATIONS}
    assert {"lessons/pt-BR/00_start_here.md", "assignments/petlove/source.pt-BR.md"} <= files


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_message_is_translated(language):
    assert [str(each) for each in catalogues.untranslated(catalogues.merged(language), language)] == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_the_compiled_catalogue_is_up_to_date(language):
    compiled = catalogues.po_file(language).with_suffix(".mo")
    assert compiled.read_bytes() == catalogues.mo_bytes(catalogues.merged(language))


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_translations_keep_placeholders_and_code(language):
    """A lost {placeholder} raises in front of a student; a translated `name` sends them astray."""
    lost = []
    for message in catalogues.merged(language):
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        translated = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in filter(None, translated):
            for pattern in (r"\{\w+[^}]*\}", r"`[^`]+`"):
                if set(re.findall(pattern, text)) != set(re.findall(pattern, originals[-1])):
                    lost.append(text)
    assert lost == []
