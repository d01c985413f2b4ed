"""Lesson 02: whose customers, on what bond, and who has left?"""

from __future__ import annotations

import functools
from functools import cached_property
from typing import Any

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

DAY = "2025-06-30"
WORKED_MARKETS = (1, 9)
"""Cards whose market the lesson tells."""

QUICK, SLOW = (0, 21), (91, float("inf"))
"""Usual intervals, in days, of the quickest and the slowest customers: above the first, up to the second."""

SILENCES = range(10, 370, 10)


class _Data:
    """What the answers are computed from, each part when it is first asked for."""

    @cached_property
    def cards(self) -> Any:
        from labkit.data import load

        return load("truth/company_cards").set_index("company_id")

    @cached_property
    def markets(self) -> dict[int, str]:
        """Market of each card that is asked."""
        return {
            int(key): str(value) for key, value in self.cards["market"].items() if key not in WORKED_MARKETS
        }

    def called(self, **others: str) -> dict[int, str]:
        """The markets, but some cards called otherwise: ``_7="B2C"``."""
        return self.markets | {int(key.lstrip("_")): market for key, market in others.items()}

    def with_bond(self, bond: str) -> set[int]:
        return {int(key) for key in self.cards.index[self.cards["bond"] == bond]}

    @cached_property
    def guessed(self) -> set[int]:
        """Cards whose ends are never observed."""
        return self.with_bond("non-contractual")

    @cached_property
    def base(self) -> Any:
        """Customers who have ordered by the day: silence, usual interval (days), and whether gone in truth."""
        import pandas as pd

        from labkit.data import load

        day = pd.Timestamp(DAY)
        orders = load("orders")
        dates = orders[orders["ordered_on"] <= day].groupby("customer_id")["ordered_on"]
        base = dates.agg(first="min", last="max", days="nunique", orders="size")
        people = load("truth/people").query("customer_id > 0").set_index("customer_id")
        base["silence"] = (day - base["last"]).dt.days
        base["gone"] = people["gone_on"].reindex(base.index) <= day
        base["interval"] = (base["last"] - base["first"]).dt.days / (base["days"] - 1)
        return base

    def errors(self, days: int) -> tuple[float, float]:
        """Shares: of those called lost, still here; of those gone, not called lost."""
        lost, gone = self.base["silence"] > days, self.base["gone"]
        return float((~gone[lost]).mean()), float((~lost[gone]).mean())

    def errors_of_other_wholes(self, days: int) -> tuple[float, float]:
        """The same mistakes as shares: of those still here; of those not called lost."""
        lost, gone = self.base["silence"] > days, self.base["gone"]
        return float(lost[~gone].mean()), float(gone[~lost].mean())

    def errors_of_all(self, days: int) -> tuple[float, float]:
        """The same mistakes as shares of all customers."""
        lost, gone = self.base["silence"] > days, self.base["gone"]
        return float((lost & ~gone).mean()), float((~lost & gone).mean())

    def errors_counted(self, days: int) -> tuple[int, int]:
        lost, gone = self.base["silence"] > days, self.base["gone"]
        return int((lost & ~gone).sum()), int((~lost & gone).sum())

    @functools.cache  # noqa: B019
    def wrong(self, rhythm: tuple[float, float] | None = None, silences: range = SILENCES) -> Any:
        """Table by days of silence: shares of a rhythm's customers wrong, false alarms, misses."""
        import numpy as np
        import pandas as pd

        known = self.base[self.base["days"] >= 3]
        if rhythm:
            known = known[(known["interval"] > rhythm[0]) & (known["interval"] <= rhythm[1])]
        gone = known["gone"].to_numpy()
        lost = known["silence"].to_numpy() > np.array(silences)[:, np.newaxis]
        kinds = {"wrong": lost != gone, "false alarms": lost & ~gone, "misses": ~lost & gone}
        return pd.DataFrame({kind: each.mean(axis=1) for kind, each in kinds.items()}, index=list(silences))

    @cached_property
    def best_silence(self) -> tuple[int, int]:
        return int(self.wrong(QUICK)["wrong"].idxmin()), int(self.wrong(SLOW)["wrong"].idxmin())


ROLES = {"user": "C", "payer": "A", "buyer": "D", "influencer": "B", "decider": "E", "gatekeeper": "F"}


def _exchanged(one: str, other: str) -> dict[str, str]:
    """The roles, two of them exchanged."""
    return ROLES | {one: ROLES[other], other: ROLES[one]}


