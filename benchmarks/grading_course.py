"""One small assignment, with pandas, scikit-learn and seaborn, as labkit, nbgrader and otter-grader have it.

The cells are the same in all three; what differs is how each tool is told which cell answers what, and how it
learns what is right: labkit runs a key, the others hold tests with the figures typed in. Twenty submissions
are made of right, wrong, failing and missing answers, so that the points of each are known beforehand.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

NAME = "nps"
TABLES = ("customers", "nps")
RIGHT, BLANK = "right", "blank"

IMPORTS = """\
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler"""

DATA = """\
folder = Path(data_dir) / "caramelo"
customers = pd.read_csv(folder / "customers.csv", parse_dates=["birth_date", "acquired_on"])
answers = pd.read_csv(folder / "nps.csv", parse_dates=["answered_on"])
answers = answers.merge(customers, on="customer_id")
answers.head()"""


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes
    ----------
    rules : dict
        How labkit judges it.
    answers : dict of str to str
        Code by label; ``right`` and such as are wrong.
    test : str
        Hidden test of the other two; ``{0}`` stands for what the right answer gives.
    shown : str
        An expression of what the right answer gives, to be typed into the test.
    inputs : str
        Cell of labkit's key with what a function is called with.
    """

    name: str
    kind: str
    points: int
    prompt: str
    answers: Mapping[str, str]
    test: str
    shown: str
    rules: Mapping[str, Any] = field(default_factory=dict)
    inputs: str = ""


_CALLS = "[[10, 9, 8, 0], [10, 10], [3, 7, 7, 9, 6, 8], [7, 8], [9]]"

QUESTIONS = (
    Question(
        "q1", "number", 2,
        "Net Promoter Score of all answers: the percentage of scores of 9 and 10 less that of 0 to 6.",
        {
            RIGHT: 'q1 = 100 * ((answers["score"] >= 9).mean() - (answers["score"] <= 6).mean())',
            "eights too": 'q1 = 100 * ((answers["score"] >= 8).mean() - (answers["score"] <= 6).mean())',
            "fails": 'q1 = 100 * (answers["points"] >= 9).mean()',
        },
        "assert abs(q1 - {0}) < 0.01", "float(q1)", {"tolerance": 0.01},
    ),
    Question(
        "q2", "table", 3,
        "For each `acquisition_channel`: the mean `score` and the number of answers `n`.",
        {
            RIGHT: 'q2 = answers.groupby("acquisition_channel")["score"].agg(score="mean", n="size").reset_index()\nq2',
            "median": 'q2 = answers.groupby("acquisition_channel")["score"].agg(score="median", n="nunique").reset_index()\nq2',
        },
        'found = q2.sort_values("acquisition_channel").to_dict("list")\nright = {0}\n'
        "assert set(found) == set(right)\n"
        'assert found["acquisition_channel"] == right["acquisition_channel"]\nassert found["n"] == right["n"]\n'
        'assert all(abs(a - b) < 1e-6 for a, b in zip(found["score"], right["score"]))',
        'q2.sort_values("acquisition_channel").to_dict("list")',
        {"credit": "all", "tolerance": 1e-6},
    ),
    Question(
        "q3", "number", 2,
        "How well do age, years as a customer and month tell promoters (9 and 10) from the rest? The mean AUC of a "
        "logistic regression on standardised features, in five folds.",
        {
            RIGHT: """\
features = pd.DataFrame({
    "age": (answers["answered_on"] - answers["birth_date"]).dt.days / 365.25,
    "years": (answers["answered_on"] - answers["acquired_on"]).dt.days / 365.25,
    "month": answers["answered_on"].dt.month,
}).fillna(0)
model = make_pipeline(StandardScaler(), LogisticRegression())
q3 = cross_val_score(model, features, answers["score"] >= 9, cv=5, scoring="roc_auc").mean()""",
            "accuracy": """\
features = answers[["score"]]
model = make_pipeline(StandardScaler(), LogisticRegression())
q3 = cross_val_score(model, features, answers["score"] >= 9, cv=5).mean()""",
        },
        "assert abs(q3 - {0}) < 0.001", "float(q3)", {"tolerance": 0.001},
    ),
    Question(
        "q4", "choice", 1,
        "Draw the scores by survey. In which `survey` is the mean score highest?",
        {
            RIGHT: """\
figure, axes = plt.subplots(1, 2, figsize=(9, 3.5))
sns.boxplot(answers, x="survey", y="score", ax=axes[0])
sns.histplot(answers, x="score", hue="survey", discrete=True, ax=axes[1])
plt.show()
q4 = answers.groupby("survey")["score"].mean().idxmax()""",
            "lowest": 'sns.boxplot(answers, x="survey", y="score")\nq4 = answers.groupby("survey")["score"].mean().idxmin()',
        },
        "assert q4 == {0}", "str(q4)",
    ),
    Question(
        "q5", "function", 2,
        "A function `nps(scores)` that gives the Net Promoter Score of a list of scores, in per cent.",
        {
            RIGHT: "def nps(scores):\n    scores = pd.Series(scores)\n"
            "    return 100 * ((scores >= 9).mean() - (scores <= 6).mean())",
            "of one": "def nps(scores):\n    scores = pd.Series(scores)\n    return (scores >= 9).mean() - (scores <= 6).mean()",
            "raises": 'def nps(scores):\n    raise ValueError("not yet")',
        },
        f"for scores, right in zip({_CALLS}, {{0}}):\n    assert abs(nps(scores) - right) < 1e-6",
        f"[float(nps(scores)) for scores in {_CALLS}]",
        {"credit": "all", "tolerance": 1e-6},
        f'inputs("q5", nps, {_CALLS})',
    ),
)  # fmt: skip

