"""Lesson 03: do customers know before we do?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

LEAST = 10
TIMES = 1.5
FRESH_WORDS = (
    "fresh(?:ly)? (?:food|meals|made)|(?:home-?)?cook(?:ed)?|boil|chilled|refrigerated|fridge|freezer"
    "|cold shelf|frozen|vacuum|homemade|make at home|natural|real food|real ingredients|proper food"
    "|our own pot|what we eat|stew|raw menus?|cool box|made to order|processed|without kibble|ready meals"
)
"""The family of words that the lesson arrives at."""


class _Data:
    """What the answers are computed from, each part when it is first asked for."""

    @cached_property
    def priorities(self) -> Any:
        """The board's list with, hidden from it, the signal that each project answers."""
        from labkit.data import load

        return load("priority_list").merge(load("truth/priorities"), on="rank").set_index("rank")

    @cached_property
    def unheard(self) -> set[int]:
        """Ranks of the projects that answer nothing that customers write."""
        from labkit.data import load

        signals = load("truth/signals")
        planned_silent = set(signals.loc[signals["last_share"] == 0, "signal"])
        signal = self.priorities["signal"]
        return {int(rank) for rank in signal.index[signal.isna() | signal.isin(planned_silent)]}

    def proposed_by(self, *who: str) -> set[int]:
        return {int(r) for r in self.priorities.index[self.priorities["proposed_by"].isin(who)]}

    @cached_property
    def texts_of_2025(self) -> Any:
        import pandas as pd

        from labkit.data import load

        comments = load("nps_comments").merge(load("nps"), on="answer_id")
        tickets = load("ticket_texts").merge(load("tickets"), on="ticket_id")
        return pd.concat(
            [
                comments.loc[comments["answered_on"].dt.year == 2025, "text"],
                tickets.loc[tickets["opened_at"].dt.year == 2025, "text"],
            ]
        )

    def mentions(self, words: str) -> int:
        return int(self.texts_of_2025.str.contains(rf"\b(?:{words})\b", case=False).sum())

    @cached_property
    def no_hit(self) -> set[int]:
        """The silent projects for which not even a word with another meaning was counted."""
        words = {3: "logo|packaging|brand", 12: "receipts?|paperless"}
        return {rank for rank in self.unheard if rank not in words or not self.mentions(words[rank])}

    @cached_property
    def by_quarter(self) -> Any:
        """Questions to support and those that ask for fresh food, by quarter."""
        import pandas as pd

        from labkit.data import load

        tickets = load("ticket_texts").merge(load("tickets"), on="ticket_id")
        tickets = tickets[tickets["topic"] == "question"]
        quarter = tickets["opened_at"].dt.to_period("Q").astype(str)
        fresh = tickets["text"].str.contains(rf"\b(?:{FRESH_WORDS})\b", case=False)
        return pd.DataFrame(
            {"questions": tickets.groupby(quarter).size(), "asking": fresh.groupby(quarter).sum()}
        )

    @cached_property
    def times_earlier(self) -> Any:
        """Share of each quarter divided by that of all earlier quarters together."""
        earlier = self.by_quarter.cumsum().shift()
        share = self.by_quarter["asking"] / self.by_quarter["questions"]
        return share / (earlier["asking"] / earlier["questions"])

    @property
    def rings(self) -> str:
        return str(((self.times_earlier >= TIMES) & (self.by_quarter["asking"] >= LEAST)).idxmax())

    @cached_property
    def years(self) -> Any:
        """Users and cost of each feature by year."""
        from labkit.data import load

        use = load("feature_use")
        return use.assign(year=use["month"].dt.year).pivot_table(
            index="feature", columns="year", values=["users", "cost_brl"], aggfunc="sum"
        )

    @cached_property
    def users_by_month(self) -> Any:
        from labkit.data import load

        return load("feature_use").pivot(index="feature", columns="month", values="users")

    @property
    def fading(self) -> set[str]:
        users, cost = self.years["users"], self.years["cost_brl"]
        return set(self.years.index[(users[2025] < 0.5 * users[2024]) & (cost[2025] >= 0.95 * cost[2024])])


def _fell_at_all(d: _Data) -> set[str]:
    users = d.years["users"]
    return set(d.years.index[users[2025] < users[2024]])


