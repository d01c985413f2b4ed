"""What lesson 40 says about Caramelo's data must be so, also after the data are generated anew."""

import re

import nbformat
import pytest

from labkit.lessons import lesson_file, tags
from tests import stories

LESSON = lesson_file("40")

CITED = {"6.4%", "10.0%", "65,000", "21", "15,500"}
"""Published figures of the prose (Ascarza, Iyengar & Schleicher 2016; Keiningham and others 2007)."""

DEFINITIONS = {"0", "1", "6", "7", "9", "10", "95%", "100%", "100"}
"""Numbers that belong to a definition: scales, the level of an interval, whole amounts."""

NUMBER = re.compile(r"(?<![\w.])[+-]?\d[\d,]*(?:\.\d+)?%?")


@pytest.fixture(scope="module")
def solved():
    return stories.solved("40")


def test_one_decision_of_the_page_survives(solved):
    standing = solved["survives"][solved["survives"]]
    assert [name.partition(":")[0] for name in standing.index] == ["change nothing"]


def test_the_commission_is_above_every_model_and_below_the_value_counted_twice(solved):
    models, commission = solved["models"], solved["commission"]
    assert solved["clv"].high < commission < solved["clv"].value + solved["m"]
    assert (
        commission - solved["margin_luck"] < models.max() < commission
    )  # "less than the luck in the margin"
    assert models.iloc[:4].max() - models.iloc[:4].min() > solved["clv"].high - solved["clv"].low


def test_the_rates_that_rise_with_age_are_those_of_the_data_card(solved):
    from labkit import paths

    card = (paths.ROOT / "datasets/cards/plans.md").read_text(encoding="utf-8")
    assert "beta with 0.668 and 3.806" in card
    # .869 .743 .653 after one to three years (Fader & Hardie 2007), to the two points the fit leaves.
    survival = solved["rising"][:3].cumprod()
    assert survival == pytest.approx([0.869, 0.743, 0.653], abs=0.02)


def test_whether_the_target_is_met_depends_on_what_is_counted_and_on_luck(solved):
    target, cac = solved["cac_target"], solved["cac"]["2025"]
    assert solved["cac_page"] < target
    assert solved["left"] < target < cac.value
    assert cac.low < target  # "missed by less than luck moves it"


def test_dropping_the_influencers_loses_money_unless_many_come_anyway(solved):
    assert solved["dropped"] < 0
    assert solved["by_channel"].idxmax() == "influencers"
    assert 0.3 < 1 - solved["influencers"]["2025"] / solved["worth"] < 0.5


def test_what_left_is_worth_many_times_a_call_to_each(solved):
    assert solved["lost_margin"] > 5 * solved["one_call_each"]


def test_nps_rises_in_one_pot_by_more_than_luck_and_in_neither_survey(solved):
    from labkit.manage.kpis import change

    pot = change(*solved["surveys"]["relational+after_contact"].values())
    assert pot.established
    assert pot.value > 0
    assert solved["rose"] == [False, False]


def test_the_page_sees_conversion_collapse_and_the_same_sources_do_not(solved):
    page, same = solved["conversion_page"], solved["moved"]
    assert page[2025] < 0.8 * page[2024]
    older = solved["cohorts"]["… without the bought list"][0]
    assert same.after.parts["highest"] > older.value  # "above 2024's"
    assert not same.established
    assert solved["from_list"].value < same.after.value


def test_the_audience_that_responds_more_is_not_the_one_that_changes_more(solved):
    may, september = solved["response"]["May"], solved["response"]["Sept."]
    assert may.rate.value > september.rate.value
    assert may.incremental.value < september.incremental.value
    assert may.incremental.window.days == 14


def test_the_voucher_lost_money_by_an_estimate_that_holds_zero(solved):
    assert solved["may_profit"].estimate < 0
    assert solved["may_profit"].spans_zero


