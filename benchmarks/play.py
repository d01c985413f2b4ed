"""Measure the player: rivals, frequency, the first week, volume, pairing, reactions, speed.

    python benchmarks/play.py [study …] [--people N]

Prints Markdown for ``benchmarks/README.md``; without a study, all of them.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

from labkit.world import COURSE_SEED, course, generate
from labkit.world.play import Rules, uplift_groups
from labkit.world.play.bound import upper_bound
from labkit.world.play.oracle import oracle
from labkit.world.play.rivals import random_plan, recency_rule, spray_everyone, to_everybody, uplift_rule
from labkit.world.play.state import begin

FREE = Rules(budget_brl=1e12, cap_7_days=99, cap_30_days=999, sample_boxes=10**9)


def show(title: str, table: pd.DataFrame, note: str = "") -> None:
    """Print a table as Markdown."""
    print(f"\n### {title}\n")
    cells = [[str(c) for c in table.columns], ["---"] * len(table.columns)]
    cells += [
        [f"{v:,.4g}" if isinstance(v, float) else f"{v}" for v in row]
        for row in table.itertuples(index=False)
    ]
    print("\n".join("| " + " | ".join(row) + " |" for row in cells))
    if note:
        print(f"\n{note}")


def first_week(result) -> float:
    """Margin less contact cost of the first seven days against doing nothing, R$."""
    mine, nothing = result.daily[:7], result.nothing.daily[:7]
    margin = mine[["order_margin_brl", "plan_margin_brl"]] - nothing[["order_margin_brl", "plan_margin_brl"]]
    return float(margin.sum().sum() - mine["contact_cost_brl"].sum())


def rivals(people: int) -> None:
    """Scores of all rivals in twenty worlds, and who wins the first week."""
    rows = []
    for seed in range(1, 21):
        world = generate(people, seed=seed)
        plans = {
            "random plan": random_plan(world, seed), "spray everyone": spray_everyone(world),
            "recency rule": recency_rule(world), "uplift rule": uplift_rule(world), "oracle": oracle(world),
        }  # fmt: skip
        bound = upper_bound(world)
        for name, plan in plans.items():
            result = world.run(plan)
            rows.append((seed, name, result.score, first_week(result), result.score / bound, bound))
    data = pd.DataFrame(rows, columns=["seed", "plan", "score", "week", "of_bound", "bound"])
    by = data.groupby("plan", sort=False)
    table = pd.DataFrame(
        {
            "plan": list(by.groups), "mean score, R$": by["score"].mean().round().to_numpy(),
            "s.d.": by["score"].std().round().to_numpy(), "first week, R$": by["week"].mean().round().to_numpy(),
            "share of bound": by["of_bound"].mean().round(3).to_numpy(),
        }
    )  # fmt: skip
    score, week = (data.pivot_table(index="seed", columns="plan", values=v) for v in ("score", "week"))
    best = score[["recency rule", "uplift rule"]].max(axis=1)
    rule_week = week[["recency rule", "uplift rule"]].max(axis=1)
    wins = ((week["spray everyone"] > rule_week) & (score["spray everyone"] < 0)).sum()
    show(
        f"Rivals over 20 worlds of {people:,} people, 90 days", table,
        f"Oracle above the best rule in {(score['oracle'] > best).sum()} of 20, the best rule above spraying in "
        f"{(best > score['spray everyone']).sum()}; spraying wins the first week over both rules and loses the quarter "
        f"(score below doing nothing) in {wins} of 20. Mean bound R$ {data['bound'].mean():,.0f}, above the oracle in "
        f"{(score['oracle'] < data.groupby('seed')['bound'].first()).sum()} of 20.",
    )  # fmt: skip


def frequency(people: int) -> None:
    """Score against e-mails a week to everybody."""
    world, rows = world_of(people), []
    for a_week in (0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 7):
        when = np.unique(np.floor(np.arange(0, 90, 7 / a_week)).astype(int))
        plan = to_everybody(world, when, "email", "reminder", 18)
        results = [world.run(plan, seed=s, rules=FREE) for s in range(8)]
        more = [r.totals - r.nothing.totals for r in results]
        rows.append(
            (
                a_week, round(np.mean([m["margin_brl"] for m in more])), round(np.mean([m["value_brl"] for m in more])),
                round(np.mean([first_week(r) for r in results])), round(np.mean([r.score for r in results])),
                round(np.std([r.score for r in results], ddof=1) / 8**0.5),
            )
        )  # fmt: skip
    names = ["e-mails a week", "margin, R$", "value of the base, R$", "first week, R$", "score, R$", "s.e."]
    show(
        "A reminder to everybody, by frequency: 90 days, 8 futures, no caps",
        pd.DataFrame(rows, columns=names),
    )


def volume(people: int) -> None:
    """Score of 200 random plans, regressed on contacts, spend and discount."""
    from sklearn.linear_model import LinearRegression

    world, rows = world_of(people), []
    for seed in range(200):
        result = world.run(random_plan(world, seed))
        more = result.totals - result.nothing.totals
        rows.append((more["contacts"], more["contact_cost_brl"], more["discount_brl"], result.score))
    data = np.array(rows, dtype=float)
    r2 = LinearRegression().fit(data[:, :3], data[:, 3]).score(data[:, :3], data[:, 3])
    table = pd.DataFrame(
        {
            "quantity": ["contacts", "contact cost, R$", "discount, R$", "score, R$"],
            **{
                n: np.percentile(data, q, axis=0).round() for n, q in (("5%", 5), ("median", 50), ("95%", 95))
            },
        }
    )
    show(
        "200 random plans",
        table,
        f"R² of the score on contacts, spend and discount: {r2:.3f} (wanted: below 0.5).",
    )


def pairing(people: int) -> None:
    """Variance of a difference of two plans, paired and not."""
    world = world_of(people)
    pairs = {
        "uplift rule against recency rule": (uplift_rule(world), recency_rule(world)),
        "reminder against content, every second customer": tuple(
            spray_everyone(world, a_week=0.5, message=m).query("customer_id % 2 == 0")
            for m in ("reminder", "content")
        ),
    }
    rows = []
    for name, (one, two) in pairs.items():
        a = [world.run(one, seed=s).totals for s in range(16)]
        b = [world.run(two, seed=s).totals for s in range(17)]
        for column in ("order_margin_brl", "profit_brl"):
            together = np.var([x[column] - y[column] for x, y in zip(a, b[:16], strict=True)], ddof=1)
            apart = np.var([x[column] - y[column] for x, y in zip(a, b[1:], strict=True)], ddof=1)
            rows.append((name, column, round(float(apart / together), 1)))
    show(
        "Pairing: variance of a difference apart over paired",
        pd.DataFrame(rows, columns=["plans", "of", "ratio"]),
    )


def reactions(people: int) -> None:
    """Average effects of one contact to everybody who allows it, beside published ones."""
    world, rows = world_of(people), []
    for channel, message in (
        ("email", "reminder"), ("email", "content"), ("email", "voucher_10"), ("email", "voucher_25"),
        ("whatsapp", "voucher_10"), ("phone", "reminder"),
    ):  # fmt: skip
        plan = to_everybody(world, np.array([0]), channel, message, 18)
        seen = []
        for seed in range(6):
            result = world.run(plan, 14, seed=seed, rules=FREE)
            mailed = (result.customers["contacts"] > 0).to_numpy()
            sent = result.contacts.query("refusal == ''")
            buys = [(r.customers["orders"] > 0).to_numpy()[mailed].mean() for r in (result.nothing, result)]
            seen.append(
                [
                    sent["opened"].mean(),
                    sent["visited"].mean(),
                    buys[0],
                    buys[1] - buys[0],
                    sent["opted_out"].mean(),
                ]
            )
        rows.append((channel, message, *np.mean(seen, axis=0).round(4).tolist()))
    names = ["channel", "message", "noticed", "visits won", "buyers without", "buyers won", "opted out"]
    show("One contact to everybody, 14 days", pd.DataFrame(rows, columns=names),
         "E-mail test: visits +4.5 to +7.7 points, buyers +0.3 to +0.7; Criteo +1.0; X5 +3.3 points.")  # fmt: skip
    groups = uplift_groups(world, message="voucher_10")["uplift_group"].value_counts(normalize=True)
    show("Uplift groups of a 10% voucher by e-mail", groups.round(4).reset_index())
    cast, _state = begin(world)
    before = 1 - np.exp(-cast.contract_hazard * 90)
    control = 0.064 / before.mean()
    woken = 1 - np.exp(-cast.contract_hazard * 90 * control * np.exp(cast.contract_wakes))
    print(
        f"\nOffer of a better plan: at a control churn of 6.4% a noticed offer gives {woken.mean():.1%} in three months "
        f"(published: 10.0%); in Caramelo's own base {before.mean():.1%} becomes "
        f"{(1 - np.exp(-cast.contract_hazard * 90 * np.exp(cast.contract_wakes))).mean():.1%}; "
        f"it keeps {(cast.contract_wakes < 0).mean():.0%} of the holders."
    )


def speed(people: int) -> None:
    """Customer-days a second on one core."""
    rows = []
    for size in (10_000, 30_000, 100_000):
        world = generate(size, seed=1)
        n = len(world.customers)
        plan = to_everybody(world, np.arange(0, 90, 7), "email", "reminder", 18)
        half = plan[plan["customer_id"] % 8 == 0]
        begin(world)
        for name, table in (("none", None), ("an eighth, weekly", half), ("everybody, weekly", plan)):
            world.__dict__["_played"] = {"begin": world.__dict__["_played"]["begin"]}
            if table is not None:
                world.run(None)
            at = time.process_time()
            world.run(table)
            took = time.process_time() - at
            rows.append((f"{n:,}", name, round(took, 2), round(n * 90 / took / 1e6, 1)))
    at, world = time.process_time(), world_of(people)
    world.run(recency_rule(world))
    rows.append(
        (f"{len(world.customers):,}", "recency rule (a function)", round(time.process_time() - at, 2), "")
    )
    names = ["customers", "contacts", "processor seconds", "million customer-days a second"]
    show("Speed of a run of 90 days", pd.DataFrame(rows, columns=names))


def world_of(people: int):
    """The course's world, or one of another size from its seed."""
    from labkit.world import COURSE_PEOPLE

    return course() if people == COURSE_PEOPLE else generate(people, seed=COURSE_SEED)


STUDIES = {f.__name__: f for f in (reactions, rivals, frequency, volume, pairing, speed)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", nargs="*", choices=[[], *STUDIES], help="which; all by default")
    parser.add_argument("--people", type=int, default=12_000)
    chosen = parser.parse_args()
    for name in chosen.study or STUDIES:
        STUDIES[name](chosen.people)
