"""The prose of lesson 12 says nothing that its cells do not print: new data cannot leave old figures behind."""

import re

import nbformat
import pytest

from labkit.lessons import lesson_file

FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+|\d+\.\d+%?")
PRINTED = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
LINK = re.compile(r"\]\([^)]*\)")

NOT_FROM_THE_DATA = {
    "99.9%": "an example of a specificity, and Oliveira et al. 2016",
    "12,000": "rounded",
    "6,000": "rounded",
    "2,500": "a price in the code",
    "95.2%": "Oliveira et al. 2016",
    "87.2%": "Oliveira et al. 2016",
    "99.8%": "Oliveira et al. 2016",
    "13,709": "number of the law",
    "13.709": "number of the law",
}


@pytest.fixture(scope="module")
def notebook():
    built = lesson_file("12").built()
    return nbformat.read(built, as_version=4)


def test_every_figure_in_the_prose_is_printed_by_a_cell(notebook):
    printed = set()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" not in data:  # the words of a picture are the author's, too
                text = output.get("text", "") + str(data.get("text/plain", ""))
                printed |= {figure.strip(",").replace(",", "") for figure in PRINTED.findall(text)}
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and not cell.id.endswith("-solution"):
            figures = set(FIGURE.findall(LINK.sub("]", cell.source))) - set(NOT_FROM_THE_DATA)
            unknown = sorted(figure for figure in figures if figure.replace(",", "") not in printed)
            assert not unknown, f"{cell.id}: {unknown} stand in the prose and in no output"
