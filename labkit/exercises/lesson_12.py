"""Lesson 12: which records are the same person?"""

from __future__ import annotations

from functools import cached_property
from types import SimpleNamespace
from typing import Any

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

MISSED_MATCH_BRL = 2.00 + 0.10 * 20.00
FALSE_MERGE_BRL = 0.25 * 120.00 + 0.02 * 3_000.00 + 0.05 * 400.00
THRESHOLDS = range(13)


class _Data:
    """What the answers are computed from, each part when it is first asked for."""

    @cached_property
    def records(self) -> Any:
        from labkit.data import load
        from labkit.identify import stack_sources

        return stack_sources(
            {name: load(f"source_{name}") for name in ("ecommerce", "shop", "clinic", "newsletter")}
        )

    @cached_property
    def person(self) -> Any:
        from labkit.data import load

        truth = load("truth/identity")
        return truth.set_index(truth["source"] + ":" + truth["record_id"])["person_id"].loc[
            self.records.index
        ]

    @cached_property
    def cpf_sizes(self) -> Any:
        """Number of records of each CPF."""
        return self.records["cpf"].value_counts()

    @cached_property
    def cpf_pairs(self) -> int:
        return int((self.cpf_sizes * (self.cpf_sizes - 1) // 2).sum())

    @cached_property
    def true_pairs(self) -> Any:
        from labkit.identify import pairs_within

        return pairs_within(self.person)

    @cached_property
    def same_cpf(self) -> Any:
        from labkit.identify import pair_scores, pairs_sharing

        return pair_scores(pairs_sharing(self.records["cpf"]), self.true_pairs)

    @cached_property
    def cpf_and_first(self) -> Any:
        from labkit.identify import candidate_pairs, pair_scores

        return pair_scores(candidate_pairs(self.records, [["cpf", "first"]]), self.true_pairs)

    @cached_property
    def true_with_cpf(self) -> int:
        """True pairs in which both records have a CPF."""
        known = self.records["cpf"].notna()
        return int(
            (known[self.true_pairs["left"]].to_numpy() & known[self.true_pairs["right"]].to_numpy()).sum()
        )

    @cached_property
    def true_candidates(self) -> int:
        """True pairs that the blocking keys of the lesson let through."""
        from labkit.identify import KEYS, candidate_pairs, pair_scores

        return pair_scores(candidate_pairs(self.records, KEYS), self.true_pairs).right

    @cached_property
    def all_pairs(self) -> int:
        from labkit.identify import possible_pairs

        return possible_pairs(len(self.records))

    @cached_property
    def birth_date(self) -> Any:
        """m and u of an agreeing birth date, and u with the true pairs left in."""
        from labkit.identify import compare, pairs_sharing, possible_pairs

        dates = self.records["birth_date"]
        of_one = compare(self.records, self.true_pairs, fields=["birth_date"])["birth_date"]
        agreeing = len(pairs_sharing(dates)) - of_one.sum()
        u = agreeing / (possible_pairs(int(dates.notna().sum())) - of_one.count())
        u_of_all = len(pairs_sharing(dates)) / possible_pairs(int(dates.notna().sum()))
        return SimpleNamespace(m=of_one.mean(), u=u, u_of_all=u_of_all)

    @property
    def odds(self) -> float:
        """m / u of an agreeing birth date."""
        return self.birth_date.m / self.birth_date.u

    @cached_property
    def sweep(self) -> Any:
        """Pair scores and people wrongly joined or left apart, by threshold."""
        import pandas as pd

        from labkit.identify import caramelo, clustering_pair_scores, false_merge_cost

        matching = caramelo.match_once(self.records)
        rows = {}
        for threshold in THRESHOLDS:
            customers = matching.clusters(threshold)
            scores = clustering_pair_scores(customers, self.person)
            cost = false_merge_cost(customers, self.person, false_merge_brl=1, missed_match_brl=1)
            rows[threshold] = {
                "f1": scores.f1,
                "wrong": scores.wrong,
                "missed": scores.missed,
                "false_merges": cost.false_merges,
                "missed_matches": cost.missed_matches,
            }
        return pd.DataFrame(rows).T

    @property
    def costs(self) -> Any:
        """R$ a year, by threshold."""
        return FALSE_MERGE_BRL * self.sweep["false_merges"] + MISSED_MATCH_BRL * self.sweep["missed_matches"]

    def cheapest(self, false: str = "false_merges", missed: str = "missed_matches") -> int:
        return int((FALSE_MERGE_BRL * self.sweep[false] + MISSED_MATCH_BRL * self.sweep[missed]).idxmin())


def _blank_pairs(d: _Data) -> int:
    blank = int(d.records["cpf"].isna().sum())
    return blank * (blank - 1) // 2


LESSON = Lesson(
    id="12",
    title=N_("Match records"),
    step="identify",
    data=_Data,
    exercises=[
        Exercise(
            id="12.q1",
            answer="cpf_pairs",
            expected=lambda d: d.cpf_pairs,
            unit=N_("pairs"),
            hints=[
                N_(
                    "`value_counts()` says how many records each CPF has. Three records with one CPF: how many pairs?"
                ),
                N_("A block of n records makes n (n - 1) / 2 pairs. Add that up over all CPF."),
            ],
            misconceptions={
                "blank equals blank": (
                    lambda d: d.cpf_pairs + _blank_pairs(d),
                    N_(
                        "You matched the records *without* a CPF with one another: most of your pairs are two blanks. "
                        "A blank says nothing, so it agrees with nothing; leave the blanks out first."
                    ),
                ),
                "both directions": (
                    lambda d: 2 * d.cpf_pairs,
                    N_("You counted each pair twice, as (a, b) and as (b, a). A pair has no direction."),
                ),
                "both directions and itself": (
                    lambda d: int((d.cpf_sizes**2).sum()),
                    N_(
                        "A join of the table with itself also pairs each record with itself, and each pair twice: "
                        "(a, a), (a, b), (b, a). Keep only pairs with left before right."
                    ),
                ),
                "pairs each record with itself": (
                    lambda d: d.cpf_pairs + int(d.cpf_sizes.sum()),
                    N_(
                        "You counted each record as a pair with itself. Every record is its own twin; that finds nobody."
                    ),
                ),
                "counts records": (
                    lambda d: int(d.cpf_sizes[d.cpf_sizes > 1].sum()),
                    N_(
                        "You counted the *records* that share their CPF. Three records with one CPF are three pairs, four are six."
                    ),
                ),
                "counts records and blanks": (
                    lambda d: int(d.records["cpf"].duplicated(keep=False).sum()),
                    N_(
                        "`duplicated` takes a blank for a copy of another blank, and it counts *records*. Leave the blanks out, "
                        "then count pairs: three records with one CPF are three."
                    ),
                ),
                "counts repeats": (
                    lambda d: int((d.cpf_sizes - 1).sum()),
                    N_(
                        "You counted the records whose CPF stood in an earlier one. The fourth record of a CPF is one repeat, "
                        "but it makes three pairs."
                    ),
                ),
                "blank equals blank, both directions": (
                    lambda d: 2 * (d.cpf_pairs + _blank_pairs(d)),
                    N_(
                        "You matched blanks with one another, and counted each pair twice, as (a, b) and as (b, a). A blank agrees "
                        "with nothing, and a pair has no direction."
                    ),
                ),
                "counts records with a CPF": (
                    lambda d: int(d.cpf_sizes.sum()),
                    N_(
                        "That is the number of *records* that have a CPF. Count how many records each CPF has, then how many "
                        "pairs they make."
                    ),
                ),
                "counts numbers": (
                    lambda d: int((d.cpf_sizes > 1).sum()),
                    N_(
                        "You counted the CPF that stand in more than one record. Each of them makes one pair or more."
                    ),
                ),
            },
            success=N_(
                "Pairs, each once, no record with itself, and no blank with a blank: that is a block."
            ),
        ),
        Exercise(
            id="12.q2",
            answer="precision_recall",
            expected=lambda d: (d.same_cpf.precision, d.same_cpf.recall),
            tolerance=0.005,
            unit=N_("share"),
            hints=[
                N_(
                    "`identify.pair_scores(found, true_pairs)` scores a table of pairs; here `found` is "
                    '`identify.pairs_sharing(records["cpf"])`.'
                ),
                N_(
                    "What comes back holds both: take its `.precision` and its `.recall`, and put these two numbers into "
                    "a tuple, `(…, …)`."
                ),
            ],
            misconceptions={
                "precision and recall swapped": (
                    lambda d: (d.same_cpf.recall, d.same_cpf.precision),
                    N_(
                        "The two are swapped. *Precision* divides by the pairs found (can I believe it?), *recall* by the "
                        "true pairs (did I get them all?)."
                    ),
                ),
                "accuracy for precision": (
                    lambda d: (1 - (d.same_cpf.wrong + d.same_cpf.missed) / d.all_pairs, d.same_cpf.recall),
                    N_(
                        "Your first number is the accuracy over all pairs. Nearly all pairs are two strangers, so it is "
                        "close to 1 for any method, even for one that finds nothing. Precision looks only at pairs found."
                    ),
                ),
                "recall where the CPF is known": (
                    lambda d: (d.same_cpf.precision, d.same_cpf.right / d.true_with_cpf),
                    N_(
                        "Your recall counts only true pairs in which both records have a CPF. The others are missed too: "
                        "what a method cannot see, it does not find. Divide by all true pairs."
                    ),
                ),
                "recall among the compared": (
                    lambda d: (d.same_cpf.precision, d.same_cpf.right / d.true_candidates),
                    N_(
                        "Your recall divides by the true pairs among the candidates. Those that blocking lost are missed too: "
                        "divide by all true pairs."
                    ),
                ),
                "both directions": (
                    lambda d: (d.same_cpf.precision, 2 * d.same_cpf.right / len(d.true_pairs)),
                    N_(
                        "Your recall is twice what it should be: you found each pair as (a, b) and as (b, a), and `true_pairs` "
                        "holds it once."
                    ),
                ),
                "with the first name": (
                    lambda d: (d.cpf_and_first.precision, d.cpf_and_first.recall),
                    N_(
                        "You asked for the same first name as well. That is a better rule, and comes next; here the CPF alone is "
                        'scored: `identify.pairs_sharing(records["cpf"])`.'
                    ),
                ),
                "wrong among the found": (
                    lambda d: (1 - d.same_cpf.precision, d.same_cpf.recall),
                    N_(
                        "Your first number is the share of the found pairs that is *wrong*. Precision is the share that is right."
                    ),
                ),
                "F1 for recall": (
                    lambda d: (d.same_cpf.precision, d.same_cpf.f1),
                    N_("Your second number is the F1, the harmonic mean of both. Recall is asked."),
                ),
            },
            success=N_(
                "A CPF finds less than a quarter of the pairs, and one pair in twenty that it finds is two people."
            ),
        ),
        Exercise(
            id="12.q3",
            answer="wrong_pairs",
            expected=lambda d: 20,
            unit=N_("pairs"),
            hints=[
                N_(
                    "After the false link all nine records are one cluster. Which pairs in it are not one person?"
                ),
                N_("Take one record of Ana: with how many records is it now wrongly paired?"),
            ],
            misconceptions={
                "counts the link": (
                    lambda d: 1,
                    N_(
                        "One link is wrong, but linking is transitive: now *every* record of Ana shares a cluster with every "
                        "record of her mother."
                    ),
                ),
                "counts all pairs": (
                    lambda d: 36,
                    N_(
                        "36 is all pairs of nine records. 10 of them are Ana with herself, 6 are her mother with herself."
                    ),
                ),
                "counts records": (
                    lambda d: 9,
                    N_(
                        "Nine is the number of records in the cluster. Count pairs of records that belong to two people."
                    ),
                ),
                "counts pairs of the link": (
                    lambda d: 8,
                    N_(
                        "You counted only pairs that hold one of the two records at the ends of the false link. In a cluster "
                        "*every* record of Ana is paired with every record of her mother."
                    ),
                ),
                "one record with her mother's": (
                    lambda d: 4,
                    N_("Four wrong pairs for *one* record of Ana. She has five."),
                ),
                "one record with Ana's": (
                    lambda d: 5,
                    N_("Five wrong pairs for *one* record of her mother. She has four."),
                ),
                "all pairs less the right ones of Ana": (
                    lambda d: 26,
                    N_(
                        "You took Ana's own 10 pairs off the 36, and left her mother's 6 in: those are right as well."
                    ),
                ),
                "adds the link": (
                    lambda d: 21,
                    N_(
                        "Very near. The false link is itself one of the pairs of Ana with her mother: you counted it twice."
                    ),
                ),
                "all but the link": (
                    lambda d: 19,
                    N_("Very near. The false link itself is a wrong pair too: do not take it off."),
                ),
                "counts right pairs": (
                    lambda d: 16,
                    N_(
                        "Those are the *right* pairs: 10 of Ana with herself and 6 of her mother with herself. Count the others "
                        "in the cluster."
                    ),
                ),
                "all pairs, both directions": (
                    lambda d: 72,
                    N_(
                        "That is every pair of the nine records, in both directions. A pair has no direction, and Ana's pairs with "
                        "herself are right, like her mother's: leave those out."
                    ),
                ),
                "counts links": (
                    lambda d: 17,
                    N_(
                        "That is the number of *links*: 10 of Ana's, 6 of her mother's, and the false one. Wrong pairs are those that "
                        "follow from it, linked or not."
                    ),
                ),
                "both directions": (
                    lambda d: 40,
                    N_("You counted each pair in both directions. A pair has no direction."),
                ),
            },
            success=N_(
                "One wrong link, twenty wrong pairs: the bigger the two clusters, the dearer the bridge between them."
            ),
        ),
        Exercise(
            id="12.q4",
            answer="birth_date_bits",
            expected=lambda d: _log(d.odds, 2),
            tolerance=0.05,
            unit=N_("bits"),
            hints=[
                N_("Divide m by u first: how many times likelier is the agreement if both are one person?"),
                N_("`np.log2` turns times into bits: 8 times is 3 bits."),
            ],
            misconceptions={
                "no logarithm": (
                    lambda d: d.odds,
                    N_("That is m / u, the number of times. A bit doubles: take its logarithm to base 2."),
                ),
                "natural logarithm": (
                    lambda d: _log(d.odds, 2.718281828459045),
                    N_("`np.log` is the natural logarithm. Bits are doublings: `np.log2`."),
                ),
                "decimal logarithm": (
                    lambda d: _log(d.odds, 10),
                    N_("`np.log10` counts tenfold steps. Bits are doublings: `np.log2`."),
                ),
                "m alone": (
                    lambda d: _log(d.birth_date.m, 2),
                    N_(
                        "That is log2(m) alone. What counts is how much oftener one person agrees than two people do: "
                        "divide m by u first."
                    ),
                ),
                "true pairs in u": (
                    lambda d: _log(d.birth_date.m / d.birth_date.u_of_all, 2),
                    N_(
                        "Your u counts the agreeing pairs of *one* person, too; Splink's random pairs do the same. Use the `u` "
                        "printed above: of pairs of two people, the share that agrees."
                    ),
                ),
                "u alone": (
                    lambda d: _log(1 / d.birth_date.u, 2),
                    N_(
                        "That is log2(1 / u): what the date would be worth if one person's records *always* agreed. They agree in "
                        "a share m of the pairs: divide m by u."
                    ),
                ),
                "a date that disagrees": (
                    lambda d: _log((1 - d.birth_date.m) / (1 - d.birth_date.u), 2),
                    N_(
                        "Those are the bits of a date that *disagrees*, (1 − m) / (1 − u), and they speak against one person. "
                        "Asked is the one that agrees: m / u."
                    ),
                ),
                "both outcomes added": (
                    lambda d: _log(d.odds, 2) + _log((1 - d.birth_date.m) / (1 - d.birth_date.u), 2),
                    N_(
                        "You added the bits of agreeing and of disagreeing. A pair does one or the other: the bits of agreeing "
                        "are asked."
                    ),
                ),
                "upside down": (
                    lambda d: _log(1 / d.odds, 2),
                    N_(
                        "You divided u by m. An agreement speaks *for* one person: m / u, and bits above zero."
                    ),
                ),
            },
            success=N_(
                "Each bit doubles the odds: one birth date in common makes it thousands of times likelier that it is one person and no stranger."
            ),
        ),
        Exercise(
            id="12.q5",
            answer="cheapest",
            expected=lambda d: d.cheapest(),
            unit=N_("bits"),
            hints=[
                N_("Cost of a threshold: false merges times their price plus missed matches times theirs."),
                N_("`idxmin()` of that column gives the threshold."),
            ],
            misconceptions={
                "best F1": (
                    lambda d: int(d.sweep["f1"].idxmax()),
                    N_(
                        "That is the threshold with the best F1. F1 takes a wrong pair and a missed pair for equally bad; "
                        "here one costs many times the other."
                    ),
                ),
                "prices pairs": (
                    lambda d: d.cheapest("wrong", "missed"),
                    N_(
                        "You priced *pairs*. Two people of five records each on one card are 25 wrong pairs, but one false merge, and "
                        "they complain once: use the columns `false merges` and `missed matches`. (If you did, and read this threshold off the "
                        "numbers: it is near, and a little dearer. Let `idxmin()` choose.)"
                    ),
                ),
                "adds numbers, not money": (
                    lambda d: int((d.sweep["false_merges"] + d.sweep["missed_matches"]).idxmin()),
                    N_(
                        "There the *number* of mistakes is smallest. Multiply each kind by its price, `false_merge_brl` and "
                        "`missed_match_brl`, before you add them."
                    ),
                ),
                "cost instead of bits": (
                    lambda d: float(d.costs.min()),
                    N_(
                        "That is the lowest *cost*, in R$. The question asks at which threshold it arises: a number of bits."
                    ),
                ),
                "one bit too low": (
                    lambda d: d.cheapest() - 1,
                    N_(
                        "Near: the valley is flat, and one bit higher is a little cheaper. Multiply each column by its price, add, "
                        "and let `idxmin()` find the lowest."
                    ),
                ),
                "one bit too high": (
                    lambda d: d.cheapest() + 1,
                    N_(
                        "Near: the valley is flat, and one bit lower is a little cheaper. Multiply each column by its price, add, "
                        "and let `idxmin()` find the lowest."
                    ),
                ),
                "fewest false merges": (
                    lambda d: int(d.sweep["false_merges"].idxmin()),
                    N_(
                        "There the false merges are fewest, but thousands of people stay in pieces, and those cost too. "
                        "Add both up."
                    ),
                ),
                "fewest missed": (
                    lambda d: int(d.sweep["missed_matches"].idxmin()),
                    N_(
                        "There the missed matches are fewest, but the false merges are most, and each costs far more. Add both up."
                    ),
                ),
            },
            success=N_("The threshold follows from the two prices. With other prices it is another one."),
        ),
    ],
)


def _log(value: float, base: float) -> float:
    import math

    return math.log(value) / math.log(base)
