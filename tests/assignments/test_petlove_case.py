"""The Petlove case: what students get is whole, frozen, and says nothing that is kept for the teacher."""

from __future__ import annotations

import csv
import functools
import importlib.util
import re
from pathlib import Path

import pytest
import yaml

from labkit import lessons, paths
from labkit.authoring import translate
from labkit.exercises import structure
from labkit.exercises.answers import canonical
from labkit.lessons import tags

PETLOVE = paths.ASSIGNMENTS / "petlove"
CASE = PETLOVE / "case"
TEACHER = PETLOVE / "teacher"
FREEZE = "2026-01-31"
KEPT_BACK = {16, 30, 31, 32}
TEXTS = {"text_en": CASE / "case.md", "text_pt": CASE / "case.pt-BR.md"}
STUDENT_FILES = [*sorted(CASE.iterdir()), PETLOVE / "source.md", PETLOVE / "source.pt-BR.md"]
QUESTIONS = ["q1", "q2", "q3", "q4", "q5"]
LABELS = re.compile(
    r" (?:Conflict|Conflito|Calculation|Conta|Inference|Inferência|Caution|Cuidado|Not found|Não encontrado): "
)


def _rows() -> list[dict[str, str]]:
    with (CASE / "facts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _facts_table():
    spec = importlib.util.spec_from_file_location("facts_table", TEACHER / "facts_table.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _without_addresses(text: str) -> str:
    return re.sub(r"https?://\S+", "", text)


@functools.cache
def _cells(name: str = "source.md") -> dict:
    return {cell.id: cell for cell in lessons.read(PETLOVE / name).cells}


def _options(name: str, question: str) -> dict[str, str]:
    text = _cells(name)[f"petlove-{question}-question"].source
    return dict(re.findall(r"^- \*\*([A-Z])\.\*\* (.+)$", text, flags=re.MULTILINE))


def _key(question: str) -> list[str]:
    scope: dict = {}
    exec(_cells()[f"petlove-{question}-solution"].source, scope)
    return canonical(question, scope[question])


@functools.cache
def _answers(file: str) -> dict:
    return yaml.safe_load((TEACHER / file).read_text(encoding="utf-8"))


@functools.cache
def _rubric() -> dict:
    return yaml.safe_load((PETLOVE / "rubric.yml").read_text(encoding="utf-8"))


# --- the facts ---------------------------------------------------------------------------------


def test_the_table_is_made_from_the_two_texts():
    assert (CASE / "facts.csv").read_text(encoding="utf-8") == _facts_table().table()


@pytest.mark.parametrize("column", TEXTS)
def test_every_fact_of_the_table_stands_in_the_text_of_that_language(column):
    text = TEXTS[column].read_text(encoding="utf-8")
    for row in _rows():
        main, *qualifiers = LABELS.split(row[column])
        assert re.search(rf"^\*\*\[{row['fact']}\]\*\* \(.+\) {re.escape(main)}$", text, re.MULTILINE)
        for qualifier in qualifiers:
            assert qualifier in text


@pytest.mark.parametrize("column", TEXTS)
def test_the_text_holds_no_fact_beside_those_of_the_table(column):
    numbers = re.findall(r"^\*\*\[(\d+)\]\*\*", TEXTS[column].read_text(encoding="utf-8"), re.MULTILINE)
    assert numbers == [row["fact"] for row in _rows()]


def test_facts_are_numbered_from_1_to_50_without_those_kept_for_the_teacher():
    assert [int(row["fact"]) for row in _rows()] == [n for n in range(1, 51) if n not in KEPT_BACK]


def test_every_fact_has_grade_section_and_the_address_of_a_source():
    for row in _rows():
        assert row["grade"] in {"A", "B", "C", "A/B"}, row["fact"]
        assert re.fullmatch("[A-J]", row["section"]), row["fact"]
        assert all(re.fullmatch(r"https?://\S+", url) for url in row["source"].split() or [""]), row["fact"]


def test_a_part_from_a_weaker_source_is_marked_where_grades_are_mixed():
    for row in _rows():
        for column in TEXTS:
            assert (row["grade"] == "A/B") == bool(re.search(r"[(,] ?B\)", row[column])), row["fact"]


@pytest.mark.parametrize(
    ("column", "words"),
    [("text_en", {"conflict": "Conflict", "calc": "Calculation"}), ("text_pt", {"conflict": "Conflito", "calc": "Conta"})],
)  # fmt: skip
def test_the_note_says_which_facts_have_a_conflict_or_a_calculation(column, words):
    for row in _rows():
        for note, word in words.items():
            assert (note in row["note"].split("; ")) == (f" {word}: " in row[column]), row["fact"]


def test_no_fact_is_dated_after_the_freeze():
    for row in _rows():
        assert row["date"] == "undated" or re.fullmatch(r"\d{4}(-\d\d){0,2}", row["date"]), row["fact"]
        assert row["date"] == "undated" or row["date"] <= FREEZE, row["fact"]


@pytest.mark.parametrize("file", STUDENT_FILES, ids=lambda file: file.name)
def test_students_read_of_2026_in_january_only(file):
    text = _without_addresses(file.read_text(encoding="utf-8"))
    later = re.compile(r"(?<!January )(?<!aneiro de )2026(?!-01)|202[7-9]|20[3-9]\d")
    assert not later.search(re.sub(r"\b\d+\.\d+\b", "", text))


# --- what stays with the teacher ---------------------------------------------------------------


@pytest.mark.parametrize("file", STUDENT_FILES, ids=lambda file: file.name)
def test_students_get_no_remark_that_gives_an_answer(file):
    text = file.read_text(encoding="utf-8").casefold()
    for phrase in (
        "vetlove", "loyalty tactic", "tática", "not just b2c", "não só b2c", "excellent exercise", "obvious slip",
        "lapso", "resolved by", "different units", "unidades diferentes", "factor of twenty", "fator de vinte",
        "rounding", "arredondamento", "accredited", "credenciad", "must describe something else", "strong answer",
    ):  # fmt: skip
        assert phrase not in text, phrase


@pytest.mark.parametrize("file", STUDENT_FILES, ids=lambda file: file.name)
def test_students_get_no_contact_and_no_case_number(file):
    text = _without_addresses(file.read_text(encoding="utf-8"))
    assert not re.search(r"[\w.+-]+@[\w-]+\.\w+", text)
    assert not re.search(r"\(?\b\d{2}\)?[ -]?9?\d{4}[ -]\d{4}\b", text), "a phone number"
    assert not re.search(r"\b\d{3}\.\d{3}\.\d{3}-\d{2}\b", text), "a CPF"
    assert not re.search(r"\d{7}-\d{2}\.\d{4}\.\d\.\d{2}\.\d{4}", file.read_text(encoding="utf-8")), (
        "a case number"
    )


@pytest.mark.parametrize("column", TEXTS)
def test_the_court_case_names_nobody(column):
    case = [row for row in _rows() if "TJES" in row["text_en"] or "oncology" in row["text_en"]]
    assert {row["fact"] for row in case} == {"2", "43"}
    for row in case:
        names = re.findall(r"\b[A-ZÀ-Þ][a-zà-ÿ]+ (?:(?:d[aeo]s?|e) )?[A-ZÀ-Þ][a-zà-ÿ]+", row[column])
        assert set(names) <= {"Pet Super"}, names
        assert row["source"] == "https://jusconsulta.com.br/"


# --- arithmetic of the pack --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fact", "result"),
    [
        ("21", f"R$ {2.45 / 1.38:.2f} bn"),
        ("25", f"+{1.34 / 1.2 - 1:.0%}"),
        ("28", f"{100 - 85 - 7}% of tutors"),
        ("29", f"{244 / 350:.0%}"),
        ("29", f"{350e3 / 85.2e6:.1%}"),
        ("33", f"{1.3 / 3.8:.1%}"),
        ("48", f"{62.2 + 42.8 + 30.8 + 22.3 + 2.8:.1f} million"),
        ("48", f"R$ {0.547 * 76.3:.1f} bn"),
        ("50", f"{(8.3 / 1.6) ** (1 / 5) - 1:.0%} a year"),
    ],
)
def test_calculations_come_out_as_printed(fact, result):
    assert result in next(row["text_en"] for row in _rows() if row["fact"] == fact)


# --- further reading ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "words"), [("further_reading.md", "**not seen**"), ("further_reading.pt-BR.md", "**não visto**")]
)
def test_each_of_the_nine_links_has_its_grade_and_is_said_not_to_have_been_seen(file, words):
    rows = re.findall(
        r"^\| (\d) \|(.+)\|(.+)\|(.+)\|$", (CASE / file).read_text(encoding="utf-8"), re.MULTILINE
    )
    assert [row[0] for row in rows] == [str(n) for n in range(1, 10)]
    for _number, source, grade, seen in rows:
        assert "<https://" in source
        assert grade.strip()
        assert words in seen


