"""Published figures beside Caramelo's, from the tables of the course base.

Run ``python -m benchmarks.calibration``; it prints a Markdown table. Each line has a band with its reason, or says why
Caramelo is otherwise by choice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.tables import markdown
from labkit.data import load
from labkit.world.parameters import Parameters
from labkit.world.plans import survival


@dataclass(frozen=True)
class Line:
    """One published figure.

    Attributes
    ----------
    what, published, source : str
    band : (float, float) or None
        Where Caramelo's figure has to lie; None where it is otherwise by choice.
    measure : callable
        Returns Caramelo's figure.
    why : str
        Reason of the band, or of the choice.
    show : str
        Format of the figure.
    """

    what: str
    published: str
    source: str
    measure: Callable[[], float]
    band: tuple[float, float] | None
    why: str
    show: str = "{:.3g}"


def effect(campaign: int, outcome: str = "visited") -> float:
    """True mean effect of a campaign on an outcome, over its audience."""
    effects = load("truth/effects").query("campaign_id == @campaign")
    return float(
        (effects[f"{outcome}_treated"].astype(int) - effects[f"{outcome}_control"].astype(int)).mean()
    )


def base_rate(campaign: int, outcome: str) -> float:
    return float(load("truth/effects").query("campaign_id == @campaign")[f"{outcome}_control"].mean())


def spend_spread(campaign: int) -> float:
    """Standard deviation of the spend in the window over its mean, control group."""
    run = load("campaigns").set_index("campaign_id").loc[campaign]
    contacts = load("contacts").query("campaign_id == @campaign and arm == 'control'")
    orders = load("orders")
    end = run["sent_on"] + pd.Timedelta(int(run["window_days"]), "D")
    inside = orders[(orders["ordered_on"] >= run["sent_on"]) & (orders["ordered_on"] < end)]
    spend = inside.groupby("customer_id")["revenue_brl"].sum().reindex(contacts["customer_id"]).fillna(0.0)
    return float(spend.std() / spend.mean())


def unevenness(campaign: int) -> float:
    """Effect on visits of the tenth of the audience that is affected most, by groups of one trait, over the mean.

    Groups are tenths of price sensitivity, which the company does not see.
    """
    people = load("truth/people").query("customer_id > 0").set_index("customer_id")
    effects = load("truth/effects").query("campaign_id == @campaign").set_index("customer_id")
    gain = effects["bought_treated"].astype(int) - effects["bought_control"].astype(int)
    tenth = pd.qcut(people["price_sensitivity"].reindex(gain.index), 5, labels=False)
    by = gain.groupby(tenth).mean()
    return float(by.max() - by.min())


def elasticity() -> float:
    """Slope of log weekly units on log price, product and week taken out."""
    items = load("order_items").merge(load("orders")[["order_id", "ordered_on"]], on="order_id")
    items = items.merge(load("products")[["product_id", "category"]], on="product_id")
    week = items["ordered_on"] - pd.to_timedelta(items["ordered_on"].dt.day_of_week, unit="D")
    packed = items.assign(week=week)[items["category"] != "bulk"]
    panel = packed.groupby(["product_id", "week"], as_index=False).agg(
        units=("quantity", "sum"), price=("unit_price_brl", "first")
    )
    panel = panel.merge(load("stock")[["product_id", "week", "lost_sales"]], on=["product_id", "week"])
    usual = panel.groupby("product_id")["units"].transform("mean")
    panel = panel.assign(weight=np.sqrt(usual))[(panel["lost_sales"] == 0) & (usual > 5)]
    dummies = pd.get_dummies(panel[["product_id", "week"]].astype(str), dtype=float, drop_first=True)
    X = np.column_stack([np.log(panel["price"]), np.ones(len(panel)), dummies])
    weight = panel["weight"].to_numpy()
    return float(np.linalg.lstsq(X * weight[:, None], np.log(panel["units"]) * weight, rcond=None)[0][0])


def basket_lift(puppy_only: bool = True) -> float:
    """Baskets with dog food and dog accessories, over those expected by chance."""
    products = load("products")
    dogs = products["species"] != "cat"
    food = (products["category"] == "dry food") & (products["species"] == "dog")
    if puppy_only:
        food = products["name"].str.startswith("Puppy")
    accessories = (products["category"] == "accessories") & dogs
    items, orders = load("order_items"), len(load("orders"))
    first, second = (
        set(items.loc[items["product_id"].isin(products.loc[chosen, "product_id"]), "order_id"])
        for chosen in (food, accessories)
    )
    return len(first & second) * orders / len(first) / len(second)


def frequency_value() -> float:
    """Rank correlation of the number of repeat orders and their mean value: values have a heavier tail than CDNOW's."""
    orders = load("orders").sort_values(["customer_id", "ordered_on"])
    repeat = orders[orders["customer_id"].duplicated()]
    by = repeat.groupby("customer_id")["revenue_brl"].agg(["size", "mean"])
    return float(by["size"].corr(by["mean"], method="spearman"))


def regular_spread() -> float:
    """Median coefficient of variation of the time between the orders of who buys often."""
    orders = (
        load("orders")
        .drop_duplicates(["customer_id", "ordered_on"])
        .sort_values(["customer_id", "ordered_on"])
    )
    gaps = orders.groupby("customer_id")["ordered_on"].diff().dt.days
    by = gaps.groupby(orders["customer_id"]).agg(["mean", "std", "count"]).query("count >= 10")
    return float((by["std"] / by["mean"]).median())


def contract_survival(years: float) -> float:
    p = Parameters().plans
    return float(survival(np.array([years]), p.churn_a, p.churn_b)[0])


