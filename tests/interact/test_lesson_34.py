"""Lesson 34 says in words what its cells print: the words are computed again here, from the data.

When the data change on purpose, a failing case shows the phrase that the lesson must now say.
"""

import numpy as np
import pandas as pd
import pytest

from labkit import interact
from labkit.data import load
from labkit.exercises.declare import data_of, find
from tests import stories


@pytest.fixture(scope="module")
def prose():
    return stories.prose("34")


def email_arms():
    table = load("email_test")
    return table[table["bought_womens"] == "all"].set_index("arm")


def spend(arm):
    return interact.Arm(int(arm["customers"]), arm["mean_spend_usd"], arm["sd_spend_usd"])


def visits(table):
    womens, none = table.loc["women's e-mail"], table.loc["no e-mail"]
    return interact.difference_of_proportions(
        womens["visited"], womens["customers"], none["visited"], none["customers"]
    )


def email_phrases():
    arms = email_arms()
    visit = visits(arms)
    money = interact.difference_of_means(spend(arms.loc["women's e-mail"]), spend(arms.loc["no e-mail"]))
    table = load("email_test")
    yes, no = (visits(table[table["bought_womens"] == bought].set_index("arm")) for bought in ("yes", "no"))
    gap = yes.estimate - no.estimate
    tenth = 0.1 * money.control
    sds = arms["sd_spend_usd"]
    needed = interact.sample_size_means(tenth, sds["no e-mail"], sds["women's e-mail"]).total
    ratio = sds / arms["mean_spend_usd"]
    yield f"adds {100 * visit.estimate:.1f} **points** of visits, or {100 * visit.relative:.0f} **percent** more"
    yield f"from {100 * visit.low:.1f} to {100 * visit.high:.1f} points"
    low, high = money.relative_interval
    yield f"visits {visit.relative_interval[0]:+.0%} to {visit.relative_interval[1]:+.0%}, converted"
    yield f"spend {low:+.0%} to {high:+.0%}. Men's"
    yield f"raised spend by {low:.0%}, or more than doubled it"
    assert high > 1
    yield f"{needed / 1e6:.1f} million customers"
    yield f"{needed / (visit.n_treated + visit.n_control):.0f} tests like this one"
    yield f"{money.relative:.0%} by the estimate, {low:.0%} at the lower end"
    yield f"nothing under US$ {money.half_width:.2f} leaves zero out, and a tenth is US$ {tenth:.3f}"
    yield f"the e-mail added {100 * yes.estimate:.1f} points of visits, among the others {100 * no.estimate:.1f}"
    noise = np.hypot(yes.half_width, no.half_width)
    yield f"{100 * gap:.1f} points, give or take {100 * noise:.1f}, or {1.96 * gap / noise:.1f} standard errors: this"
    yield f"spread is {ratio.min():.0f} to {ratio.max():.0f} times the mean"
    width = 100 * (money.high - money.low)
    yield f"less than {width:.0f} cents; at a margin of 30%, less than {0.3 * width:.0f} cents"


def campaign(number):
    """The rows of a campaign, and its contact cost."""
    row = load("campaigns").set_index("campaign_id").loc[number]
    orders, contacts = load("orders"), load("contacts")
    days = (orders["ordered_on"] - row["sent_on"]).dt.days
    money = orders[days.between(0, row["window_days"] - 1)].groupby("customer_id")[
        ["margin_brl", "discount_brl"]
    ]
    rows = contacts[contacts["campaign_id"] == number].merge(money.sum(), on="customer_id", how="left")
    rows["ordered"] = rows["margin_brl"].notna()
    rows = rows.fillna({"margin_brl": 0.0, "discount_brl": 0.0})
    rows["before_discount"] = rows["margin_brl"] + rows["discount_brl"]
    before = orders.loc[days.between(-90, -1), "customer_id"]
    return rows.assign(ordered_before=rows["customer_id"].isin(before)), row["contact_cost_brl"]