# --- the questions -----------------------------------------------------------------------------


def test_the_points_add_up_to_50():
    questions = [cell.metadata["labkit"] for cell in _cells().values() if "question" in tags(cell)]
    assert [q["id"] for q in questions] == [name for q in QUESTIONS for name in (q, f"{q}-why")]
    assert sum(q["points"] for q in questions) == 50


@pytest.mark.parametrize("question", QUESTIONS)
def test_choosing_every_letter_earns_nothing(question):
    options, key = _options("source.md", question), _key(question)
    assert 6 <= len(options) <= 10
    assert set(key) < set(options)
    assert len(options) >= 2 * len(key)


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_languages_offer_the_same_letters(question):
    assert list(_options("source.md", question)) == list(_options("source.pt-BR.md", question))


def test_right_statements_are_no_longer_than_wrong_ones():
    for name in ("source.md", "source.pt-BR.md"):
        right, wrong = [], []
        for question in QUESTIONS:
            for letter, text in _options(name, question).items():
                (right if letter in _key(question) else wrong).append(len(text))
        ratio = (sum(right) / len(right)) / (sum(wrong) / len(wrong))
        assert 0.8 < ratio < 1.25, f"{name}: length gives the answer away ({ratio:.2f})"


def test_the_number_of_right_letters_is_no_constant_to_guess():
    assert len({len(_key(question)) for question in QUESTIONS}) >= 3


