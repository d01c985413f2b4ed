"""Lesson 34: did the campaign work?"""

from __future__ import annotations

from types import SimpleNamespace

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_


def _data() -> SimpleNamespace:
    import pandas as pd

    from labkit.data import load

    email_test = load("email_test")
    arms = email_test[email_test["bought_womens"] == "all"].set_index("arm")
    campaigns = load("campaigns").set_index("campaign_id")
    contacts, orders = load("contacts"), load("orders")

    def rows(campaign_id: int) -> pd.DataFrame:
        """One row for each customer assigned, with what they brought in the campaign's window."""
        campaign = campaigns.loc[campaign_id]
        end = campaign["sent_on"] + pd.Timedelta(days=campaign["window_days"])
        window = orders[(orders["ordered_on"] >= campaign["sent_on"]) & (orders["ordered_on"] < end)]
        money = window.groupby("customer_id")[["margin_brl", "revenue_brl"]].sum()
        listed = contacts[contacts["campaign_id"] == campaign_id].merge(money, on="customer_id", how="left")
        listed["ordered"] = listed["margin_brl"].notna()
        return listed.fillna({"margin_brl": 0.0, "revenue_brl": 0.0})

    may = rows(1)
    fortnight = (orders["ordered_on"] - campaigns.loc[1, "sent_on"]).dt.days // campaigns.loc[
        1, "window_days"
    ]
    before = orders[fortnight.between(-13, -1) & orders["customer_id"].isin(may["customer_id"])]
    margin_before = before.pivot_table(
        index="customer_id", columns=fortnight, values="margin_brl", aggfunc="sum", fill_value=0.0
    ).reindex(may["customer_id"], fill_value=0.0)
    return SimpleNamespace(
        womens=_arm(arms.loc["women's e-mail"]),
        mens=_arm(arms.loc["men's e-mail"]),
        none=_arm(arms.loc["no e-mail"]),
        spread=margin_before.var().mean() ** 0.5,
        may=may.groupby("arm").agg(
            assigned=("ordered", "size"),
            delivered=("delivered", "sum"),
            ordered=("ordered", "sum"),
            visited=("visited", "sum"),
        ),
        visits_error=_visits_error(arms),
        rows={1: may, 3: rows(3)},
        costs=campaigns["contact_cost_brl"],
    )


def _visits_error(arms) -> float:
    rate = arms["visited"] / arms["customers"]
    variance = rate * (1 - rate) / arms["customers"]
    return (variance["women's e-mail"] + variance["no e-mail"]) ** 0.5


def _arm(row):
    from labkit.interact import Arm

    return Arm(int(row["customers"]), row["mean_spend_usd"], row["sd_spend_usd"])


def _around(center: float, error: float, times: float = 1.96) -> tuple[float, float]:
    return center - times * error, center + times * error


def _spend(d, error: float, times: float = 1.96) -> tuple[float, float]:
    return _around(d.womens.mean - d.none.mean, error, times)


def _spend_error(d) -> float:
    return (d.womens.variance_of_mean + d.none.variance_of_mean) ** 0.5


EFFECT = 1.5
"""The effect that exercise 2 asks for, R$. Not 2: there, dividing by the effect and doubling are one."""


def _customers(d, multiplier: float = 2.8) -> float:
    return 2 * multiplier**2 * 2 * d.spread**2 / EFFECT**2


def _profit(
    d,
    column: str = "margin_brl",
    chosen=None,
    error=None,
    cost: float | None = None,
    campaign: int = 3,
    arms: tuple[str, str] = ("treated", "control"),
):
    """Interval of the profit of "We miss you", computed rightly unless told otherwise."""
    from labkit.interact import Arm, difference_of_means

    rows = d.rows[campaign]
    rows = rows if chosen is None else rows[chosen(rows)]
    treated, control = (Arm.of(rows.loc[rows["arm"] == arm, column]) for arm in arms)
    cost = d.costs[campaign] if cost is None else cost
    if error is not None:
        return _around(treated.mean - control.mean - cost, error(treated, control))
    result = difference_of_means(treated, control)
    return result.low - cost, result.high - cost


