"""Exercises of lesson 06: how do we begin? Objectives, organisation, the smallest loop, and what it knows."""

from __future__ import annotations

from types import SimpleNamespace

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

START = "2025-12-02"  # the last thirty days of the books
HALF_YEAR = 182  # days, as in objective 1
SEED = 6  # of the lot
SILENT = (30, 182)  # days without an order, of whoever is due
DAYS = 30
WEEKS = range(0, 28, 7)
MULTIPLIER = 1.96 + 0.84
"""Standard errors: 95% intervals, found four times in five."""


def _data() -> SimpleNamespace:
    from labkit.data import load

    objectives = load("objectives").set_index("measure")
    structures = load("structures").merge(load("roles"), on="role")
    structures["given"] = structures["share_of_hours"] * structures["hours_needed_a_week"]
    wanted, okrs = objectives.loc["repeat_share"], load("okrs")
    return SimpleNamespace(
        asked=set(okrs["measure"]),
        key_results=set(okrs["key_result"]),
        wished=set(objectives.index),
        worked=set(load("initiatives")["measure"]),
        relative=wanted["target"] / wanted["baseline"] - 1,
        half_year_change=wanted["target"] - wanted["baseline"],
        bought=_bought_again(load("orders")),
        everybody=structures,
        owner=structures[structures["role"] == "CRM owner"].set_index("structure"),
        **_loop(),
    )


def _bought_again(orders):
    """Whether each buyer of the half year before the last thirty days ordered in them."""
    import pandas as pd

    start = pd.Timestamp(START)
    before = orders["ordered_on"].between(start - pd.Timedelta(days=HALF_YEAR), start - pd.Timedelta(days=1))
    buyers = orders.loc[before, "customer_id"].unique()
    return pd.Series(buyers).isin(orders.loc[orders["ordered_on"] >= start, "customer_id"])


def _loop() -> dict:
    """Opt-outs and sizes of the loop as the lesson runs it, and the messages of the agency's plan."""
    import numpy as np

    from labkit import world

    caramelo = world.course(to_play=True)
    notes = {}

    def look_only(view):
        notes["base"] = view.base

    caramelo.run(look_only, days=1)
    base = notes["base"]
    base["arm"] = np.random.default_rng(SEED).choice(["treated", "control"], len(base))
    due = base[base["consent_email"] & base["days_since_order"].between(*SILENT)]
    treated = due[due["arm"] == "treated"]
    plan = treated[["customer_id"]].assign(day=0, hour=18, channel="email", message="reminder")
    result = caramelo.run(plan, days=DAYS)
    allowed = base[["consent_email", "consent_whatsapp", "consent_sms"]].sum()
    return {
        "opt_outs": int(result.customers["opt_outs"].sum()),
        "treated": len(treated),
        "due": len(due),
        "customers": len(base),
        "reached": int(allowed["consent_email"]),
        "written_to": int(base[["consent_email", "consent_whatsapp", "consent_sms"]].any(axis=1).sum()),
        "messages": len(WEEKS) * int(allowed.sum()),
    }


def _needed(d, effect: float, multiplier: float = MULTIPLIER, arms: int = 4) -> float:
    return arms * (multiplier * d.bought.std() / effect) ** 2


def _target(d) -> float:
    """Change of the monthly share, if the target is reached within the month."""
    return d.bought.mean() * d.relative


def _left(work):
    return work["given"] - work["coordination_hours_a_week"]


STRATEGIC, OPERATIONAL, ANALYTICAL, COLLABORATIVE = "strategic", "operational", "analytical", "collaborative"
APPROACH = dict(
    zip("ABCDEF", (STRATEGIC, OPERATIONAL, ANALYTICAL, COLLABORATIVE, OPERATIONAL, ANALYTICAL), strict=True)
)