def change(rows, column):
    by_arm = {arm: part[column].astype(float) for arm, part in rows.groupby("arm")}
    return interact.difference_of_means(by_arm["treated"], by_arm["control"])


def truth(number):
    return load("truth/effects").query(f"campaign_id == {number}")


def true_profit(number, cost):
    rows = truth(number)
    return (rows["margin_treated_brl"] - rows["margin_control_brl"]).mean() - cost


def may_phrases():
    rows, cost = campaign(1)
    ordered, visited = change(rows, "ordered"), change(rows, "visited")
    margin, discount, brought = (change(rows, c) for c in ("margin_brl", "discount_brl", "before_discount"))
    treated = rows[rows["arm"] == "treated"]
    rate = treated["ordered"].sum() / treated["delivered"].sum()
    anyway = 100 * ordered.control / ordered.treated
    control = rows[rows["arm"] == "control"]
    basket = control.loc[control["ordered"], "before_discount"]
    to_pay = discount.estimate + cost
    low, high = interact.ratio_interval(to_pay, discount.half_width / 1.96, basket.mean(), basket.sem())
    counts = [n for part in (treated, control) for n in (part["ordered"].sum(), len(part))]
    anyway_low, anyway_high = interact.incremental_response(*counts).anyway_interval
    opted_out = treated.loc[treated["opted_out"], "customer_id"]
    orders, sent = load("orders"), load("campaigns").set_index("campaign_id").loc[1, "sent_on"]
    later = orders.loc[orders["ordered_on"] >= sent + pd.Timedelta(days=14), "customer_id"]
    profit = margin.estimate - cost
    yield f"The agency's {rate:.1%} is right"
    yield f'Of 100 who "responded", {anyway:.0f} would'
    yield f"Visits went up beyond doubt, by {100 * visited.estimate:.1f} points"
    yield f"Orders went up by {100 * ordered.estimate:.1f} points"
    yield f"interval, from {100 * ordered.low:.1f} to {100 * ordered.high:.1f}, holds zero"
    yield f"2.8 of these standard errors are {100 * ordered.half_width / 1.96 * 2.8:.1f} points"
    yield f"a **loss** of R$ {-profit:.2f} for each customer treated"
    yield f"from losing R$ {cost - margin.low:.2f} to earning R$ {margin.high - cost:.2f}"
    yield f"Discounts cost R$ {discount.estimate:.2f} a treated customer, give or take R$ {discount.half_width:.2f}"
    yield f"What they brought, R$ {brought.estimate:.2f} of margin, is hardly known"
    yield f"Margin before discounts {brought.estimate:+.2f}, from {brought.low:.2f} to {brought.high:.2f}"
    yield f"discounts {-discount.estimate:.2f}, from {-discount.high:.2f} to {-discount.low:.2f}; price of the contact {-cost:.2f}"
    yield f"profit {profit:+.2f}, from {margin.low - cost:.2f} to {margin.high - cost:.2f}, mostly below zero"
    yield (
        f"takes about {100 * to_pay / basket.mean():.1f} points more of them to pay for discounts and contacts "
        f"({100 * low:.1f} to {100 * high:.1f})"
    )
    yield (
        f"needs about {100 * to_pay / basket.mean():.1f} points more who order ({100 * low:.1f} to {100 * high:.1f}), "
        f"the test shows {100 * ordered.estimate:.1f} ({100 * ordered.low:.1f} to {100 * ordered.high:.1f})"
    )
    yield f"but {anyway:.0f} of 100 who answered would have come anyway ({100 * anyway_low:.0f} at least)"
    assert anyway_high > 1, "the e-mail may have kept some away"
    assert ordered.high < low, "even the upper end falls short of what it takes to pay"
    largest = treated["margin_brl"].max()
    yield f"One treated customer alone brought R$ {largest:,.0f}, which is R$ {largest / len(treated):.2f} for each"
    assert largest / len(treated) > margin.estimate, "more than the difference between the arms"
    yield f"from R$ {brought.low:.2f}, nothing, to R$ {brought.high:.2f}, which would pay for both"
    assert brought.low < 0
    assert brought.high > to_pay
    yield f"{-profit / (margin.half_width / 1.96):.1f} standard errors below zero"
    yield f"{opted_out.isin(later).sum()} of them have ordered since"
    yield f"R$ {discount.control:.2f} a head"
    yield f"the test showed {100 * ordered.estimate:.1f}, from {100 * ordered.low:.1f} to {100 * ordered.high:.1f}"
    yield f"And {treated['opted_out'].sum()} customers opted out"
    yield f"{(margin.low - cost) / cost:.0%} to {(margin.high - cost) / cost:.0%}"
    yield f"The campaign loses R$ {-true_profit(1, cost):.2f} on each customer"
    effects = truth(1)
    brings = (effects["margin_treated_brl"] - effects["margin_control_brl"]).groupby(effects["uplift_group"])
    each = brings.sum() / len(effects)
    yield f"{brings.size()['persuadable']} customers bring R$ {each['persuadable']:.2f} for everybody"
    yield f"come anyway and take home R$ {-each['sure thing']:.2f} in vouchers"
    more = (effects["bought_treated"].astype(int) - effects["bought_control"].astype(int)).mean()
    yield f"{brings.size()['sleeping dog']} who stay away because of the message, cost R$ {-each['sleeping dog']:.2f}. So it"
    yield f"did bring orders, {100 * more:.1f} points of the list"
    assert ordered.low < more < ordered.high
    assert more < ordered.half_width / 1.96 * 2.8, "which the test was too small to see"
    yield f"yet sent to everybody the voucher would lose R$ {-each.sum():.2f} even"
    yield f"Of their R$ {cost:.2f}, R$ {cost * brings.size()['lost cause'] / len(effects):.2f} goes to **lost causes**"
    miss_cost = campaign(3)[1]
    yield f"the truth of *We miss you*, R$ {true_profit(3, miss_cost):.2f}"