_FAULTS: tuple[dict[str, str], ...] = (
    *({},) * 8,
    {"q1": "eights too"},
    {"q2": "median"},
    {"q3": "accuracy"},
    {"q4": "lowest"},
    {"q5": "of one"},
    {"q1": "fails"},
    {"q5": "raises"},
    {"q2": BLANK},
    {"q4": BLANK, "q5": BLANK},
    {"q1": "eights too", "q3": "accuracy"},
    {"q2": "median", "q4": "lowest", "q5": "of one"},
    {question.name: BLANK for question in QUESTIONS},
)
STUDENTS = {f"student-{number:02}": faults for number, faults in enumerate(_FAULTS, start=1)}
"""What is wrong in each submission: the label of an answer by question."""


def expected(student: str) -> float:
    """The points of a submission."""
    return float(sum(each.points for each in QUESTIONS if each.name not in STUDENTS[student]))


def written(student: str, question: Question) -> str | None:
    """A student's code for a question; None if it was left blank."""
    label = STUDENTS[student].get(question.name, RIGHT)
    return None if label == BLANK else f"# {student}\n{question.answers[label]}"


def student_code(student: str, folder: Path) -> list[str]:
    """All code of a submission, cell by cell, without what a grader adds to it."""
    code = [written(student, question) for question in QUESTIONS]
    return [f"data_dir = {str(folder)!r}", IMPORTS, DATA, *filter(None, code)]


def results(folder: Path) -> dict[str, Any]:
    """What the right answers give on some data, by question."""
    import matplotlib as mpl

    mpl.use("agg")
    names: dict[str, Any] = {}
    for code in student_code(next(iter(STUDENTS)), folder):
        exec(code, names)
    return {question.name: eval(question.shown, names) for question in QUESTIONS}


# --- labkit -----------------------------------------------------------------------------------------------


def labkit_notebook(people: int, pool: int, *, key: bool = False) -> NotebookNode:
    """The assignment as it is handed out, or its key, not yet executed."""

    def cell(made: NotebookNode, name: str, *tags: str, **own: Any) -> NotebookNode:
        made.id = f"{NAME}-{name}"
        if made.cell_type == "code" and "report" not in tags:
            tags = (*tags, "nbval-ignore-output")
        made.metadata = NotebookNode(tags=list(tags), labkit={"cell": made.id, **own})
        return made

    begin = f'import labkit as lk\nfrom labkit import ____\n\nlk.begin("{NAME}", data_dir=data_dir)'
    cells = [
        cell(new_markdown_cell("# Net Promoter Score"), "title"),
        cell(new_code_cell('data_dir = "data"'), "parameters", "parameters"),
        cell(new_code_cell(f"{IMPORTS}\n\n{begin}"), "import"),
        cell(new_code_cell(DATA), "data"),
    ]
    for each in QUESTIONS:
        name = "nps" if each.kind == "function" else each.name
        report = f'lk.report("{each.name}", {name}, kind="{"text" if each.kind == "choice" else each.kind}")'
        own = {"id": each.name, "kind": each.kind, "points": each.points, **each.rules}
        prompt = new_markdown_cell(f"## Question {each.name[1:]}\n\n{each.prompt}")
        cells += [
            cell(prompt, f"{each.name}-question", "question", **own),
            cell(new_code_cell(each.answers[RIGHT] if key else f"{name} = ____"), each.name, "answer"),
            cell(new_code_cell(report), f"{each.name}-report", "report"),
        ]
        if each.inputs and key:
            inputs = f"from labkit.exercises.calls import inputs\n\n{each.inputs}"
            cells.append(cell(new_code_cell(inputs), f"{each.name}-inputs"))
    nb = _with_kernel(cells)
    variants = {"people": people, "tables": list(TABLES), "pool": pool}
    nb.metadata.labkit = {"assignment": NAME, "version": 1, "language": "en", "variants": variants}
    return nb