def silence(severity: int) -> float:
    """Share of failed or late orders of a severity that no ticket tells of."""
    tickets = load("tickets")
    deliveries = load("deliveries")
    bad = (
        deliveries[deliveries["status"] != "delivered"]
        if severity >= 2
        else deliveries[
            (deliveries["status"] == "delivered") & (deliveries["delivered_on"] > deliveries["promised_on"])
        ]
    )
    return float(1 - bad["order_id"].isin(tickets["order_id"].dropna()).mean())


EMAIL_TEST = "MineThatData e-mail challenge, 64,000 customers"
LINES = (
    Line(
        "visits won by one e-mail, two weeks (campaign 1)", "+4.5 and +7.7 points", EMAIL_TEST,
        lambda: 100 * effect(1), (4.0, 8.0), "the same kind of test", "{:+.1f} points",
    ),
    Line(
        "visits won by a win-back e-mail, three weeks (campaign 3)", "+4.5 and +7.7 points", EMAIL_TEST,
        lambda: 100 * effect(3), (3.5, 10.0), "half as long again, lapsed customers", "{:+.1f} points",
    ),
    Line(
        "buyers won by one e-mail (campaign 1)", "+0.3 and +0.7 points", EMAIL_TEST,
        lambda: 100 * effect(1, "bought"), None,
        "one in seven of the audience buys in two weeks anyway, of theirs 0.6%, and there is a voucher", "{:+.1f} points",
    ),
    Line(
        "buyers without the message, two weeks (campaign 1)", "0.6%", EMAIL_TEST,
        lambda: 100 * base_rate(1, "bought"), None, "food runs out; a catalogue of clothes does not", "{:.1f}%",
    ),
    Line(
        "buyers won by a message, another test (campaign 1)", "+3.3 points", "X5 retail",
        lambda: 100 * effect(1, "bought"), (1.0, 3.5), "groceries: nearest to pet food; Criteo found +1.0 of visits", "{:+.1f} points",
    ),
    Line(
        "spend in two weeks: standard deviation over mean (control, campaign 1)", "11 to 18", EMAIL_TEST,
        lambda: spend_spread(1), None, "follows from the share of buyers, which is far higher", "{:.1f}",
    ),
    Line(
        "effect on buyers, most against least price-sensitive fifth (campaign 1)", "+7.3 against +1.1 points of visits", EMAIL_TEST,
        lambda: 100 * unevenness(1), (1.0, 8.0), "effects differ between customers; theirs by what was bought before", "{:.1f} points apart",
    ),
    Line(
        "price elasticity of weekly units", "-2.6, mean of 1,851", "Bijmolt, van Heerde & Pieters 2005",
        elasticity, (-3.1, -2.1), "two standard errors and what choice between products dilutes", "{:.2f}",
    ),
    Line(
        "puppy food and dog accessories in one basket, against chance", "6.6 times (dog food and accessories)", "real grocery panel",
        basket_lift, (5.8, 7.4), "in a pet shop any dog food is in a third of the baskets: a lift of 6.6 is not possible there", "{:.1f} times",
    ),
    Line(
        "any dog food and dog accessories", "6.6 times", "real grocery panel",
        lambda: basket_lift(puppy_only=False), None, "as above: what is in every third basket cannot be six times as frequent beside anything", "{:.1f} times",
    ),
    Line(
        "correlation of frequency and mean value, repeaters", "0.11", "CDNOW (Fader, Hardie & Lee 2005)",
        frequency_value, (0.0, 0.2), "by rank; the parameter is 0.10, and what pets eat sets the rate of regular customers whatever they spend", "{:.2f}",
    ),
    Line(
        "variation of the time between purchases of frequent buyers", "1 if purchases are random moments; less where they are regular", "Platzer 2008",
        regular_spread, (0.5, 0.95), "a third of the base replenishes with Erlang-4 times (0.5)", "{:.2f}",
    ),
    *(
        Line(
            f"contracts alive after {year} years", f"{published}", "Fader & Hardie, shifted beta-geometric",
            lambda year=year: contract_survival(year), (published - 0.0005, published + 0.0005), "published projection", "{:.3f}",
        )
        for year, published in ((8, 0.460), (9, 0.436), (10, 0.414), (11, 0.395), (12, 0.378))
    ),
    Line(
        "failed orders that nobody complains of", "31% of losses of US$ 142", "Goodman & Newman (TARP)",
        lambda: 100 * silence(2), None, "an order is worth R$ 167 on average and most failures cost a part of it; only the gravest are told as often as TARP's", "{:.0f}% silent",
    ),
    Line(
        "late orders that nobody complains of", "97% of small problems", "Goodman & Newman (TARP)",
        lambda: 100 * silence(1), None, "tickets must be there to be worked with: a late parcel is asked after in a third of the cases", "{:.0f}% silent",
    ),
)  # fmt: skip


def calibration() -> pd.DataFrame:
    """Measure every line: what, published, source, Caramelo, band, and whether the figure lies in it."""
    rows = []
    for line in LINES:
        figure = line.measure()
        verdict = (
            "chosen otherwise"
            if line.band is None
            else "yes"
            if line.band[0] <= figure <= line.band[1]
            else "NO"
        )
        band = "" if line.band is None else f"{line.band[0]:g} to {line.band[1]:g}"
        rows.append(
            (line.what, line.published, line.source, line.show.format(figure), band, verdict, line.why)
        )
    return pd.DataFrame(rows, columns=["what", "published", "source", "Caramelo", "band", "within", "why"])


if __name__ == "__main__":
    print(markdown(calibration().set_index("what")))
