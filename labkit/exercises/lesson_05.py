"""The business model canvas: which lines the books contradict, what keeping customers costs, eleven elements measured."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

if TYPE_CHECKING:
    import pandas as pd

YEAR = 2024  # the year that the canvas speaks of
MOST_OFF = 0.10  # a line is contradicted if the books are more than a tenth away from it
FAILED = ("incomplete", "damaged", "lost")
TABLES = (
    "customers",
    "orders",
    "plans",
    "partner_contracts",
    "staff",
    "nps",
    "receivables",
    "spend",
    "facilities",
    "loyalty",
    "tickets",
    "clinic_visits",
    "deliveries",
    "consents",
    "canvas",
)

UMBU = {
    "A": "customer segments",
    "B": "channels",
    "C": "value propositions",
    "D": "revenue streams",
    "E": "none",
    "F": "key resources",
    "G": "customer relationships",
    "H": "key activities",
}
"""Where the eight lines of exercise 6 belong on the canvas of the maker of paint."""


def _running(plans: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    return plans[(plans["started_on"] <= day) & ~(plans["cancelled_on"] <= day)]


def _measured(t: dict[str, pd.DataFrame], year: int) -> dict[int, float]:
    """Figure of each line of the canvas, by its number, in a calendar year."""
    import pandas as pd

    first, last = pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)
    base = t["customers"][t["customers"]["acquired_on"] <= last]
    bought = t["orders"][t["orders"]["ordered_on"].dt.year == year]
    remote = bought["channel"] != "shop"
    plans, partners, staff, nps = t["plans"], t["partner_contracts"], t["staff"], t["nps"]
    held = plans[(plans["started_on"] < first) & ~(plans["cancelled_on"] < first)]
    running = _running(plans, last)
    at_work = staff[(staff["joined_on"] <= last) & ~(staff["left_on"] < last)]
    bills = t["receivables"][t["receivables"]["issued_on"].dt.year == year].groupby("kind")["amount_brl"]
    budget = _budget(t, year)
    ends = [
        contract.signed_on + pd.DateOffset(months=number * contract.term_months)
        for contract in partners.itertuples()
        for number in range(1, contract.renewals + 1)
    ]
    renewed = sum(end.year == year for end in ends)
    signed = partners["signed_on"].dt.year == year
    return {
        1: (base["state"] == "SP").mean(),
        2: running["customer_id"].nunique() / len(base),
        3: ((partners["signed_on"] <= last) & ~(partners["ended_on"] <= last)).sum(),
        4: len(bought) / bought["customer_id"].nunique(),
        5: running["monthly_fee_brl"].mean(),
        6: bought.loc[remote, "revenue_brl"].sum() / bought["revenue_brl"].sum(),
        7: (t["facilities"]["kind"] == "shop").sum(),
        8: (at_work["team"] == "support").sum(),
        9: ((nps["answered_on"].dt.year == year) & (nps["survey"] == "relational")).sum(),
        10: (held["cancelled_on"] <= last).mean(),
        11: bought["revenue_brl"].sum(),
        12: bills.sum()["plan"],
        13: bills.sum()["partner"],
        14: len(base),
        15: len(at_work),
        16: remote.sum(),
        17: (signed & partners["opportunity_id"].notna()).sum(),
        18: renewed / (renewed + (partners["ended_on"].dt.year == year).sum()),
        19: bought["cost_brl"].sum() / bought["revenue_brl"].sum(),
        20: budget["retention"] / budget.sum(),
    }


def _budget(t: dict[str, pd.DataFrame], year: int) -> pd.Series:
    spend = t["spend"]
    return spend[spend["month"].dt.year == year].groupby("purpose")["spend_brl"].sum()


def _keeping(t: dict[str, pd.DataFrame]) -> SimpleNamespace:
    """What Caramelo gave to customers it had, and to newcomers, R$, in the year."""
    bought = t["orders"][t["orders"]["ordered_on"].dt.year == YEAR]
    joined = bought["customer_id"].map(t["customers"].set_index("customer_id")["acquired_on"])
    later = bought["ordered_on"] > joined
    points = t["loyalty"][t["loyalty"]["on"].dt.year == YEAR]
    opened = t["tickets"][t["tickets"]["opened_at"].dt.year == YEAR]
    budget = _budget(t, YEAR)
    return SimpleNamespace(
        budget=budget["retention"],
        acquisition=budget["acquisition"],
        later=bought.loc[later, "discount_brl"].sum(),
        on_first_day=bought.loc[~later, "discount_brl"].sum(),
        gifts=points["value_brl"].sum(),
        gifts_all_years=t["loyalty"]["value_brl"].sum(),
        vouchers=opened["compensation_brl"].sum(),
        vouchers_all_years=t["tickets"]["compensation_brl"].sum(),
    )


def _groups(t: dict[str, pd.DataFrame]) -> dict[str, dict[str, int]]:
    """The base of the end of the year by its strongest bond: counted rightly, and in wrong ways."""
    import pandas as pd

    last = pd.Timestamp(YEAR, 12, 31)
    orders, visits, plans = t["orders"], t["clinic_visits"], t["plans"]
    everybody = t["customers"]
    base = everybody.loc[everybody["acquired_on"] <= last, "customer_id"]
    contract = base.isin(_running(plans, last)["customer_id"])
    buys = base.isin(orders.loc[orders["ordered_on"].dt.year == YEAR, "customer_id"])
    clinic = base.isin(visits.loc[visits["visited_on"].dt.year == YEAR, "customer_id"])
    ever_held = base.isin(plans.loc[plans["started_on"] <= last, "customer_id"])
    today = base.isin(plans.loc[plans["cancelled_on"].isna(), "customer_id"])
    any_order, any_visit = base.isin(orders["customer_id"]), base.isin(visits["customer_id"])
    later = len(everybody) - len(base)
    right = _strongest(contract, buys, clinic)
    return {
        "right": right,
        "overlapping": {
            "contract": int(contract.sum()),
            "buys": int(buys.sum()),
            "clinic": int(clinic.sum()),
            "silent": right["silent"],
        },
        "order first": {
            **right,
            "contract": int((contract & ~buys).sum()),
            "buys": int(buys.sum()),
        },
        "contracts": {**right, "contract": len(_running(plans, last))},
        "ever held": _strongest(ever_held, buys, clinic),
        "held today": _strongest(today, buys, clinic),
        "all years": _strongest(contract, any_order, any_visit),
        "later customers": {**right, "silent": right["silent"] + later},
        "shares": {name: number / len(base) for name, number in right.items()},
        "weakest first": {
            "contract": int((contract & ~buys & ~clinic).sum()),
            "buys": int((buys & ~clinic).sum()),
            "clinic": int(clinic.sum()),
            "silent": right["silent"],
        },
    }


def _strongest(contract: pd.Series, buys: pd.Series, clinic: pd.Series) -> dict[str, int]:
    return {
        "contract": int(contract.sum()),
        "buys": int((buys & ~contract).sum()),
        "clinic": int((clinic & ~buys & ~contract).sum()),
        "silent": int((~contract & ~buys & ~clinic).sum()),
    }


def _permissions(t: dict[str, pd.DataFrame]) -> SimpleNamespace:
    """Of those who answered the survey of the year, how many may be written to, by which permission."""
    from labkit.identify.consent import standing

    nps, events = t["nps"], t["consents"]
    answers = nps[(nps["answered_on"].dt.year == YEAR) & (nps["survey"] == "relational")]["customer_id"]
    any_answer = nps[nps["answered_on"].dt.year == YEAR]["customer_id"]

    def who(said: pd.DataFrame, purpose: str, channel: str | None = None) -> set:
        chosen = said[said["purpose"] == purpose]
        return set((chosen if channel is None else chosen[chosen["channel"] == channel])["customer_id"])

    def both(said: pd.DataFrame) -> set:
        return who(said, "marketing", "email") & who(said, "profiling")

    then, now = standing(events, f"{YEAR + 1}-01-01"), standing(events)
    then, now = then[then["allowed"]], now[now["allowed"]]
    granted = events[(events["action"] == "grant") & (events["at"] < f"{YEAR + 1}-01-01")]
    email, profile, people = who(then, "marketing", "email"), who(then, "profiling"), set(answers)
    base = t["customers"].loc[t["customers"]["acquired_on"].dt.year <= YEAR, "customer_id"]
    return SimpleNamespace(
        right=len(people & both(then)),
        answers=int(answers.isin(both(then)).sum()),
        email=len(people & email),
        profile=len(people & profile),
        either=len(people & (email | profile)),
        any_channel=len(people & who(then, "marketing") & profile),
        ever=len(people & both(granted)),
        now=len(people & both(now)),
        base=int(base.isin(both(then)).sum()),
        both_surveys=len(set(any_answer) & both(then)),
        people=len(people),
    )


def _repairs(t: dict[str, pd.DataFrame]) -> SimpleNamespace:
    """What became of the failed deliveries of the year's orders."""
    orders, tickets = t["orders"], t["tickets"]
    of_year = orders.loc[orders["ordered_on"].dt.year == YEAR, "order_id"]
    deliveries = t["deliveries"][t["deliveries"]["order_id"].isin(of_year)]
    bad = deliveries["status"].isin(FAILED)
    late = deliveries["delivered_on"] > deliveries["promised_on"]
    solved = set(tickets.loc[tickets["resolved_first_contact"], "order_id"].dropna())
    failed = deliveries.loc[bad, "order_id"]
    told = tickets[tickets["order_id"].isin(failed)]
    opened = tickets[tickets["opened_at"].dt.year == YEAR]
    return SimpleNamespace(
        made_good=failed.isin(solved).mean(),
        number=int(failed.isin(solved).sum()),
        of_told=told["resolved_first_contact"].mean(),
        opened_in_year=failed.isin(opened.loc[opened["resolved_first_contact"], "order_id"].dropna()).mean(),
        not_made_good=1 - failed.isin(solved).mean(),
        told=len(told) / len(failed),
        of_tickets=opened["resolved_first_contact"].mean(),
        with_late=deliveries.loc[bad | late, "order_id"].isin(solved).mean(),
        of_all=failed.isin(solved).sum() / len(deliveries),
        both_years=_made_good(t["deliveries"], solved),
    )