LESSON = Lesson(
    id="34",
    title=N_("Did it work?"),
    step="interact",
    data=_data,
    exercises=[
        Exercise(
            id="34.q1",
            answer="money_interval",
            expected=lambda d: _spend(d, _spend_error(d)),
            tolerance=0.002,
            unit="US$",
            hints=[
                N_(
                    'Start from the change of the means, `arms.loc["women\'s e-mail", "mean_spend_usd"]` '
                    'less that of `"no e-mail"`.'
                ),
                N_(
                    "The variance of one arm's mean is `sd ** 2 / customers`. Add those of both arms, then take the root."
                ),
            ],
            misconceptions={
                "spread instead of standard error": (
                    lambda d: _spend(d, (d.womens.sd**2 + d.none.sd**2) ** 0.5),
                    N_(
                        "That is how much *customers* differ. How much the *mean* would differ is far less: "
                        "divide each variance by its number of customers."
                    ),
                ),
                "adds standard errors": (
                    lambda d: _spend(d, d.womens.variance_of_mean**0.5 + d.none.variance_of_mean**0.5),
                    N_(
                        "You added the two standard errors. Variances add up, their roots do not: square first."
                    ),
                ),
                "one arm only": (
                    lambda d: _spend(d, d.womens.variance_of_mean**0.5),
                    N_(
                        "You took the standard error of the treated arm only. The control group could have fallen "
                        "otherwise too: its variance belongs in."
                    ),
                ),
                "one standard error": (
                    lambda d: _spend(d, _spend_error(d), 1.0),
                    N_(
                        "One standard error to each side holds the truth in 68 of 100 tests. For 95 take 1.96."
                    ),
                ),
                "two for 1.96": (
                    lambda d: _spend(d, _spend_error(d), 2.0),
                    N_(
                        "You took 2 standard errors: a good rule of thumb in the head. Here take 1.96, as the cell above."
                    ),
                ),
                "divides the spread by the customers": (
                    lambda d: _spend(
                        d, ((d.womens.sd / d.womens.n) ** 2 + (d.none.sd / d.none.n) ** 2) ** 0.5
                    ),
                    N_(
                        "You divided the spread by the number of customers. Divide the *squared* spread by it, or the "
                        "spread by its root."
                    ),
                ),
                "spread not squared": (
                    lambda d: _spend(d, (d.womens.sd / d.womens.n + d.none.sd / d.none.n) ** 0.5),
                    N_(
                        "You divided the spread by the customers without squaring it: a variance is `sd ** 2`."
                    ),
                ),
                "no root": (
                    lambda d: _spend(d, _spend_error(d) ** 2),
                    N_("That is the variance of the change. The standard error is its root."),
                ),
                "standard error of visits": (
                    lambda d: _spend(d, d.visits_error),
                    N_(
                        "`standard_error` above is that of visits. Money has its own: `sd ** 2 / customers` in each arm."
                    ),
                ),
                "share of the control group": (
                    lambda d: tuple(end / d.none.mean for end in _spend(d, _spend_error(d))),
                    N_("You divided by the control group's mean. US$ per customer are asked: leave it out."),
                ),
                "percent of the control group": (
                    lambda d: tuple(100 * end / d.none.mean for end in _spend(d, _spend_error(d))),
                    N_("Those are percent of the control group's mean. US$ per customer are asked."),
                ),
                "one-sided": (
                    lambda d: _spend(d, _spend_error(d), 1.645),
                    N_(
                        "1.645 belongs to a one-sided question, which looks away from harm. An e-mail may also cost "
                        "you: take 1.96."
                    ),
                ),
                "no control": (
                    lambda d: _around(d.womens.mean, d.womens.variance_of_mean**0.5),
                    N_(
                        "That is the interval of what the treated spent. Part of it they would have spent anyway: "
                        "subtract the control group."
                    ),
                ),
                "the other e-mail": (
                    lambda d: _around(
                        d.mens.mean - d.none.mean, (d.mens.variance_of_mean + d.none.variance_of_mean) ** 0.5
                    ),
                    N_("That is the men's e-mail. The women's e-mail is asked."),
                ),
                "ends swapped": (
                    lambda d: _spend(d, _spend_error(d))[::-1],
                    N_("Both ends are right; put the lower one first."),
                ),
            },
            success=N_(
                "Zero is outside: the e-mail raised spend. But the upper end is four times the lower one: by how much, "
                "the test hardly says."
            ),
        ),
        Exercise(
            id="34.q2",
            answer="total_customers",
            expected=_customers,
            tolerance=60,
            unit=N_("customers"),
            hints=[
                N_("`customers_needed(effect, variance_treated, variance_control)` is defined above."),
                N_("A variance is the square of the spread: `spread ** 2`, the same in both arms."),
            ],
            misconceptions={
                "one arm only": (
                    lambda d: _customers(d) / 2,
                    N_(
                        "Half of it. Either that is one arm, where both together are asked, or you counted the spread "
                        "of one arm only."
                    ),
                ),
                "forgets power": (
                    lambda d: _customers(d, 1.96),
                    N_(
                        "With 1.96 alone the test finds the effect in 50 of 100 cases: a coin. For 80 of 100 take "
                        "1.96 + 0.84."
                    ),
                ),
                "one-sided": (
                    lambda d: _customers(d, 1.645 + 0.84),
                    N_("1.645 is for one-sided questions. A voucher can also lose money: take 1.96."),
                ),
                "effect not squared": (
                    lambda d: _customers(d) * EFFECT,
                    N_(
                        "You divided by the effect; divide by its square. That is why small effects cost so much."
                    ),
                ),
                "doubled twice": (
                    lambda d: _customers(d) * 2,
                    N_(
                        "Twice too many: `customers_needed` counts both arms already, and takes one variance for each."
                    ),
                ),
                "multiplier not squared": (
                    lambda d: _customers(d) / 2.8,
                    N_("You took 2.8 as it is. The size grows with the square of everything: 2.8 ** 2."),
                ),
                "spread of the mean": (
                    lambda d: _customers(d) / d.may["assigned"].sum(),
                    N_(
                        "You divided the spread by the root of the customers first. How much *customers* differ is "
                        "what counts here; how many of them there are is what you are asking."
                    ),
                ),
                "spread not squared": (
                    lambda d: _customers(d) / d.spread,
                    N_("A variance is asked, not a spread: square it."),
                ),
            },
            success=N_("More customers than Caramelo has, let alone this list."),
        ),
        Exercise(
            id="34.q3",
            answer="extra_customers",
            expected=lambda d: _extra(d, d.may.loc["treated", "assigned"]),
            tolerance=0.05,  # one decimal will do
            unit=N_("customers"),
            hints=[
                N_(
                    "How many of the treated would have ordered without the campaign? The control group's rate says it."
                ),
                N_("The difference of the two rates, times the number of customers *assigned* to treatment."),
            ],
            misconceptions={
                "all responders": (
                    lambda d: d.may.loc["treated", "ordered"],
                    N_(
                        "Those are all the treated who ordered. Most would have ordered anyway: subtract what the "
                        "control group's rate lets you expect."
                    ),
                ),
                "divides by delivered": (
                    lambda d: (
                        d.may.loc["treated", "ordered"] - _control_rate(d) * d.may.loc["treated", "delivered"]
                    ),
                    N_(
                        "You left out the treated whose e-mail bounced, and compare the rest with a control group "
                        "where the same kind of customer is still in. Count everybody assigned."
                    ),
                ),
                "times the delivered": (
                    lambda d: _extra(d, d.may.loc["treated", "delivered"]),
                    N_(
                        "The difference of the rates is right, but it is per customer *assigned*: multiply by those, "
                        "not by the delivered."
                    ),
                ),
                "counts subtracted": (
                    lambda d: d.may.loc["treated", "ordered"] - d.may.loc["control", "ordered"],
                    N_(
                        "You subtracted the counts, as if the arms were of one size. The control group is a little "
                        "larger: compare the rates, then multiply by the treated."
                    ),
                ),
                "rounded": (
                    lambda d: round(_extra(d, d.may.loc["treated", "assigned"])),
                    N_("Right, but rounded. Leave the decimals: they are an estimate, not people."),
                ),
                "visitors": (
                    lambda d: _extra(d, d.may.loc["treated", "assigned"], "visited"),
                    N_("Those are extra visitors. Take who `ordered`."),
                ),
                "who would have come anyway": (
                    lambda d: _control_rate(d) * d.may.loc["treated", "assigned"],
                    N_(
                        "So many of the treated would have ordered anyway. The campaign brought the others: subtract "
                        "from all who ordered."
                    ),
                ),
                "response rate less control": (
                    lambda d: (
                        (
                            d.may.loc["treated", "ordered"] / d.may.loc["treated", "delivered"]
                            - _control_rate(d)
                        )
                        * d.may.loc["treated", "assigned"]
                    ),
                    N_(
                        "You took the response rate, over those delivered, and the control group's rate, over those "
                        "assigned. Compare like with like: everybody assigned, in both arms."
                    ),
                ),
                "a share": (
                    lambda d: _extra(d, 1),
                    N_(
                        "That is the difference of the rates. A number of customers is asked: multiply by the treated."
                    ),
                ),
                "relative lift": (
                    lambda d: 100 * _extra(d, 1) / _control_rate(d),
                    N_(
                        "That is percent more than the control group's rate. A number of customers is asked: take the "
                        "difference of the rates, times the treated."
                    ),
                ),
                "a rate": (
                    lambda d: 100 * _extra(d, 1),
                    N_(
                        "Those are points. A number of customers is asked: multiply the difference of the rates by the treated."
                    ),
                ),
                "the whole list": (
                    lambda d: _extra(d, d.may["assigned"].sum()),
                    N_("The control group got no message. Multiply by the treated only."),
                ),
            },
            success=N_(
                "So few: the other responders are customers whom the agency did not bring. How sure even these "
                "few are, the next cell says."
            ),
        ),
        Exercise(
            id="34.q4",
            answer="verdict",
            expected=lambda d: "c",
            hints=[
                N_("Result first, split second? Give the sizes of the two arms to `interact.sample_ratio`."),
                N_(
                    "In the other campaigns some of the treated did not get their e-mail. How many in this one, and "
                    "where might they be?"
                ),
            ],
            misconceptions={
                "size does not matter": (
                    lambda d: "a",
                    N_(
                        "The size itself would not matter. *Who* is missing does: the rates are now shares of "
                        "different kinds of customers."
                    ),
                ),
                "drops at random": (
                    lambda d: "b",
                    N_(
                        "That mends the size and not the bias. Those who are missing need not be a random part of the "
                        "treated; you would have to drop the same kind of customer from the control group, and nobody "
                        "knows them."
                    ),
                ),
                "corrects the denominator": (
                    lambda d: "d",
                    N_(
                        "The missing customers ordered too, and their orders are not in this table: now the treated "
                        "would look too bad. Only the list as it was drawn tells."
                    ),
                ),
                "the interval covers it": (
                    lambda d: "e",
                    N_(
                        "The interval says what chance does to a fair lot. What was done to the list is not in it, "
                        "however wide it is."
                    ),
                ),
            },
            success=N_("A broken split cannot be repaired from what is left, only from what was lost."),
        ),
        Exercise(
            id="34.q5",
            answer="profit_interval",
            expected=_profit,
            tolerance=0.02,
            unit="R$",
            hints=[
                N_("Split `margin_brl` by `arm`; zeros stay in."),
                N_(
                    "`interact.incremental_profit(treated, control, contact_cost=...)`; the result has `.low` and `.high`."
                ),
            ],
            misconceptions={
                "forgets the contact": (
                    lambda d: _profit(d, cost=0.0),
                    N_(
                        "That is the margin. The contact has to be paid too: subtract `contact_cost_brl` from both ends."
                    ),
                ),
                "the total": (
                    lambda d: tuple(end * (d.rows[3]["arm"] == "treated").sum() for end in _profit(d)),
                    N_("That is the profit on all who were treated. One treated customer is asked."),
                ),
                "cost of the other campaign": (
                    lambda d: _profit(d, cost=d.costs[1]),
                    N_(
                        "You subtracted what a contact of *Come back in May* costs. Take campaign 3 in `campaigns`."
                    ),
                ),
                "cost of the broken campaign": (
                    lambda d: _profit(d, cost=d.costs[2]),
                    N_(
                        "You subtracted what a contact of *Autumn basket* costs. Take campaign 3 in `campaigns`."
                    ),
                ),
                "the other campaign": (
                    lambda d: _profit(d, campaign=1),
                    N_("That is *Come back in May*. *We miss you* is asked: its rows are in `miss_you`."),
                ),
                "arms swapped": (
                    lambda d: _profit(d, arms=("control", "treated")),
                    N_("You subtracted the treated from the control group. Treated first."),
                ),
                "revenue": (
                    lambda d: _profit(d, "revenue_brl"),
                    N_("You used revenue. Most of it goes to suppliers: take `margin_brl`."),
                ),
                "buyers only": (
                    lambda d: _profit(d, chosen=lambda rows: rows["ordered"]),
                    N_(
                        "You compared buyers with buyers. The campaign's work is to turn customers who bring zero into "
                        "buyers: the zeros belong in."
                    ),
                ),
                "delivered only": (
                    lambda d: _profit(d, chosen=lambda rows: rows["delivered"] | (rows["arm"] == "control")),
                    N_(
                        "You left out the treated whose e-mail bounced. In the control group the same kind of customer "
                        "is still in: count everybody assigned."
                    ),
                ),
                "one arm only": (
                    lambda d: _profit(d, error=lambda treated, control: treated.variance_of_mean**0.5),
                    N_("The control group's variance is missing from the standard error."),
                ),
                "adds standard errors": (
                    lambda d: _profit(
                        d,
                        error=lambda treated, control: sum(
                            a.variance_of_mean**0.5 for a in (treated, control)
                        ),
                    ),
                    N_(
                        "You added the two standard errors. Variances add up, their roots do not: square first."
                    ),
                ),
            },
            success=N_(
                "A better estimate than that of the other campaign, and still the interval holds zero."
            ),
        ),
    ],
)


def _control_rate(d) -> float:
    return d.may.loc["control", "ordered"] / d.may.loc["control", "assigned"]


def _extra(d, customers: float, column: str = "ordered") -> float:
    rate = d.may[column] / d.may["assigned"]
    return (rate["treated"] - rate["control"]) * customers
