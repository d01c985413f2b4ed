"""Lesson 40: six KPIs, and the classic wrong denominators."""

from __future__ import annotations

import numpy as np

from labkit.exercises import mistakes_40 as mistakes
from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

LESSON = Lesson(
    id="40",
    title=N_("Are we doing well?"),
    step="manage",
    data=mistakes.answers,
    exercises=[
        Exercise(
            id="40.q1",
            answer="retention_2025",
            expected=lambda d: d.retention,
            tolerance=5e-4,
            unit="share",
            hints=[
                N_("Only who was a customer at the end of 2024 can be kept. How many is that?"),
                N_("`end_2024.intersection(end_2025)` holds those who are in both."),
            ],
            misconceptions={
                "counts new customers": (
                    lambda d: d.retention_with_new,
                    N_(
                        "You divided everybody of the end of 2025 by everybody of the end of 2024. That is growth: "
                        "customers won during the year cannot be *retained* in it. Count only those in both."
                    ),
                ),
                "new by contract": (
                    lambda d: d.retention_new_started,
                    N_(
                        "Your N is everybody who *started* a contract in 2025. Some of them have left again, others were "
                        "customers already: N are only those of the end who were not there at the start."
                    ),
                ),
                "new by contract, of the end": (
                    lambda d: d.retention_new_of_end,
                    N_(
                        "Your N is everybody of the end who started a contract in 2025. Some of them were customers "
                        "already and took a second one: N are those of the end who were not there at the start."
                    ),
                ),
                "start plus new as the base": (
                    lambda d: d.retention_of_start_and_new,
                    N_(
                        "Your denominator holds start *and* new customers. The new ones were not there to be kept, "
                        "and hardly had time to leave: they make the rate look better than it is."
                    ),
                ),
                "of the end": (
                    lambda d: d.retention_of_end,
                    N_(
                        "You divided by the customers of the *end*. That is how many of today's customers are old "
                        "ones; it falls when many new ones come, though nobody left."
                    ),
                ),
                "of all ever": (
                    lambda d: d.retention_of_ever,
                    N_(
                        "You divided by everybody who ever had a plan. Who left in 2023 could not be kept in "
                        "2025: the window says who is in the denominator."
                    ),
                ),
                "contracts, not customers": (
                    lambda d: d.retention_contracts,
                    N_(
                        "You counted contracts. Who ends one of two contracts is still a customer; the question is "
                        "about customers."
                    ),
                ),
                "every cancellation": (
                    lambda d: d.retention_less_cancellations,
                    N_(
                        "You took off everybody who cancelled anything in 2025. Some of them came only in 2025, "
                        "others kept a second contract: they are not lost customers of the start."
                    ),
                ),
                "cancelled contracts over customers": (
                    lambda d: d.retention_less_contracts,
                    N_(
                        "You set contracts that ended against customers of the start. Above and below the line must be "
                        "the same kind of thing, and the same ones: customers of the start."
                    ),
                ),
                "churn": (
                    lambda d: 1 - d.retention,
                    N_("That is churn, the share that left. Retention is the rest: 1 minus your number."),
                ),
            },
            success=N_(
                "More than one in ten left. That is the number to set beside the price of keeping them; the page's number was growth."
            ),
        ),
        Exercise(
            id="40.q2",
            answer="conversion_2025",
            expected=lambda d: d.conversion,
            tolerance=5e-4,
            unit="share",
            hints=[
                N_("Choose the rows by `created_on` first; every one of them is in the denominator."),
                N_("`(created['status'] == 'won').mean()` is the share of rows that are won."),
            ],
            misconceptions={
                "decided, not created": (
                    lambda d: d.conversion_decided,
                    N_(
                        "You chose the rows by `closed_on`. Those were decided in the window, many were created "
                        "before it; asked is the cohort *created* in it."
                    ),
                ),
                "wins of one cohort over another": (
                    lambda d: d.conversion_mixed,
                    N_(
                        "Your wins were closed in the window, your denominator was created in it: other "
                        "opportunities above and below the line. Follow the same ones from creation to win."
                    ),
                ),
                "leaves out what is open": (
                    lambda d: d.conversion_without_open,
                    N_(
                        "You left out the opportunities still open. Losses come quickly and wins slowly, so who is "
                        "left out is no random part; they stay in the denominator."
                    ),
                ),
                "won within the window": (
                    lambda d: d.conversion_won_in_window,
                    N_(
                        "You counted only wins closed by 30 September. Asked is who was won *by today*: the window says "
                        "when an opportunity was created."
                    ),
                ),
                "both years": (
                    lambda d: d.conversion_both_years,
                    N_(
                        "You chose by the month alone: the same months of 2024 are in it too. Choose by day and year."
                    ),
                ),
                "of qualified": (
                    lambda d: d.conversion_qualified,
                    N_(
                        "You divided by those that were at least qualified. That is a question too, another one: here "
                        "*all* opportunities created are the denominator, from lead on."
                    ),
                ),
                "whole year": (
                    lambda d: d.conversion_whole_year,
                    N_(
                        "You took the whole of 2025. Those created from October on had no time to be won: the "
                        "cohort is not ripe. Take January to September."
                    ),
                ),
                "without the list": (
                    lambda d: d.conversion_usual,
                    N_(
                        "You left out the leads of the bought list. The team worked them, so they belong to the "
                        "rate; look at them apart afterwards."
                    ),
                ),
                "a count": (
                    lambda d: d.conversion_wins,
                    N_("That is the number of wins. Divide it by all opportunities created in the window."),
                ),
                "wins per loss": (
                    lambda d: d.conversion_per_loss,
                    N_("You divided wins by losses. That is a ratio of two outcomes, not a share of all."),
                ),
            },
            success=N_("Same months, same cohort, all of it: now it can be set beside 2024."),
        ),
        Exercise(
            id="40.q3",
            answer="nps_with_margin",
            inputs=mistakes.surveys,
            expected=mistakes.nps_with_margin,
            tolerance=0.02,
            hints=[
                N_(
                    "`(scores >= 9).mean()` is the share of promoters, `(scores <= 6).mean()` that of detractors."
                ),
                N_("n is `len(scores)`, passives included. Points are 100 times a share, for both results."),
            ],
            misconceptions={
                "eight promotes": (
                    lambda scores: mistakes.nps(scores, promoter=8),
                    N_("You count 8 as a promoter. Promoters answer 9 or 10; 7 and 8 are passives."),
                ),
                "six is passive": (
                    lambda scores: mistakes.nps(scores, detractor=5),
                    N_("You count 6 as a passive. Detractors answer 0 to 6, six included."),
                ),
                "both boundaries": (
                    lambda scores: mistakes.nps(scores, promoter=10, detractor=5),
                    N_(
                        "Both boundaries are one off: 9 is a promoter too (`>= 9`), and 6 a detractor (`<= 6`)."
                    ),
                ),
                "passives left out": (
                    lambda scores: mistakes.nps(scores, passives=False),
                    N_(
                        "You divided by promoters plus detractors. Passives answered too: they are in n, and pull "
                        "the score towards zero."
                    ),
                ),
                "shares, not points": (
                    lambda scores: tuple(part / 100 for part in mistakes.nps(scores)),
                    N_("You return shares. NPS is given in points: multiply both results by 100."),
                ),
                "score in points, margin as a share": (
                    lambda scores: (mistakes.nps(scores)[0], mistakes.nps(scores)[1] / 100),
                    N_("The score is in points, the margin still a share: multiply it by 100 too."),
                ),
                "ends, not half-width": (
                    mistakes.ends,
                    N_(
                        "You return the two ends of the interval. Asked are the score and the half-width, the “give or take”."
                    ),
                ),
                "counts": (
                    mistakes.of_counts,
                    N_(
                        "You worked with numbers of answers. *p* and *d* are shares: divide by n, as `.mean()` does."
                    ),
                ),
                "no square root": (
                    mistakes.with_variance,
                    N_(
                        "The margin lacks the square root: the standard error is the root of the variance over n."
                    ),
                ),
                "covariance": (
                    mistakes.without_covariance,
                    N_(
                        "You added the variances of the two shares as if other people had answered. They are shares of the same "
                        "answers: who promotes does not detract. Use SE = √((p + d - (p - d)²) / n)."
                    ),
                ),
                "one standard error": (
                    lambda scores: mistakes.nps(scores, factor=1.0),
                    N_(
                        "The margin is one standard error; that interval holds the truth in about 68 of 100 "
                        "surveys. For 95 take 1.96 of them."
                    ),
                ),
                "whole width": (
                    lambda scores: mistakes.nps(scores, factor=2 * 1.96),
                    N_("You return the whole width of the interval; its half is asked, the “give or take”."),
                ),
                "promoters alone": (
                    mistakes.with_margin_of_promoters,
                    N_(
                        "The margin is that of the promoters' share alone. The score is a difference of two shares "
                        "of the same answers: use SE = √((p + d - (p - d)²) / n)."
                    ),
                ),
                "two for 1.96": (
                    lambda scores: mistakes.nps(scores, factor=2.0),
                    N_("You took 2 standard errors. As a rule of thumb that will do; here 1.96 is asked."),
                ),
                "divides by n - 1": (
                    mistakes.with_sample_variance,
                    N_(
                        "Your variance divides by n - 1 (the default of `.std()`). With many answers that hardly differs; "
                        "the formula above divides by n."
                    ),
                ),
                "rounded": (
                    lambda scores: tuple(float(round(part)) for part in mistakes.nps(scores)),
                    N_(
                        "You round inside the function. Return what was computed, and round where it is shown."
                    ),
                ),
                "swapped": (
                    lambda scores: mistakes.nps(scores)[::-1],
                    N_("The two results are swapped: the score comes first, then the margin."),
                ),
                "mean answer": (
                    lambda scores: (float(np.mean(scores)), mistakes.nps(scores)[1]),
                    N_("The first result is the mean answer. NPS is promoters minus detractors, in points."),
                ),
            },
            success=N_(
                "With p = 0.5, d = 0.3 and 200 answers: +20, give or take 12. A score without n is half a number."
            ),
        ),
        Exercise(
            id="40.q4",
            answer="net_per_customer",
            expected=lambda d: d.net,
            tolerance=0.05,
            unit="R$",
            hints=[
                N_(
                    "Margin: the rows of `first_year` whose `acquisition_channel` is influencers. Customers: those rows "
                    "of `won_2024`, whether or not they ever ordered."
                ),
                N_(
                    "`influencers_2024` is the CAC in R$ per customer won; you can subtract it like a number."
                ),
            ],
            misconceptions={
                "revenue": (
                    lambda d: d.net_revenue,
                    N_(
                        "You took revenue. Goods, freight and payment have to be paid from it; the *margin* is what can "
                        "pay for winning the customer."
                    ),
                ),
                "only who bought": (
                    lambda d: d.net_of_buyers,
                    N_(
                        "You divided by the customers who ordered. CAC was paid for everybody won, so the margin must "
                        "be shared among the same customers."
                    ),
                ),
                "per order": (
                    lambda d: d.net_per_order,
                    N_(
                        "You averaged over orders; CAC is per customer. Sum the margin, then divide by customers."
                    ),
                ),
                "blended CAC": (
                    lambda d: d.net_blended,
                    N_(
                        "You took off the CAC of all channels together. It contains customers whom nobody paid for; "
                        "influencers cost more than that."
                    ),
                ),
                "customers of all channels": (
                    lambda d: d.net_of_all,
                    N_(
                        "Your margin is that of customers of *all* channels, the cost that of influencers. Take the "
                        "margin of those whom they won."
                    ),
                ),
                "in all": (
                    lambda d: d.net_in_all,
                    N_("That is the sum over all of them. Asked is the amount per customer won."),
                ),
                "cost of another year": (
                    lambda d: d.net_other_year,
                    N_(
                        "The margin is of customers won in 2024, the CAC of 2025: other customers. Take the cost at which "
                        "*these* were won."
                    ),
                ),
                "customers of another year": (
                    lambda d: d.net_of_next_year,
                    N_(
                        "You divided the margin of the customers of 2024 by the number won in 2025. Above and below the line "
                        "must be the same customers."
                    ),
                ),
                "all orders": (
                    lambda d: d.net_whole_history,
                    N_(
                        "You counted all their orders. Who came in January 2024 had two years, who came in December "
                        "one: take `first_year`, the same window for each."
                    ),
                ),
                "cost forgotten": (
                    lambda d: d.net_without_cost,
                    N_("That is the margin alone. Take off what winning the customer cost."),
                ),
            },
            success=N_(
                "The dearest channel still pays for itself within the year: CAC alone could not have told you."
            ),
        ),
        Exercise(
            id="40.q5",
            answer="established",
            expected=lambda d: d.established,
            hints=[
                N_(
                    "CAC: it rose by 99.21 - 92.83. The distances that would make the rise smaller: from 2025 to its lower end, "
                    "from 2024 to its upper end."
                ),
                N_("`kpis.change(*compared['CAC'])` says the change and its interval."),
            ],
            misconceptions={
                "intervals that overlap": (
                    lambda d: d.established_apart,
                    N_(
                        "Did you ask whether the two intervals overlap, or add the two distances as they are? That is too "
                        "strict: both years are rarely unlucky at once, so the distances are squared and added. One is missing."
                    ),
                ),
                "whatever moved": (
                    lambda d: d.established_all,
                    N_(
                        "Every figure moves from year to year. Asked is where the interval of the *change* leaves out zero."
                    ),
                ),
                "unripe, so left out": (
                    lambda d: d.established - {"conversion, page"},
                    N_(
                        "The page's conversion *is* established: a fall that luck does not explain. That its cohort is not "
                        "ripe is another fault, and no interval shows it."
                    ),
                ),
                "another mixture, so left out": (
                    lambda d: d.established - {"NPS, one pot"},
                    N_(
                        "The rise of the pot *is* established: luck does not explain it. That other people were asked is another "
                        "fault, and no interval shows it."
                    ),
                ),
                "both faulty ones left out": (
                    lambda d: d.established - {"NPS, one pot", "conversion, page"},
                    N_(
                        "You left out an unripe cohort and a changed mixture. Both are faults of what was counted; asked is only "
                        "whose interval leaves out zero, and both do."
                    ),
                ),
            },
            success=N_(
                "Three: the cost of winning a customer; the page's conversion, whose fall is no luck but an unripe cohort; and the "
                "pot's NPS, whose rise is no luck but another mixture. An interval knows of luck only, never of what was counted."
            ),
        ),
        Exercise(
            id="40.q6",
            answer="sentences",
            expected=lambda _d: {"A", "D", "F", "H"},
            hints=[
                N_("Ask of each: of whom, since when, and what would have happened anyway?"),
                N_("Beware of a right number with a “so” behind it, and of a value without its condition."),
            ],
            misconceptions={
                "growth for retention": (
                    lambda _d: {"A", "B", "D", "F", "H"},
                    N_(
                        "B is not a share of anything kept: a share above 100% is end over start. The base grew because "
                        "many were won, while some left."
                    ),
                ),
                "unripe cohort": (
                    lambda _d: {"A", "C", "D", "F", "H"},
                    N_(
                        "C compares a year that had two years to be won with one of which many are still open, and other "
                        "sources besides. On the same months and sources the direction is not established."
                    ),
                ),
                "one pot": (
                    lambda _d: {"A", "D", "E", "F", "H"},
                    N_(
                        "E rests on two surveys in one pot. Neither of them rose; the pot rose because more "
                        "people were asked right after they had been helped."
                    ),
                ),
                "lower cost is better": (
                    lambda _d: {"A", "D", "F", "G", "H"},
                    N_(
                        "G has the cost right and the conclusion wrong: the customers it would not win bring more margin "
                        "in a year than they cost."
                    ),
                ),
                "everything with a right number": (
                    lambda _d: {"A", "D", "F"},
                    N_(
                        "H can be signed too: it says which rate, and that margin and retention are assumed to stay. "
                        "A value is an estimate with its conditions."
                    ),
                ),
                "A left out": (
                    lambda _d: {"D", "F", "H"},
                    N_(
                        "A can be signed: it says of whom, and that the change is not established. A sentence that admits "
                        "what it does not know is not a weak one."
                    ),
                ),
                "D left out": (
                    lambda _d: {"A", "F", "H"},
                    N_(
                        "D can be signed: it sets the response beside what the message changed, each with its base."
                    ),
                ),
                "F left out": (
                    lambda _d: {"A", "D", "H"},
                    N_(
                        "F can be signed: it says which spend over which customers, and draws no conclusion from it."
                    ),
                ),
            },
            success=N_(
                "Each of the four says of whom or under which condition; the other four hide exactly that."
            ),
        ),
    ],
)
