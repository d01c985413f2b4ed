"""The exercises of lesson 22: who will be valuable?"""

from __future__ import annotations

from math import exp

from labkit.exercises.data_22 import LIFT, alive, auc, history, lesson_data
from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

NANOSECONDS_A_DAY = 24 * 3600 * 10**9


def _likelihood(left):
    """The function asked for, with the given way of having left."""

    def likelihood(x, t_x, T, rate, leave):
        stayed = rate**x * (1 - leave) ** x * exp(-rate * T)
        return stayed + left(x, t_x, T, rate, leave) if x > 0 else stayed

    return likelihood


LESSON = Lesson(
    id="22",
    title=N_("Who will be valuable?"),
    step="differentiate",
    data=lesson_data,
    exercises=[
        Exercise(
            id="22.q1",
            answer="history_2154",
            expected=history,
            tolerance=0.05,  # one decimal will do
            unit="purchases, weeks, weeks",
            hints=[
                N_("Which rows lie on or before 30 September 1997? On how many different *days* are they?"),
                N_(
                    "The first day, 18 March, is not a repeat. Recency runs from it to 18 August, T from it to 30 September; divide days by 7."
                ),
            ],
            misconceptions={
                "counts the first purchase": (
                    lambda d: (d.one.purchase_days, d.one.recency_days / 7, d.one.age_days / 7),
                    N_(
                        "You counted the first purchase. Frequency counts *repeat* purchases: everybody has a first one, so it tells nobody apart."
                    ),
                ),
                "same day not collapsed": (
                    lambda d: (d.one.rows - 1, d.one.recency_days / 7, d.one.age_days / 7),
                    N_(
                        "You counted rows. Three of them are of one day, 18 March: several purchases on a day are one visit."
                    ),
                ),
                "counts all rows": (
                    lambda d: (d.one.rows, d.one.recency_days / 7, d.one.age_days / 7),
                    N_(
                        "You counted every row up to 30 September. Two things are too many: purchases on one day are one visit, and the first visit is no repeat."
                    ),
                ),
                "recency from the end": (
                    lambda d: (
                        d.one.purchase_days - 1,
                        (d.one.age_days - d.one.recency_days) / 7,
                        d.one.age_days / 7,
                    ),
                    N_(
                        "You measured recency back from the end of observation: that is the silence, T − t_x. In these models recency runs from the *first* purchase to the last."
                    ),
                ),
                "order of the three": (
                    lambda d: tuple(reversed(history(d))),
                    N_("The numbers are right, their order is not: (frequency, recency, T)."),
                ),
                "recency and T swapped": (
                    lambda d: (d.one.purchase_days - 1, d.one.age_days / 7, d.one.recency_days / 7),
                    N_(
                        "Recency and T stand in each other's place: recency, to the last purchase, is never longer than T, to the end of observation."
                    ),
                ),
                "whole weeks": (
                    lambda d: (d.one.purchase_days - 1, d.one.recency_days // 7, d.one.age_days // 7),
                    N_("You counted whole weeks. Keep the decimals: divide the days by 7 with `/`."),
                ),
                "rounded weeks": (
                    lambda d: (
                        d.one.purchase_days - 1,
                        round(d.one.recency_days / 7),
                        round(d.one.age_days / 7),
                    ),
                    N_("You rounded to whole weeks. One decimal at least: 153 days are 21.9 weeks."),
                ),
                "nanoseconds": (
                    lambda d: (
                        d.one.purchase_days - 1,
                        d.one.recency_days * NANOSECONDS_A_DAY,
                        d.one.age_days * NANOSECONDS_A_DAY,
                    ),
                    N_("Your times are in nanoseconds. Take `.days` of each span of time, and divide by 7."),
                ),
                "days": (
                    lambda d: (d.one.purchase_days - 1, d.one.recency_days, d.one.age_days),
                    N_("Your times are in days. The published figures are in weeks: divide by 7."),
                ),
                "months": (
                    lambda d: (
                        d.one.purchase_days - 1,
                        d.one.recency_days / (365.25 / 12),
                        d.one.age_days / (365.25 / 12),
                    ),
                    N_(
                        "Your times are in months. The published figures are in weeks: with another unit alpha comes out different, and nothing can be compared."
                    ),
                ),
                "looks past the cutoff": (
                    lambda d: (
                        d.one.all_purchase_days - 1,
                        d.one.all_recency_days / 7,
                        d.one.whole_days / 7,
                    ),
                    N_(
                        "You used the rows after 30 September 1997. They are the future that the model will be tested on: it must not see them."
                    ),
                ),
                "age to the end of the file": (
                    lambda d: (d.one.purchase_days - 1, d.one.recency_days / 7, d.one.whole_days / 7),
                    N_(
                        "Your T runs to the last day of the file. Observation ends at the `cutoff`, 30 September 1997: what comes after is the test."
                    ),
                ),
                "all rows of the file": (
                    lambda d: (d.one.all_rows, d.one.all_recency_days / 7, d.one.whole_days / 7),
                    N_(
                        "You took all rows of the file. Three things are too many: those after 30 September 1997, the second and third row of one day, and the first visit."
                    ),
                ),
                "future purchases, present age": (
                    lambda d: (d.one.all_purchase_days - 1, d.one.all_recency_days / 7, d.one.age_days / 7),
                    N_(
                        "You counted purchases after 30 September 1997: recency has become longer than T, which no customer can manage. Leave the later rows out."
                    ),
                ),
            },
            success=N_(
                "Two visits after the first, the last after 21.86 of 28 weeks: silent for six weeks since."
            ),
        ),
        Exercise(
            id="22.q2",
            answer="likelihood",
            expected=_likelihood(
                lambda x, t_x, T, rate, leave: rate**x * (1 - leave) ** (x - 1) * leave * exp(-rate * t_x)
            ),
            inputs=lambda d: [
                (2, 30.0, 39.0, 0.1, 0.2),
                (0, 0.0, 39.0, 0.05, 0.3),
                (1, 4.0, 20.0, 0.2, 0.5),
                (5, 12.0, 26.0, 0.4, 0.1),
            ],
            tolerance=1e-12,
            hints=[
                N_("After how many of the x purchases did the coin say *stay*, and after how many *leave*?"),
                N_(
                    "x purchases: `rate**x`. The coin: x − 1 times stay, once leave. Bought nothing else until t_x; after that, silence needs no luck."
                ),
            ],
            misconceptions={
                "silent until T": (
                    _likelihood(
                        lambda x, t_x, T, rate, leave: (
                            rate**x * (1 - leave) ** (x - 1) * leave * exp(-rate * T)
                        )
                    ),
                    N_(
                        "You let the clock run until T. Who has left cannot buy any more: silence after t_x is certain and needs no factor. Stop at t_x."
                    ),
                ),
                "one stay too many": (
                    _likelihood(
                        lambda x, t_x, T, rate, leave: rate**x * (1 - leave) ** x * leave * exp(-rate * t_x)
                    ),
                    N_(
                        "You have x times *stay* and once *leave*: x + 1 tosses for x purchases. The last toss is the leaving one, so there are x − 1 stays."
                    ),
                ),
                "leaves each time": (
                    _likelihood(lambda x, t_x, T, rate, leave: rate**x * leave**x * exp(-rate * t_x)),
                    N_(
                        "You let every toss say leave. One can leave only once, at the last purchase; the x − 1 tosses before said stay."
                    ),
                ),
                "no stays": (
                    _likelihood(lambda x, t_x, T, rate, leave: rate**x * leave * exp(-rate * t_x)),
                    N_(
                        "You forgot the tosses survived: after each of the x − 1 earlier purchases the coin said stay."
                    ),
                ),
                "no leaving": (
                    _likelihood(
                        lambda x, t_x, T, rate, leave: rate**x * (1 - leave) ** (x - 1) * exp(-rate * t_x)
                    ),
                    N_(
                        "The leaving itself is missing: the x-th toss said leave, which has probability `leave`."
                    ),
                ),
                "one purchase too few": (
                    _likelihood(
                        lambda x, t_x, T, rate, leave: (
                            rate ** (x - 1) * (1 - leave) ** (x - 1) * leave * exp(-rate * t_x)
                        )
                    ),
                    N_(
                        "Only x − 1 purchases are in your likelihood. Who left with the x-th purchase did make it: `rate**x`."
                    ),
                ),
                "silence since the last": (
                    _likelihood(
                        lambda x, t_x, T, rate, leave: (
                            rate**x * (1 - leave) ** (x - 1) * leave * exp(-rate * (T - t_x))
                        )
                    ),
                    N_(
                        "You made the silence after the last purchase, T − t_x, the unlikely part. It is the other way round: between purchases, until t_x, nothing else was bought; afterwards silence is certain."
                    ),
                ),
                "silence until the last forgotten": (
                    _likelihood(lambda x, t_x, T, rate, leave: rate**x * (1 - leave) ** (x - 1) * leave),
                    N_(
                        "The time is missing: until t_x nothing was bought besides the x purchases, which has its probability, `exp(-rate * ...)`, too."
                    ),
                ),
                "stayed, and then left": (
                    _likelihood(
                        lambda x, t_x, T, rate, leave: rate**x * (1 - leave) ** x * leave * exp(-rate * T)
                    ),
                    N_(
                        "You multiplied `stayed` by `leave`. Two things change: the last of the x tosses is the leaving one, so x − 1 stays are left, and the clock stops at t_x."
                    ),
                ),
                "leaves each time, silent until T": (
                    _likelihood(lambda x, t_x, T, rate, leave: rate**x * leave**x * exp(-rate * T)),
                    N_(
                        "You put `leave` in the place of every stay. Two things are to mend: one leaves only once, after x − 1 stays, and after t_x silence is certain, so the clock stops there."
                    ),
                ),
                "no leaving, silent until T": (
                    _likelihood(
                        lambda x, t_x, T, rate, leave: rate**x * (1 - leave) ** (x - 1) * exp(-rate * T)
                    ),
                    N_(
                        "Two things are to mend: the factor `leave` for the last toss is missing, and the clock of purchases stops at t_x, not T."
                    ),
                ),
                "leaves without repeating": (
                    lambda x, t_x, T, rate, leave: (
                        rate**x * (1 - leave) ** x * exp(-rate * T)
                        + rate**x * (1 - leave) ** (x - 1) * leave * exp(-rate * t_x)
                    ),
                    N_(
                        "For x = 0 you let somebody leave who had no repeat purchase to leave after. In this model they cannot: keep the last line of the function as it was."
                    ),
                ),
            },
            success=N_("That is the whole model of one customer. All the rest is averaging over customers."),
        ),
        Exercise(
            id="22.q3",
            answer="auc_recent",
            expected=lambda d: auc(d, d.cdnow.history["recency"] - d.cdnow.history["T"]),
            tolerance=0.001,
            unit="AUC",
            hints=[
                N_("A long silence should give a *low* score. How do you turn a column around?"),
                N_(
                    'Silence is `history["T"] - history["recency"]`; the score is minus that, and stands second: `roc_auc_score(history["came_back"], …)`.'
                ),
            ],
            misconceptions={
                "upside down": (
                    lambda d: auc(d, d.cdnow.history["T"] - d.cdnow.history["recency"]),
                    N_(
                        "Your score is upside down: a long silence gets a high score. An AUC below 0.5 usually means just that. Put a minus before the silence."
                    ),
                ),
                "recency column": (
                    lambda d: auc(d, d.cdnow.history["recency"]),
                    N_(
                        "You ranked by the column `recency`, the time from first to last purchase. Asked is silence, T − recency: customers have different ages T, so the order is not the same."
                    ),
                ),
                "minus recency": (
                    lambda d: auc(d, -d.cdnow.history["recency"]),
                    N_(
                        "You ranked by minus `recency`. In these models recency is the time from first to last purchase, not the time since; silence is T − recency."
                    ),
                ),
                "share of the age": (
                    lambda d: auc(d, d.cdnow.history["recency"] / d.cdnow.history["T"]),
                    N_("You divided by T. That is another rule; silence is the difference, T − recency."),
                ),
                "expected purchases": (
                    lambda d: auc(d, d.cdnow.expected),
                    N_(
                        "That is the AUC of the model's expected purchases. Asked is a rule without any model: silence."
                    ),
                ),
                "repeaters only": (
                    lambda d: auc(
                        d,
                        d.cdnow.history["recency"] - d.cdnow.history["T"],
                        d.cdnow.history["frequency"] > 0,
                    ),
                    N_(
                        "You took the repeaters only. Here all 2,357 customers are asked: the table `history`."
                    ),
                ),
                "probability alive": (
                    lambda d: auc(d, alive(d)),
                    N_("That is the AUC of P(alive) again. Asked is a rule without any model: silence."),
                ),
                "one minus alive": (
                    lambda d: 1 - auc(d, alive(d)),
                    N_(
                        "That is the AUC of 1 − P(alive): P(alive) upside down is better than a coin, but asked is silence, T − recency."
                    ),
                ),
                "frequency": (
                    lambda d: auc(d, d.cdnow.history["frequency"]),
                    N_("You ranked by frequency. Asked is silence, T − recency."),
                ),
                "age": (
                    lambda d: auc(d, d.cdnow.history["T"]),
                    N_("You ranked by T alone, the customer's age. Subtract recency to get the silence."),
                ),
            },
            success=N_("One column, no parameter, and more than three pairs in four in the right order."),
        ),
        Exercise(
            id="22.q4",
            answer="value_of_unknown",
            expected=lambda d: d.cdnow.spend.mean_value_,
            tolerance=0.02,  # the plain mean of the averages is 9 cents off
            unit="US$",
            hints=[
                N_("With nothing known about a customer, what is the best guess? Whose average?"),
                N_("`spend.expected_average_value(frequency, monetary_value)` takes a frequency of 0 too."),
            ],
            misconceptions={
                "zero": (
                    lambda d: 0.0,
                    N_(
                        "The column says 0 because there is no repeat purchase to average: it means *unknown*, not *nothing*. 14% of these customers do buy again, and they pay."
                    ),
                ),
                "zeros in the average": (
                    lambda d: d.cdnow.history["monetary_value"].mean(),
                    N_(
                        "You averaged over all customers, and 1,411 of them stand there with 0. A 0 that means *unknown* must not enter an average."
                    ),
                ),
                "first purchases": (
                    lambda d: d.cdnow.first_purchase,
                    N_(
                        "That is the mean of *first* purchases. Asked is the value of a next one: first and repeat purchases need not be alike, and here they are not."
                    ),
                ),
                "their own first purchases": (
                    lambda d: d.cdnow.first_purchase_of_once,
                    N_(
                        "That is the mean *first* purchase of those who never repeated. Asked is the value of a next one, of which their first says little: ask the model `spend`."
                    ),
                ),
                "mean of all rows": (
                    lambda d: d.cdnow.means.all_rows,
                    N_(
                        "You averaged all rows of the file. It comes close by luck: the rows hold first purchases, parts of a day's purchase, and the future after 30 September."
                    ),
                ),
                "mean of the rows seen": (
                    lambda d: d.cdnow.means.rows_seen,
                    N_(
                        "You averaged the rows up to 30 September. They hold first purchases, and parts of a day's purchase. Ask the model `spend`."
                    ),
                ),
                "mean of the days seen": (
                    lambda d: d.cdnow.means.days_seen,
                    N_(
                        "You averaged all purchases up to 30 September, first ones and those of frequent buyers among them. Ask the model `spend`."
                    ),
                ),
                "first rows": (
                    lambda d: d.cdnow.means.first_rows,
                    N_(
                        "That is the mean of each customer's first *row*: a first purchase, and often only part of it. Asked is a next one."
                    ),
                ),
                "weighted by frequency": (
                    lambda d: d.cdnow.means.repeats,
                    N_(
                        "That is the mean of all repeat *purchases*. Who buys often counts many times in it; asked is a customer of whom nothing is known."
                    ),
                ),
                "plain mean of the averages": (
                    lambda d: d.cdnow.means.repeaters,
                    N_(
                        "That is the plain mean of the repeaters' averages: very near here, but an average of one purchase counts in it like one of twenty. Ask the model `spend`, with frequency 0."
                    ),
                ),
                "mean of the expected": (
                    lambda d: d.cdnow.means.expected,
                    N_(
                        "You averaged the model's expectation over all customers. Ask it for one customer, with frequency 0."
                    ),
                ),
                "mean of the repeaters' expected": (
                    lambda d: d.cdnow.means.expected_of_repeaters,
                    N_(
                        "You averaged the model's expectation over the repeaters. Ask it for one customer, with frequency 0."
                    ),
                ),
            },
            success=N_(
                "Nothing known, so everybody's mean, as the model sees it: p × gamma / (q − 1). The pull is complete at frequency 0."
            ),
        ),
        Exercise(
            id="22.q5",
            answer="members",
            expected=lambda d: d.club.admitted(),
            tolerance=0,
            unit="customers",
            hints=[
                N_(
                    "Two steps: the margin ahead of each customer, with Caramelo's two models and `margin_rate`; then for how many of them a place pays."
                ),
                N_(
                    "A place pays if `lift * margin_ahead > fee`. How many times is that true? `.sum()` counts."
                ),
                N_(
                    '`margin_ahead = differentiate.customer_lifetime_value(caramelo, basket, *known, buyers["monetary_value"], horizon=weeks, yearly_discount_rate=0.10, margin_rate=margin_rate)`'
                ),
            ],
            misconceptions={
                "revenue for margin": (
                    lambda d: d.club.admitted(margin_rate=1.0),
                    N_(
                        "You valued customers by revenue. The fee is paid out of the margin, about a quarter of it: pass `margin_rate=margin_rate`."
                    ),
                ),
                "no lift": (
                    lambda d: d.club.admitted(lift=1.0),
                    N_(
                        "You compared the fee with the whole margin. The club brings only the *extra* 10% of it; the rest comes anyway. Multiply by `lift`."
                    ),
                ),
                "months for weeks": (
                    lambda d: d.club.admitted(horizon=9),
                    N_(
                        "Your horizon is 9: nine months, but the model counts in weeks. A model speaks the unit of the data it was fitted to. (If you passed 39, you applied the margin rate twice, which gives the same number here: with `margin_rate=margin_rate` the value is a margin already.)"
                    ),
                ),
                "a year": (
                    lambda d: d.club.admitted(horizon=52),
                    N_(
                        "Your horizon is a year. The fee buys 39 weeks, so only their margin may be set against it."
                    ),
                ),
                "not discounted": (
                    lambda d: d.club.admitted(yearly_discount_rate=0.0),
                    N_(
                        "You left the discounting out: money in nine months counts a little less, `yearly_discount_rate=0.10`."
                    ),
                ),
                "whole margin and lift": (
                    lambda d: d.club.admitted(lift=1 + LIFT),
                    N_(
                        "You compared the fee with the margin plus 10%. Only the 10% come from the club: multiply by `lift`, not by 1 + lift."
                    ),
                ),
                "CDNOW's two models": (
                    lambda d: d.club.admitted(purchases=d.cdnow.model, basket=d.cdnow.spend),
                    N_("`model` and `spend` are CDNOW's. Caramelo's are `caramelo` and `basket`."),
                ),
                "CDNOW's purchases": (
                    lambda d: d.club.admitted(purchases=d.cdnow.model),
                    N_(
                        "`model` is CDNOW's. The purchases of Caramelo's customers are forecast by `caramelo`."
                    ),
                ),
                "CDNOW's spending": (
                    lambda d: d.club.admitted(basket=d.cdnow.spend),
                    N_(
                        "`spend` is CDNOW's, in US$. What Caramelo's customers spend at a time is known to `basket`."
                    ),
                ),
                "CDNOW's customers": (
                    lambda d: d.club.admitted(of="CDNOW"),
                    N_(
                        "You valued CDNOW's customers: `*seen` and `history` are theirs. Caramelo's are `*known` and `buyers`."
                    ),
                ),
                "everybody's basket": (
                    lambda d: d.club.by_mean_basket,
                    N_(
                        "You multiplied expected purchases by everybody's mean purchase. Customers differ: `customer_lifetime_value` gives each their own expected value, from `basket`, and it discounts."
                    ),
                ),
                "sum of the margin": (
                    lambda d: d.club.margin_of_admitted,
                    N_("That is R$, the members' margin ahead. Asked is how many members there are."),
                ),
                "sum of the lift": (
                    lambda d: LIFT * d.club.margin_of_admitted,
                    N_("That is R$, what the club would add. Asked is how many members there are."),
                ),
                "own average": (
                    lambda d: d.club.by_own_average,
                    N_(
                        "You multiplied expected purchases by the customer's own average. Two purchases are a poor guide to the third: `customer_lifetime_value` uses `basket`, which pulls the average to everybody's mean, and it discounts."
                    ),
                ),
                "a share": (
                    lambda d: d.club.admitted() / d.club.everybody,
                    N_(
                        "That is the share of the customers. Asked is how many they are: `.sum()` instead of `.mean()`."
                    ),
                ),
                "rate per week": (
                    lambda d: d.club.admitted(yearly_discount_rate=0.10 * 52),
                    N_(
                        "You discounted by 10% a *week*. The rate is 10% a year: `yearly_discount_rate=0.10`."
                    ),
                ),
                "own pace": (
                    lambda d: d.club.by_pace,
                    N_(
                        "That is the number at the customers' own pace, which forgets that some have left. Use the CLV of the model."
                    ),
                ),
                "everybody": (
                    lambda d: d.club.everybody,
                    N_(
                        "That is everybody. Count only those for whom `lift` times the margin ahead exceeds `fee`."
                    ),
                ),
            },
            success=N_(
                "Only a minority of the customers carries a place for R$ 20, and only if the board's 10% holds."
            ),
        ),
    ],
)