def plan_phrases():
    """The half year before the mailing, counted by order instead of by pivot table."""
    row = load("campaigns").set_index("campaign_id").loc[1]
    contacts, orders = load("contacts"), load("orders")
    listed = contacts.loc[contacts["campaign_id"] == 1, "customer_id"]
    variances, means, all_sums = [], [], []
    for back in range(1, 14):
        end = row["sent_on"] - pd.Timedelta(days=14 * (back - 1))
        inside = (orders["ordered_on"] >= end - pd.Timedelta(days=14)) & (orders["ordered_on"] < end)
        sums = orders[inside].groupby("customer_id")["margin_brl"].sum().reindex(listed).fillna(0.0)
        variances.append(sums.var())
        means.append(sums.mean())
        all_sums.append(sums.to_numpy())
    spread, customers = np.mean(variances) ** 0.5, len(load("customers"))
    found = 2.8 * spread * (4 / np.array([len(listed), customers, 1_000, 100_000])) ** 0.5
    needed = 4 * (2.8 * spread / row["contact_cost_brl"]) ** 2
    yield f"an effect under R$ {found[0]:.2f} will usually be missed"
    yield f"The *whole* margin of a fortnight is R$ {np.mean(means):.2f}"
    yield f"could be seen with {needed:,.0f} customers. Caramelo has {customers:,}"
    alike = np.corrcoef(all_sums)[np.triu_indices(13, 1)].mean()
    yield f"to learn of effects over R$ {found[0] * ((1 + 3 * alike) / 4) ** 0.5:.2f}"
    rows, _cost = campaign(1)
    spreads, sizes = rows.groupby("arm")["margin_brl"].std(), rows["arm"].value_counts()
    yield f"1.96 of them are R$ {found[0] * 1.96 / 2.8:.2f}. It became R$ {1.96 * (spreads**2 / sizes).sum() ** 0.5:.2f}"
    yield f"spreads of {spreads['treated']:.0f} and {spreads['control']:.0f} came where {spread:.0f} was planned"
    yield f"is reached at {needed:,.0f} customers"
    yield f"falls from R$ {found[2]:.2f} with 1,000 customers to R$ {found[3]:.2f}"
    yield f"This list finds R$ {found[0]:.2f}, all customers R$ {found[1]:.2f}"