def _fell_in_january(d: _Data) -> set[str]:
    import pandas as pd

    month = d.users_by_month
    return set(month.index[month[pd.Timestamp("2025-01-01")] <= 0.6 * month[pd.Timestamp("2024-12-01")]])


def _dearest(d: _Data) -> set[str]:
    return set((d.years["cost_brl"][2025] / d.years["users"][2025]).nlargest(2).index)


def _fewest(d: _Data) -> set[str]:
    return set(d.years["users"][2025].nsmallest(2).index)


_OWN = {"time": "A", "place": "D", "product": "E", "market": "G", "quality": "I"}
_OTHERS = {"time": "B", "place": "C", "product": "F", "market": "H", "quality": "J"}

LESSON = Lesson(
    id="03",
    title=N_("Learn from customers"),
    step="strategy",
    data=_Data,
    exercises=[
        Exercise(
            id="03.q1",
            answer="unheard",
            expected=lambda d: d.unheard,
            hints=[
                N_("Three projects have no text at all. Then look at what was counted under 3 and 12."),
                N_(
                    "Does a customer whose *packaging* was torn ask for new packaging design? Does one who sends a "
                    "*receipt* to be reimbursed ask for receipts by e-mail?"
                ),
                N_(
                    "Five projects: the three with no text, and the two whose texts are about something else."
                ),
            ],
            misconceptions={
                "takes the count at its word": (
                    lambda d: d.no_hit,
                    N_(
                        "Those have no text at all. But read what was counted under 3 and 12: torn packaging is not a wish "
                        "for a new logo, and a receipt sent in for reimbursement is no wish for paperless shops."
                    ),
                ),
                "receipts are heard": (
                    lambda d: d.unheard - {12},
                    N_(
                        "Read the texts under 12: receipts to be reimbursed by the health plan, and lists in a parcel. Nobody "
                        "asks for receipts by e-mail."
                    ),
                ),
                "packaging is heard": (
                    lambda d: d.unheard - {3},
                    N_(
                        "Read the texts under 3: packaging that was torn on the way. Nobody asks for a new brand on it."
                    ),
                ),
                "the catalogue too": (
                    lambda d: d.unheard | {4},
                    N_(
                        "Customers do write about the catalogue and orders by phone, in 2025 still. Whether for it or against "
                        "it is another question, and section 3 asks it."
                    ),
                ),
                "no remedy asked for": (
                    lambda d: d.unheard | {5},
                    N_(
                        "Right, nobody asks for a price guarantee. But dozens write of its matter, prices, and that is what counts as "
                        "written about. Whether a guarantee is what they need is the next question."
                    ),
                ),
                "points are only asked after": (
                    lambda d: d.unheard | {11},
                    N_(
                        "Most ask where to see their points, few that they be simpler. But points are the matter of that project, so it is "
                        "written about. Whether customers want this remedy is the next question."
                    ),
                ),
                "who proposed it": (
                    lambda d: set(d.priorities.index) - d.proposed_by("customers"),
                    N_(
                        "You took all that customers did not *propose*. Of price, catalogue and points they do write, "
                        "whoever proposed the project: go by the texts."
                    ),
                ),
                "the board's own": (
                    lambda d: d.proposed_by("board"),
                    N_(
                        "Those are the projects that the board proposed. Go by the texts: one of them is written about, and three "
                        "projects of others are not."
                    ),
                ),
                "those that are heard": (
                    lambda d: set(d.priorities.index) - d.unheard,
                    N_(
                        "Those are the projects that customers *do* write about. You are asked for the others."
                    ),
                ),
            },
            success=N_(
                "Five projects that no letter speaks of, two of them only after you had read what was counted. See "
                "what they cost."
            ),
        ),
        Exercise(
            id="03.q2",
            answer="rings",
            expected=lambda d: d.rings,
            hints=[
                N_(
                    "Share of a quarter: asking divided by questions. Share of all earlier quarters: their asking added up, "
                    "divided by their questions added up."
                ),
                N_(
                    "`earlier = by_quarter.cumsum().shift()` holds the sums of all earlier quarters. Both conditions must hold: "
                    "at least `least` texts, and at least `times` times the earlier share."
                ),
            ],
            misconceptions={
                "forgets the least number": (
                    lambda d: str((d.times_earlier >= TIMES).idxmax()),
                    N_(
                        "The share rose enough there, but on fewer than ten texts: a handful more or less, and it would not have. "
                        "The rule asks for both."
                    ),
                ),
                "where it is largest": (
                    lambda d: str(d.by_quarter["asking"].idxmax()),
                    N_(
                        "That is where most ask. The alarm is about the *first* quarter in which both conditions hold, and it is "
                        "worth something because it is earlier."
                    ),
                ),
                "a quarter late": (
                    lambda d: str(d.by_quarter.index[list(d.by_quarter.index).index(d.rings) + 1]),
                    N_(
                        "Both conditions hold there, but not for the first time: they hold a quarter earlier, too. Go from the left, and "
                        "compare each quarter with all *earlier* ones together."
                    ),
                ),
                "two quarters late": (
                    lambda d: str(d.by_quarter.index[list(d.by_quarter.index).index(d.rings) + 2]),
                    N_(
                        "The rise is plain to see there, and that is the point of a rule: it rings before it is plain. Go from the left, and "
                        "stop at the first quarter in which both conditions hold."
                    ),
                ),
                "a quarter early": (
                    lambda d: str(d.by_quarter.index[list(d.by_quarter.index).index(d.rings) - 1]),
                    N_(
                        "Too early: `least` texts in the quarter *and* a share of at least `times` that of all earlier quarters together. There, not "
                        "both hold."
                    ),
                ),
                "first question ever": (
                    lambda d: str(d.by_quarter["asking"].gt(0).idxmax()),
                    N_(
                        "Somebody asked already in the first quarter, but there is nothing to compare it with: the table "
                        "begins there, not the need."
                    ),
                ),
            },
            success=N_(
                "Thirteen questions among four hundred: little, and enough for the rule. Now see how often such a rule rings for nothing."
            ),
        ),
        Exercise(
            id="03.q3",
            answer="fading",
            expected=lambda d: d.fading,
            hints=[
                N_(
                    '`use.pivot_table(index="feature", columns="year", values=["users", "cost_brl"], aggfunc="sum")` adds up the '
                    "months of each year."
                ),
                N_(
                    "Compare 2025 with 2024, feature by feature: users below half, cost not below 95%. Two features remain."
                ),
            ],
            misconceptions={
                "a season for a trend": (
                    _fell_in_january,
                    N_(
                        "You compared December with January. Gift cards sell at Christmas, and in December 2025 more than a year before: "
                        "compare a month with the same month of the year before, or year with year."
                    ),
                ),
                "few users": (
                    _fewest,
                    N_(
                        "Those are the features with the fewest users. Few is not fading: the gift cards have as many as the year before."
                    ),
                ),
                "dear for each user": (
                    _dearest,
                    N_(
                        "Those cost most for each user. The vet line does, and always did: its users are as many as the year before. What is "
                        "asked is what people have left."
                    ),
                ),
                "any fall": (
                    _fell_at_all,
                    N_(
                        "Those all fell, most of them by a few percent, as chance would have it. Less than *half* is asked."
                    ),
                ),
                "what the colleagues want": (
                    lambda d: {"gift cards", "weekend vet line"},
                    N_(
                        "Those are the two that your colleagues named. Gift cards fell after Christmas and were back a year later, and the vet "
                        "line has as many users as the year before: few is not fading."
                    ),
                ),
                "the catalogue alone": (
                    lambda d: {"printed catalogue"},
                    N_("Right, and there is a second one that fades as fast and costs more for each user."),
                ),
                "the phone alone": (
                    lambda d: {"orders by phone"},
                    N_("Right, and there is a second one that fades as fast and costs more in all."),
                ),
            },
            success=N_(
                "Both lost three users in five within a year, both cost what they always did, and the board's project 4 "
                "would renew both."
            ),
        ),
        Exercise(
            id="03.q4",
            answer="measures",
            expected=lambda d: dict(_OTHERS),
            hints=[
                N_("Take A and B. Caramelo sets its hours. Who decides when a ticket arrives?"),
                N_("For quality: who writes down that a ticket is solved, and who comes back with it?"),
            ],
            misconceptions={
                "what the company decides": (
                    lambda d: dict(_OWN),
                    N_(
                        "You chose what Caramelo decides or notes itself, in all five. Asked is the other number of each pair: the one "
                        "that moves although Caramelo changes nothing."
                    ),
                ),
                "solved is what support says": (
                    lambda d: {**_OTHERS, "quality": _OWN["quality"]},
                    N_(
                        "Four are right. That a ticket is *noted as solved* is what support says of itself; the customer who opens it "
                        "again says otherwise."
                    ),
                ),
                "range for demand": (
                    lambda d: {**_OTHERS, "product": _OWN["product"]},
                    N_(
                        "Four are right. How many articles it lists is Caramelo's decision. What people ask for is theirs."
                    ),
                ),
                "shops for place": (
                    lambda d: {**_OTHERS, "place": _OWN["place"]},
                    N_(
                        "Four are right. Caramelo decides how many shops it has; customers decide from where they order."
                    ),
                ),
                "advertising for the market": (
                    lambda d: {**_OTHERS, "market": _OWN["market"]},
                    N_(
                        "Four are right. What it spends on advertising is Caramelo's decision; a rival's price is not."
                    ),
                ),
                "hours for time": (
                    lambda d: {**_OTHERS, "time": _OWN["time"]},
                    N_("Four are right. Caramelo sets its hours; when people write is their decision."),
                ),
            },
            success=N_(
                "Each of the five now has a number that others can move. Before you look at it: has it moved?"
            ),
        ),
        Exercise(
            id="03.q5",
            answer="could_refute",
            expected=lambda d: {"D", "E"},
            hints=[
                N_(
                    "For each plan imagine that the opinion is false. Would the plan show it? Which result would?"
                ),
                N_(
                    "In C somebody chose which ideas to carry out. If the customers' do better, is it because they are better, or "
                    "because only the very best were let through?"
                ),
                N_("Two plans name, beforehand, the result that would count against the opinion."),
            ],
            misconceptions={
                "more data of the same": (
                    lambda d: {"C", "D", "E"},
                    N_(
                        "Ten more years of C are ten more years of what Caramelo *chose*. If it lets only the best of the customers' "
                        "ideas through, they win, however the others are. More data do not mend a choice; a lot does, as in E."
                    ),
                ),
                "more data and the lot": (
                    lambda d: {"C", "E"},
                    N_(
                        "E could. C could not, however long: Caramelo chooses what it carries out. And one more plan fixes beforehand what would "
                        "count against the opinion."
                    ),
                ),
                "only the lot": (
                    lambda d: {"E"},
                    N_(
                        "E could. So could D: judges who do not know whose idea it is may find the customers' no better, and what follows is "
                        "fixed before."
                    ),
                ),
                "only the judges": (
                    lambda d: {"D"},
                    N_(
                        "D could. So could E, which is dearer and looks at use, not at scores: what is drawn by lot is nobody's choice."
                    ),
                ),
                "famous cases": (
                    lambda d: {"A", "D", "E"},
                    N_(
                        "A looks only for cases that agree. Ten famous products of users exist whether the opinion is true or false: count "
                        "the others, too, and it becomes a test."
                    ),
                ),
                "waits for every outcome": (
                    lambda d: {"D", "E", "F"},
                    N_(
                        "F agrees with whatever happens: losing customers proves it, and so does keeping them. What nothing can contradict "
                        "has not been tested."
                    ),
                ),
                "asks for opinions": (
                    lambda d: {"B", "D", "E"},
                    N_(
                        "B could show that customers do not *believe* it. Whether their ideas are better is another matter."
                    ),
                ),
                "only more of the same": (
                    lambda d: {"C"},
                    N_(
                        "C compares what Caramelo chose to carry out: if it lets only the best of the customers' ideas through, they win, "
                        "however the others are. Look for plans in which nobody chooses, or the judges do not know whose idea it is."
                    ),
                ),
            },
            success=N_(
                "Both say beforehand what would count against the opinion. Judges who do not know whose idea it is are how Poetz and Schreier "
                "did it: there the users won, on two scores of three."
            ),
        ),
    ],
)
