"""Every translation that exists is whole and fits its source; labkit says everything in every language."""

import ast
import re

import pytest

from labkit import paths
from labkit.authoring import catalogues
from labkit.authoring.translate import review, translations
from labkit.i18n import LANGUAGES
from labkit.lessons import read

TRANSLATIONS = translations()


@pytest.fixture(scope="module", params=LANGUAGES[1:])
def language(request):
    return request.param


@pytest.fixture(scope="module")
def catalogue(language):
    """The catalogue of a language with the messages that the code has now."""
    return catalogues.merged(language)


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


def test_every_marked_message_is_collected(catalogue):
    """The collector of messages does not look into f-strings on every Python; no message may hide there."""
    collected = {
        text
        for message in catalogue
        for text in (message.id if isinstance(message.id, tuple) else (message.id,))
    }
    lost = []
    for path in sorted((paths.ROOT / "labkit").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                lost += [f"{path.name}:{each.lineno}" for each in ast.walk(node) if _marks(each)]
            elif (
                _marks(node)
                and isinstance(node.args[0], ast.Constant)
                and node.args[0].value not in collected
            ):
                lost.append(f"{path.name}:{node.lineno}")
    assert lost == []


def _marks(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in catalogues.KEYWORDS
        and bool(node.args)
        and isinstance(node.args[0], ast.Constant)
    )


def test_every_message_is_translated(catalogue, language):
    assert [str(each) for each in catalogues.untranslated(catalogue, language)] == []


def test_the_compiled_catalogue_is_up_to_date(catalogue, language):
    compiled = catalogues.po_file(language).with_suffix(".mo")
    assert compiled.read_bytes() == catalogues.mo_bytes(catalogue)


def test_the_compiled_catalogue_carries_no_clock(language):
    compiled = catalogues.po_file(language).with_suffix(".mo").read_bytes()
    assert set(re.findall(rb"\d{4}-\d\d-\d\d \d\d:\d\d", compiled)) == {b"2000-01-01 00:00"}


def test_translations_keep_placeholders_and_code(catalogue):
    """A lost {placeholder} raises in front of a student; a translated `name` sends them astray."""
    lost = []
    for message in catalogue:
        if not message.id:
            continue
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        translated = message.string if isinstance(message.string, tuple) else (message.string,)
        for text in filter(None, translated):
            for pattern in (r"\{\w+[^}]*\}", r"`[^`]+`"):
                if set(re.findall(pattern, text)) != set(re.findall(pattern, originals[-1])):
                    lost.append(text)
    assert lost == []
