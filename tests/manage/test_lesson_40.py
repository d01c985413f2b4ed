"""What lesson 40 says about Caramelo's data must be so, also after the data are generated anew."""

import re

import nbformat
import pytest

from labkit.lessons import lesson_file, read, tags

LESSON = lesson_file("40")

CITED = {"6.4%", "10.0%", "65,000"}
"""Published figures of the prose (Ascarza, Iyengar & Schleicher 2016)."""

DEFINITIONS = {"0", "1", "6", "7", "9", "10", "95%", "100%", "100"}
"""Numbers that belong to a definition: scales, the level of an interval, whole amounts."""

NUMBER = re.compile(r"(?<![\w.])[+-]?\d[\d,]*(?:\.\d+)?%?")


@pytest.fixture(scope="module")
def solved():
    """Every name of the lesson after its cells have run, exercises answered."""
    import IPython.display
    import matplotlib

    matplotlib.use("Agg")
    cells = [cell for cell in read(LESSON.path).cells if cell.cell_type == "code"]
    answers = {cell.id.removesuffix("-solution"): cell.source for cell in cells if "solution" in tags(cell)}
    names: dict = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(IPython.display, "display", lambda *_a, **_k: None)
        for cell in cells:
            if "solution" not in tags(cell):
                exec(compile(answers.get(cell.id, cell.source), cell.id, "exec"), names)
    return names


def test_no_decision_of_the_page_survives(solved):
    assert not solved["survives"].any()


def test_the_commission_is_above_every_honest_value_and_below_the_doubled_one(solved):
    clv, m = solved["clv"], solved["m"]
    assert clv.high < solved["commission"] < clv.value + m


def test_the_target_is_met_only_without_the_team_or_without_the_influencers(solved):
    target = solved["cac_target"]
    assert solved["cac_page"] < target
    assert solved["left"] < target < solved["cac"]["2025"].value


def test_dropping_the_influencers_loses_money(solved):
    assert solved["dropped"] < 0
    assert solved["by_channel"].idxmax() == "influencers"


def test_nps_rises_in_one_pot_and_falls_in_both_surveys(solved):
    assert solved["nps_page"][2025] > solved["nps_page"][2024]
    assert solved["rose"] == [False, False]


def test_the_page_sees_conversion_collapse_and_the_same_sources_do_not(solved):
    page, same = solved["conversion_page"], solved["moved"]
    assert page[2025] < 0.8 * page[2024]
    assert not same.established
    assert solved["from_list"].value < same.after.value


def test_the_audience_that_responds_more_is_not_the_one_that_changes_more(solved):
    may, september = solved["response"]["May"], solved["response"]["Sept."]
    assert may.rate.value > september.rate.value
    assert may.incremental.value < september.incremental.value
    assert may.incremental.high > september.incremental.low  # "with intervals that overlap"


def test_the_voucher_lost_money_by_an_estimate_that_holds_zero(solved):
    assert solved["may_profit"].estimate < 0
    assert solved["may_profit"].spans_zero


def test_no_change_with_an_interval_is_established(solved):
    from labkit.manage.kpis import change

    for name in ("retention", "lifetime", "same_sources", "incremental"):
        assert not change(*solved[name].values()).established, name
    for survey in solved["surveys"].values():
        assert not change(*survey.values()).established


def test_detractors_leave_more_often_and_are_still_the_fewer_of_those_who_left(solved):
    assert solved["moods"]["detractors"] < solved["moods"]["promoters"]
    assert solved["moods"]["detractors"] > 0.6
    assert solved["of_leavers"]["detractors"] < 50


def test_only_the_call_may_pay(solved):
    assert solved["call_profit"] > 0


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
        r"\b20[12]\d\b",
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