LESSON = Lesson(
    id="02",
    title=N_("Know your market"),
    step="strategy",
    data=_Data,
    exercises=[
        Exercise(
            id="02.q1",
            answer="markets",
            expected=lambda d: d.markets,
            hints=[
                N_(
                    "Begin with who contracts: is the state on one side? Two persons? A person and a firm, or two firms?"
                ),
                N_(
                    "Two firms: does a person stand behind the buyer who gets the maker's service as such, and does the maker "
                    "know that person? A person and a firm: does the firm make what it sells, with no shop between?"
                ),
                N_(
                    "Cards 4 and 7 sell nothing themselves: they keep a place. Ask who *sells* there, persons or firms."
                ),
            ],
            misconceptions={
                "the employer contracts, so B2B": (
                    lambda d: d.called(_3="B2B"),
                    N_(
                        "Card 3: the employer contracts, so it looks like B2B. But the employee is treated as the network's "
                        "patient, pays a little, and has a file there: there is a person behind the buyer, in view."
                    ),
                ),
                "the employee is the customer": (
                    lambda d: d.called(_3="B2C"),
                    N_(
                        "Card 3: the employee is the patient, and pays a little; but the contract is the employer's. A firm, with a "
                        "firm, and a person in view behind it."
                    ),
                ),
                "who clicks is a person": (
                    lambda d: d.called(_10="B2C"),
                    N_(
                        "Card 10: the owner clicks, but for the firm: the firm's card pays, and the firm's books are kept with it."
                    ),
                ),
                "both makers are B2C": (
                    lambda d: d.called(_5="B2C", _11="B2C"),
                    N_(
                        "Cards 5 and 11 are B2C of a special kind: the maker sells its own goods with no shop between, and "
                        "knows every buyer. That is what D2C says."
                    ),
                ),
                "the farm is B2C": (
                    lambda d: d.called(_11="B2C"),
                    N_(
                        "Card 11 sells from its *own* farm with no shop between, and knows the households: B2C of the special kind D2C."
                    ),
                ),
                "the shoemaker is B2C": (
                    lambda d: d.called(_5="B2C"),
                    N_(
                        "Card 5 *makes* the shoes, sells them with no shop between, and knows the wearers: B2C of the special kind D2C."
                    ),
                ),
                "who pays in the end is a shopper": (
                    lambda d: d.called(_7="B2C"),
                    N_(
                        "Card 7: the shopper contracts with one of four hundred shops. The site sells nothing itself, it keeps the place."
                    ),
                ),
                "firm, firm, person": (
                    lambda d: d.called(_7="B2B2C"),
                    N_(
                        "Card 7: the shops do not buy from the site and sell on; they sell there, and pay a commission for "
                        "the place. Many sellers, many buyers, nothing of its own."
                    ),
                ),
                "any place is a marketplace": (
                    lambda d: d.called(_4="marketplace"),
                    N_(
                        "Card 4: a place, yes, but look who sells in it: people, to each other, each piece for itself. "
                        "Person with person is C2C."
                    ),
                ),
                "the places exchanged": (
                    lambda d: d.called(_4="marketplace", _7="C2C"),
                    N_(
                        "Cards 4 and 7 are exchanged: in the one persons sell to persons, in the other four hundred *firms* sell."
                    ),
                ),
                "any service is direct": (
                    lambda d: d.called(_8="D2C"),
                    N_(
                        "Card 8: nobody stands between a gym and its members, but that is so with nearly every service. D2C is said of makers of *goods*, who could have sold through shops."
                    ),
                ),
                "the state is a firm": (
                    lambda d: d.called(_6="B2B", _12="B2B"),
                    N_(
                        "Cards 6 and 12: a town hall and a state are no firms. They buy by tender and from a budget, and have a name of their own: G."
                    ),
                ),
                "the state that orders for dogs is B2C": (
                    lambda d: d.called(_12="B2C"),
                    N_(
                        "Card 12: who uses is not who contracts. The state orders each campaign and pays by the dog."
                    ),
                ),
            },
            success=N_(
                "Whoever contracts, pays and is known may be three: the market says which of them you can write to."
            ),
        ),
        Exercise(
            id="02.q2",
            answer="guessed",
            expected=lambda d: d.guessed,
            hints=[
                N_(
                    "Read only `how_they_come_and_go`. Is there a letter, a form, a click, a date that says *it is over*?"
                ),
                N_("A contract for each purchase says nothing about the next one. There are two such cards."),
            ],
            misconceptions={
                "a signature is a bond": (
                    lambda d: d.guessed - {12},
                    N_(
                        "Card 12: each campaign is signed, and none says that it was the last. You see an order, or you see none. "
                        "It is an *observed end* that makes a bond contractual, not a signature."
                    ),
                ),
                "firms do not vanish": (
                    lambda d: d.guessed - {9},
                    N_(
                        "Card 9: the customer is a firm with an account, and still it reorders or does not. No end is announced."
                    ),
                ),
                "only persons vanish": (
                    lambda d: d.guessed - {9, 12},
                    N_(
                        "Cards 9 and 12: shops and states can fall silent too. Who the customer is does not say how the end is seen."
                    ),
                ),
                "who does not come has left": (
                    lambda d: d.guessed | {8},
                    N_(
                        "Card 8: a member who does not come has not *left*: a form ends it, and until then the debit runs. "
                        "Use is silent there, the end is not."
                    ),
                ),
                "a click is no notice": (
                    lambda d: d.guessed | {10, 11},
                    N_(
                        "Cards 10 and 11: a click or a message is enough. The end stands in the books, with its day."
                    ),
                ),
                "a click alone": (
                    lambda d: d.guessed | {10},
                    N_("Card 10: a click in the menu is enough. The end stands in the books, with its day."),
                ),
                "a message alone": (
                    lambda d: d.guessed | {11},
                    N_(
                        "Card 11: the boxes run until a message ends or pauses them. A pause is no end, but it is announced too: "
                        "nothing is to be guessed from silence."
                    ),
                ),
                "an account is a bond": (
                    lambda d: d.guessed - {4},
                    N_(
                        "Card 4: an account stays open for ever. That it sleeps is seen; that it will never wake, nobody is told."
                    ),
                ),
                "the tender may not come again": (
                    lambda d: d.guessed | {6},
                    N_(
                        "Card 6: the tender ends on a known day. Whether there will be another is a new sale, not a silent loss."
                    ),
                ),
                "the contracts": (
                    lambda d: d.with_bond("contractual"),
                    N_(
                        "Those are the companies whose ends *are* observed. Asked are the others, which have to guess."
                    ),
                ),
                "numbers as text": (
                    lambda d: {str(card) for card in d.guessed},
                    N_(
                        "These are the right ones, typed as text. Numbers are asked: `{2, 3}`, not `{'2', '3'}`."
                    ),
                ),
                "half a market": (
                    lambda d: d.guessed | d.with_bond("mixed"),
                    N_(
                        "Card 7 was to be left out: its shoppers vanish without a word, its shops give notice."
                    ),
                ),
            },
            success=N_(
                "Five of eleven never see an end. A monthly count of the lost is a guess there, however many digits it has."
            ),
        ),
        Exercise(
            id="02.q3",
            answer="errors_60",
            expected=lambda d: d.errors(60),
            tolerance=5e-4,
            unit=N_("share"),
            hints=[
                N_(
                    '`lost = base["silence"] > 60` is true for those called lost; `base["gone"]` is true for those gone.'
                ),
                N_(
                    "First share: keep only the rows that are called lost, and take the mean of *not gone*. `~` turns true into false."
                ),
                N_(
                    'Second share: keep only the rows that are gone, `lost[base["gone"]]`, and take the mean of *not lost*.'
                ),
            ],
            misconceptions={
                "the other wholes": (
                    lambda d: d.errors_of_other_wholes(60),
                    N_(
                        "Both are shares of the other whole: of those *still here*, how many were called lost; of those *not called lost*, "
                        "how many are gone. Asked is: of those called lost, and of those gone."
                    ),
                ),
                "false alarms of those still here": (
                    lambda d: (d.errors_of_other_wholes(60)[0], d.errors(60)[1]),
                    N_(
                        "Your first number divides by everybody *still here*. Asked is the share of those whom the rule *calls lost*."
                    ),
                ),
                "misses of those not called": (
                    lambda d: (d.errors(60)[0], d.errors_of_other_wholes(60)[1]),
                    N_(
                        "Your second number divides by everybody *not called lost*. Asked is the share of those who *are gone*."
                    ),
                ),
                "of all customers": (
                    lambda d: d.errors_of_all(60),
                    N_(
                        "You divided both by all customers. Each mistake has a whole of its own: those called lost, and those gone."
                    ),
                ),
                "counted": (
                    lambda d: d.errors_counted(60),
                    N_("Those are the numbers of customers. Divide by those called lost, and by those gone."),
                ),
                "the right ones": (
                    lambda d: tuple(1 - share for share in d.errors(60)),
                    N_(
                        "Those are the shares that the rule gets *right*: gone among those called lost, called lost among those gone. "
                        "The mistakes are the rest, 1 minus each."
                    ),
                ),
                "exchanged": (
                    lambda d: d.errors(60)[::-1],
                    N_("The two are exchanged: false alarms first, then misses."),
                ),
                "at least": (
                    lambda d: d.errors(59),
                    N_(
                        "You called lost who has been silent for 60 days *or* more. The rule says more than 60: `>`."
                    ),
                ),
                "rounded": (
                    lambda d: tuple(round(share, 2) for share in d.errors(60)),
                    N_(
                        "Those are the right shares, rounded to whole percents. Leave them as they were computed, unrounded."
                    ),
                ),
                "ninety days": (
                    lambda d: d.errors(90),
                    N_(
                        "Those are the mistakes of the 90-day rule: `lost` still holds the rule of the cell above. Ask for more than 60 days."
                    ),
                ),
            },
            success=N_(
                "More than half of those it names are still here. A shorter silence misses fewer and accuses more: one is paid for with the other."
            ),
        ),
        Exercise(
            id="02.q4",
            answer="best_silence",
            expected=lambda d: d.best_silence,
            unit=N_("days"),
            hints=[
                N_(
                    'Take one group, `known[known["rhythm"] == "up to 3 weeks"]`, and compute the share wrong for each of '
                    "`range(10, 370, 10)` days."
                ),
                N_(
                    "A dictionary of days → share wrong; `min(wrong, key=wrong.get)` gives the days with the smallest share."
                ),
            ],
            misconceptions={
                "one rule for all": (
                    lambda d: (int(d.wrong()["wrong"].idxmin()),) * 2,
                    N_(
                        "That is the best single rule of all who have a rhythm. Compute it within each group: keep only the rows of that rhythm."
                    ),
                ),
                "every single day": (
                    lambda d: tuple(
                        int(d.wrong(group, range(1, 366))["wrong"].idxmin()) for group in (QUICK, SLOW)
                    ),
                    N_(
                        "That is the best if you try every single day. Try only 10, 20, 30 … as asked: around the best the line is "
                        "so flat that a few days more or less say nothing."
                    ),
                ),
                "exchanged": (
                    lambda d: d.best_silence[::-1],
                    N_("Exchanged: the quickest first. Who buys every week is late sooner."),
                ),
                "fewest false alarms": (
                    lambda d: tuple(int(d.wrong(group)["false alarms"].idxmin()) for group in (QUICK, SLOW)),
                    N_(
                        "There the false alarms are fewest, because hardly anybody is called lost. Count both mistakes: lost and "
                        "not gone, gone and not lost."
                    ),
                ),
                "fewest misses": (
                    lambda d: tuple(int(d.wrong(group)["misses"].idxmin()) for group in (QUICK, SLOW)),
                    N_(
                        "There the misses are fewest, because nearly everybody is called lost. Count both mistakes: lost and not gone, "
                        "gone and not lost."
                    ),
                ),
                "the shares": (
                    lambda d: tuple(float(d.wrong(group)["wrong"].min()) for group in (QUICK, SLOW)),
                    N_("Those are the smallest shares wrong. Asked are the *days* at which they arise."),
                ),
                "most wrong": (
                    lambda d: tuple(int(d.wrong(group)["wrong"].idxmax()) for group in (QUICK, SLOW)),
                    N_("There the rule is wrong about the *most*. Take the smallest share."),
                ),
            },
            success=N_(
                "More than three times as long for the slow as for the quick. How firmly each number stands, look at the lines below."
            ),
        ),
        Exercise(
            id="02.q5",
            answer="roles",
            expected=lambda d: dict(ROLES),
            hints=[
                N_("Whose mouth, whose money, whose finger? Those are user, payer and buyer."),
                N_(
                    "Who has a say but no vote, who has the last word, and who keeps offers from reaching the others?"
                ),
            ],
            misconceptions={
                "who orders pays": (
                    lambda d: _exchanged("payer", "buyer"),
                    N_(
                        "Payer and buyer are exchanged. The buyer places the order; the payer is whose money it is, and may not even know of it."
                    ),
                ),
                "who pays decides": (
                    lambda d: _exchanged("payer", "decider"),
                    N_(
                        "Payer and decider are exchanged. The grandfather's card is charged, but he has no word in it."
                    ),
                ),
                "who orders decides": (
                    lambda d: _exchanged("buyer", "decider"),
                    N_(
                        "Buyer and decider are exchanged. Caio orders what he was told to order; the last word is Rosa's."
                    ),
                ),
                "who talks decides": (
                    lambda d: _exchanged("influencer", "decider"),
                    N_(
                        "Influencer and decider are exchanged. Helena talks at every meal; what is bought, Rosa says in the end."
                    ),
                ),
                "who filters influences": (
                    lambda d: _exchanged("influencer", "gatekeeper"),
                    N_(
                        "Influencer and gatekeeper are exchanged. A gatekeeper favours no brand: she settles which information gets through at all."
                    ),
                ),
                "the one who decides keeps the gate": (
                    lambda d: _exchanged("gatekeeper", "decider"),
                    N_(
                        "Gatekeeper and decider are exchanged. Marta deletes offers before anybody sees them; what is bought of the rest, Rosa says."
                    ),
                ),
                "the app's user": (
                    lambda d: _exchanged("user", "buyer"),
                    N_("User and buyer are exchanged. Caio uses the *app*; the food is used by who eats it."),
                ),
            },
            success=N_(
                "The pet uses and never pays, the card pays and never chooses; the shop's log knows one of the six."
            ),
        ),
    ],
)