def labkit_submission(assignment: NotebookNode, student: str) -> NotebookNode:
    nb = copy.deepcopy(assignment)
    for question in QUESTIONS:
        code = written(student, question)
        if code is not None:
            next(cell for cell in nb.cells if cell.id == f"{NAME}-{question.name}").source = code
    return nb


# --- nbgrader ---------------------------------------------------------------------------------------------


def nbgrader_source(folder: Path, right: Mapping[str, Any]) -> NotebookNode:
    """nbgrader's source notebook, with solutions and hidden tests."""

    def cell(made: NotebookNode, name: str, **own: Any) -> NotebookNode:
        known = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
        made.metadata["nbgrader"] = {**known, "grade_id": name, "cell_type": made.cell_type, **own}
        return made

    cells = [
        new_markdown_cell("# Net Promoter Score"),
        cell(new_code_cell(f"data_dir = {str(folder)!r}"), "parameters", locked=True),
        cell(new_code_cell(IMPORTS), "import", locked=True),
        cell(new_code_cell(DATA), "data", locked=True),
    ]
    for each in QUESTIONS:
        solution = f"### BEGIN SOLUTION\n{each.answers[RIGHT]}\n### END SOLUTION"
        test = each.test.format(repr(right[each.name]))
        hidden = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
        cells += [
            new_markdown_cell(f"## Question {each.name[1:]}\n\n{each.prompt}"),
            cell(new_code_cell(solution), each.name, solution=True),
            cell(new_code_cell(hidden), f"{each.name}-test", grade=True, locked=True, points=each.points),
        ]
    return _with_kernel(cells)


def nbgrader_submission(released: NotebookNode, student: str) -> NotebookNode:
    nb = copy.deepcopy(released)
    for question in QUESTIONS:
        code = written(student, question)
        if code is not None:
            own = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in nb.cells]
            nb.cells[own.index(question.name)].source = code
    return nb


# --- otter-grader -----------------------------------------------------------------------------------------


def otter_source(folder: Path, right: Mapping[str, Any]) -> NotebookNode:
    """otter's master notebook, for ``otter assign``."""
    config = f"# ASSIGNMENT CONFIG\nname: {NAME}\ninit_cell: true\nexport_cell: false\ncheck_all_cell: false\nrun_tests: false\ngenerate:\n  pdf: false"
    cells = [
        new_raw_cell(config),
        new_markdown_cell("# Net Promoter Score"),
        new_code_cell(f"data_dir = {str(folder)!r}"),
        new_code_cell(IMPORTS),
        new_code_cell(DATA),
    ]
    for each in QUESTIONS:
        hidden = '""" # BEGIN TEST CONFIG\nhidden: true\n""" # END TEST CONFIG\n'
        solution = f"# BEGIN SOLUTION\n{each.answers[RIGHT]}\n# END SOLUTION"
        cells += [
            new_raw_cell(f"# BEGIN QUESTION\nname: {each.name}\npoints: {each.points}"),
            new_markdown_cell(f"## Question {each.name[1:]}\n\n{each.prompt}"),
            new_raw_cell("# BEGIN SOLUTION"),
            new_code_cell(solution),
            new_raw_cell("# END SOLUTION"),
            new_raw_cell("# BEGIN TESTS"),
            new_code_cell(hidden + each.test.format(repr(right[each.name]))),
            new_raw_cell("# END TESTS"),
            new_raw_cell("# END QUESTION"),
        ]
    return _with_kernel(cells)


def otter_submission(handed_out: NotebookNode, student: str) -> NotebookNode:
    """The answer of a question stands in the cell below its prompt."""
    nb = copy.deepcopy(handed_out)
    for question in QUESTIONS:
        code = written(student, question)
        if code is not None:
            prompts = [cell.source.endswith(question.prompt) for cell in nb.cells]
            nb.cells[prompts.index(True) + 1].source = code
    return nb


def _with_kernel(cells: list[NotebookNode]) -> NotebookNode:
    nb = new_notebook(cells=cells)
    nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb.metadata.language_info = {"name": "python"}
    return nb