@pytest.mark.parametrize(
    ("name", "absolute", "cautious"),
    [
        (
            "source.md",
            r"\b(no|nothing|never|always|every|only|alone|all|none|fully)\b",
            r"\b(about|at least|at best|probably|roughly|some|as a rule|in part|rather|somewhat|might)\b",
        ),
        (
            "source.pt-BR.md",
            r"\b(nenhum|nada|nunca|sempre|todo|todos|todas|só)\b",
            r"\b(cerca|pelo menos|no máximo|provavelmente|mais ou menos|uns|alguns|algumas|em regra|em parte"
            r"|relativamente|um pouco|talvez)\b",
        ),
    ],
)
def test_bold_or_cautious_wording_does_not_tell_right_from_wrong(name, absolute, cautious):
    """Bold statements and cautious ones are right in some questions and wrong in others, three at least of each."""
    met = {(kind, right): 0 for kind in (absolute, cautious) for right in (True, False)}
    for question in QUESTIONS:
        options, key = _options(name, question), _key(question)
        for kind, right in met:
            met[kind, right] += any(
                re.search(kind, text, re.IGNORECASE)
                for letter, text in options.items()
                if (letter in key) == right
            )
    assert min(met.values()) >= 3, met


def test_the_translation_is_whole():
    assert translate.review(lessons.read(PETLOVE / "source.md"), PETLOVE / "source.pt-BR.md") == []


# --- rubric, example answers, notes ------------------------------------------------------------


def test_the_rubric_has_three_levels_in_both_languages_for_every_text():
    rubric = _rubric()["questions"]
    texts = {
        c.metadata["labkit"]["id"]: c.metadata["labkit"] for c in _cells().values() if "question" in tags(c)
    }
    assert set(rubric) == {name for name, question in texts.items() if question["kind"] == "text"}
    for name, entry in rubric.items():
        most = sum(max(level["points"] for level in criterion["levels"]) for criterion in entry["criteria"])
        assert most == entry["points"] == texts[name]["points"]
        assert [criterion["id"] for criterion in entry["criteria"]] == ["concept", "evidence", "reasoning"]
        for criterion in entry["criteria"]:
            assert [level["points"] for level in criterion["levels"]] == [0, 1, 2]
            assert set(criterion["title"]) == {"en", "pt-BR"}
            assert all(set(level["descriptor"]) == {"en", "pt-BR"} for level in criterion["levels"])


