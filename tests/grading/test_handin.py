"""On the student's machine: preview grafts as grading does, the PDF says what was written, the bundle is whole."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import nbformat
import pytest

from labkit import paths
from labkit.errors import LabkitError
from labkit.grading import assignment as assignments
from labkit.grading import handin, pdf, samples
from labkit.grading.release import bundle, release
from tests.grading.conftest import MINI, STRONG

CONTENTS = [
    ".labkit/assignment.ipynb",
    ".labkit/assignment.pt-BR.ipynb",
    "README.txt",
    "case/facts.csv",
    "mini.ipynb",
    "mini.pt-BR.ipynb",
]


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    return release(str(MINI), tmp_path_factory.mktemp("dist") / "mini")


@pytest.fixture(scope="module")
def previewed(released, mini):
    """A student at work in the released bundle: answers in, one locked cell spoilt, one fact that is none."""
    nb = samples.filled(mini, {**STRONG, "q1-why": "Too short [1, 77].", "q2": "A e C"})
    assignments.cell_of(nb, "mini-q5-report").source = "print('mine')"
    assignments.cell_of(nb, "mini-q4").source = "q4 = nothing_of_that_name"
    after = next(place for place, cell in enumerate(nb.cells) if cell.id == "mini-q1-why")
    nb.cells.insert(after + 1, nbformat.v4.new_markdown_cell("The other half of my answer."))
    file = released.folder / "mini.ipynb"
    nbformat.write(nb, file)
    return handin.preview(file)


# --- release ----------------------------------------------------------------------------------------------


def test_a_bundle_holds_exactly_what_a_student_needs(released):
    assert sorted(released.names) == CONTENTS
    with zipfile.ZipFile(released.archive) as archive:
        assert sorted(archive.namelist()) == [f"mini/{name}" for name in CONTENTS]


def test_the_same_assignment_gives_the_same_bytes(released, tmp_path):
    again = release(str(MINI), tmp_path / "mini")
    assert again.archive.read_bytes() == released.archive.read_bytes()


def test_the_read_me_says_how_to_start_in_both_languages(released):
    text = (released.folder / "README.txt").read_text(encoding="utf-8")
    assert "labkit preview mini.ipynb" in text
    assert "labkit preview mini.pt-BR.ipynb" in text


def spoilt(tmp_path, change):
    folder = Path(shutil.copytree(MINI, tmp_path / "mini"))
    nb = nbformat.read(folder / "assignment.ipynb", as_version=4)
    change(folder, nb)
    nbformat.write(nb, folder / "assignment.ipynb")
    return folder


LEAKS = {
    "solution tag": (
        lambda folder, nb: nb.cells[0].metadata.update(tags=["solution"]),
        "the solution cell mini-title",
    ),
    "solution cell": (
        lambda folder, nb: nb.cells.append(nbformat.v4.new_code_cell("q1 = 1", id="mini-q1-solution")),
        "the solution cell mini-q1-solution",
    ),
    "outputs": (
        lambda folder, nb: assignments.cell_of(nb, "mini-import").outputs.append(
            nbformat.v4.new_output("stream", text="x")
        ),
        "outputs of mini-import",
    ),
    "answered": (
        lambda folder, nb: assignments.cell_of(nb, "mini-q1").update(source='q1 = ["A"]  # ____'),
        "the answer cell mini-q1 is not blank",
    ),
    "key in the case": (
        lambda folder, nb: shutil.copy(folder / "key.ipynb", folder / "case" / "extra.ipynb"),
        "case/extra.ipynb: it holds a recorded answer",
    ),
    "rubric in the case": (
        lambda folder, nb: shutil.copy(folder / "rubric.yml", folder / "case" / "rubric.yml"),
        "case/rubric.yml: the name of the file",
    ),
    "solution in a text": (
        lambda folder, nb: (folder / "case" / "hints.md").write_text('Hint: q1 = ["A", "C"]'),
        "case/hints.md: it holds the solution of mini-q1",
    ),
}


@pytest.mark.parametrize("leak", LEAKS)
def test_what_would_give_an_answer_away_is_not_released(tmp_path, leak):
    change, said = LEAKS[leak]
    folder = spoilt(tmp_path, change)
    with pytest.raises(LabkitError) as error:
        release(str(folder), tmp_path / "dist" / "mini")
    assert said in str(error.value)
    assert not (tmp_path / "dist").exists()


def test_a_bundle_is_not_written_over_somebody_elses_files(tmp_path):
    (tmp_path / "mini").mkdir()
    (tmp_path / "mini" / "homework.txt").write_text("mine")
    with pytest.raises(LabkitError, match=r"homework\.txt"):
        release(str(MINI), tmp_path / "mini")


# --- preview ----------------------------------------------------------------------------------------------


def seen(previewed, name):
    return next(each for each in previewed.seen if each.question.id == name)


def test_preview_shows_answers_as_they_would_be_recorded(previewed):
    assert (seen(previewed, "q1").state, seen(previewed, "q1").value) == ("recorded", ["A", "C"])
    assert seen(previewed, "q3").value == 0.25


def test_preview_in_a_bundle_tells_a_changed_locked_cell_and_uses_the_original(previewed):
    assert previewed.pristine_found
    tampered = next(note for note in previewed.notes if note.code == "tampered")
    assert tampered.details == {"cells": "mini-q5-report"}
    assert seen(previewed, "q5").value == ["C"]


def test_preview_names_what_fails_and_why(previewed):
    assert (seen(previewed, "q4").failure, seen(previewed, "q4").error) == ("error", "NameError")
    assert seen(previewed, "q2").failure == "error"
    assert any("found 'A e C'; expected the letters" in str(note) for note in previewed.notes)


def test_preview_says_what_a_text_lacks_in_form(previewed):
    lacking = " ".join(seen(previewed, "q1-why").lacking)
    assert "at least 10 are asked for" in lacking
    assert "no fact 77" in lacking
    assert seen(previewed, "q2-why").lacking == ()


def test_preview_says_that_text_added_below_an_answer_is_kept(previewed):
    from labkit.cli_grading import _recorded

    said = "text added beside q1-why is kept: “The other half of my answer.”"
    assert said in _recorded(seen(previewed, "q1-why"))
    assert "kept:" not in _recorded(seen(previewed, "q2-why"))


def test_preview_of_a_working_copy_uses_the_assignment_of_the_course(mini, tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ASSIGNMENTS", MINI.parent)
    file = tmp_path / "mini.ipynb"
    nbformat.write(samples.filled(mini, STRONG), file)
    shutil.copytree(MINI / "case", tmp_path / "case")
    assignment, found = handin.handed_out(file)
    assert found
    assert assignment.folder == MINI
    assert assignment.case == tmp_path / "case"


def test_where_the_assignment_is_nowhere_the_notebook_stands_in_for_it(mini, tmp_path):
    file = tmp_path / "mini.ipynb"
    nbformat.write(samples.filled(mini, STRONG), file)
    assignment, found = handin.handed_out(file)
    assert not found
    assert assignment.id == "mini"


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"cells": [], "metadata": {}}', '{"metadata": {"labkit": {"assignment": "../x"}}}'],
)
def test_a_file_that_is_no_assignment_is_named(tmp_path, content):
    file = tmp_path / "lesson.ipynb"
    file.write_text(content)
    with pytest.raises(LabkitError, match=r"lesson\.ipynb is not a notebook of an assignment"):
        handin.preview(file)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(LabkitError, match=r"no file .*none\.ipynb"):
        handin.preview(tmp_path / "none.ipynb")


# --- PDF --------------------------------------------------------------------------------------------------


def pdf_text(content, tmp_path):
    (tmp_path / "x.pdf").write_bytes(content)
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    return subprocess.run(
        ["pdftotext", "-layout", tmp_path / "x.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout


def test_the_pdf_holds_name_questions_choices_texts_and_research(previewed, tmp_path):
    text = " ".join(pdf_text(pdf.render(previewed, "Ana Conceição"), tmp_path).split())
    for said in (
        "Mini: a small assignment",
        "Student: Ana Conceição",
        "A Option A",
        "C Option C",
        "Too short [1, 77].",
        "The other half of my answer.",
        "facts cited: 1, 77",
        "The tutor pays and the pet uses the product",
        "Your own research",
        "https://example.org",
        "No answer (stopped with an error).",
    ):
        assert said in text
    assert "Option B" not in text


def test_the_pdf_is_the_same_every_time(previewed):
    assert pdf.render(previewed, "Ana") == pdf.render(previewed, "Ana")


TYPST = r"#panic() \ $x$ *a* _b_ `c` <l> @r //c /*d*/ = h ~ #(1) \u{41} [x] {y} ]"


def test_nothing_a_student_wrote_is_read_as_typst(previewed, tmp_path):
    from dataclasses import replace

    why = seen(previewed, "q1-why")
    fenced = f"```\n{TYPST}\n```\n\n    {TYPST}"
    hostile = replace(
        previewed, seen=(replace(why, text=fenced),), extra={"mini-research": f"| {TYPST} |\n|---|\n| x |"}
    )
    text = pdf_text(pdf.render(hostile, TYPST), tmp_path)
    assert f"Student: {TYPST}" in text
    assert text.count(TYPST) >= 2


def test_markdown_becomes_blocks_and_html_stays_text():
    made = pdf.blocks(
        "# Big\n\n1. one\n2. **two** [x](https://e.org) ![alt](p.png) <b>raw</b>\n\n> q\n\n---\n"
    )
    assert [block["kind"] for block in made] == ["bold", "ol", "quote", "rule"]
    spans = made[1]["items"][1][0]["spans"]
    assert [span["kind"] for span in spans][:4] == ["text", "strong", "text", "link"]
    assert "".join(span.get("text", "") for span in spans[4:]) == " [image: alt] <b>raw</b>"


def test_the_pdf_speaks_the_language_of_the_notebook(mini):
    shown = handin.Preview(mini, "pt-BR", (), (), {}, True)
    document = pdf.document(shown)
    assert (document["lang"], document["region"]) == ("pt", "BR")
    assert document["title"] == "Mini: uma tarefa pequena"
    json.dumps(document)


def test_a_bundle_without_a_case_is_a_bundle(mini):
    from dataclasses import replace

    assert "case/facts.csv" not in bundle(replace(mini, case=None))