def _made_good(deliveries: pd.DataFrame, solved: set) -> float:
    return deliveries.loc[deliveries["status"].isin(FAILED), "order_id"].isin(solved).mean()


def _data() -> SimpleNamespace:
    from labkit.data import load

    t = {name: load(name) for name in TABLES}
    canvas = t["canvas"]

    def off(year: int) -> pd.Series:
        return (canvas["entry_id"].map(_measured(t, year)).astype(float) / canvas["stated"] - 1).abs()

    def blocks(is_off: pd.Series) -> set[str]:
        return set(canvas.loc[is_off, "block"])

    this_year = off(YEAR)
    return SimpleNamespace(
        contradicted=blocks(this_year > MOST_OFF),
        in_units=blocks(this_year * canvas["stated"] > MOST_OFF),
        any_difference=blocks(this_year > 0.0005),
        one_percent=blocks(this_year > 0.01),
        year_after=blocks(off(YEAR + 1) > MOST_OFF),
        texts=set(canvas.loc[this_year > MOST_OFF, "entry"]),
        furthest={canvas.loc[this_year.idxmax(), "block"]},
        standing=set(canvas["block"]) - blocks(this_year > MOST_OFF),
        keep=_keeping(t),
        groups=_groups(t),
        may=_permissions(t),
        repairs=_repairs(t),
    )


