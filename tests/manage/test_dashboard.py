"""The page: every KPI with a comparison, its interval, and a colour that claims nothing too much."""

import matplotlib
import pytest
from matplotlib.colors import to_hex

from labkit.errors import LabkitError
from labkit.manage.dashboard import Panel, dashboard
from labkit.manage.kpis import Kpi, net_promoter_score
from labkit.manage.kpis.results import rate_interval
from labkit.plots import COLOURS

matplotlib.use("Agg")


def rate(count, of):
    low, high = rate_interval(count, of)
    return Kpi("retention rate", count / of, "share", "kept", "at the start", count, of, low=low, high=high)


def colour_of_last_point(figure):
    dots = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    return to_hex(dots[-1].get_color()).upper()


def test_a_change_that_is_established_is_blue():
    figure = dashboard([Panel("Retention", "of those at the start", {"a": rate(48, 80), "b": rate(56, 70)})])
    assert colour_of_last_point(figure) == COLOURS["blue"]
    assert "up, established" in figure.axes[0].get_xlabel()


def test_a_change_that_is_not_established_is_grey_and_said():
    figure = dashboard(
        [Panel("Retention", "of those at the start", {"a": rate(80, 100), "b": rate(84, 100)})]
    )
    assert colour_of_last_point(figure) == COLOURS["grey"].upper()
    assert "direction not established" in figure.axes[0].get_xlabel()


def test_values_and_denominators_stand_in_the_panel():
    cac = {
        year: Kpi("CAC", value, "R$", "spend", "customers won")
        for year, value in (("2024", 80.2), ("2025", 84.3))
    }
    axis = dashboard([Panel("CAC", "all customers won", cac)]).axes[0]
    assert [text.get_text() for text in axis.texts] == ["R$ 80", "R$ 84"]
    assert "all customers won" in axis.get_xlabel()
    assert "no interval" in axis.get_xlabel()


def test_a_last_point_without_interval_claims_nothing():
    cac = {year: Kpi("CAC", value, "R$", "spend", "won") for year, value in (("2024", 80.2), ("2025", 84.3))}
    assert colour_of_last_point(dashboard([Panel("CAC", "won", cac)])) == COLOURS["grey"].upper()


def test_two_campaigns_are_no_trend_however_far_apart():
    points = {"May": rate(48, 80), "Sept.": rate(56, 70)}
    figure = dashboard([Panel("Visits added", "of all assigned", points, over_time=False)])
    assert colour_of_last_point(figure) == COLOURS["grey"].upper()
    assert "not a trend" in figure.axes[0].get_xlabel()


def test_the_last_value_stays_inside_its_panel():
    points = {year: Kpi("CLV", value, "R$", "", "") for year, value in (("2024", 2125.0), ("2025", 2312.0))}
    figure = dashboard([Panel(str(n), "a plan holder", points) for n in range(3)])
    figure.canvas.draw()
    axis = figure.axes[0]
    assert axis.texts[-1].get_window_extent().x1 < axis.get_window_extent().x1


def test_panels_left_over_in_the_last_row_are_empty():
    points = {"a": net_promoter_score([9, 3]), "b": net_promoter_score([9, 9])}
    figure = dashboard([Panel(str(n), "answers", points) for n in range(4)])
    assert [axis.get_visible() for axis in figure.axes] == [True] * 4 + [False] * 2


def test_one_number_alone_is_refused():
    with pytest.raises(LabkitError, match="has 1 point; one number alone"):
        dashboard([Panel("Retention", "of those at the start", {"2025": rate(8, 10)})])


def test_an_empty_page_is_refused():
    with pytest.raises(LabkitError, match="at least one panel"):
        dashboard([])