def autumn_phrases():
    rows, cost = campaign(2)
    margin = change(rows, "margin_brl")
    drawn = truth(2).merge(rows[["customer_id", "arm", "ordered_before"]], on="customer_id", how="left")
    missing = drawn["arm"].isna()
    control = drawn["arm"] == "control"
    orders, sent = load("orders"), load("campaigns").set_index("campaign_id").loc[2, "sent_on"]
    recent = orders.loc[(sent - orders["ordered_on"]).dt.days.between(1, 90), "customer_id"]
    nobody_mailed = drawn["margin_control_brl"]

    def gap(kept):
        return nobody_mailed[kept & ~control].mean() - nobody_mailed[kept & control].mean()

    assert not interact.sample_ratio((~control).value_counts()).broken, "as drawn it was fair"
    yield f"while: {drawn.loc[missing, 'customer_id'].isin(recent).mean():.0%} of the missing had ordered"
    yield f"{100 * missing.sum() / (~control).sum():.0f} of 100 addresses"
    yield f"against {rows.loc[rows['arm'] == 'control', 'ordered_before'].mean():.0%} of the control group"
    yield f"R$ {margin.estimate - cost:.2f} of profit for"
    assert margin.low - cost > 0, "the interval leaves zero out"
    yield f"nearly all of the R$ {margin.estimate:.2f} that it was credited with"
    found = interact.difference_of_means(nobody_mailed[~missing & ~control], nobody_mailed[control])
    as_drawn = interact.difference_of_means(nobody_mailed[~control], nobody_mailed[control])
    assert found.low > 0 > as_drawn.low, "the missing push the interval past zero"
    yield f"The e-mail earned R$ {true_profit(2, cost):.2f}"
    yield f"differed by R$ {gap(~missing):.1f} of margin as found"
    yield f"still by R$ {gap(missing | ~missing):.1f} as drawn"
    yield f"the missing added some R$ {gap(~missing) - gap(missing | ~missing):.1f}"


PHRASES = {
    "email": email_phrases,
    "plan": plan_phrases,
    "may": may_phrases,
    "autumn": autumn_phrases,
}


@pytest.mark.parametrize("part", PHRASES)
def test_numbers_in_the_prose_are_those_of_the_data(prose, part):
    missing = [phrase for phrase in PHRASES[part]() if phrase not in prose]
    assert not missing


def test_the_story_of_the_three_campaigns_is_in_the_data():
    (may, may_cost), (autumn, _cost), (miss_you, miss_cost) = (campaign(number) for number in (1, 2, 3))

    def split(rows):
        return interact.sample_ratio(rows["arm"].value_counts())

    assert not split(may).broken
    assert split(autumn).broken
    assert not split(miss_you).broken
    assert change(may, "visited").low > 0, "the campaign brings visits"
    ordered = change(may, "ordered")
    assert ordered.low < 0 < ordered.high, "and orders are not shown"
    for rows, cost in ((may, may_cost), (miss_you, miss_cost)):
        margin = change(rows, "margin_brl")
        assert margin.low - cost < 0 < margin.high - cost, "and its profit is uncertain"
    margin = change(may, "margin_brl")
    assert margin.low - may_cost < true_profit(1, may_cost) < margin.high - may_cost
    miss_margin = change(miss_you, "margin_brl")
    assert margin.estimate - may_cost < miss_margin.estimate - miss_cost
    assert may_cost - miss_cost > (miss_margin.estimate - miss_cost - margin.estimate + may_cost) / 2, (
        "most of the gap is the cheaper contact"
    )
    assert response_rate(miss_you) < response_rate(may) / 2


def test_the_plan_asks_for_more_customers_than_there_are():
    _lesson, exercise = find("34.q2")
    assert exercise.expected(data_of("34")) > len(load("customers"))


def response_rate(rows):
    return rows.loc[rows["arm"] == "treated", "ordered"].sum() / rows["delivered"].sum()