def _share(keeping: float, winning: float) -> float:
    return keeping / (keeping + winning)


def _kept(k: SimpleNamespace) -> float:
    return k.budget + k.later + k.gifts + k.vouchers


def _won(k: SimpleNamespace) -> float:
    return k.acquisition + k.on_first_day


def _umbu(**changed: str):
    return lambda d: {**UMBU, **changed}


LESSON = Lesson(
    id="05",
    title=N_("The business model canvas"),
    step="strategy",
    data=_data,
    exercises=[
        Exercise(
            id="05.q1",
            answer="contradicted",
            expected=lambda d: d.contradicted,
            hints=[
                N_(
                    "For each line: `measured / stated - 1`. How far from zero may it be before a rounded figure on a wall is "
                    "wrong, and no longer just rounded?"
                ),
                N_(
                    '`(canvas["measured"] / canvas["stated"] - 1).abs() > most_off` says which lines. The blocks of '
                    'these lines are in `canvas["block"]`; `set(…)` makes a set of them.'
                ),
            ],
            misconceptions={
                "any difference": (
                    lambda d: d.any_difference,
                    N_(
                        "You took every line whose two figures differ at all. The board wrote two digits on a wall: 710 for 712 "
                        "is rounding and no contradiction. Ask for more than a tenth."
                    ),
                ),
                "tenths for a tenth of it": (
                    lambda d: d.in_units,
                    N_(
                        "You compared the difference itself with 0.10: on a line of thousands that is nothing, on a share a lot. Divide "
                        "it by the stated figure first."
                    ),
                ),
                "one percent": (
                    lambda d: d.one_percent,
                    N_(
                        "You allowed one percent. Figures of two digits can be several percent off by rounding alone; the "
                        "exercise asks for more than a tenth, `most_off`."
                    ),
                ),
                "the year after": (
                    lambda d: d.year_after,
                    N_(
                        "Those are the blocks that 2025 would contradict. The canvas was drawn in January 2025 and speaks of "
                        "2024: growth afterwards is no error in it."
                    ),
                ),
                "lines for blocks": (
                    lambda d: d.texts,
                    N_("You have the right lines. Their *blocks* are asked: look into the column `block`."),
                ),
                "only the furthest": (
                    lambda d: d.furthest,
                    N_(
                        "That is the block with the line furthest off. Another one is off by a fifth, more than the tenth "
                        "allowed."
                    ),
                ),
                "the blocks that hold": (
                    lambda d: d.standing,
                    N_("Those are the blocks that *hold*. The contradicted ones are asked: turn it round."),
                ),
            },
            success=N_(
                "Channels and cost structure: where customers are met, and where they are paid for. The block that is called "
                "customer relationships passes."
            ),
        ),
        Exercise(
            id="05.q2",
            answer="kind_share",
            expected=lambda d: _share(_kept(d.keep), _won(d.keep)),
            tolerance=0.0015,
            unit=N_("share"),
            hints=[
                N_(
                    "Four sums go into keeping, two into winning. The discounts are split by `later`, so that each stands on one "
                    "side."
                ),
                N_(
                    'Discounts to customers there were already: `bought.loc[later, "discount_brl"].sum()`; to newcomers: the same '
                    "with `~later`."
                ),
                N_(
                    'Gifts: `points["value_brl"].sum()`; vouchers: `opened["compensation_brl"].sum()`. `loyalty` and `tickets` hold '
                    "both years."
                ),
            ],
            misconceptions={
                "the budget alone": (
                    lambda d: _share(d.keep.budget, d.keep.acquisition),
                    N_(
                        "That is the share of the budgets, which the canvas has been measured by already. Add what was *given*: "
                        "discounts, gifts, vouchers."
                    ),
                ),
                "newcomers' discounts forgotten": (
                    lambda d: _share(_kept(d.keep), d.keep.acquisition),
                    N_(
                        "You left the discounts of the first day out. If gifts count for keeping, they count for winning "
                        "too: a reading must treat both sides alike."
                    ),
                ),
                "all discounts keep": (
                    lambda d: _share(_kept(d.keep) + d.keep.on_first_day, d.keep.acquisition),
                    N_(
                        "You counted every discount as keeping. Those on the first day were given to somebody who was just being "
                        "won: use `later` for one side and `~later` for the other."
                    ),
                ),
                "both years": (
                    lambda d: _share(
                        d.keep.budget + d.keep.later + d.keep.gifts_all_years + d.keep.vouchers_all_years,
                        _won(d.keep),
                    ),
                    N_(
                        "The gifts and vouchers of both years are in it, beside the budgets of one. Those of 2024 are in "
                        "`points` and `opened`."
                    ),
                ),
                "ratio of the two": (
                    lambda d: _kept(d.keep) / _won(d.keep),
                    N_(
                        "You divided keeping by winning. A *share* has the whole below the line: keeping + winning."
                    ),
                ),
                "discounts only": (
                    lambda d: _share(d.keep.budget + d.keep.later, _won(d.keep)),
                    N_(
                        "Gifts and vouchers are missing: the `value_brl` of the loyalty ledger and the `compensation_brl` of tickets, "
                        "in 2024."
                    ),
                ),
                "gifts of both years": (
                    lambda d: _share(_kept(d.keep) - d.keep.gifts + d.keep.gifts_all_years, _won(d.keep)),
                    N_("The gifts of both years are in it. Those of 2024 are in `points`."),
                ),
                "vouchers of both years": (
                    lambda d: _share(
                        _kept(d.keep) - d.keep.vouchers + d.keep.vouchers_all_years, _won(d.keep)
                    ),
                    N_("The vouchers of both years are in it. Those of 2024 are in `opened`."),
                ),
                "no gifts": (
                    lambda d: _share(_kept(d.keep) - d.keep.gifts, _won(d.keep)),
                    N_("The gifts for loyalty points are missing: `value_brl` in `points`."),
                ),
                "no vouchers": (
                    lambda d: _share(_kept(d.keep) - d.keep.vouchers, _won(d.keep)),
                    N_("The vouchers are missing: `compensation_brl` in `opened`."),
                ),
                "the other side": (
                    lambda d: _share(_won(d.keep), _kept(d.keep)),
                    N_("That is the share of *winning*. The share of keeping is the rest."),
                ),
            },
            success=N_(
                "The board's reading more than doubles the share, and is still far below 0.60. A defence that has been computed is "
                "worth more than one that has been argued."
            ),
        ),
        Exercise(
            id="05.q3",
            answer="groups",
            expected=lambda d: d.groups["right"],
            unit=N_("customers"),
            hints=[
                N_(
                    "Exactly one group each: the four numbers must add up to `len(base)`. Who has several bonds goes where the "
                    "strongest one is, in the order of the list."
                ),
                N_(
                    "`holds`, `orders_placed` and `visited` are true or false for each customer; `.sum()` counts the true ones. Take "
                    "out those already placed with `& ~…`."
                ),
                N_(
                    "Buyers without a contract: `(orders_placed & ~holds).sum()`. Visitors have two groups before them, and the silent "
                    "ones are none of the three."
                ),
            ],
            misconceptions={
                "groups overlap": (
                    lambda d: d.groups["overlapping"],
                    N_(
                        "Your groups overlap: they add up to more than the base. Who holds a contract *and* orders belongs to "
                        '"contract" only, who orders and visits the clinic to "buys" only.'
                    ),
                ),
                "shares for numbers": (
                    lambda d: d.groups["shares"],
                    N_("Those are shares of the base. The *numbers* of customers are asked."),
                ),
                "weakest bond first": (
                    lambda d: d.groups["weakest first"],
                    N_(
                        "You began with the weakest bond and took from the stronger ones. It is the other way round: first the contract, "
                        "then orders, then visits."
                    ),
                ),
                "orders before contracts": (
                    lambda d: d.groups["order first"],
                    N_(
                        'You placed buyers first, and so took them out of "contract". The strongest bond counts, and that is the '
                        "contract: it goes on until somebody ends it."
                    ),
                ),
                "contracts for customers": (
                    lambda d: d.groups["contracts"],
                    N_(
                        "You counted contracts. Some customers hold two: count customers, each once. `holds` asks each one in `base` "
                        "whether it stands in `running`."
                    ),
                ),
                "ever held a plan": (
                    lambda d: d.groups["ever held"],
                    N_(
                        "You took everybody who ever held a plan. Many have cancelled: use `running`, the contracts at the end of 2024."
                    ),
                ),
                "plans of today": (
                    lambda d: d.groups["held today"],
                    N_(
                        "You took the contracts that run *today*. The base is that of the end of 2024: some of its contracts have been "
                        "cancelled since, and others begun. Use `running`."
                    ),
                ),
                "both years": (
                    lambda d: d.groups["all years"],
                    N_(
                        "You used orders and visits of both years. `bought` and `visits` hold those of 2024; who came back in 2025 was "
                        "silent in 2024 all the same."
                    ),
                ),
                "customers won later": (
                    lambda d: d.groups["later customers"],
                    N_(
                        "You placed all customers of the table, among them those won in 2025, who could not be there. Use `base`."
                    ),
                ),
            },
            success=N_(
                "One in six has a contract, half buy without one, and a quarter left no trace in these tables. “One customer base” is four "
                "groups, and for one of them the relationship may be over."
            ),
        ),
        Exercise(
            id="05.q4",
            answer="made_good",
            expected=lambda d: d.repairs.made_good,
            tolerance=0.002,
            unit=N_("share"),
            hints=[
                N_(
                    "Below the line stand *all* failed deliveries, also those of which nobody ever told the desk."
                ),
                N_(
                    'The orders solved: `tickets.loc[tickets["resolved_first_contact"], "order_id"]`. Ask of each failed delivery '
                    "whether its `order_id` is among them: `.isin(…).mean()`."
                ),
            ],
            misconceptions={
                "of those told": (
                    lambda d: d.repairs.of_told,
                    N_(
                        "You divided by the failed deliveries that became a ticket. Those who said nothing had a failed delivery "
                        "too, and the desk did nothing for them: divide by all that failed."
                    ),
                ),
                "told only": (
                    lambda d: d.repairs.told,
                    N_(
                        "That is the share that was *told*, and all of these tickets have been closed. Closed is not solved, as the "
                        "card says: count those with `resolved_first_contact`."
                    ),
                ),
                "tickets of the year only": (
                    lambda d: d.repairs.opened_in_year,
                    N_(
                        "You took the tickets opened in 2024 (`opened`). A parcel of late December is complained about in January: "
                        "look the orders up in all `tickets`."
                    ),
                ),
                "the rest": (
                    lambda d: d.repairs.not_made_good,
                    N_(
                        "That is the share *not* told, or not solved at the first contact. Asked is the rest."
                    ),
                ),
                "a number for a share": (
                    lambda d: d.repairs.number,
                    N_("That is the *number* made good. Divide it by the number of failed deliveries."),
                ),
                "the desk's rate": (
                    lambda d: d.repairs.of_tickets,
                    N_(
                        "That is the desk's own figure, per ticket of any kind. Asked is what became of the deliveries that failed."
                    ),
                ),
                "late ones too": (
                    lambda d: d.repairs.with_late,
                    N_(
                        "You counted late deliveries among the failed. They arrived, if late: here only incomplete, damaged and lost "
                        "ones count."
                    ),
                ),
                "of all deliveries": (
                    lambda d: d.repairs.of_all,
                    N_(
                        "You divided by all deliveries. Most of them had nothing to be made good: divide by those that failed."
                    ),
                ),
                "both years": (
                    lambda d: d.repairs.both_years,
                    N_(
                        "You took the deliveries of both years. `deliveries`, as loaded in this lesson, holds those of 2024's orders."
                    ),
                ),
            },
            success=N_(
                "Two tickets in three are solved at once, but of failed deliveries about one in four is told and solved. Of most failures the desk never "
                "hears, and no figure per ticket shows that."
            ),
        ),
        Exercise(
            id="05.q5",
            answer="may_write",
            expected=lambda d: d.may.right,
            unit=N_("customers"),
            hints=[
                N_("Begin with customers, each once: some answered in March *and* in September."),
                N_(
                    "Two lists from `allowed`: who allows marketing by e-mail, and who allows profiling. A customer must stand in "
                    "both; `.isin(…) & .isin(…)`."
                ),
            ],
            misconceptions={
                "answers for customers": (
                    lambda d: d.may.answers,
                    N_(
                        "You counted answers. Some customers gave two in the year; nobody gets the message twice: "
                        '`answers["customer_id"].drop_duplicates()`.'
                    ),
                ),
                "e-mail only": (
                    lambda d: d.may.email,
                    N_(
                        "They allow marketing by e-mail. The content is to be chosen by what they said and bought, which is another "
                        "purpose: they must allow `profiling` too."
                    ),
                ),
                "profiling only": (
                    lambda d: d.may.profile,
                    N_(
                        "They allow profiling. To be *written to* by e-mail they must allow marketing on that channel as well."
                    ),
                ),
                "either": (
                    lambda d: d.may.either,
                    N_("You took those who allow one *or* the other. The message needs both: `&`, not `|`."),
                ),
                "any channel": (
                    lambda d: d.may.any_channel,
                    N_(
                        "You let marketing on any channel pass. Consent is by channel: who allows WhatsApp has not allowed e-mail."
                    ),
                ),
                "ever granted": (
                    lambda d: d.may.ever,
                    N_(
                        "You counted whoever had *ever* granted both. Some have revoked since; what stands on the day is in `allowed`."
                    ),
                ),
                "as of today": (
                    lambda d: d.may.now,
                    N_(
                        "That is what stands at the end of the ledger, a year later. The message goes out on 1 January 2025: use `allowed`."
                    ),
                ),
                "the whole base": (
                    lambda d: d.may.base,
                    N_(
                        "That is everybody in the base who allows both. Asked are those who *answered* the survey."
                    ),
                ),
                "both surveys": (
                    lambda d: d.may.both_surveys,
                    N_(
                        "You took the answers given right after a contact, too. `answers` holds those of the survey twice a year."
                    ),
                ),
                "everybody who answered": (
                    lambda d: d.may.people,
                    N_(
                        "That is everybody who answered. An answer is not a permission: look them up in `allowed`."
                    ),
                ),
            },
            success=N_(
                "About half of those who took the trouble to answer. What you know of a customer and what you may do with it are two "
                "different things."
            ),
        ),
        Exercise(
            id="05.q6",
            answer="block_of",
            expected=lambda d: dict(UMBU),
            hints=[
                N_(
                    "It is the canvas *of the maker*. Whose money is it when a home owner pays at the counter? And who pays the maker?"
                ),
                N_(
                    "Compare with Caramelo's: “one customer base” is a resource, “a plan that renews itself” a relationship, “corner "
                    "shops where people pass” a channel."
                ),
            ],
            misconceptions={
                "the shop's revenue": (
                    _umbu(E="revenue streams"),
                    N_(
                        "E is the *shop's* revenue: the home owner pays the shop. The maker earns what the shop pays for its order, "
                        "and that is D."
                    ),
                ),
                "the shop's revenue, not the maker's": (
                    _umbu(D="none", E="revenue streams"),
                    N_(
                        "You have D and E the wrong way round. The home owner's money stays with the shop; what reaches the maker is "
                        "what the shop pays."
                    ),
                ),
                "the user is not a segment": (
                    _umbu(A="none", E="revenue streams"),
                    N_(
                        "A and E are the wrong way round. A segment is somebody for whom something is made, whether or not they pay "
                        "the maker: the home owners are why there is paint. What they pay goes to the shop."
                    ),
                ),
                "names are a relationship": (
                    _umbu(F="customer relationships", G="revenue streams", D="key resources"),
                    N_(
                        "D, F and G have changed places. Names on cards are something the maker *has*, like Caramelo's customer base: "
                        "a resource. How a shop stays or goes is the relationship, and what it pays the revenue."
                    ),
                ),
                "names in relationships": (
                    _umbu(F="customer relationships"),
                    N_(
                        "Nearly. F is a list of names, something the maker *has*, like Caramelo's customer base. Knowing a name is not yet a "
                        "relationship."
                    ),
                ),
                "a reorder belongs nowhere": (
                    _umbu(G="none"),
                    N_(
                        "G belongs on the canvas: whether shops stay by a contract or from order to order is how the maker's customers are "
                        "kept. It is E that is another company's."
                    ),
                ),
                "names and reorders swapped": (
                    _umbu(F="customer relationships", G="key resources"),
                    N_(
                        "F and G are swapped. A list of names is something the maker *has*, like Caramelo's customer base. How "
                        "shops stay or go, by a contract or from order to order, is the relationship."
                    ),
                ),
                "the product is an activity": (
                    _umbu(C="key activities", H="value propositions"),
                    N_(
                        "C and H are swapped. Making is what the company *does*; what people get from it that is worth something to "
                        "them is the painted wall."
                    ),
                ),
                "shops are partners": (
                    _umbu(B="key partnerships"),
                    N_(
                        "Shops may be partners too; but B speaks of their *counters*, over which the paint reaches home owners: a way "
                        "to the customer, hence a channel."
                    ),
                ),
                "all revenue": (
                    _umbu(D="revenue streams", E="cost structure"),
                    N_(
                        "What home owners pay is no cost of the maker's: it is the shop's revenue, and stands on the shop's canvas."
                    ),
                ),
            },
            success=N_(
                "Seven lines in seven blocks, and one that is the shop's. The maker sells to shops, is used by strangers, and knows "
                "only those who sent a card back."
            ),
        ),
    ],
)
