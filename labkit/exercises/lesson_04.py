"""Five guidelines as audits: prices, conditions, queues, opt-outs, and customers one may refuse."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

if TYPE_CHECKING:
    import pandas as pd

YEAR = 2025  # whose money is split between final consumers and partners
BEFORE = 2024  # whose losses are looked into
LOOK_BACK = 56  # days before the message, for the price a sale is compared with
SOONER = 12  # hours that whoever is put first gains
BIG = 500  # R$ a month, as five messages have it
WENT_WRONG = (
    "delivery",
    "product",
    "app",
    "billing",
    "clinic",
)  # topics of tickets; the others ask or praise


def _data() -> SimpleNamespace:
    return SimpleNamespace(**_money(), **_audits(), **_queues(), **_trade(), **_losing())


def _money() -> dict:
    """R$ of 2025 by who paid."""
    from labkit.data import load

    orders, invoices, visits = load("orders"), load("receivables"), load("clinic_visits")
    billed = invoices[invoices["issued_on"].dt.year == YEAR].groupby("kind")["amount_brl"].sum()
    contracts = load("partner_contracts")
    return {
        "goods": orders.loc[orders["ordered_on"].dt.year == YEAR, "revenue_brl"].sum(),
        "plans": billed["plan"],
        "clinic": visits.loc[visits["visited_on"].dt.year == YEAR, "charged_brl"].sum(),
        "partners": billed["partner"],
        "contracts": len(contracts),
    }


def _audits() -> dict:
    """Messages on a raised price by look-back, and vouchers by where their conditions stand."""
    from labkit.data import load

    messages, prices = load("messages"), load("price_history")
    sales = messages[messages["claimed_was_brl"].notna()]
    vouchers = messages[messages["conditions"].notna()]
    told = [terms in text for terms, text in zip(vouchers["conditions"], vouchers["text"], strict=True)]
    raised = {
        days: sales[sales["claimed_was_brl"] > _list_price(sales, prices, days).to_numpy()]
        for days in (0, 30, 42, LOOK_BACK, 84)
    }
    return {
        "raised": {days: len(found) for days, found in raised.items()},
        "raised_products": raised[LOOK_BACK]["product_id"].nunique(),
        "vouchers": len(vouchers),
        "told": sum(told),
        "sales": len(sales),
        "messages": len(messages),
    }


def _list_price(sales: pd.DataFrame, prices: pd.DataFrame, days: int) -> pd.Series:
    """List price of each message's product so many days before the message; missing before the first."""
    import pandas as pd

    asked = sales[["message_id", "product_id"]].astype({"product_id": "int64"})
    asked["day"] = sales["sent_on"] - pd.Timedelta(days=days)
    found = pd.merge_asof(
        asked.sort_values("day"),
        prices.sort_values("valid_from"),
        left_on="day",
        right_on="valid_from",
        by="product_id",
    )
    return found.set_index("message_id")["list_price_brl"].reindex(sales["message_id"])


def _queues() -> dict:
    """How many tickets each of two rules would put first."""
    import pandas as pd

    from labkit.data import load

    tickets, orders = load("tickets"), load("orders")
    month = orders["ordered_on"].dt.to_period("M")
    spent = orders.groupby(["customer_id", month])["revenue_brl"].sum()
    before = pd.MultiIndex.from_arrays([tickets["customer_id"], tickets["opened_at"].dt.to_period("M") - 1])
    big = spent.reindex(before).gt(BIG).to_numpy()
    complaint = tickets["topic"].isin(WENT_WRONG).to_numpy()
    return {
        "tickets": len(tickets),
        "big": int(big.sum()),
        "grave": int(tickets["severity"].eq(3).sum()),
        "annoying": int(tickets["severity"].eq(2).sum()),
        "complaints": int(complaint.sum()),
        "big_complaints": int((big & complaint).sum()),
        "grave_complaints": int((tickets["severity"].eq(3).to_numpy() & complaint).sum()),
    }


