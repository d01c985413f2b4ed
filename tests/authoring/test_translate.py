import pytest

from labkit import lessons
from labkit.authoring.translate import review, source_hash, stamp, translate
from labkit.errors import LabkitError

TRANSLATION = """\
---
kernelspec: {name: python3, display_name: Python 3}
labkit: {title: "Uma lição de teste"}
---

+++ {"id": "97-title", "of": ""}

# Uma lição

```{code-cell}
:id: 97-q1
:of: ""
total = "____"  # a soma
```
"""


@pytest.fixture
def translation(write_lesson, lesson):
    path = write_lesson(TRANSLATION, "97_test.pt-BR.md")
    stamp(lesson, path)
    return path


def problems(lesson, path):
    return [f"{finding.cell}: {finding.problem}" for finding in review(lesson, path)]


def test_stamping_writes_the_hash_of_the_source(lesson, translation):
    cells = {cell.id: cell for cell in lessons.read(translation).cells}
    assert cells["97-title"].metadata["of"] == source_hash("# A lesson")
    assert cells["97-q1"].metadata["of"] == source_hash('total = "____"  # the sum')


def test_a_whole_translation_has_no_findings(lesson, translation):
    assert review(lesson, translation) == []


def test_translated_cells_replace_and_others_stay(lesson, translation):
    cells = {cell.id: cell for cell in translate(lesson, translation, "pt-BR").cells}
    assert cells["97-title"].source == "# Uma lição"
    assert "a soma" in cells["97-q1"].source
    assert cells["97-parameters"].source == "seed = 1"


def test_the_notebook_says_its_language_and_title(lesson, translation):
    labkit = translate(lesson, translation, "pt-BR").metadata.labkit
    assert (labkit.language, labkit.title, labkit.lesson) == ("pt-BR", "Uma lição de teste", "97")


def test_a_changed_source_makes_its_translation_stale(lesson, translation):
    lesson.cells[0].source = "# A better lesson"
    assert problems(lesson, translation) == [
        f"97-title: stale: expected of={source_hash('# A better lesson')}"
    ]
    with pytest.raises(LabkitError, match="stale"):
        translate(lesson, translation, "pt-BR")


def test_stamping_never_hides_that_a_translation_is_stale(lesson, translation):
    lesson.cells[0].source = "# A better lesson"
    stamp(lesson, translation)
    assert len(problems(lesson, translation)) == 1


def test_missing_markdown_is_found(lesson, write_lesson):
    path = write_lesson(TRANSLATION.replace("97-title", "97-other"), "97_test.pt-BR.md")
    assert "97-title: missing" in problems(lesson, path)
    assert "97-other: no such cell in the source" in problems(lesson, path)


def test_code_may_differ_in_strings_and_comments_only(lesson, translation):
    text = translation.read_text(encoding="utf-8")
    translation.write_text(text.replace('total = "____"', 'total = "____" + "x"'), encoding="utf-8")
    assert problems(lesson, translation) == ["97-q1: its code differs in more than strings and comments"]


def test_a_cell_of_another_type_is_found(lesson, write_lesson):
    text = TRANSLATION.replace('```{code-cell}\n:id: 97-q1\n:of: ""\n', '+++ {"id": "97-q1"}\n').replace(
        "```\n", ""
    )
    path = write_lesson(text, "97_test.pt-BR.md")
    assert "97-q1: is markdown, not code" in problems(lesson, path)


def test_a_missing_file_is_named(lesson, tmp_path):
    with pytest.raises(LabkitError, match="There is no translation file"):
        review(lesson, tmp_path / "none.md")
