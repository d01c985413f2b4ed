"""Every kind of question, graded from end to end on data that no student has seen; see fixtures/kinds/source.md."""

import copy
import shutil
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from labkit.errors import LabkitError
from labkit.exercises.answers import MIME
from labkit.grading import assignment as assignments
from labkit.grading import feedback, grade, results, rubric, variants
from labkit.grading.assignment import cell_of
from labkit.grading.kernel import NONE, SANDBOX, Limits
from labkit.grading.release import bundle, release
from tests.grading.conftest import codes, nbval, needs_sandbox

KINDS = Path(__file__).parent / "fixtures" / "kinds"
SECRET = b"only for these tests, 32 bytes.."
CELL_SECONDS = 5
QUESTIONS = [f"q{n}" for n in range(1, 10)]
MOST = dict(zip(QUESTIONS, (2, 2, 3, 4, 3, 4, 4, 4, 2), strict=True))

PARTLY = {
    "q1": 'q1 = orders["revenue_brl"].sum() * 1.02',  # within 5%: half
    "q2": 'q2 = "Telepathy"',  # half, says the key
    "q3": 'q3 = "B, D"',  # two of three
    "q4": (
        'spend = orders.groupby("customer_id").agg(revenue=("revenue_brl", "sum")).assign(orders=-1)'
    ),  # one of two columns of values
    "q5": 'best = orders.groupby("customer_id")["revenue_brl"].sum().sort_values(ascending=False).index\n'
    "q5 = [best[1], best[0], *best[2:5]]",  # two neighbours change places: rho = 0.9
    "q6": 'def mean_revenue(orders, channel):\n    return orders.loc[orders["channel"] == channel, "revenue_brl"].mean()',
    "q8": 'q8 = lk.load("customers")[["customer_id"]].head(250).assign(day=0, hour=10, channel="phone", message="content")',
    "q9": 'q9 = {"orders": len(orders), "discount": -1.0}',
}
PARTLY_POINTS = {"q1": 1, "q2": 1, "q3": 2, "q4": 2, "q5": 2.7, "q6": 3, "q9": 1}

WRONG = {
    "q1": "q1 = 12",
    "q2": 'q2 = "smoke signals"',
    "q3": 'q3 = ["C"]',
    "q4": 'spend = orders[["order_id"]].head(3)',
    "q5": "q5 = [-1, -2]",
    "q6": "def mean_revenue(orders, channel):\n    return 'a lot'",
    "q7": 'q7 = orders.groupby("customer_id")["discount_brl"].sum() * 0',
    "q8": 'q8 = lk.load("customers")[["customer_id"]].assign(day=900, hour=10, channel="sms", message="content")',
    "q9": "q9 = {}",
}

HOSTILE = {
    "q1": "class Any(float):\n    def __eq__(self, other):\n        return True\n    def __sub__(self, other):\n        return 0.0\n"
    "    __rsub__ = __sub__\n    def __reduce__(self):\n        import os\n        return os.system, ('touch /tmp/labkit-was-here',)\nq1 = Any(3)",
    "q2": "class Word(str):\n    def __eq__(self, other):\n        return True\n    __hash__ = str.__hash__\nq2 = Word('no')",
    "q3": "class Letters(list):\n    def __contains__(self, item):\n        return True\nq3 = Letters(['C'])",
    "q4": "import pandas as pd\nclass Frame(pd.DataFrame):\n    def equals(self, other):\n        return True\n"
    "    def __eq__(self, other):\n        return True\nspend = Frame({'customer_id': [object()], 'revenue': [1.0], 'orders': [1]})",
    "q5": "from labkit.exercises import wire\nclass Seen:\n    def __init__(self, question, value, kind=''):\n"
    "        self.data, self.text = {'question': question, 'value': value}, f'{question}: {wire.in_words(value)}'\n"
    "    def _repr_mimebundle_(self, **_rest):\n        return {'text/plain': self.text, '"
    + MIME
    + "': self.data}\n"
    "lk.report = Seen\nq5 = ['1', ['2']]",
    "q6": "mean_revenue = {'function': True}",
    "q7": "table = {'columns': ['x'], 'index': ['customer_id'], 'types': ['int', 'float'], 'series': False, 'rows': 10**5, 'data': '[[1],[1.0]]'}\n"
    "q7 = {'table': table}",
    "q8": "q8 = {'table': {**table, 'types': ['int', 'object'], 'data': '[' * 10**5}}",
    "q9": "q9 = {'orders': [[[[[[[[[1]]]]]]]]], 'discount': 10**400}",
}
"""Answers that would be right if anything of the student's were asked whether it is."""