def test_the_cost_of_winning_is_the_only_change_on_the_new_page_that_is_established(solved):
    from labkit.manage.kpis import change

    for name in ("retention", "lifetime", "same_sources", "incremental"):
        assert not change(*solved[name].values()).established, name
    for survey in ("relational", "after_contact"):
        assert not change(*solved["surveys"][survey].values()).established, survey
    assert change(*solved["cac"].values()).established


def test_the_exercise_on_changes_knows_the_lesson_s_figures(solved):
    from labkit.exercises.declare import data_of

    assert solved["established"] == data_of("40").established == {"conversion, page", "NPS, one pot", "CAC"}
    before, after = solved["cac"].values()
    assert after.low < before.high  # the intervals overlap and the change is established all the same


def test_detractors_leave_more_often_and_leavers_are_too_few_to_say_who_they_were(solved):
    assert solved["gap"].low > 0
    assert solved["moods"]["detractors"] > 0.6
    assert solved["low"] < 0.5 < solved["high"] < 0.68  # "misses about a third, or more"


def test_a_call_may_pay_or_harm_and_a_test_of_it_sees_only_the_harm(solved):
    from labkit.interact import power_proportions

    called, churn, leave = solved["called"], solved["churn"], solved["leave"]
    worth = called * (churn - leave) * solved["one_kept"] - 5 * called
    assert worth["keeps one in ten"] > 0 > worth["changes nothing"] > worth["wakes people up"]
    power = {name: power_proportions(churn, rate, called, called) for name, rate in leave.items()}
    assert power["keeps one in ten"] < 0.2 < 0.9 < power["wakes people up"]


def test_nearly_nine_in_ten_stayed(solved):
    assert 0.87 < solved["retention"]["2025"].value < 0.905


def test_every_number_of_the_prose_is_one_that_a_cell_shows():
    nb = nbformat.read(LESSON.built(), as_version=4)
    shown, code, prose = [], [], []
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            if cell.id not in ("40-title", "40-close") and "solution" not in tags(cell):
                prose.append(cell.source)
            continue
        code += re.findall(r"(?<![\w.\"'-])\d[\d.]*\b", cell.source)
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                prose.append(data["text/plain"])  # the description in words
            else:
                shown.append(output.get("text", "") + data.get("text/plain", ""))
    known = [_value(token)[0] for token in NUMBER.findall(" ".join(shown))] + [float(n) for n in code]
    missing = [
        token
        for text in prose
        for token in _said(text)
        if not any(_rounds_to(value, token) for value in known)
    ]
    assert not missing


def _said(text: str) -> list[str]:
    """Numbers of a text that claim something: no code, formulas, dates, lesson and exercise numbers."""
    for pattern in (
        r"```.*?```",
        r"`[^`]*`",
        r"^#+ \d+ ·",
        r"[Ll]essons? \d+",
        r"Exercise \d+",
        r"t = 0",
        r"1 [−/+] \w",
        r"\(1 \+ i[^)]*\)",
        r"1\.96",
        r"\b\d{1,2} (January|September)",
        r"\b20[0-2]\d\b",
        r"/ n\b",
    ):
        text = re.sub(pattern, " ", text, flags=re.DOTALL | re.MULTILINE)
    return [t for t in NUMBER.findall(text) if t.rstrip(",") not in CITED | DEFINITIONS]


def _value(token: str) -> tuple[float, int, bool]:
    """A token as a number, its decimals, and whether it is a percentage."""
    plain = token.rstrip("%,").replace(",", "")
    return float(plain), len(plain.partition(".")[2]), token.endswith("%")


def _rounds_to(value: float, token: str) -> bool:
    said, decimals, percent = _value(token.rstrip(","))
    sizes = (abs(value), 100 * abs(value))
    exact = abs(abs(said) - sizes[0]) <= 0.5 * 10**-decimals + 1e-9 if not percent else False
    return (
        exact
        or abs(abs(said) - sizes[1]) <= 0.5 * 10**-decimals + 1e-9
        or (percent and sizes[0] == abs(said))
    )
