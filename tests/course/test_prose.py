"""No finding without its output: a number in a lesson's prose is shown by a cell of that lesson.

What the author cites or rounds freely is listed below, each with its reason; so after new data every
sentence that no longer holds is named.
"""

import re

import nbformat
import pytest

from labkit import paths
from labkit.lessons import tags

NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?")
LINK = re.compile(r"\]\([^)]*\)|<https?:[^>]*>|https?://\S+")
SOURCES = re.compile(r"doi|https?://|\d\(\d+\),? \d+", re.IGNORECASE)

CITED = {
    "00": {
        "2,357": "CDNOW customers, shown in lesson 22",
        "64,000": "customers of the e-mail test, shown in lesson 34",
    },
    "01": {
        "65,000": "Ascarza and others 2016",
        "6.4": "Ascarza and others 2016",
        "125": "the claim about MBNA",
        "34": "number of a lesson",
    },
    "10": {
        "47": "Nagle, Redman and Sammon 2017",
        "75": "Nagle, Redman and Sammon 2017",
        "2.1": "the claim about decay",
        "22.5": "the claim about decay",
    },
    "11": {
        "80": "the claim about data scientists",
        "19": "CrowdFlower 2016, in Dodds 2020",
    },
    "14": {
        "13,709": "number of a law",
        "52": "an article of that law",
        "256": "name of a hash",
        "2104": "number of an RFC",
        "1,000,000,000": "nine free digits",
    },
    "34": {"64,000": "published size of the test, rounded", "28,000": "27,550 rounded"},
    "40": {
        "15,500": "Keiningham and others 2007",
        "65,000": "Ascarza and others 2016",
        "71": "volume of a journal",
    },
}
"""Lesson → number as written → why it is not in an output."""

NOTEBOOKS = sorted((paths.NOTEBOOKS / "en").rglob("*.ipynb"))


def numbers(text: str) -> list[tuple[str, float]]:
    found = (match[0].rstrip(",") for match in NUMBER.finditer(text))
    return [(written, float(written.replace(",", ""))) for written in found]


def shown(nb) -> set[float]:
    """Every number in the code or the outputs of a notebook."""
    values = set()
    for cell in nb.cells:
        if cell.cell_type == "code":
            parts = [cell.source.replace("_", "")]
            for output in cell.outputs:
                data = output.get("data", {})
                parts += [output.get("text", ""), str(data.get("text/plain", ""))]
                parts.append(re.sub(r"<[^>]+>", " ", str(data.get("text/html", ""))))
            values |= {value for _written, value in numbers(" ".join(parts))}
    return values


def is_shown(written: str, value: float, values: set[float]) -> bool:
    """Whether the number, a share as percent, or what is missing to 100, stands there at these decimals."""
    decimals = len(written.partition(".")[2])
    half = 0.5000001 * 10**-decimals
    candidates = (each for v in values for each in (v, 100 * v, v / 100, 1 - v, 100 - v, 100 * (1 - v)))
    return any(abs(abs(each) - value) <= half for each in candidates)


def is_small_or_year(written: str, value: float) -> bool:
    digits = written.replace(",", "").replace(".", "").lstrip("0")
    return len(digits) < 2 or ("." not in written and "," not in written and 1900 <= value <= 2100)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_number_in_the_prose_is_shown_by_a_cell(path):
    nb = nbformat.read(path, as_version=4)
    cited = CITED.get(nb.metadata.labkit.lesson, {})
    values = shown(nb)
    unshown = [
        f"{cell.id}: {written}"
        for cell in nb.cells
        if cell.cell_type == "markdown" and "solution" not in tags(cell) and not SOURCES.search(cell.source)
        for written, value in numbers(LINK.sub("]", cell.source))
        if not is_small_or_year(written, value)
        and written not in cited
        and not is_shown(written, value, values)
    ]
    assert unshown == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_exemption_is_left_over(path):
    nb = nbformat.read(path, as_version=4)
    prose = " ".join(cell.source for cell in nb.cells if cell.cell_type == "markdown")
    written = {each for each, _value in numbers(prose)}
    assert set(CITED.get(nb.metadata.labkit.lesson, {})) <= written
