"""What CRM is, what claims about it rest on, what retention is worth and what it costs."""

from __future__ import annotations

from types import SimpleNamespace

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

YEAR = 2025
DISCOUNT_RATE = 0.10
MAY = 1  # the campaign "Come back in May"
VOUCHER = 20  # R$, what its offer promises


def margin_multiple(r: float, i: float = DISCOUNT_RATE) -> float:
    """Years of margin a customer is worth who stays each year with probability ``r``.

    The first margin comes after one year; constant margin, no end (Gupta & Lehmann).
    """
    return r / (1 + i - r)


def _percent_gain(before: float, after: float) -> float:
    return 100 * (after / before - 1)


def _data() -> SimpleNamespace:
    import pandas as pd

    from labkit.data import load

    spend, customers, orders = load("spend"), load("customers"), load("orders")
    this_year = spend["month"].dt.year == YEAR
    winning = spend["purpose"] == "acquisition"
    won = customers[customers["acquired_on"].dt.year == YEAR]
    ordered = orders[orders["ordered_on"].dt.year == YEAR]
    paid = spend.loc[this_year & winning, "channel"]
    year_before = spend["month"].dt.year == YEAR - 1

    campaign = load("campaigns").set_index("campaign_id").loc[MAY]
    end = campaign["sent_on"] + pd.Timedelta(days=int(campaign["window_days"]))
    window = orders[(orders["ordered_on"] >= campaign["sent_on"]) & (orders["ordered_on"] < end)]
    contacts = load("contacts").query("campaign_id == @MAY").set_index("customer_id")
    contacts["buyers"] = contacts.index.isin(window["customer_id"])
    contacts["discounts"] = window.groupby("customer_id")["discount_brl"].sum()
    arms = contacts.groupby("arm")[["buyers", "discounts"]].sum()
    size = contacts.groupby("arm").size()
    return SimpleNamespace(
        acquisition=spend.loc[this_year & winning, "spend_brl"].sum(),
        acquisition_without_team=spend.loc[
            this_year & winning & (spend["channel"] != "team"), "spend_brl"
        ].sum(),
        all_spend=spend.loc[this_year, "spend_brl"].sum(),
        acquisition_all_years=spend.loc[winning, "spend_brl"].sum(),
        won=len(won),
        customers=len(customers),
        won_all_years=(customers["acquired_on"] >= spend["month"].min()).sum(),
        acquisition_year_before=spend.loc[year_before & winning, "spend_brl"].sum(),
        won_year_before=(customers["acquired_on"].dt.year == YEAR - 1).sum(),
        won_by_paid_channels=won["acquisition_channel"].isin(paid).sum(),
        orders=len(ordered),
        buyers=ordered["customer_id"].nunique(),
        message=float(campaign["contact_cost_brl"]),
        size=size,
        arms=arms,
        rate=arms.div(size, axis=0).astype(float),
    )


def _extra(d: SimpleNamespace, column: str) -> float:
    """Treated minus control, per customer assigned."""
    return d.rate.loc["treated", column] - d.rate.loc["control", column]


def _cost_per_extra_buyer(d: SimpleNamespace) -> float:
    return (d.message + _extra(d, "discounts")) / _extra(d, "buyers")


