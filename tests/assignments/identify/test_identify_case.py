"""The assignment *identify*: what is asked can be answered, and what takes no thought earns little."""

import importlib.util
import json
import shutil

import nbformat
import pytest
import yaml

from benchmarks import identify_assignment as scale
from labkit import paths
from labkit.grading import grade, rubric
from labkit.grading.kernel import Limits
from labkit.grading.release import bundle
from tests.grading.conftest import needs_sandbox

TEACHER = paths.ASSIGNMENTS / "identify" / "teacher"
SECRET = b"for the tests of identify, no more"
BY_MACHINE = 42


@pytest.fixture(scope="module")
def identify():
    return scale.load()


@pytest.fixture(scope="module")
def written():
    return scale.levels()


@pytest.fixture(scope="module")
def unseen(identify, written, tmp_path_factory):
    """A variant, answers of each level on it, and their points."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(scale.variants.CACHE, str(cache))
        variant = scale.make_variants(identify, 1, SECRET, cache)[0]
    levels = ("excellent", "good", "naive")
    answers = {level: scale.answers_of(identify, written[level], variant.data) for level in levels}
    answers["command"] = scale.command_answers(variant)
    points = {
        level: {q: p for q, (p, _said) in scale.score(identify, given, answers["excellent"], variant).items()}
        for level, given in answers.items()
    }
    return variant, answers, points


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """Points of the samples as they are graded on the public files, in the sandbox."""
    folder = tmp_path_factory.mktemp("submissions")
    for name in ("blank", "naive", "good", "excellent"):
        shutil.copy(TEACHER / "samples" / f"{name}.ipynb", folder)
    out = tmp_path_factory.mktemp("grades")
    graded = grade.grade("identify", folder, out, limits=Limits(cell_seconds=60), workers=1)
    return {result.student: result.points for result in graded.results}


def in_order(naive, good, excellent):
    assert naive + 10 < good < excellent - 10
    assert excellent > 0.95 * BY_MACHINE
    assert 0.35 * BY_MACHINE < good < 0.75 * BY_MACHINE


def test_more_thought_earns_more_on_an_unseen_variant(unseen):
    _variant, _answers, points = unseen
    in_order(*(sum(points[level].values()) for level in ("naive", "good", "excellent")))


@needs_sandbox
def test_more_thought_earns_more_on_the_public_files(public):
    in_order(public["naive"], public["good"], public["excellent"])
    assert public["blank"] == 0


def test_the_command_as_it_stands_earns_at_most_half(unseen):
    _variant, _answers, points = unseen
    assert sum(points["command"].values()) <= BY_MACHINE / 2
    for question in ("q1", "q2", "q3", "q4", "q5"):
        assert points["command"][question] <= points["excellent"][question] / 2


def test_the_worked_solution_is_the_truth_where_the_grader_compares_with_it(unseen):
    variant, answers, _points = unseen
    truth = variant.table("truth/bought_records").set_index("record")
    standard = answers["excellent"]["q1"].set_index("record").loc[truth.index]
    columns = ["cpf", "birth_date", "phone", "email", "cep"]
    told = truth[columns].astype("str").fillna("")
    told["email"] = told["email"].str.lower()
    standard["birth_date"] = standard["birth_date"].astype("str")
    wrong_cpf = standard["cpf"].isna() & truth["cpf"].notna()  # mistyped: the check digits do not fit
    told["cpf"] = told["cpf"].mask(wrong_cpf, "")
    assert (standard[columns].fillna("") == told).all(axis=1).mean() > 0.995
    assert wrong_cpf.mean() < 0.03


def test_addresses_of_nobody_and_of_who_said_no_cost(unseen):
    variant, _answers, _points = unseen
    brings = variant.truth("q5").set_index("email")["brings"]
    assert set(brings) == {3.0, -0.5, -15.0}
    assert (
        brings[["naotem@patavina.example", "qa@patavina.example", "recepcao@clinica-k02.example"]] == -15
    ).all()


def test_the_samples_are_what_their_generator_makes():
    spec = importlib.util.spec_from_file_location("make_samples", TEACHER / "make_samples.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.made()
    found = {file.stem: file.read_text(encoding="utf-8") for file in (TEACHER / "samples").glob("*.ipynb")}
    assert made == found


def test_what_students_get_holds_no_answer(identify):
    content = bundle(identify)
    notebooks = {
        f"{folder}{name}{language}.ipynb"
        for folder, name in (("", "identify"), (".labkit/", "assignment"))
        for language in ("", ".pt-BR")
    }
    assert set(content) == {"README.txt", *notebooks}
    text = json.dumps(nbformat.from_dict(identify.main))
    for told in ("P05", "P03", "P06", "K07", "FALECIDO", "TUTOR", 'dependente\\"'):
        assert told not in text, told


def test_points_and_rubric_add_up(identify):
    assert sum(question.points for question in identify.questions) == 50
    marking = rubric.load(identify)
    assert [criterion.maximum for criterion in marking.questions["q7"].criteria] == [2, 2, 2, 2]
    levels = yaml.safe_load((TEACHER / "answers.yml").read_text(encoding="utf-8"))
    assert [sum(levels[name]["marks"]["q7"]) for name in ("naive", "good", "excellent")] == [0, 5, 8]
