"""Lesson 10: what do we know, about whom, how fresh, from where?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

SYSTEMS = ("ecommerce", "shop", "clinic", "newsletter")
REGISTERED = {
    "ecommerce": ("criado_em", "%Y-%m-%d"),
    "shop": ("dt_cadastro", "%d/%m/%Y"),
    "clinic": ("primeira_visita", "%d/%m/%Y"),
    "newsletter": ("inscrito_em", "%Y-%m-%d"),
}
BORN = {"ecommerce": "data_nascimento", "shop": "dt_nasc", "clinic": "nasc"}
SIX = {
    "e_mail": "shop",
    "especie": "clinic",
    "monthly_fee_brl": "plans",
    "opened": "contacts",
    "added_to_cart": "web_sessions",
    "charged_brl": "clinic_visits",
}
"""Column → table in which it stands."""


class _Data:
    """What the answers are computed from, each part when it is first asked for."""

    @cached_property
    def six(self) -> dict[str, str]:
        from labkit.identify.kinds import CARAMELO_KINDS

        return {column: CARAMELO_KINDS[table][column] for column, table in SIX.items()}

    def six_but(self, **other: str) -> dict[str, str]:
        """The right kinds but for some."""
        return self.six | other

    @cached_property
    def sources(self) -> dict[str, Any]:
        from labkit.data import load

        return {name: load(f"source_{name}") for name in SYSTEMS}

    @cached_property
    def records(self) -> Any:
        """Standardised records, with the day of each."""
        import pandas as pd

        from labkit.identify import stack_sources

        days = [
            pd.to_datetime(self.sources[name][column], format=form)
            for name, (column, form) in REGISTERED.items()
        ]
        return stack_sources(self.sources).assign(registered=pd.concat(days).to_numpy())

    @cached_property
    def births_on_cards(self) -> Any:
        return self.sources["shop"]["dt_nasc"]

    @cached_property
    def usable(self) -> Any:
        """Cards whose birth date can be one."""
        return self.births_on_cards.notna() & (self.births_on_cards != "01/01/1900")

    @cached_property
    def pairs(self) -> Any:
        """Pairs of records with one CPF: years apart and groups of them, same first name, both phones known, phones differ."""
        import pandas as pd

        known = self.records.reset_index().dropna(subset=["cpf"])
        pairs = known.merge(known, on="cpf", suffixes=("", "_other")).query("record < record_other")
        years = (pairs["registered"] - pairs["registered_other"]).abs().dt.days / 365.25
        return pd.DataFrame(
            {
                "years": years,
                "from_one_year": years >= 1,
                "late": years >= 2,
                "two_to_three": (years >= 2) & (years < 3),
                "oldest": years >= 3,
                "same_first": pairs["first"] == pairs["first_other"],
                "both": pairs["phone"].notna() & pairs["phone_other"].notna(),
                "differs": ~(pairs["phone"] == pairs["phone_other"]),
            }
        )

    def differs(self, *conditions: str) -> float:
        """Share of the pairs that meet the conditions whose phones differ."""
        return float(self.pairs.loc[self.pairs[list(conditions)].all(axis=1), "differs"].mean())

    @cached_property
    def person(self) -> Any:
        from labkit.data import load

        truth = load("truth/identity")
        people = truth.set_index(truth["source"] + ":" + truth["record_id"])["person_id"]
        return people.loc[self.records.index]

    @cached_property
    def births(self) -> Any:
        """System → complete, valid and right birth dates, as shares of its records."""
        import pandas as pd

        from labkit.data import load

        own = load("truth/people").set_index("person_id").loc[self.person]
        born = self.records["birth_date"]
        fates = pd.DataFrame(
            {"valid": born.notna(), "right": born.to_numpy() == own["birth_date"].to_numpy()}
        )
        shares = fates.groupby(self.records["source"], sort=False).mean().loc[list(BORN)]
        shares["complete"] = [self.sources[name][column].notna().mean() for name, column in BORN.items()]
        return shares

    @staticmethod
    def ranked(shares: Any) -> list[str]:
        return list(shares.sort_values(ascending=False).index)

    @cached_property
    def named_and_born(self) -> Any:
        """Records with a name and a birth date."""
        return self.records["name"].notna() & self.records["birth_date"].notna()

    @property
    def left_out(self) -> int:
        return int(self.person.nunique() - self.person[self.named_and_born].nunique())

    @property
    def different(self) -> int:
        """Different names and birth dates."""
        return len(self.records.loc[self.named_and_born, ["name", "birth_date"]].drop_duplicates())


LESSON = Lesson(
    id="10",
    title=N_("Data inventory"),
    step="identify",
    data=_Data,
    exercises=[
        Exercise(
            id="10.q1",
            answer="six",
            expected=lambda d: d.six,
            hints=[
                N_(
                    "Ask in this order: was money paid or promised? Did somebody do something? Does it describe?"
                ),
                N_("Two are transactional and two behavioural."),
                N_(
                    'Begin with `six = {"e_mail": "registration", "especie": …}`; the other keys are `monthly_fee_brl`, '
                    "`opened`, `added_to_cart` and `charged_brl`."
                ),
            ],
            misconceptions={
                "the cart is a purchase": (
                    lambda d: d.six_but(added_to_cart="transactional"),
                    N_(
                        "`added_to_cart`: nothing has been bought yet, and often nothing is. Until somebody pays or signs, it is "
                        "behaviour."
                    ),
                ),
                "the pet is no demography": (
                    lambda d: d.six_but(especie="registration"),
                    N_(
                        "`especie`: dog or cat identifies nobody and reaches nobody. It describes a household as one of many: "
                        "demographic."
                    ),
                ),
                "the plan is registration": (
                    lambda d: d.six_but(monthly_fee_brl="registration"),
                    N_(
                        "`monthly_fee_brl`: a plan is a contract, and its fee is paid every month: transactional."
                    ),
                ),
                "an opened message is a transaction": (
                    lambda d: d.six_but(opened="transactional"),
                    N_("`opened`: nobody pays for opening a message. It is something done short of paying."),
                ),
                "a visit is behaviour": (
                    lambda d: d.six_but(charged_brl="behavioural"),
                    N_(
                        "`charged_brl`: a visit to the clinic is something done, but this column is the money for it: transactional."
                    ),
                ),
                "American spelling": (
                    lambda d: d.six_but(opened="behavioral", added_to_cart="behavioral"),
                    N_("The kinds are right; only the word is spelled `behavioural` here."),
                ),
                "the cart and the message are transactions": (
                    lambda d: d.six_but(added_to_cart="transactional", opened="transactional"),
                    N_(
                        "`opened` and `added_to_cart`: neither is paid for. What is done short of paying is behaviour."
                    ),
                ),
            },
            success=N_(
                "Registration and demography stand in the four systems; what is paid and what is done stand elsewhere."
            ),
        ),
        Exercise(
            id="10.q2",
            answer="usable_share",
            expected=lambda d: float(d.usable.mean()),
            tolerance=0.002,
            unit=N_("of the cards"),
            hints=[
                N_("A card counts if the field holds something *and* that is not the placeholder."),
                N_(
                    '`cards["dt_nasc"].notna()` and `cards["dt_nasc"] != "01/01/1900"`, joined by `&`; then the mean over all cards.'
                ),
            ],
            misconceptions={
                "counts the placeholder": (
                    lambda d: float(d.births_on_cards.notna().mean()),
                    N_("That is the completeness: it takes 01/01/1900 for a birth date like any other."),
                ),
                "divides by the filled": (
                    lambda d: float(d.usable.sum() / d.births_on_cards.notna().sum()),
                    N_(
                        "You divided by the cards that have something in the field; that is the *validity*. The question asks for a share of all "
                        "cards."
                    ),
                ),
                "counts blanks as usable": (
                    lambda d: float((d.births_on_cards != "01/01/1900").mean()),
                    N_(
                        "A blank is not equal to 01/01/1900, so `!=` lets it pass: you counted cards without any date. Ask for "
                        "`notna()` as well."
                    ),
                ),
                "the placeholder's share": (
                    lambda d: float((d.births_on_cards == "01/01/1900").mean()),
                    N_(
                        "That is the share of cards *with* the placeholder. Asked are those with a usable date."
                    ),
                ),
                "a number of cards": (
                    lambda d: int(d.usable.sum()),
                    N_("That is *how many* cards have a usable date. Divide by the number of all cards."),
                ),
                "those without": (
                    lambda d: float(1 - d.usable.mean()),
                    N_("That is the share of cards *without* a usable birth date."),
                ),
            },
            success=N_(
                "Three cards in four. Completeness times validity: a field is worth what can be true in it."
            ),
        ),
        Exercise(
            id="10.q3",
            answer="differs_late",
            expected=lambda d: d.differs("late", "same_first", "both"),
            tolerance=0.001,
            unit=N_("of the pairs"),
            hints=[
                N_('Keep the rows of `same_first` whose `years_apart` is `"2 to 3"` or `"3 or more"`.'),
                N_(
                    'Then drop the pairs in which a phone is missing, `dropna(subset=["phone", "phone_other"])`, before you '
                    "compare."
                ),
            ],
            misconceptions={
                "without the control": (
                    lambda d: d.differs("late", "both"),
                    N_(
                        "You took all pairs with one CPF. Many of the late ones are two people; start from `same_first`."
                    ),
                ),
                "a blank differs": (
                    lambda d: d.differs("late", "same_first"),
                    N_(
                        "A missing phone is unequal to everything, even to another missing one, so you counted blanks as differences. "
                        "Drop pairs in which one is missing."
                    ),
                ),
                "all years": (
                    lambda d: d.differs("same_first", "both"),
                    N_(
                        "That is the share over all pairs, however far apart. Only two years and more are asked."
                    ),
                ),
                "only two to three years": (
                    lambda d: d.differs("two_to_three", "same_first", "both"),
                    N_(
                        "That is the row `2 to 3` of the table. Two *or more* years are asked: those of `3 or more` as well."
                    ),
                ),
                "only the oldest": (
                    lambda d: d.differs("oldest", "same_first", "both"),
                    N_(
                        "That is the row `3 or more` of the table. Pairs of two to three years belong to it as well."
                    ),
                ),
                "the mean of two shares": (
                    lambda d: (
                        (
                            d.differs("two_to_three", "same_first", "both")
                            + d.differs("oldest", "same_first", "both")
                        )
                        / 2
                    ),
                    N_(
                        "You took the mean of two rows of the table, but the older row has far fewer pairs. Count all pairs together."
                    ),
                ),
                "from one year on": (
                    lambda d: d.differs("from_one_year", "same_first", "both"),
                    N_("You took the pairs from *one* year on. Asked are two or more."),
                ),
                "a number of pairs": (
                    lambda d: int(
                        d.pairs.loc[d.pairs[["late", "same_first", "both"]].all(axis=1), "differs"].sum()
                    ),
                    N_(
                        "That is *how many* pairs differ. Divide by the number of pairs that have both phones."
                    ),
                ),
                "phones that agree": (
                    lambda d: 1 - d.differs("late", "same_first", "both"),
                    N_("That is the share of phones that *agree*."),
                ),
            },
            success=N_(
                "About a quarter, not the half that all pairs with one CPF would have shown: most of the rest is two people with one CPF."
            ),
        ),
        Exercise(
            id="10.q4",
            answer="most_trusted_first",
            expected=lambda d: d.ranked(d.births["right"] / d.births["valid"]),
            hints=[
                N_("You *hold* a valid date. Of the valid ones, which share is right?"),
                N_('`shares["right"] / shares["valid"]`, then sort.'),
            ],
            misconceptions={
                "the fullest": (
                    lambda d: d.ranked(d.births["complete"]),
                    N_(
                        "That is the order of completeness, and of `right` as a share of *all* records: it punishes the clinic for "
                        "dates it does not have. You hold a valid date: divide `right` by `valid`."
                    ),
                ),
                "upside down": (
                    lambda d: d.ranked(d.births["right"] / d.births["valid"])[::-1],
                    N_("That is the order from the least to the most trustworthy. Turn it round."),
                ),
                "right of all, upside down": (
                    lambda d: d.ranked(d.births["right"])[::-1],
                    N_(
                        "You sorted `right` upwards. It is also a share of *all* records; you hold a valid date: divide `right` by `valid`, "
                        "and put the greatest first."
                    ),
                ),
            },
            success=N_(
                "How much a system holds and how far it can be believed are two questions, with two rankings."
            ),
        ),
        Exercise(
            id="10.q5",
            answer="left_out",
            expected=lambda d: d.left_out,
            unit=N_("people"),
            hints=[
                N_(
                    "Which records have both? Whose are they? All other people are left out, however many records they have."
                ),
                N_(
                    '`in_it = records["name"].notna() & records["birth_date"].notna()`; then compare `person.nunique()` with '
                    "`person[in_it].nunique()`."
                ),
            ],
            misconceptions={
                "counts records": (
                    lambda d: int((~d.named_and_born).sum()),
                    N_(
                        "Those are *records* without a name or a birth date. Most of their people have another record that has both."
                    ),
                ),
                "people of the blanks": (
                    lambda d: int(d.person[~d.named_and_born].nunique()),
                    N_(
                        "Those are people with *some* record that lacks a name or date. Many of them have another that is in the count."
                    ),
                ),
                "people in it": (
                    lambda d: int(d.person[d.named_and_born].nunique()),
                    N_("That is how many people *are* in the count. Take them from all people."),
                ),
                "distance of the totals": (
                    lambda d: abs(int(d.person.nunique()) - d.different),
                    N_(
                        "That is only how far apart the two totals are. People counted twice can hide people left out."
                    ),
                ),
                "distance with its sign": (
                    lambda d: -abs(int(d.person.nunique()) - d.different),
                    N_(
                        "A number of people cannot be negative. You took one total from the other; people counted twice can hide people "
                        "left out."
                    ),
                ),
                "counted too often": (
                    lambda d: d.different - int(d.person[d.named_and_born].nunique()),
                    N_(
                        "That is by how much the count is too great for the people who *are* in it. Asked are those who are not."
                    ),
                ),
                "records less values": (
                    lambda d: len(d.records) - d.different,
                    N_("You took the count from the *records*. Asked are people whom it leaves out."),
                ),
            },
            success=N_(
                "More than two thousand people are not in the count that comes within three of the truth."
            ),
        ),
    ],
)
