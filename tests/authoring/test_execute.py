import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from labkit.authoring.build import dumps
from labkit.authoring.execute import execute, normalise_outputs, normalised_text
from labkit.errors import LabkitError


def notebook(*sources):
    cells = [new_code_cell(source, id=f"c{i}") for i, source in enumerate(sources)]
    return new_notebook(cells=cells)


def test_executing_twice_gives_the_same_text(tmp_path):
    sources = ["import sys", "print('a'); print('b')", "{'x': 1.5}", "print('to', end=' '); print('gether')"]
    first = dumps(execute(notebook(*sources), tmp_path, "first"))
    assert dumps(execute(notebook(*sources), tmp_path, "second")) == first


def test_an_error_names_the_notebook_and_shows_what_was_raised(tmp_path):
    with pytest.raises(LabkitError, match=r"(?s)mine: the notebook does not run.*ZeroDivisionError"):
        execute(notebook("1 / 0"), tmp_path, "mine")


def test_a_kernel_never_speaks_the_author_s_locale(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_LANG", "pt-BR")
    nb = execute(notebook("import labkit as lk; lk.begin('97'); lk.check('00.q1', None)"), tmp_path, "mine")
    assert nb.cells[0].outputs[0].data["text/plain"].startswith("Not answered yet")


def test_stderr_in_a_lesson_is_refused():
    nb = notebook("x")
    nb.cells[0].outputs = [new_output("stream", name="stderr", text="FutureWarning: soon")]
    from labkit.authoring.execute import require_clean

    with pytest.raises(LabkitError, match=r"(?s)'c0' writes to stderr.*FutureWarning"):
        require_clean(nb, "mine")


def test_a_memory_address_in_an_output_is_refused():
    from labkit.authoring.execute import require_clean

    nb = notebook("x")
    nb.cells[0].outputs = [new_output("execute_result", data={"text/plain": "<object at 0x7f2a1c0d4e50>"})]
    with pytest.raises(LabkitError, match="memory address"):
        require_clean(nb, "mine")


def test_streams_are_merged_and_counts_run_from_one():
    nb = notebook("a", "b")
    nb.cells.insert(1, new_markdown_cell("text", id="m"))
    nb.cells[2].execution_count = 17
    nb.cells[2].outputs = [
        new_output("stream", name="stdout", text="one\n"),
        new_output("stream", name="stdout", text="two\n"),
        new_output("stream", name="stderr", text="other\n"),
    ]
    normalise_outputs(nb)
    assert [cell.execution_count for cell in nb.cells if cell.cell_type == "code"] == [1, 2]
    assert [output.text for output in nb.cells[2].outputs] == ["one\ntwo\n", "other\n"]


def pictured(png, text):
    nb = notebook("x")
    nb.cells[0].outputs = [new_output("display_data", data={"image/png": png, "text/plain": text})]
    return nb


def test_other_pictures_are_no_difference_in_normalised_text():
    assert normalised_text(pictured("AAAA", "alt")) == normalised_text(pictured("BBBB", "alt"))


def test_other_words_are_a_difference_in_normalised_text():
    assert normalised_text(pictured("AAAA", "alt")) != normalised_text(pictured("AAAA", "other"))


def test_last_digits_of_long_decimals_are_no_difference_but_shown_ones_are():
    def shown(value):
        return normalised_text(pictured("A", value))

    assert shown("0.2430000001") == shown("0.2429999999")
    assert shown("0.243") != shown("0.244")


def test_dumps_is_valid_sorted_and_ends_with_one_line_end():
    text = dumps(normalise_outputs(notebook("1")))
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert nbformat.reads(text, as_version=4).nbformat_minor == 5