def key_sources():
    key = assignments.read_notebook(KINDS / "key.ipynb")
    return {name: cell_of(key, f"kinds-{name}").source for name in QUESTIONS}


def notebook(kinds, answers):
    nb = copy.deepcopy(kinds.main)
    for name, source in answers.items():
        cell_of(nb, f"kinds-{name}").source = source
    return nb


@pytest.fixture(scope="module")
def kinds():
    return assignments.load(KINDS)


@pytest.fixture(scope="module")
def handed_in(kinds, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kinds")
    right = key_sources()
    loud = "import sys, warnings\nwarnings.warn('careful')\nprint('oops', file=sys.stderr)\n"
    made = {
        "right": right,
        "partly": {**right, **PARTLY},
        "wrong": WRONG,
        "blank": {},
        "hostile": HOSTILE,
        "loud": {name: loud + source for name, source in right.items()},
        "failed": {
            **right,
            "q4": "spend = orders.no_such_column",
            "q6": "def mean_revenue(o, c):\n    while True:\n        pass",
        },
        "loops": {**right, "q4": "while True:\n    pass", "q6": "helper = spend_of_all\n" + right["q6"]},
        "keeps": {**right, "q4": "spend = 'nothing of use'", "q5": right["q4"] + "\n" + right["q5"]},
    }
    for name, answers in made.items():
        nb = notebook(kinds, answers)
        if name == "loops":
            helper = nbformat.v4.new_code_cell("spend_of_all = 1", id="ab12cd34")
            nb.cells.insert([cell.id for cell in nb.cells].index("kinds-q4"), helper)
        nbformat.write(nb, folder / f"{name}.ipynb")
    return folder


@pytest.fixture(scope="module")
def kept_apart(tmp_path_factory):
    """Variants in a folder of their own, and how often the key was run."""
    runs = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(variants.CACHE, str(tmp_path_factory.mktemp("cache")))
        real = variants.run_key

        def counted(key, assignment, variant, *rest):
            runs.append(variant.number)
            return real(key, assignment, variant, *rest)

        patch.setattr(variants, "run_key", counted)
        yield runs


@pytest.fixture(scope="module")
def graded(handed_in, kept_apart, tmp_path_factory):
    return grade.grade(
        str(KINDS), handed_in, tmp_path_factory.mktemp("grades"), limits=Limits(cell_seconds=CELL_SECONDS),
        secret=SECRET,
    )  # fmt: skip


def of(summary, student):
    return next(result for result in summary.results if result.student == student)


def points(summary, student):
    result = of(summary, student)
    return {name: result.question(name).points for name in QUESTIONS}


@pytest.mark.parametrize("student", ["right", "loud"])
def test_right_answers_of_every_kind_earn_everything_and_warnings_cost_nothing(graded, student):
    assert points(graded, student) == MOST
    assert {of(graded, student).question(name).verdict for name in QUESTIONS} == {"correct"}


@pytest.mark.parametrize("question", PARTLY_POINTS)
def test_partly_right_answers_earn_what_the_question_states(graded, question):
    result = of(graded, "partly").question(question)
    assert (result.points, result.verdict) == (PARTLY_POINTS[question], "partial")


def test_a_plan_between_nothing_and_the_reference_earns_a_part(graded):
    result = of(graded, "partly").question("q8")
    assert 0 < result.points < 4, result
    assert codes(result.said)[0] == "plan score"


@pytest.mark.parametrize("question", QUESTIONS)
def test_wrong_answers_earn_nothing(graded, question):
    result = of(graded, "wrong").question(question)
    assert (result.points, result.verdict) == (0, "wrong")


@pytest.mark.parametrize("question", QUESTIONS)
def test_blanks_are_not_answered(graded, question):
    result = of(graded, "blank").question(question)
    assert (result.points, result.verdict) == (0, "blank")


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_an_answer_says_of_itself_changes_nothing(graded, question):
    result = of(graded, "hostile").question(question)
    assert result.points == 0, result
    assert not Path("/tmp/labkit-was-here").exists()


def test_a_function_was_called_with_what_the_student_never_saw(graded, kinds):
    result = of(graded, "partly").question("q6")
    assert [str(each) for each in result.said] == [
        "The function was called with 4 inputs you had not seen; 3 results are right."
    ]
    nb = nbformat.read(graded.out / "executed" / "partly.ipynb", as_version=4)
    assert cell_of(nb, "kinds-q6-calls").source.count("args") == 4
    assert not any("calls" in cell.id for cell in kinds.main.cells)


# --- references handed on ----------------------------------------------------------------------------------


def test_after_a_failed_question_the_next_goes_on_from_the_reference(graded):
    failed, built = (of(graded, "failed").question(name) for name in ("q4", "q5"))
    assert (failed.points, failed.verdict, failed.error) == (0, "error", "AttributeError")
    assert (built.points, built.built_on) == (3, ("q4",))
    assert "built on reference" in codes(of(graded, "failed").notes)


def test_a_failed_question_earns_nothing_by_the_reference(graded):
    for student in ("failed", "loops", "keeps"):
        assert of(graded, student).question("q4").points == 0


def test_only_later_answers_that_gained_count_from_the_second_kernel(graded):
    result = of(graded, "failed")
    assert [name for name in QUESTIONS if result.question(name).built_on] == ["q5"]


def test_who_does_better_without_the_reference_keeps_that(graded):
    result = of(graded, "keeps").question("q5")
    assert (result.points, result.built_on) == (3, ())


def test_a_function_that_never_ends_is_a_timeout_and_the_later_questions_go_on(graded):
    result = of(graded, "failed")
    assert (result.question("q6").points, result.question("q6").verdict) == (0, "timeout")
    assert [result.question(name).points for name in ("q7", "q8", "q9")] == [4, 4, 2]


def test_after_a_timeout_the_later_questions_get_a_fresh_kernel_with_what_they_need(graded):
    result = of(graded, "loops")
    assert (result.question("q4").points, result.question("q4").verdict) == (0, "timeout")
    assert [result.question(name).points for name in ("q5", "q6", "q7", "q8", "q9")] == [3, 4, 4, 4, 2]


def test_nothing_of_a_reference_is_shown_or_kept_with_the_answer(graded, kinds):
    result = of(graded, "failed").question("q5")
    assert (result.value, result.said, result.why) == (None, (), "")
    page = feedback.page(of(graded, "failed"), kinds, rubric.load(kinds), {})
    assert "worked out from the reference" in page


# --- data of one's own --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pool(kinds, kept_apart):
    return variants.Pool(kinds, assignments.load_key(kinds), SECRET, Limits(), "sandbox")


def test_the_key_ran_once_a_variant(graded, kept_apart, pool):
    numbers = sorted({pool.number(result.student) for result in graded.results})
    assert 1 < len(numbers) <= 3
    assert sorted(kept_apart) == numbers


def test_a_grade_says_on_which_data(graded, pool):
    for result in graded.results:
        assert result.parameters == {"variant": pool.number(result.student)}


def test_students_of_two_variants_saw_other_data_than_each_other_and_the_public(graded, pool):
    students = {pool.number(name): name for name in ("right", "loud", "partly", "failed", "loops", "keeps")}
    public = assignments.load_key(pool.assignment).values["q9"]["orders"]
    seen = [of(graded, name).question("q9").value["orders"] for name in students.values()]
    assert len({*seen, public}) == len(seen) + 1


def test_the_kernel_sees_the_visible_tables_and_nothing_else(pool):
    variant = pool.variant(1)
    shown = {file.relative_to(variant.data).as_posix() for file in variant.data.rglob("*") if file.is_file()}
    assert {file for file in shown if not file.startswith("cards/")} == {
        "SHA256SUMS",
        "caramelo/SHA256SUMS",
        "caramelo/customers.csv",
        "caramelo/manifest.json",
        "caramelo/orders.parquet",
    }
    for file in shown:
        assert str(variant.seed).encode() not in (variant.data / file).read_bytes()


def test_grading_again_gives_the_same_bytes_with_two_workers(graded, handed_in, kept_apart, tmp_path):
    some = tmp_path / "in"
    some.mkdir()
    for name in ("right", "partly", "failed"):
        (some / f"{name}.ipynb").write_bytes((handed_in / f"{name}.ipynb").read_bytes())
    before = len(kept_apart)
    again = grade.grade(
        str(KINDS), some, tmp_path / "out", limits=Limits(cell_seconds=CELL_SECONDS), workers=2, secret=SECRET
    )
    assert len(kept_apart) == before  # what was made is kept
    for name in ("right", "partly", "failed"):
        one, other = (out / "results" / f"{name}.json" for out in (graded.out, again.out))
        assert one.read_bytes() == other.read_bytes()


def test_without_a_secret_the_data_are_the_public_ones_and_the_grade_says_so(handed_in, tmp_path):
    summary = grade.grade(
        str(KINDS), handed_in / "right.ipynb", tmp_path, limits=Limits(cell_seconds=CELL_SECONDS)
    )
    result = of(summary, "right")
    assert result.parameters == {"variant": "public"}
    assert codes(result.notes) == ["public data"]
    assert {name: result.question(name).points for name in QUESTIONS} == MOST


def test_the_secret_comes_from_a_file_or_the_environment(tmp_path, monkeypatch):
    file = tmp_path / "secret"
    file.write_text("0123456789abcdef0123")
    file.chmod(0o600)
    for name in ("LABKIT_VARIANT_SECRET", "LABKIT_VARIANT_SECRET_FILE"):
        monkeypatch.delenv(name, raising=False)
    assert variants.secret_of(None) is None
    assert variants.secret_of(file) == b"0123456789abcdef0123"
    monkeypatch.setenv("LABKIT_VARIANT_SECRET", "from the environment")
    assert variants.secret_of(None) == b"from the environment"
    file.write_text("short")
    with pytest.raises(LabkitError, match="at least 16"):
        variants.secret_of(file)


# --- what is kept and shown ---------------------------------------------------------------------------------


def test_no_table_is_kept_with_a_grade_but_its_shape(graded):
    text = (graded.out / "results" / "right.json").read_text(encoding="utf-8")
    assert '"data"' not in text
    assert of(graded, "right").question("q4").value["table"]["columns"] == [
        "customer_id",
        "revenue",
        "orders",
    ]
    assert results.loads(text).question("q4") == of(graded, "right").question("q4")


def test_a_page_says_how_much_is_right_and_nothing_of_the_key(graded, kinds, pool):
    result = of(graded, "partly")
    page = feedback.page(result, kinds, rubric.load(kinds), {})
    assert "cells are right" in page
    assert "Close: within the wider tolerance" in page
    _variant, key = pool.of("partly")
    for name in ("q1", "q2"):
        assert str(key.values[name]) not in page
    assert "telepathy" not in page.lower().replace(str(result.question("q2").value).lower(), "")


def test_nbval_finds_right_what_the_grader_found_right_on_a_students_own_data(graded, kinds, tmp_path):
    file = next(graded.out.glob("graded/variant-*/right.ipynb"))
    judged = nbval(file.parent, ["right"], CELL_SECONDS, tmp_path / "report.xml")
    code = [cell.id for cell in nbformat.read(file, as_version=4).cells if cell.cell_type == "code"]
    for question in kinds.questions:
        if not question.is_text:
            assert judged["right", code.index(question.report)] is True, question.id


@needs_sandbox
def test_neither_truth_nor_seed_is_in_the_kernel(kinds, pool, tmp_path, handed_in):
    """A cell that looks for both finds them without a sandbox's walls around the folder, and not with them."""
    looks = (
        "import os, pathlib\nplaces = [pathlib.Path(place) for place in ('.', '..', os.environ.get('LABKIT_DATASETS', '.'))]\n"
        "found = sorted({file.name for place in places for file in place.resolve().parent.rglob('manifest.json')"
        " if 'seed' in file.read_text()})\nq9 = {'orders': len(found), 'discount': 0}"
    )
    nb = notebook(kinds, {"q9": looks})
    cell_of(nb, "kinds-q9").source = looks.replace("'.', '..',", f"{str(pool.variant(1).data)!r},")
    nbformat.write(nb, tmp_path / "looks.ipynb")
    counts = {}
    for isolation in (NONE, SANDBOX):
        out = tmp_path / isolation
        summary = grade.grade(
            str(KINDS),
            tmp_path / "looks.ipynb",
            out,
            limits=Limits(cell_seconds=20),
            secret=SECRET,
            isolated=isolation,
        )
        counts[isolation] = of(summary, "looks").question("q9").value["orders"]
    assert counts[NONE] > 0
    assert counts[SANDBOX] == 0


# --- what an author may get wrong ---------------------------------------------------------------------------


def changed(tmp_path, change):
    folder = Path(shutil.copytree(KINDS, tmp_path / "kinds"))
    nb = nbformat.read(folder / "assignment.ipynb", as_version=4)
    change(nb)
    nbformat.write(nb, folder / "assignment.ipynb")
    return folder


def test_neither_inputs_nor_credit_nor_truth_are_handed_out(kinds):
    content = bundle(kinds)
    assert sorted(content) == [".labkit/assignment.ipynb", "README.txt", "kinds.ipynb"]
    text = b"".join(content.values())
    for secret in (b"inputs(", b"telepathy", b"price_sensitivity"):
        assert secret not in text


def test_a_bundle_with_the_inputs_of_a_function_is_not_released(tmp_path):
    def put_in(nb):
        cell = nbformat.v4.new_code_cell("inputs = 1", id="kinds-q6-inputs")
        cell.metadata["tags"] = ["inputs"]
        nb.cells.append(cell)

    with pytest.raises(LabkitError, match="the inputs in kinds-q6-inputs"):
        release(str(changed(tmp_path, put_in)), tmp_path / "out")


@pytest.mark.parametrize(
    ("cell", "metadata", "said"),
    [
        ("kinds-q4-question", {"hands_on": "not a name"}, "question q4: hands_on is 'not a name'"),
        ("kinds-q6-question", {"hands_on": "mean_revenue"}, "question q6: hands_on is 'mean_revenue'"),
        ("kinds-q1-question", {"tolerence": 1}, "kinds, q1: tolerence is no rule"),
        ("kinds-q1-question", {"kind": "colour"}, 'the kind "colour" is not known'),
    ],
)
def test_rules_that_are_none_are_said_when_the_assignment_is_loaded(tmp_path, cell, metadata, said):
    folder = changed(tmp_path, lambda nb: cell_of(nb, cell).metadata["labkit"].update(metadata))
    with pytest.raises(LabkitError, match=said):
        assignments.load(folder)


def test_without_the_parameter_there_can_be_no_data_of_ones_own(tmp_path):
    def take_out(nb):
        cell_of(nb, "kinds-parameters").source = "x = 1"

    with pytest.raises(LabkitError, match="its parameters cell must set data_dir"):
        _ = assignments.load(changed(tmp_path, take_out)).own_data


def test_a_key_that_fails_on_a_variant_stops_the_grading_before_it_begins(kinds, pool, kept_apart):
    key = copy.deepcopy(pool.key)
    cell_of(key.nb, "kinds-q1").source = "q1 = orders['no such column'].sum()"
    broken = variants.Pool(kinds, replace(key, sha256="another"), SECRET, Limits(), NONE)
    with pytest.raises(LabkitError, match=r"does not run on variant 1: .*no such column"):
        broken.key_of(broken.variant(1))
