"""The prose of lesson 12 says nothing that its cells do not print: new data cannot leave old figures behind."""

import re

import nbformat
import pytest

from labkit.lessons import lesson_file

FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+|\d+\.\d+%?")

NOT_FROM_THE_DATA = {
    "23,022": "the other records: 23,023 less one",
    "265,000": "a thousandth of 265 million",
    "99.9%": "an example of a specificity",
    "3,381": "11,023 missed matches less 7,642",
    "23,000": "rounded",
    "12,000": "rounded",
    "6,000": "rounded",
    "45,000": "rounded",
    "2,500": "a price in the code",
    "95.2%": "Oliveira et al. 2016",
    "87.2%": "Oliveira et al. 2016",
    "13,709": "number of the law",
    "13.709": "number of the law",
    "10.1590": "a DOI",
}


@pytest.fixture(scope="module")
def notebook():
    built = lesson_file("12").built()
    return nbformat.read(built, as_version=4)


def test_every_figure_in_the_prose_is_printed_by_a_cell(notebook):
    printed = set()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            text = output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))
            printed |= set(FIGURE.findall(text))
    solutions = [cell for cell in notebook.cells if cell.id.endswith("-solution")]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell not in solutions:
            unknown = set(FIGURE.findall(cell.source)) - printed - set(NOT_FROM_THE_DATA)
            # "15,743" may be printed as 15743 in a table, a round figure with fewer decimals as it is.
            unknown = {
                f for f in unknown if not any(f.replace(",", "") in p.replace(",", "") for p in printed)
            }
            assert not unknown, f"{cell.id}: {sorted(unknown)} stand in the prose and in no output"
