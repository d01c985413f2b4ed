"""Response beside the incremental rate."""

import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.manage.kpis import campaign_response


def campaign():
    """70 treated, 56 of them respond, 10 more not reached; 80 control, 48 respond."""
    rows = [("treated", True, True)] * 56 + [("treated", True, False)] * 4
    rows += [("treated", False, False)] * 10
    rows += [("control", False, True)] * 48 + [("control", False, False)] * 32
    return pd.DataFrame(rows, columns=["arm", "delivered", "visited"])


def test_the_response_rate_divides_by_what_was_delivered():
    rate = campaign_response(campaign()).rate
    assert (rate.numerator, rate.denominator) == (56, 60)


def test_the_incremental_rate_divides_by_everybody_assigned():
    incremental = campaign_response(campaign()).incremental
    assert incremental.value == pytest.approx(56 / 70 - 48 / 80)
    # Newcombe (1998), Statistics in Medicine 17, table II: 56/70 - 48/80, method 10.
    assert (incremental.low, incremental.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_both_rates_are_shown_together():
    text = repr(campaign_response(campaign()))
    assert "response rate" in text
    assert "incremental rate" in text
    assert "0.800 of 70 treated less 0.600 of 80 control" in text


def test_who_responded_without_being_reached_counts_for_the_arm_alone():
    table = campaign()
    table.loc[60, "visited"] = True  # treated, not delivered
    result = campaign_response(table)
    assert result.rate.numerator == 56
    assert result.arms.difference.treated == 57 / 70


def test_without_a_control_group_the_response_rate_is_refused():
    only = campaign().query("arm == 'treated'")
    with pytest.raises(LabkitError, match="70 treated and 0 control"):
        campaign_response(only)


def test_nothing_delivered_is_not_divided_by():
    with pytest.raises(LabkitError, match="Nothing was delivered"):
        campaign_response(campaign().assign(delivered=False))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"campaign_id": [1, 2] * 75}, "holds 2 campaigns"),
        ({"visited": 1}, "visited holds int64; True or False"),
        ({"arm": "A"}, "Column arm holds A"),
    ],
)
def test_what_does_not_fit_is_said(change, says):
    with pytest.raises(LabkitError, match=says):
        campaign_response(campaign().assign(**change))


def test_another_column_can_say_who_responded():
    table = campaign().rename(columns={"visited": "bought"})
    assert campaign_response(table, responded="bought").rate.numerator == 56
    with pytest.raises(LabkitError, match="no column visited"):
        campaign_response(table)


def test_the_window_is_carried_by_both_rates():
    result = campaign_response(campaign(), window=("2025-05-12", "2025-05-25"))
    assert str(result.rate.window) == str(result.incremental.window) == "2025-05-12 to 2025-05-25"
