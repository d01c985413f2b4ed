"""Files of the grader: whole or not at all, and readable by every Jupyter tool."""

import json

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from labkit.grading import files


def test_a_notebook_is_written_for_every_reader():
    outputs = [
        new_output("stream", text="São Paulo\n"),
        new_output("display_data", {"image/png": "aGVsbG8=", "application/json": {"b": [1, None], "a": 2.5}}),
    ]
    nb = new_notebook(
        cells=[new_markdown_cell("# A\n\nb", id="a"), new_code_cell("x = 1\nx", id="b", outputs=outputs)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    text = files.notebook_text(nb)
    read = nbformat.reads(text, as_version=4)
    nbformat.validate(read)
    assert read == nb
    assert text == files.notebook_text(read)
    assert "São Paulo" in text


def test_a_notebook_without_cells_is_written_too():
    assert json.loads(files.notebook_text(new_notebook()))["cells"] == []
