"""The two real data sets: the published counts."""

import pandas as pd

from labkit.data import load


def test_cdnow_has_2357_customers_and_6919_transactions():
    cdnow = load("cdnow")
    assert cdnow["customer_id"].nunique() == 2_357
    assert len(cdnow) == 6_919


def test_cdnow_has_946_customers_who_repeat_by_the_end_of_september():
    calibration = load("cdnow").query("date <= '1997-09-30'").drop_duplicates(["customer_id", "date"])
    assert (calibration["customer_id"].value_counts() > 1).sum() == 946


def test_cdnow_customers_first_buy_in_the_first_quarter_of_1997():
    first = load("cdnow").groupby("customer_id")["date"].min()
    assert first.between(pd.Timestamp("1997-01-01"), pd.Timestamp("1997-03-31")).all()


def test_arms_of_the_email_test_are_the_published_ones():
    arms = load("email_test").query("bought_womens == 'all'").set_index("arm")
    assert arms["customers"].to_dict() == {
        "men's e-mail": 21_307,
        "women's e-mail": 21_387,
        "no e-mail": 21_306,
    }
    assert arms["visited"].to_dict() == {"men's e-mail": 3_894, "women's e-mail": 3_238, "no e-mail": 2_262}
    assert arms["converted"].to_dict() == {"men's e-mail": 267, "women's e-mail": 189, "no e-mail": 122}
    assert arms["customers"].sum() == 64_000


def test_the_split_by_womens_goods_adds_up_to_the_arms():
    table = load("email_test")
    parts = table[table["bought_womens"] != "all"].groupby("arm")[["customers", "visited"]].sum()
    whole = table[table["bought_womens"] == "all"].set_index("arm").loc[parts.index, ["customers", "visited"]]
    assert (parts == whole).all(axis=None)
