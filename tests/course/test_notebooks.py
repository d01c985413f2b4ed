"""What every committed notebook must be, whatever its subject."""

import re

import nbformat
import pytest

from labkit import paths, workspace
from labkit.authoring import build
from labkit.authoring.coverage import coverage
from labkit.i18n import LANGUAGES, _, speaking
from labkit.lessons import lesson_files, tags
from labkit.lessons import read as reading

NOTEBOOKS = sorted(paths.NOTEBOOKS.rglob("*.ipynb"))
MOST_BYTES = 300_000


def name(path):
    return path.relative_to(paths.ROOT).as_posix()


def read(path):
    return nbformat.read(path, as_version=4)


def test_notebooks_are_exactly_what_the_lessons_build():
    expected = {
        lesson.built(language) for lesson in lesson_files() for language in build.lesson_languages(lesson)
    }
    assert set(NOTEBOOKS) == expected


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_every_code_cell_was_executed(path):
    unrun = [
        cell.id for cell in read(path).cells if cell.cell_type == "code" and cell.execution_count is None
    ]
    assert unrun == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_size(path):
    assert path.stat().st_size < MOST_BYTES


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_is_valid_and_its_ids_are_repeated_in_the_metadata(path):
    nb = read(path)
    nbformat.validate(nb)
    assert [cell.metadata["labkit"]["cell"] for cell in nb.cells] == [cell.id for cell in nb.cells]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_every_unfilled_exercise_reads_not_answered_yet(path):
    nb = read(path)
    with speaking(nb.metadata.labkit.language):
        not_answered = _("Not answered yet")
    said = {cell.id: shown for cell, shown in build.checks(nb)}
    assert {cell for cell, shown in said.items() if not shown.startswith(not_answered)} == set()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_every_picture_is_described_in_words(path):
    for cell in read(path).cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                alt = output.metadata.get("image/png", {}).get("alt", "")
                assert len(alt.split()) >= 12, f"{cell.id}: the description says too little: {alt!r}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_opens_with_the_place_on_the_path_and_the_time_it_takes(path):
    """The lesson card: the step in bold, minutes of reading and of doing."""
    nb = read(path)
    head = "\n".join(cell.source for cell in nb.cells[:2])
    card = nb.metadata.labkit
    assert head.startswith(f"# {card.lesson}")
    for minutes in (card.reading, card.doing):
        assert re.search(rf"\b{minutes}\s*min", head), f"the card does not say {minutes} min"


@pytest.fixture(scope="module", params=LANGUAGES)
def working_copy(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("work")
    workspace.start(folder, request.param)
    return folder


def test_every_relative_link_leads_somewhere_in_the_working_copy(working_copy):
    dead = []
    for path in working_copy.rglob("*.ipynb"):
        for cell in read(path).cells:
            if cell.cell_type != "markdown":
                continue
            for target in re.findall(r"\]\(([^)\s]+)\)", cell.source):
                if not re.match(r"[a-z]+:|#", target) and not (path.parent / target.split("#")[0]).exists():
                    dead.append(f"{path.relative_to(working_copy)}: {target}")
    assert dead == []


def test_the_working_copy_carries_no_outputs(working_copy):
    for path in working_copy.rglob("*.ipynb"):
        assert not any(cell.get("outputs") for cell in read(path).cells), path.name


@pytest.fixture(scope="module")
def report():
    return coverage()


def test_concepts_are_known_and_no_exercise_claims_too_many(report):
    assert report.unknown == []
    assert report.crowded == []


def test_lessons_cover_only_concepts_assigned_to_them(report):
    """The inventory says which lessons own a concept; a lesson that claims another's hides a gap there.

    The graded assignment that is called as a step asks what the lessons of that step taught.
    """
    import csv

    from labkit.authoring.coverage import INVENTORY

    with INVENTORY.open(encoding="utf-8", newline="") as file:
        owners = {row["id"]: row["lessons"].split() for row in csv.DictReader(file)}
    steps = {lesson.number: reading(lesson.path).metadata["labkit"]["step"] for lesson in lesson_files()}
    for names in owners.values():
        names += {steps[name] for name in names if name in steps}
    strays = [
        f"{concept} in {where}"
        for concept, cells in report.covered.items()
        for where in cells
        if where.split(":")[0].split("_")[0] not in owners[concept]
    ]
    assert strays == []


def test_no_notebook_was_edited_by_hand_in_its_tags():
    for path in NOTEBOOKS:
        for cell in read(path).cells:
            assert "nbval-skip" not in tags(cell), f"{path.name}: {cell.id} hides from nbval"
