"""What is locked comes from the assignment, what is answered from the student."""

import json
import random

import nbformat
import pytest

from labkit.grading import compare, graft, intake
from tests.grading.conftest import STRONG, cell, codes


def grafted(student, mini, hand_in):
    return graft.graft(intake.read(hand_in(student), mini), mini)


def ids(nb):
    return [each.id for each in nb.cells]


def source(nb, cell_id):
    return next(each.source for each in nb.cells if each.id == cell_id)


def own(text, kind="code", cell_id="deadbeef", **labkit):
    return {
        "cell_type": kind,
        "id": cell_id,
        "source": text,
        "metadata": {"labkit": labkit} if labkit else {},
    }


def place(student, cell_id):
    return student["cells"].index(cell(student, cell_id))


def test_answers_come_from_the_student_and_nothing_else(mini, student, hand_in):
    cell(student, "mini-q1")["metadata"]["tags"] = ["skip-execution", "raises-exception"]
    cell(student, "mini-q1")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "fake"}]
    done = grafted(student, mini, hand_in)
    q1 = next(each for each in done.nb.cells if each.id == "mini-q1")
    assert q1.source == 'q1 = ["A", "C"]'
    assert q1.metadata.tags == ["answer", "nbval-ignore-output"]
    assert q1.outputs == []
    assert done.notes == ()
    assert ids(done.nb) == ids(mini.main)


def test_the_grafted_notebook_does_not_change_the_assignment(mini, student, hand_in):
    before = mini.sha256
    grafted(student, mini, hand_in)
    assert source(mini.main, "mini-q1").endswith("q1 = ____")
    assert mini.sha256 == before


def test_a_changed_locked_cell_is_restored_and_named(mini, student, hand_in):
    cell(student, "mini-q1-report")["source"] = 'lk.report("q1", ["A", "C"])'
    done = grafted(student, mini, hand_in)
    assert source(done.nb, "mini-q1-report") == 'lk.report("q1", q1)'
    assert str(done.notes[0]).endswith("the original ones were used: mini-q1-report.")


def test_a_locked_cell_turned_to_text_is_restored(mini, student, hand_in):
    cell(student, "mini-q1-report")["cell_type"] = "markdown"
    done = grafted(student, mini, hand_in)
    assert next(each for each in done.nb.cells if each.id == "mini-q1-report").cell_type == "code"
    assert codes(done.notes) == ["tampered"]


def test_line_ends_and_outer_blanks_are_no_change(mini, student, hand_in):
    cell(student, "mini-import")["source"] = "import labkit as lk\r\nfrom labkit import ____\r\n\r\n"
    assert grafted(student, mini, hand_in).notes == ()


def test_missing_locked_cells_are_put_back(mini, student, hand_in):
    student["cells"].remove(cell(student, "mini-q2-report"))
    done = grafted(student, mini, hand_in)
    assert ids(done.nb) == ids(mini.main)
    assert codes(done.notes) == ["missing cells"]


def test_a_missing_answer_is_blank_and_named(mini, student, hand_in):
    student["cells"].remove(cell(student, "mini-q2"))
    done = grafted(student, mini, hand_in)
    assert source(done.nb, "mini-q2").endswith("q2 = ____")
    assert str(done.notes[0]) == "The answer cell of q2 is missing; it was put back blank."
    assert "mini-q2" not in done.answers


def test_added_code_stays_where_it_stood(mini, student, hand_in):
    student["cells"].insert(place(student, "mini-q1"), own("before = 1", cell_id="aa"))
    student["cells"].insert(place(student, "mini-q1-report"), own("between = 2", cell_id="bb"))
    student["cells"].insert(0, own("top = 0", cell_id="cc"))
    done = grafted(student, mini, hand_in)
    found = ids(done.nb)
    assert found[0] == "student-1"
    assert found[found.index("mini-q1") - 1 : found.index("mini-q1-report") + 1] == [
        "student-2",
        "mini-q1",
        "student-3",
        "mini-q1-report",
    ]
    assert [source(done.nb, f"student-{n}") for n in (1, 2, 3)] == ["top = 0", "before = 1", "between = 2"]
    assert done.nb.cells[0].metadata.tags == ["student", "nbval-ignore-output"]