LESSON = Lesson(
    id="06",
    title=N_("CRM as a process"),
    step="strategy",
    data=_data,
    exercises=[
        Exercise(
            id="06.q1",
            answer="unserved",
            expected=lambda d: (d.asked & d.wished) - d.worked,
            hints=[
                N_("Three columns called `measure`: make a `set` of each."),
                N_("`&` keeps what is in both sets; `-` takes away what is in the other."),
            ],
            misconceptions={
                "every objective": (
                    lambda d: d.wished - d.worked,
                    N_(
                        "One too many: `repeat_share` is an objective now, but no key result of 2025 asked for it. Being "
                        "new is no neglect."
                    ),
                ),
                "every key result without work": (
                    lambda d: d.asked - d.worked,
                    N_(
                        "Those are all key results of 2025 without an initiative. Only measures that are also "
                        "objectives now are asked for."
                    ),
                ),
                "what was worked at": (
                    lambda d: d.worked,
                    N_("Those are the measures that initiatives did aim at. The others are asked for."),
                ),
                "new wishes": (
                    lambda d: d.wished - d.asked,
                    N_("That is what is new now. Measures asked for in both years are wanted."),
                ),
                "texts instead of measures": (
                    lambda d: d.key_results,
                    N_("Those are the sentences of the key results. Take the column `measure`."),
                ),
            },
            success=N_(
                "Everything that the board asked for twice. What a company wants stands in its objectives, what it "
                "is about in its calendar."
            ),
        ),
        Exercise(
            id="06.q2",
            answer="customers_needed",
            expected=lambda d: _needed(d, _target(d)),
            tolerance=40,
            unit=N_("customers"),
            hints=[
                N_(
                    "Put the target where the rule says “smallest effect found”, and solve for the number of customers."
                ),
                N_(
                    "target = 2.8 × spread × √(4 / customers). Square both sides: customers = 4 × (2.8 × spread / target)²."
                ),
            ],
            misconceptions={
                "one half only": (
                    lambda d: _needed(d, _target(d), arms=2),
                    N_("That is one half of them. Both halves together are asked for."),
                ),
                "target of the half year": (
                    lambda d: _needed(d, d.half_year_change),
                    N_(
                        "You took the change of the half-yearly share, from `objectives`. In one month fewer buy, so the "
                        "same change in percent is fewer points: take the target from `reach`."
                    ),
                ),
                "not squared": (
                    lambda d: 4 * MULTIPLIER * d.bought.std() / _target(d),
                    N_(
                        "The root in the rule becomes a square when you solve it: (2.8 × spread / target) ** 2."
                    ),
                ),
                "without the four": (
                    lambda d: _needed(d, _target(d), arms=1),
                    N_("The 4 under the root is missing: customers = 4 × (2.8 × spread / target)²."),
                ),
                "a coin": (
                    lambda d: _needed(d, _target(d), multiplier=1.96),
                    N_(
                        "With 1.96 the test would find the effect in only half of all cases. For four in five take 2.8."
                    ),
                ),
                "in proportion": (
                    lambda d: (
                        len(d.bought) * MULTIPLIER * d.bought.std() * (4 / len(d.bought)) ** 0.5 / _target(d)
                    ),
                    N_(
                        "You multiplied the customers by how many times too small the target is. Chance shrinks with the "
                        "*root* of the customers, so take that factor squared."
                    ),
                ),
                "percent taken for points": (
                    lambda d: _needed(d, d.relative),
                    N_(
                        "You took the change in percent as if it were points of the share. Take the target from `reach`, "
                        "which is that percentage of the monthly share."
                    ),
                ),
                "the customers at hand": (
                    lambda d: len(d.bought),
                    N_("That is how many there were in December. Asked for is how many it would take."),
                ),
            },
            success=N_(
                "Not a failure of the loop but of the expectation: to show a target of this size, one month of these "
                "customers is too little, whatever is sent."
            ),
        ),
        Exercise(
            id="06.q3",
            answer="owner_hours",
            expected=lambda d: _left(d.owner),
            tolerance=0.05,
            unit=N_("hours a week"),
            hints=[
                N_("Keep the rows of `work` where `role` is “CRM owner”, and make `structure` the index."),
                N_("`given` less `coordination_hours_a_week`."),
            ],
            misconceptions={
                "forgets the agreeing": (
                    lambda d: d.owner["given"],
                    N_(
                        "Those are the hours given. Some of them go into agreeing with others: subtract "
                        "`coordination_hours_a_week`."
                    ),
                ),
                "index of the rows": (
                    lambda d: _left(d.everybody[d.everybody["role"] == "CRM owner"]),
                    N_(
                        "The numbers are right, but their index is that of rows. Make the structure the index: "
                        '`.set_index("structure")`.'
                    ),
                ),
                "hours needed": (
                    lambda d: d.owner["hours_needed_a_week"] - d.owner["coordination_hours_a_week"],
                    N_(
                        "You started from the hours that the work *needs*. Not every structure gives them all: start "
                        "from `given`."
                    ),
                ),
                "agreeing on top": (
                    lambda d: d.owner["given"] + d.owner["coordination_hours_a_week"],
                    N_("You added the agreeing. It takes hours away from the work: subtract it."),
                ),
                "hours missing": (
                    lambda d: d.owner["hours_needed_a_week"] - d.owner["given"],
                    N_("Those are the hours that nobody gives. Asked for are the hours left for the work."),
                ),
                "nothing below zero": (
                    lambda d: _left(d.owner).clip(lower=0),
                    N_(
                        "You cut it off at zero. Leave it below: it says how many hours of agreeing have no place in the week."
                    ),
                ),
                "whole hours": (
                    lambda d: _left(d.owner).round(),
                    N_("Right, but rounded to whole hours. Leave the decimals."),
                ),
                "all roles": (
                    lambda d: _left(d.everybody.set_index("structure")).groupby("structure").sum(),
                    N_("That is all eight roles together. Keep the rows of the CRM owner only."),
                ),
            },
            success=N_(
                "In one structure the person who answers for the result has no hour to work for it. A title is not a role."
            ),
        ),
        Exercise(
            id="06.q4",
            answer="order",
            expected=lambda d: list("BDEGCFA"),
            hints=[
                N_("Strategy, then organisation, then the four steps of the process, then technology."),
                N_("A list needs an objective, a rule needs a list, a lot needs a rule."),
                N_("Two come before anything is computed: one says what for, the other who."),
            ],
            misconceptions={
                "the platform first": (
                    lambda d: list("ABDEGCF"),
                    N_(
                        "You begin with the platform. Nobody knows yet what it must do, and last year's tool can send one "
                        "e-mail. Technology comes last; what the loop taught writes the list of what it must do."
                    ),
                ),
                "technology third": (
                    lambda d: list("BDAEGCF"),
                    N_(
                        "Strategy, organisation, technology: the order is right, but what the platform must do is known only "
                        "when the four steps have been walked once. Last year's tool is enough for that."
                    ),
                ),
                "people when somebody has to send": (
                    lambda d: list("BEGDCFA"),
                    N_(
                        "The list and the rule decide whom you contact, and you let nobody decide them. Name the people right "
                        "after the purpose."
                    ),
                ),
                "the platform before sending": (
                    lambda d: list("BDEGACF"),
                    N_(
                        "Strategy and organisation are right. But one e-mail needs no new platform: signing before the "
                        "first reading is buying before you know what for."
                    ),
                ),
                "data first": (
                    lambda d: list("EBDGCFA"),
                    N_(
                        "A list of whom? Which customers it is about follows from the objective. Without it, "
                        "collecting data has no end."
                    ),
                ),
                "data first, people later": (
                    lambda d: list("EGBDCFA"),
                    N_(
                        "A list and a rule follow from an objective, and somebody must answer for them. Begin there."
                    ),
                ),
                "people when there is a result": (
                    lambda d: list("BEGCFDA"),
                    N_(
                        "Who answers for the result must be known before there is one: whoever is named afterwards "
                        "will not have decided anything."
                    ),
                ),
                "people before purpose": (
                    lambda d: list("DBEGCFA"),
                    N_(
                        "Nearly. Purpose first: who should decide and answer depends on what for. Strategy, then "
                        "organisation."
                    ),
                ),
                "people after the list": (
                    lambda d: list("BEDGCFA"),
                    N_(
                        "Nearly. The list is the first work that somebody does: name who decides before it, as "
                        "organisation comes before the four steps."
                    ),
                ),
                "rule before list": (
                    lambda d: list("BDGECFA"),
                    N_(
                        "Nearly. The rule picks from a list, so the list comes first: identify, then differentiate."
                    ),
                ),
                "last step forgotten": (
                    lambda d: list("BDEGCAF"),
                    N_(
                        "Nearly. Compare first: what you write down there says what a platform must do, and whether you "
                        "need one."
                    ),
                ),
            },
            success=N_(
                "Purpose, people, list, rule, message, reading; and then, if at all, the tool. After the reading comes "
                "the next loop."
            ),
        ),
        Exercise(
            id="06.q5",
            answer="approach",
            expected=lambda d: APPROACH,
            hints=[
                N_(
                    "Does it decide what for, make contact, learn from data, or tie people and areas together?"
                ),
                N_("Two are operational, two analytical, one strategic, one collaborative."),
            ],
            misconceptions={
                "whatever a computer does": (
                    lambda d: APPROACH | {"C": OPERATIONAL, "F": OPERATIONAL},
                    N_(
                        "C and F touch no customer: they learn from data. Analytical, whoever's computer does it."
                    ),
                ),
                "opt-outs are data": (
                    lambda d: APPROACH | {"E": ANALYTICAL},
                    N_(
                        "E uses data, but it does not learn from them: it keeps contacts in order, day by day. Operational."
                    ),
                ),
                "rules are strategy": (
                    lambda d: APPROACH | {"E": STRATEGIC},
                    N_(
                        "That opt-outs are honoured was decided elsewhere, by law and by A. Doing it every day is operational."
                    ),
                ),
                "planning is strategy": (
                    lambda d: APPROACH | {"C": STRATEGIC},
                    N_(
                        "C says what can be learned from so many customers; it does not decide what for. Analytical."
                    ),
                ),
                "talking is operational": (
                    lambda d: APPROACH | {"D": OPERATIONAL},
                    N_("In D no customer is contacted: areas share what they know. Collaborative."),
                ),
                "an e-mail is a dialogue": (
                    lambda d: APPROACH | {"B": COLLABORATIVE},
                    N_(
                        "An e-mail is sent, not discussed: operational. Collaborative is here what areas share "
                        "with one another."
                    ),
                ),
            },
            success=N_(
                "A platform does the two operational ones. Without the other four it sends faster, to whom and what for "
                "nobody knows."
            ),
        ),
        Exercise(
            id="06.q6",
            answer="expected_opt_outs",
            expected=lambda d: d.opt_outs / d.treated * d.messages,
            tolerance=1,
            unit=N_("opt-outs"),
            hints=[
                N_("`by_arm` says how many of the treated opted out; each of them got one message."),
                N_("Opt-outs per message, times the agency's messages: `len(agency())`."),
            ],
            misconceptions={
                "over both halves": (
                    lambda d: d.opt_outs / d.due * d.messages,
                    N_(
                        "You divided by everybody who was due. Half of them got no message: divide by the treated."
                    ),
                ),
                "per customer": (
                    lambda d: d.opt_outs / d.treated * d.reached,
                    N_(
                        "You counted each customer once. The agency writes to them many times: multiply by its messages."
                    ),
                ),
                "once for every customer known": (
                    lambda d: d.opt_outs / d.treated * d.customers,
                    N_(
                        "You multiplied by the customers Caramelo knows. Opt-outs come per message: take the agency's messages."
                    ),
                ),
                "e-mails only": (
                    lambda d: d.opt_outs / d.treated * d.reached * len(WEEKS),
                    N_(
                        "Those are the agency's e-mails only. WhatsApp and SMS are messages too: `len(agency())`."
                    ),
                ),
                "rounded rate": (
                    lambda d: round(1000 * d.opt_outs / d.treated) / 1000 * d.messages,
                    N_(
                        "Nearly: you rounded the rate first, and it is multiplied by tens of thousands. Divide in the same line."
                    ),
                ),
                "everybody who can be reached, once": (
                    lambda d: d.opt_outs / d.treated * d.written_to,
                    N_(
                        "You counted each customer of the plan once. The agency writes to them many times: multiply by its messages."
                    ),
                ),
                "the loop's own": (
                    lambda d: d.opt_outs,
                    N_("That is what the loop cost. Scale it to the agency's number of messages."),
                ),
                "per thousand": (
                    lambda d: 1000 * d.opt_outs / d.treated,
                    N_("That is per 1,000 messages. The agency sends many more: multiply by all of them."),
                ),
            },
            success=N_(
                "Hundreds is the best guess, before a single one has left. From six opt-outs this is rough: the interval is wide, as you will see. It is "
                "still more than anybody knew before."
            ),
        ),
    ],
)