def _trade() -> dict:
    """Deliveries, orders and opt-outs of messages, honest (False) and breaking a guideline (True)."""
    from labkit.data import load

    messages = load("messages").merge(load("truth/messages"), on="message_id")
    messages["breaks"] = messages["breach"].notna()
    results = ["delivered", "orders", "opt_outs"]
    offers = messages[messages["purpose"] == "offer"]
    rates = offers[["orders", "opt_outs"]].div(offers["delivered"], axis=0).groupby(offers["breaks"]).mean()
    more = rates.loc[True] - rates.loc[False]
    return {
        "mean_rates": 100 * more["opt_outs"] / more["orders"],
        "offers": offers.groupby("breaks")[results].sum(),
        "all_messages": messages.groupby("breaks")[results].sum(),
    }


def _losing() -> dict:
    """Who cost more than he brought in 2024, and two reasons why."""
    import pandas as pd

    from labkit.data import load

    orders, plans, visits = load("orders"), load("plans"), load("clinic_visits")
    served, tickets, deliveries = load("cost_of_service"), load("tickets"), load("deliveries")
    first, last = pd.Timestamp(BEFORE, 1, 1), pd.Timestamp(BEFORE, 12, 31)
    starts, ends = plans["started_on"].clip(lower=first), plans["cancelled_on"].fillna(last).clip(upper=last)
    months = ((ends - starts).dt.days + 1).clip(lower=0) / 30.4
    margin = months * (plans["monthly_fee_brl"] - plans["monthly_cost_brl"])
    paid = visits[(visits["visited_on"].dt.year == BEFORE) & visits["covered_by_contract_id"].isna()]
    of_year = orders[orders["ordered_on"].dt.year == BEFORE]
    books = pd.DataFrame(
        {
            "goods": of_year.groupby("customer_id")["margin_brl"].sum(),
            "plan": margin.groupby(plans["customer_id"]).sum(),
            "clinic": (paid["charged_brl"] - paid["cost_brl"]).groupby(paid["customer_id"]).sum(),
            "service": -served[served["year"] == BEFORE].set_index("customer_id")["cost_brl"],
        }
    ).fillna(0)
    losing = books[books.sum(axis=1) < 0]
    went = of_year.merge(deliveries, on="order_id")
    bad = (went["status"] != "delivered") | (went["delivered_on"] > went["promised_on"])
    told = tickets[(tickets["opened_at"].dt.year == BEFORE) & tickets["topic"].isin(WENT_WRONG)]
    failed = losing.index.isin(went.loc[bad, "customer_id"]) | losing.index.isin(told["customer_id"])
    ill = (losing["plan"] < 0).to_numpy()
    return {
        "losing": len(losing),
        "ill": int(ill.sum()),
        "failed": int(failed.sum()),
        "both": int((ill & failed).sum()),
    }


def _rates(table: pd.DataFrame) -> pd.DataFrame:
    return 1000 * table.div(table["delivered"], axis=0)


def _opt_outs_per_100(table: pd.DataFrame) -> float:
    """Opt-outs more for each 100 orders more: rates of the breaking messages minus those of the honest."""
    more = _rates(table).loc[True] - _rates(table).loc[False]
    return 100 * more["opt_outs"] / more["orders"]


def _plain_difference(table: pd.DataFrame) -> float:
    more = table.loc[True] - table.loc[False]
    return 100 * more["opt_outs"] / more["orders"]


def _put_first(d: SimpleNamespace, over_all: bool = False) -> tuple[float, float]:
    """Hours that the others wait longer if the big spenders, or the grave matters, are put first."""
    others = (0, 0) if over_all else (d.big, d.grave)
    return (SOONER * d.big / (d.tickets - others[0]), SOONER * d.grave / (d.tickets - others[1]))