def test_added_text_is_kept_for_reading_and_not_run(mini, student, hand_in):
    student["cells"].insert(place(student, "mini-q1-why-check"), own("My real answer is here.", "markdown"))
    done = grafted(student, mini, hand_in)
    assert done.beside == {"mini-q1-why": "My real answer is here."}
    assert next(each for each in done.nb.cells if each.id == "student-1").cell_type == "markdown"


def test_a_lost_id_is_recovered_by_its_label(mini, student, hand_in):
    cell(student, "mini-q1")["id"] = "12345678"
    done = grafted(student, mini, hand_in)
    assert source(done.nb, "mini-q1") == 'q1 = ["A", "C"]'
    assert codes(done.notes) == ["lost ids"]


def test_a_copy_of_an_answer_cell_does_not_stand_in_for_it(mini, student, hand_in):
    copy = own('q1 = ["E"]', cell="mini-q1")
    student["cells"].insert(place(student, "mini-q1"), copy)
    done = grafted(student, mini, hand_in)
    assert source(done.nb, "mini-q1") == 'q1 = ["A", "C"]'
    assert source(done.nb, "student-1") == 'q1 = ["E"]'


def test_of_two_cells_with_one_id_the_first_filled_in_is_the_answer(mini, student, hand_in):
    blank = own("# your answer\nq1 = ____", cell_id="mini-q1")
    student["cells"].insert(place(student, "mini-q1"), blank)
    done = grafted(student, mini, hand_in)
    assert source(done.nb, "mini-q1") == 'q1 = ["A", "C"]'
    assert codes(done.notes) == ["doubled cell", "added code"]
    assert len(set(ids(done.nb))) == len(done.nb.cells)


def test_moved_cells_are_put_back_in_order(mini, student, hand_in):
    student["cells"].reverse()
    done = grafted(student, mini, hand_in)
    assert ids(done.nb) == ids(mini.main)
    assert codes(done.notes) == ["moved cells"]
    assert source(done.nb, "mini-q2") == 'q2 = ["B", "D", "E"]'


def test_an_answer_cell_that_became_text_is_still_read_as_code(mini, student, hand_in):
    cell(student, "mini-q1")["cell_type"] = "markdown"
    done = grafted(student, mini, hand_in)
    assert next(each for each in done.nb.cells if each.id == "mini-q1").cell_type == "code"
    assert codes(done.notes) == ["retyped cell"]
    assert str(done.notes[0]) == "The answer cell mini-q1 had become a text cell; it was read as a code cell."


def test_cells_of_an_unknown_question_are_named(mini, student, hand_in):
    student["cells"].append(own("q9 = 1", cell_id="mini-q9", cell="mini-q9"))
    done = grafted(student, mini, hand_in)
    assert (
        str(done.notes[0]) == "Cells that this assignment does not have were treated as added cells: mini-q9."
    )
    assert "mini-q9" not in ids(done.nb)


def test_comments_that_steer_nbval_are_switched_off(mini, student, hand_in):
    cell(student, "mini-q1")["source"] = '  ## NBVAL_SKIP\nq1 = ["A"]  # NBVAL_SKIP stays\n# NBVAL_SKIP'
    done = grafted(student, mini, hand_in)
    assert source(done.nb, "mini-q1") == (
        '  ## NBVAL_SKIP (has no effect in grading)\nq1 = ["A"]  # NBVAL_SKIP stays\n# NBVAL_SKIP (has no effect in grading)'
    )
    assert codes(done.notes) == ["nbval marker"]


def test_a_portuguese_notebook_is_grafted_onto_the_portuguese_assignment(mini, hand_in):
    from labkit.grading import samples

    nb = samples.filled(mini, STRONG, "pt-BR")
    done = grafted(nb, mini, hand_in)
    assert done.notes == ()
    assert source(done.nb, "mini-title") == "# Mini: uma tarefa pequena"


def test_without_a_language_the_locked_cells_tell_it(mini, hand_in):
    from labkit.grading import samples

    nb = samples.filled(mini, STRONG, "pt-BR")
    del nb.metadata.labkit["language"]
    assert source(grafted(nb, mini, hand_in).nb, "mini-title") == "# Mini: uma tarefa pequena"