def test_no_level_of_the_rubric_serves_two_questions():
    said = [
        level["descriptor"]["en"]
        for entry in _rubric()["questions"].values()
        for criterion in entry["criteria"]
        for level in criterion["levels"]
    ]
    assert len(said) == len(set(said)) == 45


def test_the_rubric_names_no_letter_of_the_key():
    text = (PETLOVE / "rubric.yml").read_text(encoding="utf-8")
    assert not re.search(
        r"\b[B-J]\b(?=[,.;)]| and | e |\s*$)", re.sub(r"gra(de|u) [A-C]\b", "", text), re.MULTILINE
    )


@pytest.mark.parametrize("file", ["answers.yml", "answers.pt-BR.yml"])
def test_the_strong_answers_are_complete_and_choose_the_key(file):
    strong = _answers(file)["strong"]
    facts = structure.fact_numbers(CASE)
    for question in QUESTIONS:
        assert sorted(strong[question]) == _key(question)
        expected = structure.Expected.of(_cells()[f"petlove-{question}-why-question"].metadata["labkit"])
        assert structure.missing(structure.measure(strong[f"{question}-why"], facts), expected) == []
        assert strong["marks"][f"{question}-why"] == [2, 2, 2]


@pytest.mark.parametrize("file", ["answers.yml", "answers.pt-BR.yml"])
def test_weaker_answers_have_the_form_and_lack_the_substance(file):
    answers, facts = _answers(file), structure.fact_numbers(CASE)
    for question in QUESTIONS:
        expected = structure.Expected.of(_cells()[f"petlove-{question}-why-question"].metadata["labkit"])
        key, marks = set(_key(question)), []
        for level in ("average", "wrong"):
            assert (
                structure.missing(structure.measure(answers[level][f"{question}-why"], facts), expected) == []
            )
            marks.append(sum(answers[level]["marks"][f"{question}-why"]))
        assert 6 > marks[0] > marks[1]
        assert (
            0
            < len(key & set(answers["average"][question])) - len(set(answers["average"][question]) - key)
            < len(key)
        )
        assert not len(key & set(answers["wrong"][question])) > len(set(answers["wrong"][question]) - key)


@pytest.mark.parametrize(
    ("answers", "examples"), [("answers.yml", "examples.md"), ("answers.pt-BR.yml", "examples.pt-BR.md")]
)
def test_the_examples_show_the_same_answers(answers, examples):
    shown = " ".join((TEACHER / examples).read_text(encoding="utf-8").replace("\n>", "\n").split())
    for level in _answers(answers).values():
        for question in QUESTIONS:
            assert " ".join(level[f"{question}-why"].split()) in shown


@pytest.mark.parametrize(
    ("file", "heading", "right"),
    [("notes.md", "Question", "right"), ("notes.pt-BR.md", "Pergunta", "certa")],
)
def test_the_notes_prove_every_option_and_agree_with_the_key(file, heading, right):
    text = (TEACHER / file).read_text(encoding="utf-8")
    for number, question in enumerate(QUESTIONS, start=1):
        section = re.search(rf"\*\*{heading} {number}: ([A-Z, ]+)\*\*\n\n((?:\|.*\n)+)", text)
        assert section[1].split(", ") == _key(question)
        verdicts = dict(re.findall(r"^\| ([A-Z]) \| (\w+) \|", section[2], re.MULTILINE))
        assert set(verdicts) == set(_options("source.md", question))
        assert [letter for letter, verdict in verdicts.items() if verdict == right] == _key(question)


@pytest.mark.parametrize("file", ["notes.md", "notes.pt-BR.md", "examples.md", "examples.pt-BR.md"])
def test_what_the_teacher_reads_cites_facts_that_exist(file):
    facts = {int(row["fact"]) for row in _rows()}
    cited = set(structure.citations((TEACHER / file).read_text(encoding="utf-8")))
    assert cited
    assert cited <= facts


def test_a_case_text_with_an_unknown_label_is_refused(tmp_path: Path):
    broken = tmp_path / "case.md"
    broken.write_text("## A. X\n\n**[1]** (A · 2024) Text.\n- Rumour: something.\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"case.md, line 4: no fact and no known label"):
        _facts_table().read_facts(broken)