LESSON = Lesson(
    id="04",
    title=N_("Relationship guidelines"),
    step="strategy",
    data=_data,
    exercises=[
        Exercise(
            id="04.q1",
            answer="left_out",
            expected=lambda d: d.partners / (d.goods + d.plans + d.clinic + d.partners),
            tolerance=0.005,
            unit=N_("share"),
            hints=[
                N_(
                    "The definition is about the *final consumer*. Which of the four lines of `money` is not paid by one?"
                ),
                N_(
                    "A contract does not make a buyer a firm: whoever holds a health plan for her cat is a final consumer."
                ),
                N_("Divide that one line by `money.sum()`."),
            ],
            misconceptions={
                "contracts are left out": (
                    lambda d: (d.partners + d.plans) / (d.goods + d.plans + d.clinic + d.partners),
                    N_(
                        "You left the health plans out as well. They are contracts, but with final consumers, and the "
                        "definition even names contracts. What it leaves out is buyers who are firms."
                    ),
                ),
                "divides by the rest": (
                    lambda d: d.partners / (d.goods + d.plans + d.clinic),
                    N_(
                        "You divided the partners by the consumers. A share is a part of the whole: divide by all four lines."
                    ),
                ),
                "R$, not a share": (
                    lambda d: d.partners,
                    N_("That is the amount in R$. A share is asked: divide by `money.sum()`."),
                ),
                "the share covered": (
                    lambda d: (d.goods + d.plans + d.clinic) / (d.goods + d.plans + d.clinic + d.partners),
                    N_("That is the share the definition *covers*. What it leaves out is asked."),
                ),
                "only goods are relationships": (
                    lambda d: 1 - d.goods / (d.goods + d.plans + d.clinic + d.partners),
                    N_(
                        "You left out everything but the goods. The tutor in the clinic's waiting room and the holder of a plan "
                        "are final consumers too."
                    ),
                ),
            },
            success=N_(
                "So much of the year's money comes from buyers to whom the definition promises nothing. That Caramelo owes them "
                "the same is a choice, and has to be written down as one."
            ),
        ),
        Exercise(
            id="04.q2",
            answer="raised_hidden",
            expected=lambda d: (d.raised[LOOK_BACK], d.vouchers - d.told),
            unit=N_("messages"),
            hints=[
                N_(
                    '`price_on(sales["sent_on"] - pd.Timedelta(days=56))` gives, for each sale message, the list price eight weeks '
                    "before it. In which is `claimed_was_brl` higher?"
                ),
                N_(
                    'For the second: take the rows with `messages["conditions"].notna()`, and ask row by row whether '
                    "`conditions` stands `in` the `text`."
                ),
                N_(
                    "`zip(vouchers.conditions, vouchers.text)` walks through both columns together; count the pairs in which "
                    "the first is `not in` the second."
                ),
            ],
            misconceptions={
                "the price of the day": (
                    lambda d: (d.raised[0], d.vouchers - d.told),
                    N_(
                        "Your conditions are right. For the prices you compared with the list price of the day, which is what "
                        "everybody who cheats sees to. Take 56 days from `sent_on` first."
                    ),
                ),
                "thirty days": (
                    lambda d: (d.raised[30], d.vouchers - d.told),
                    N_(
                        "Your conditions are right. For the prices you looked 30 days back; most of these prices had been "
                        "raised earlier than that. Eight weeks are 56 days."
                    ),
                ),
                "six weeks": (
                    lambda d: (d.raised[42], d.vouchers - d.told),
                    N_(
                        "Your conditions are right. For the prices you looked 42 days back, as in the list above; a few prices had been "
                        "raised before that. Eight weeks are 56 days."
                    ),
                ),
                "twelve weeks": (
                    lambda d: (d.raised[84], d.vouchers - d.told),
                    N_(
                        "Your conditions are right. Twelve weeks back you also catch prices that rose with their costs, long before "
                        "anybody planned a sale. Eight weeks are 56 days."
                    ),
                ),
                "counts sales": (
                    lambda d: (d.raised_products, d.vouchers - d.told),
                    N_(
                        "Your conditions are right. For the prices you counted the *products*; each sale is announced, recalled and "
                        "ended by messages of its own. Messages are asked."
                    ),
                ),
                "as high or higher": (
                    lambda d: (d.sales, d.vouchers - d.told),
                    N_(
                        "Your conditions are right. For the prices you counted all sale messages: an honest one names the price of "
                        "eight weeks before as well. *Higher* is asked, `>`, and against the price of 56 days before."
                    ),
                ),
                "every condition": (
                    lambda d: (d.raised[LOOK_BACK], d.vouchers),
                    N_(
                        "Your prices are right. A condition is no breach: most messages say theirs. Count those whose "
                        "condition does not stand in the text."
                    ),
                ),
                "conditions told": (
                    lambda d: (d.raised[LOOK_BACK], d.told),
                    N_(
                        "Your prices are right. You counted the messages that *do* say their condition; the others are asked."
                    ),
                ),
                "no condition is none told": (
                    lambda d: (d.raised[LOOK_BACK], d.messages - d.told),
                    N_(
                        "Your prices are right. You counted the messages without any condition as well: a missing one hides nothing. "
                        "Take only the rows where `conditions` is not missing."
                    ),
                ),
                "everything but the hidden": (
                    lambda d: (d.raised[LOOK_BACK], d.messages - (d.vouchers - d.told)),
                    N_(
                        "Your prices are right. You counted the messages that hide nothing, most of which have no condition at all. "
                        "Those are asked that have one and do not say it."
                    ),
                ),
                "swapped": (
                    lambda d: (d.vouchers - d.told, d.raised[LOOK_BACK]),
                    N_("The two are swapped: raised prices first, hidden conditions second."),
                ),
            },
            success=N_(
                "Neither can be seen in the message alone: one needs the price list of two months ago, the other the small print."
            ),
        ),
        Exercise(
            id="04.q3",
            answer="others_wait",
            expected=lambda d: _put_first(d),
            tolerance=0.01,
            unit=N_("hours"),
            hints=[
                N_(
                    "Nobody works faster. What the first gain in hours, all together, the others lose, all together."
                ),
                N_(
                    "Hours gained: 12 times the number of tickets put first. Share them out among the tickets that are *not* put first."
                ),
                N_(
                    '`tickets["big_spender"]` and `tickets["severity"] == 3` say who is put first by either rule; `.sum()` counts '
                    "them."
                ),
            ],
            misconceptions={
                "shared by everybody": (
                    lambda d: _put_first(d, over_all=True),
                    N_(
                        "You shared the hours out among *all* tickets. Those put first lose nothing: divide by the number of the others."
                    ),
                ),
                "only complaints": (
                    lambda d: (
                        SOONER * d.big_complaints / (d.complaints - d.big_complaints),
                        SOONER * d.grave_complaints / (d.complaints - d.grave_complaints),
                    ),
                    N_(
                        "You took complaints only. Everybody stands in the same queue, also those who ask: take all of `tickets`."
                    ),
                ),
                "swapped": (
                    lambda d: _put_first(d)[::-1],
                    N_("The two are swapped: first the rule by spending, then the rule by need."),
                ),
                "twelve for twelve": (
                    lambda d: (float(SOONER), float(SOONER)),
                    N_(
                        "Few are put first and many wait: twelve hours of one ticket are a few minutes for each of the others."
                    ),
                ),
                "in minutes": (
                    lambda d: tuple(60 * hours for hours in _put_first(d)),
                    N_("Those are minutes; hours are asked. Divide by 60."),
                ),
                "hours of all": (
                    lambda d: (float(SOONER * d.big), float(SOONER * d.grave)),
                    N_(
                        "Those are the hours that all the others lose together. How much does each lose? Divide by how many they are."
                    ),
                ),
                "annoying is not grave": (
                    lambda d: (
                        _put_first(d)[0],
                        SOONER * (d.grave + d.annoying) / (d.tickets - d.grave - d.annoying),
                    ),
                    N_(
                        "The first is right. For the second you put the annoying matters first as well; `severity` 3 only is asked."
                    ),
                ),
                "a ratio of tickets": (
                    lambda d: (d.big / (d.tickets - d.big), d.grave / (d.tickets - d.grave)),
                    N_(
                        "That is how many are put first for each of the others. Each of them gains 12 hours: multiply."
                    ),
                ),
            },
            success=N_(
                "The privilege of the purse costs the others less than that of need, because it puts fewer first. "
                "So the cost does not decide between them."
            ),
        ),
        Exercise(
            id="04.q4",
            answer="opt_outs_per_100",
            expected=lambda d: _opt_outs_per_100(d.offers),
            tolerance=0.1,  # not 0.5: near the result for one order, half an opt-out, other mistakes lie
            unit=N_("opt-outs"),
            hints=[
                N_(
                    "Messages reach different numbers of people: turn orders and opt-outs into rates of `delivered` first."
                ),
                N_(
                    "More orders: the rate of the offers that break a guideline minus that of the honest. More opt-outs likewise."
                ),
                N_("100 times the extra opt-outs, over the extra orders."),
            ],
            misconceptions={
                "all orders, not the extra ones": (
                    lambda d: 100 * d.offers.loc[True, "opt_outs"] / d.offers.loc[True, "orders"],
                    N_(
                        "You divided all opt-outs of the breaking offers by all their orders. Most of either an honest offer would "
                        "have had too: take the difference of the rates first."
                    ),
                ),
                "difference of two ratios": (
                    lambda d: float((100 * d.offers["opt_outs"] / d.offers["orders"]).diff().loc[True]),
                    N_(
                        "You took opt-outs per 100 orders for either kind, and subtracted. That says how much worse the *average* order is; "
                        "divide the extra opt-outs by the extra orders."
                    ),
                ),
                "mean of the rates": (
                    lambda d: d.mean_rates,
                    N_(
                        "You averaged the rates of single messages, so that one to few people counts as much as one to many. Add up "
                        "orders, opt-outs and `delivered` first, then divide."
                    ),
                ),
                "no rates": (
                    lambda d: _plain_difference(d.offers),
                    N_(
                        "You subtracted counts. The breaking offers reached more people, so they had more of everything; divide by "
                        "`delivered` before you subtract."
                    ),
                ),
                "all purposes": (
                    lambda d: _opt_outs_per_100(d.all_messages),
                    N_(
                        "You took all messages. Most honest ones are news that want to sell nothing; compare offers with offers."
                    ),
                ),
                "upside down": (
                    lambda d: 1e4 / _opt_outs_per_100(d.offers),
                    N_(
                        "Those are the extra orders for each 100 extra opt-outs. It is asked the other way round."
                    ),
                ),
                "not per hundred": (
                    lambda d: _opt_outs_per_100(d.offers) / 100,
                    N_("That is for *one* extra order; per 100 is asked."),
                ),
            },
            success=N_(
                "For every two orders more that a breach wins, one customer more asks not to be written to again."
            ),
        ),
        Exercise(
            id="04.q5",
            answer="left_over",
            expected=lambda d: d.losing - d.ill - d.failed + d.both,
            unit=N_("customers"),
            hints=[
                N_(
                    "A customer may have an animal that needs much care *and* have been failed. Do not take her off twice."
                ),
                N_('Neither one nor the other: `~losing["ill"] & ~losing["failed"]`.'),
            ],
            misconceptions={
                "takes them off twice": (
                    lambda d: d.losing - d.ill - d.failed,
                    N_(
                        "You took both groups off one after the other, and those who are in both twice. Ask each customer whether neither "
                        "holds."
                    ),
                ),
                "only the plans": (
                    lambda d: d.losing - d.ill,
                    N_(
                        "You took off the plans whose care costs more than the fee. Take off those whom Caramelo failed too."
                    ),
                ),
                "only the failed": (
                    lambda d: d.losing - d.failed,
                    N_(
                        "You took off those whom Caramelo failed. Take off the plans whose care costs more than the fee too."
                    ),
                ),
                "everybody who is excused": (
                    lambda d: d.ill + d.failed - d.both,
                    N_(
                        "Those are the customers for whom one reason or the other holds. It is asked for how many neither does."
                    ),
                ),
                "not both": (
                    lambda d: d.losing - d.both,
                    N_("You took off only those for whom *both* hold. One of the two is enough."),
                ),
            },
            success=N_(
                "Before you call customers unprofitable, take out those whose animal is ill and those whom you failed."
            ),
        ),
    ],
)