def mangled(node, rng, chance):
    """The same data with values dropped, doubled, swapped or replaced at random."""
    if isinstance(node, dict):
        keys = [key for key in node if rng.random() > chance]
        return {key: mangled(node[key], rng, chance) for key in keys}
    if isinstance(node, list):
        items = [mangled(item, rng, chance) for item in node if rng.random() > chance]
        if items and rng.random() < chance:
            items.insert(rng.randrange(len(items)), rng.choice(items))
        if rng.random() < chance:
            rng.shuffle(items)
        return items
    if rng.random() < chance:
        return rng.choice([None, 0, -1.5, "", "x", [], {}, True, "\ud800", "mini-q1", "code", "markdown"])
    return node


@pytest.mark.parametrize("seed", range(150))
def test_whatever_is_left_of_a_notebook_gives_one_that_can_be_run(mini, student, hand_in, seed):
    rng = random.Random(seed)
    spoilt = mangled(student, rng, rng.choice([0.002, 0.01, 0.05]))
    submission = intake.read(hand_in(json.dumps(spoilt)), mini)
    for note in submission.notes:
        assert str(note)
    if submission.gradable:
        done = graft.graft(submission, mini)
        nbformat.validate(done.nb)
        nbformat.writes(done.nb).encode("utf-8")
        locked = [each.id for each in done.nb.cells if not each.id.startswith("student-")]
        assert locked == ids(mini.main)
        assert len(set(ids(done.nb))) == len(done.nb.cells)
        for note in done.notes:
            assert str(note)


def written(student, mini, hand_in, name="q2-why"):
    """What would be marked of a text question, and the notes on it."""
    notes = []
    question = next(each for each in mini.questions if each.id == name)
    return compare.written(question, mini, grafted(student, mini, hand_in), notes), notes


LOST = "The text that should have stood in q2-why."


@pytest.mark.parametrize("where", ["end", "top"])
def test_text_typed_elsewhere_reaches_the_marker_of_a_deleted_answer(mini, student, hand_in, where):
    student["cells"].remove(cell(student, "mini-q2-why"))
    student["cells"].insert(len(student["cells"]) if where == "end" else 0, own(LOST, "markdown"))
    result, notes = written(student, mini, hand_in)
    assert (result.verdict, result.beside) == ("awaiting marks", LOST)
    assert str(notes[0]).startswith("q2-why: there is no text in its answer cell")
    assert notes[0].look


def test_text_beside_another_written_question_is_that_ones(mini, student, hand_in):
    student["cells"].remove(cell(student, "mini-q2-why"))
    student["cells"].insert(place(student, "mini-q1-why") + 1, own(LOST, "markdown"))
    assert written(student, mini, hand_in)[0].verdict == "blank"
    result, notes = written(student, mini, hand_in, "q1-why")
    assert result.beside == LOST
    assert codes(notes) == ["text beside"]


@pytest.mark.parametrize(
    ("code", "noted"),
    [
        ('q2 = ["A"]', True),
        ("%time x = 1\nif True:\n    q2 = 1", True),
        ('q2.append("A")', True),
        ("q2 = [ 'A'", True),
        ("print(q2 == 3)\nmine = q2", False),
    ],
)
def test_an_answer_set_again_below_its_report_is_noted(mini, student, hand_in, code, noted):
    student["cells"].append(own(code))
    notes = [note for note in grafted(student, mini, hand_in).notes if note.code == "set again"]
    assert [note.details for note in notes] == ([{"question": "q2"}] if noted else [])


def test_an_answer_set_above_its_report_is_no_matter(mini, student, hand_in):
    student["cells"].insert(place(student, "mini-q2-report"), own('q2 = ["A"]'))
    assert codes(grafted(student, mini, hand_in).notes) == ["added code"]


def test_research_cited_without_a_row_and_brackets_not_read_are_noted(mini, student, hand_in):
    cell(student, "mini-q2-why")["source"] = "The text cites [R1, 5] and [R7; 2] and [5a]."
    result, notes = written(student, mini, hand_in)
    assert result.structure.citations == (2, 5)
    assert [note.details for note in notes] == [
        {"question": "q2-why", "found": "[5a]"},
        {"question": "q2-why", "refs": "R7"},
    ]


def test_a_notebook_that_lost_all_ids_lists_the_first_only(mini, student, hand_in):
    for number, each in enumerate(student["cells"]):
        each["id"] = f"lost{number:04}"
    (noted,) = grafted(student, mini, hand_in).notes
    assert noted.details["cells"] == f"mini-title, mini-parameters, mini-import … ({len(student['cells'])})"