LESSON = Lesson(
    id="01",
    title=N_("What CRM is"),
    step="strategy",
    data=_data,
    exercises=[
        Exercise(
            id="01.q1",
            answer="without_software",
            expected=lambda d: {"B", "C", "E"},
            hints=[
                N_(
                    "Apply the test: will somebody treat this customer differently tomorrow, because of what we know, "
                    "even if the computers are down?"
                ),
                N_(
                    "Organisation is the second layer: who looks after whom, and what they are paid for. And ask of each "
                    "line that sends or shows something: what does it know about the customer?"
                ),
            ],
            misconceptions={
                "software is CRM": (
                    lambda d: {"A", "D", "F"},
                    N_(
                        "These three are what software does: hold, send, count. None of them decides how any "
                        "customer is treated. You have chosen the third layer; the first two are asked."
                    ),
                ),
                "sending is relating": (
                    lambda d: {"B", "C", "D", "E"},
                    N_(
                        "D uses addresses, but knows nothing: everybody gets the same. Sending more is not relating "
                        "more."
                    ),
                ),
                "licences count": (
                    lambda d: {"A", "B", "C", "E"},
                    N_(
                        "Licences change nothing for a customer until somebody has decided what to do with them. "
                        "A is what is bought last."
                    ),
                ),
                "pay is a matter for personnel": (
                    lambda d: {"B", "C"},
                    N_(
                        "E looks like a matter for the personnel department. But it is the second layer: a "
                        "receptionist with her own customers, paid when they stay, will treat them accordingly."
                    ),
                ),
                "a count of messages is a measure of people": (
                    lambda d: {"B", "C", "E", "F"},
                    N_(
                        "What people are measured by does belong to organisation, and F looks like it. But it counts what "
                        "the tool does, and nobody's work is judged by it: no customer is treated differently."
                    ),
                ),
                "only what one assistant knows": (
                    lambda d: {"C"},
                    N_(
                        "C passes the test at once. But somebody must decide whom to treat how (B) and look after whom, "
                        "and be paid for it (E): strategy and organisation are the layers that are asked for."
                    ),
                ),
                "deciding is only talk": (
                    lambda d: {"C", "E"},
                    N_(
                        "B is missing. To stop the discounts for some customers, for a reason, treats them differently "
                        "tomorrow: it is the first layer, strategy."
                    ),
                ),
                "everything on the list": (
                    lambda d: {"A", "B", "C", "D", "E", "F"},
                    N_(
                        "All six can stand in a CRM budget. Which of them would treat a customer differently if the computers "
                        "were down? Three only hold, send or count."
                    ),
                ),
                "everything but the licences": (
                    lambda d: {"B", "C", "D", "E", "F"},
                    N_(
                        "A is rightly out. But D sends everybody the same, and F counts what the tool does: without the tool "
                        "nothing is left of either."
                    ),
                ),
                "only decisions at the top": (
                    lambda d: {"B", "E"},
                    N_(
                        "C is missing: a note in the shop assistant's book is knowledge about one customer, and it "
                        "is used. That is CRM, with paper."
                    ),
                ),
            },
            success=N_(
                "Decide whom to treat how, pay people for it, use what you know. A platform can then do it for "
                "thousands of customers instead of a dozen."
            ),
        ),
        Exercise(
            id="01.q2",
            answer="evidence",
            expected=lambda d: ["D", "A", "B"],
            hints=[
                N_(
                    "Ask of each: what was measured, on whom, who signs it, and could you look it up? Not whether you like "
                    "the result."
                ),
                N_(
                    "What can you say about a source you have not seen? Neither that it is good nor that it is bad."
                ),
            ],
            misconceptions={
                "not seen is the weakest": (
                    lambda d: ["D", "A", "B", "C"],
                    N_(
                        "The order is right, but C does not belong in it. Not seen is not weak: the video may hold "
                        "the best study of all. A grade needs something to be graded."
                    ),
                ),
                "the famous firm first": (
                    lambda d: ["A", "D", "B"],
                    N_(
                        "A is signed by a famous firm, and shows no method. D says whom it compared with whom, in a "
                        "journal where you can look it up. A name is not evidence."
                    ),
                ),
                "the famous firm first, not seen last": (
                    lambda d: ["A", "D", "B", "C"],
                    N_(
                        "Two things. A shows no method, D compared two groups: D comes first. And C was not seen, "
                        "so it has no grade at all."
                    ),
                ),
                "one telephone company proves nothing": (
                    lambda d: ["A", "B", "D"],
                    N_(
                        "D is about one company, and its result goes against what one hopes. But it measured, with a "
                        "group left alone; A and B show no method. Narrow is not weak: it says exactly what it covers."
                    ),
                ),
                "the word study is a study": (
                    lambda d: ["D", "B", "A"],
                    N_(
                        "B says “study”, but without a title or a sample, and nobody can find it; and its page has "
                        "something to sell. That is folklore. A is at least signed by those whose experience it is."
                    ),
                ),
                "two studies before experience": (
                    lambda d: ["B", "D", "A"],
                    N_(
                        "B only *says* that there is a study: no title, no year, no sample. What nobody can look up is "
                        "folklore, however often it is repeated."
                    ),
                ),
                "folklore has no grade": (
                    lambda d: ["D", "A"],
                    N_(
                        "The order is right, and you left B out. But B was *seen*, and what is missing from it is known: that "
                        "is a grade, the lowest, folklore. Only C cannot be graded, because nobody saw it."
                    ),
                ),
                "the famous firm first, folklore left out": (
                    lambda d: ["A", "D"],
                    N_(
                        "Two things. D compared two groups and says how; A shows no method: D comes first. And B was seen, so it "
                        "has a grade, folklore: it belongs in the list, last."
                    ),
                ),
                "only what can be looked up": (
                    lambda d: ["D"],
                    N_(
                        "D is the strongest. A and B are weak, but they were seen, so they have a grade and a place behind it; "
                        "only C has none."
                    ),
                ),
                "not seen is better than folklore": (
                    lambda d: ["D", "A", "C", "B"],
                    N_(
                        "You gave C a place before B. It may be better or worse, nobody knows: it was not seen, so leave it out."
                    ),
                ),
                "weakest first": (
                    lambda d: ["B", "A", "D"],
                    N_("You have it the other way round: the strongest first."),
                ),
            },
            success=N_(
                "An experiment that can be looked up, then experience that somebody signs, then a number whose study "
                "nobody can find. What nobody has seen stays without a grade. And D found that working at it can do harm."
            ),
        ),
        Exercise(
            id="01.q3",
            answer="value_gain",
            expected=lambda d: _percent_gain(margin_multiple(0.80), margin_multiple(0.80 * 1.05)),
            tolerance=0.2,
            unit="percent",
            hints=[
                N_("Five percent of 80: what retention does the firm reach?"),
                N_("Divide the multiple after by the multiple before. How much above 1 is that, in percent?"),
            ],
            misconceptions={
                "points for percent": (
                    lambda d: _percent_gain(margin_multiple(0.80), margin_multiple(0.85)),
                    N_(
                        "You went from 80 to 85: five *points*. Five *percent* of 80 is four points. The consultant "
                        "is happy with your reading, and you paid for it."
                    ),
                ),
                "multiple without discount": (
                    lambda d: _percent_gain(0.80 / 0.20, 0.84 / 0.16),
                    N_(
                        "You used r/(1 − r), as if money in ten years were money today. The discount rate belongs "
                        "below the line: r/(1 + i − r). Without it, retention always looks worth more."
                    ),
                ),
                "points for percent, without discount": (
                    lambda d: _percent_gain(0.80 / 0.20, 0.85 / 0.15),
                    N_(
                        "Two things. Five *percent* of 80 is four points, not five. And the discount rate is "
                        "missing: the multiple is r/(1 + i − r)."
                    ),
                ),
                "first margin at once": (
                    lambda d: _percent_gain(
                        (1 + DISCOUNT_RATE) / (1 + DISCOUNT_RATE - 0.80),
                        (1 + DISCOUNT_RATE) / (1 + DISCOUNT_RATE - 0.84),
                    ),
                    N_(
                        "You counted a first margin today, (1 + i)/(1 + i − r). That version exists; the lesson's "
                        "begins after one year, r/(1 + i − r). Always say which one you use."
                    ),
                ),
                "value rises as retention does": (
                    lambda d: 5.0,
                    N_(
                        "Retention rises by 5%, the value by more: at 80% a customer stays 5 years on average, at 84% "
                        "6.25. Put both rates into the formula."
                    ),
                ),
                "five times the value of one percent": (
                    lambda d: 5 * _percent_gain(margin_multiple(0.80), margin_multiple(0.80 * 1.01)),
                    N_(
                        "You took the rise for 1% five times. The curve bends upwards: the fifth percent is worth more "
                        "than the first. Put 80 and 84% into the formula."
                    ),
                ),
                "one point": (
                    lambda d: _percent_gain(margin_multiple(0.80), margin_multiple(0.81)),
                    N_("You went from 80 to 81. Five percent *of 80* is four points: the firm reaches 84%."),
                ),
                "ratio instead of the rise": (
                    lambda d: margin_multiple(0.80 * 1.05) / margin_multiple(0.80),
                    N_(
                        "You divided after by before, which is right. Now say by how many *percent* that is above 1: "
                        "subtract 1, and multiply by 100."
                    ),
                ),
                "the multiple alone": (
                    lambda d: margin_multiple(0.80 * 1.05),
                    N_(
                        "That is the margin multiple at 84%, in years of margin. Divide it by the one at 80%; the rise "
                        "in percent is asked."
                    ),
                ),
                "difference of multiples": (
                    lambda d: margin_multiple(0.80 * 1.05) - margin_multiple(0.80),
                    N_(
                        "You subtracted the multiples: that is the rise in *years of margin*. In percent, divide it by "
                        "the multiple at 80%."
                    ),
                ),
                "percent for a share in the formula": (
                    lambda d: margin_multiple(84),
                    N_("`multiple` takes a share: 0.84, not 84. And the rise from 0.80 to 0.84 is asked."),
                ),
                "new value instead of the rise": (
                    lambda d: 100 * margin_multiple(0.80 * 1.05) / margin_multiple(0.80),
                    N_("That is the new value in percent of the old one. The *rise* is asked: subtract 100."),
                ),
            },
            success=N_(
                "Four points from 80, worth 21%. Read as points it would have been 27.5%: a quarter of the promise "
                "hangs on one word."
            ),
        ),
        Exercise(
            id="01.q4",
            answer="cac",
            expected=lambda d: d.acquisition / d.won,
            tolerance=0.5,
            unit="R$",
            hints=[
                N_("Above the line: the acquisition spend of 2025. Below it: the customers won in 2025."),
                N_(
                    'Both tables have a date: `spend["month"].dt.year == year` and '
                    '`customers["acquired_on"].dt.year == year`. Choose the purpose as well.'
                ),
            ],
            misconceptions={
                "all marketing spend": (
                    lambda d: d.all_spend / d.won,
                    N_(
                        "You divided *all* spend by the new customers. What is spent on keeping customers does not "
                        'win them: choose the rows with purpose "acquisition".'
                    ),
                ),
                "both years": (
                    lambda d: d.acquisition_all_years / d.won_all_years,
                    N_(
                        "You took 2024 and 2025 together. The cost of 2025 is asked, above the line and below it."
                    ),
                ),
                "the year before": (
                    lambda d: d.acquisition_year_before / d.won_year_before,
                    N_("That is the CAC of 2024, above the line and below it. The cost of 2025 is asked."),
                ),
                "spend of this year, customers of the year before": (
                    lambda d: d.acquisition / d.won_year_before,
                    N_(
                        "You divided the spend of 2025 by the customers won in 2024. Choose `acquired_on` in 2025: the "
                        "same year above the line and below it."
                    ),
                ),
                "spend of the year before, customers of this year": (
                    lambda d: d.acquisition_year_before / d.won,
                    N_(
                        "You divided the spend of 2024 by the customers won in 2025. Choose the months of 2025: the "
                        "same year above the line and below it."
                    ),
                ),
                "turns the ratio over": (
                    lambda d: d.won / d.acquisition,
                    N_(
                        "You divided customers by reais: how many customers R$ 1 wins. A cost per customer has the "
                        "money above the line."
                    ),
                ),
                "spend of both years": (
                    lambda d: d.acquisition_all_years / d.won,
                    N_(
                        "You divided the spend of two years by the customers of one. Choose the rows of 2025 in "
                        "`spend` too."
                    ),
                ),
                "per order": (
                    lambda d: d.acquisition / d.orders,
                    N_(
                        "You divided by the orders of 2025. CAC is per *customer won*: most orders come from "
                        "customers who were there already, and many customers order more than once."
                    ),
                ),
                "per buyer": (
                    lambda d: d.acquisition / d.buyers,
                    N_(
                        "You divided by everybody who ordered in 2025. Most of them were won in earlier years: count "
                        "those whose `acquired_on` lies in 2025."
                    ),
                ),
                "per customer known": (
                    lambda d: d.acquisition / d.customers,
                    N_(
                        "You divided by all customers Caramelo knows. Only those won in 2025 were won with the money "
                        "of 2025."
                    ),
                ),
                "media only": (
                    lambda d: d.acquisition_without_team / d.won,
                    N_(
                        "You left out the team. The people who win customers are paid for it: what CAC includes must "
                        "be said, and here it is all acquisition spend."
                    ),
                ),
                "paid channels only": (
                    lambda d: d.acquisition / d.won_by_paid_channels,
                    N_(
                        "You divided by the customers of channels that cost media money, and left out those who came "
                        "by referral or on their own. That is the *paid* CAC, a good question too; asked here are all "
                        "customers won."
                    ),
                ),
            },
            success=N_(
                "R$ 99.21 is what one new customer cost in 2025, whichever way she came. Keep it in mind for the "
                "comparison that follows."
            ),
        ),
        Exercise(
            id="01.q5",
            answer="cost_per_extra_buyer",
            expected=_cost_per_extra_buyer,
            tolerance=0.5,
            unit="R$",
            hints=[
                N_(
                    "Begin with rates: buyers per customer and discounts per customer, in each arm. Then treated "
                    "minus control."
                ),
                N_(
                    "Per treated customer the company gave one message and the *difference* in discounts; it got the "
                    "*difference* in buyers. Divide the first by the second."
                ),
            ],
            misconceptions={
                "average instead of incremental": (
                    lambda d: (
                        (d.message + d.rate.loc["treated", "discounts"]) / d.rate.loc["treated", "buyers"]
                    ),
                    N_(
                        "You divided by everybody who bought with a message. Most of them would have bought without "
                        "it, as the control group shows: only the buyers *beyond* its rate were gained. This is the "
                        "average that makes keeping look cheap."
                    ),
                ),
                "average, messages only": (
                    lambda d: d.message / d.rate.loc["treated", "buyers"],
                    N_(
                        "Two things. Most of these buyers would have come without the message: count those beyond "
                        "the control group's rate. And the vouchers cost money too."
                    ),
                ),
                "vouchers forgotten": (
                    lambda d: d.message / _extra(d, "buyers"),
                    N_(
                        "You counted the messages only. The company also gave vouchers, which no budget shows: add the "
                        "discounts beyond those of the control group."
                    ),
                ),
                "all discounts of the treated": (
                    lambda d: (d.message + d.rate.loc["treated", "discounts"]) / _extra(d, "buyers"),
                    N_(
                        "You charged the campaign with every discount its customers had. The control group had "
                        "everyday discounts too, without any campaign: take the difference. (Rates rounded to three decimals come "
                        "to nearly the same number: a difference this small does not bear rounding.)"
                    ),
                ),
                "differences of counts": (
                    lambda d: (
                        (
                            d.size["treated"] * d.message
                            + d.arms.loc["treated", "discounts"]
                            - d.arms.loc["control", "discounts"]
                        )
                        / (d.arms.loc["treated", "buyers"] - d.arms.loc["control", "buyers"])
                    ),
                    N_(
                        "You subtracted counts and sums. The control group is a little larger, so 396 buyers there are "
                        "not 396 here: subtract rates, and amounts per customer."
                    ),
                ),
                "messages forgotten": (
                    lambda d: _extra(d, "discounts") / _extra(d, "buyers"),
                    N_(
                        "You counted the vouchers only. Every treated customer was sent a message too, and each "
                        "message has its cost."
                    ),
                ),
                "vouchers of the extra buyers only": (
                    lambda d: d.message / _extra(d, "buyers") + VOUCHER,
                    N_(
                        "You charged a voucher of R$ 20 to the *extra* buyers only. Those who would have come anyway use "
                        "theirs too, and somebody must pay for them: take the difference in discounts."
                    ),
                ),
                "a voucher for every treated buyer": (
                    lambda d: (d.message + VOUCHER * d.rate.loc["treated", "buyers"]) / _extra(d, "buyers"),
                    N_(
                        "You charged R$ 20 for every treated buyer. Not every order reaches R$ 100, so not every buyer "
                        "could use the voucher: what was really given is the difference in `discounts`."
                    ),
                ),
                "messages to both arms": (
                    lambda d: (2 * d.message + _extra(d, "discounts")) / _extra(d, "buyers"),
                    N_(
                        "You paid for messages to both arms. The control group got none: only the treated cost R$ 1.35."
                    ),
                ),
                "the whole cost": (
                    lambda d: d.size["treated"] * (d.message + _extra(d, "discounts")),
                    N_(
                        "That is what the whole campaign cost. Divide it by the extra buyers: those beyond what the "
                        "treated group would have had at the control group's rate."
                    ),
                ),
                "the number of extra buyers": (
                    lambda d: d.size["treated"] * _extra(d, "buyers"),
                    N_(
                        "That is how *many* buyers the message brought. Now divide by it what the company gave for them: "
                        "messages, and discounts beyond the control group's."
                    ),
                ),
                "per message": (
                    lambda d: d.message + _extra(d, "discounts"),
                    N_(
                        "That is what the campaign cost per *treated customer*. Only a few of them became extra "
                        "buyers: divide by the difference in the rate of buying."
                    ),
                ),
            },
            success=N_(
                "R$ 669 for one buyer more, in 14 days: the messages and vouchers of all those who would have "
                "come anyway are paid for by the few who would not. How few they are is not sure: see what follows."
            ),
        ),
    ],
)
