"""Make the sample submissions in ``samples/`` from ``answers.yml``: ``python make_samples.py``.

Three levels: naive, good, and excellent, which is the worked solution with a text of its own. Besides, a blank notebook and
one that was written for the files at hand alone, which fails on unseen ones.
"""

from pathlib import Path

import nbformat
import yaml

from labkit.grading import assignment, files

HERE = Path(__file__).parent
EXTRA = """\
# Written for the files at hand: the numbers of the records that looked odd.
odd = ["T00001", "T00002"]
assert set(odd) <= set(till["record_id"]) and len(app) == len(lk.load("truth/bought_records")) - len(till) - len(clinics)
"""


def written() -> dict[str, dict[str, str]]:
    """The answers of each level by question; the code of the excellent ones is the solution's."""
    levels = yaml.safe_load((HERE / "answers.yml").read_text(encoding="utf-8"))
    key = {cell.id: cell.source for cell in assignment.read_notebook(HERE.parent / "key.ipynb").cells}
    solved = {f"q{n}": key[f"identify-q{n}"] for n in range(1, 7)}
    return {**levels, "excellent": {**solved, **levels["excellent"]}}


def made() -> dict[str, str]:
    """The text of every sample, by name."""
    identify, levels = assignment.load(HERE.parent), written()
    notebooks = {name: filled(identify, answers) for name, answers in levels.items()}
    notebooks["blank"] = filled(identify, {})
    notebooks["public-only"] = filled(identify, {**levels["naive"], "q1": EXTRA + levels["naive"]["q1"]})
    return {name: nbformat.writes(nb) + "\n" for name, nb in notebooks.items()}


def filled(identify: assignment.Assignment, answers: dict[str, str]) -> nbformat.NotebookNode:
    """The students' notebook with these answers in its cells."""
    notebook = nbformat.from_dict(identify.notebook("en"))
    for cell in notebook.cells:
        question = cell.id.removeprefix("identify-")
        if "answer" in cell.metadata.get("tags", []) and question in answers:
            cell.source = answers[question].strip()
    return notebook


if __name__ == "__main__":
    for name, text in made().items():
        files.write(HERE / "samples" / f"{name}.ipynb", text)
