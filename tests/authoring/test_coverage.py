import pytest

from labkit.authoring import coverage as module
from labkit.authoring.coverage import coverage


@pytest.fixture
def report(write_lesson, monkeypatch, tmp_path):
    inventory = tmp_path / "concepts.csv"
    inventory.write_text("id,concept_en\ns4-001,What CRM is\ns4-002,Why it matters\n")
    monkeypatch.setattr(module, "INVENTORY", inventory)

    def of(*text):
        monkeypatch.setattr(module, "_sources", lambda: [write_lesson(*text)])
        return coverage()

    return of


def test_concepts_are_covered_by_the_exercise_that_names_them(report):
    assert report().covered == {"s4-001": ["97_test:97-q1"]}
    assert report().uncovered == {"s4-002": "Why it matters"}


def test_the_report_counts_and_lists(report):
    assert str(report()) == "1 of 2 concepts are exercised.\n  not yet: s4-002 Why it matters"


def test_unknown_concepts_are_found(report, lesson_text):
    assert report(lesson_text.replace("s4-001", "s9-999")).unknown == ["97_test:97-q1 s9-999"]


def test_an_exercise_that_claims_too_much_is_found(report, lesson_text):
    assert report(lesson_text.replace('["s4-001"]', '["s4-001", "s4-002", "s4-001", "s4-002"]')).crowded == [
        "97_test:97-q1"
    ]


def test_a_concept_named_outside_an_exercise_does_not_count_silently(report, lesson_text):
    assert "is no exercise" in report(lesson_text.replace(":tags: [exercise]\n", "")).unknown[0]
