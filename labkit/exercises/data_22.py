"""What the answers of lesson 22 are computed from: CDNOW's histories, one customer of them, Caramelo's club."""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

CUTOFF = "1997-09-30"
TODAY = "2025-04-02"
WEEKS = 39
FEE_BRL, LIFT = 20.0, 0.10


def lesson_data() -> SimpleNamespace:
    cdnow = _cdnow()
    return SimpleNamespace(cdnow=cdnow, one=_one_customer(), club=_club(cdnow.history))


def _cdnow() -> SimpleNamespace:
    """The CDNOW histories, what came of them, and the models."""
    from labkit.data import load
    from labkit.differentiate import BGNBD, GammaGamma, summarise_purchases

    purchases = load("cdnow")
    history = summarise_purchases(purchases, value="dollars", until=CUTOFF)
    later = set(purchases.loc[purchases["date"] > CUTOFF, "customer_id"])
    again = history[history["frequency"] > 0]
    by_day = purchases[purchases["date"] <= CUTOFF].groupby(["customer_id", "date"])["dollars"].sum()
    model = BGNBD().fit(history["frequency"], history["recency"], history["T"])
    spend = GammaGamma().fit(again["frequency"], again["monetary_value"])
    return SimpleNamespace(
        history=history,
        came_back=history.index.isin(later),
        model=model,
        spend=spend,
        first_purchase=by_day.groupby("customer_id").first().mean(),
        first_purchase_of_once=by_day[~by_day.index.get_level_values("customer_id").isin(again.index)].mean(),
        expected=model.expected_purchases(WEEKS, history["frequency"], history["recency"], history["T"]),
        means=_means(purchases, history, spend),
    )


def _means(purchases, history, spend) -> SimpleNamespace:
    """The averages, US$ a purchase, that come near what the Gamma-Gamma model expects of a stranger."""
    rows = purchases[purchases["date"] <= CUTOFF]
    again = history[history["frequency"] > 0]
    ahead = spend.expected_average_value(history["frequency"], history["monetary_value"])
    return SimpleNamespace(
        all_rows=purchases["dollars"].mean(),
        rows_seen=rows["dollars"].mean(),
        days_seen=rows.groupby(["customer_id", "date"])["dollars"].sum().mean(),
        first_rows=rows.sort_values("date", kind="stable").groupby("customer_id")["dollars"].first().mean(),
        repeats=(again["monetary_value"] * again["frequency"]).sum() / again["frequency"].sum(),
        repeaters=again["monetary_value"].mean(),
        expected=ahead.mean(),
        expected_of_repeaters=ahead[again.index].mean(),
    )


def _one_customer() -> SimpleNamespace:
    """Customer 2154, as the rows show them."""
    import pandas as pd

    from labkit.data import load

    rows = load("cdnow").query("customer_id == 2154")
    seen = rows[rows["date"] <= CUTOFF]
    days = (seen["date"].max() - seen["date"].min()).days
    return SimpleNamespace(
        rows=len(seen),
        all_rows=len(rows),
        purchase_days=seen["date"].nunique(),
        recency_days=days,
        age_days=(pd.Timestamp(CUTOFF) - seen["date"].min()).days,
        all_purchase_days=rows["date"].nunique(),
        all_recency_days=(rows["date"].max() - rows["date"].min()).days,
        whole_days=(pd.Timestamp("1998-06-30") - seen["date"].min()).days,
    )


def _club(cdnow: pd.DataFrame) -> SimpleNamespace:
    """Caramelo's customers won since 2024, and how many of them, or of CDNOW's, the club admits under given terms."""
    from labkit.data import load
    from labkit.differentiate import BGNBD, GammaGamma, customer_lifetime_value, summarise_purchases

    customers, orders = load("customers"), load("orders")
    won = customers.loc[customers["acquired_on"] >= "2024-01-01", "customer_id"]
    orders = orders[orders["customer_id"].isin(won)]
    buyers = summarise_purchases(orders, date="ordered_on", value="revenue_brl", until=TODAY)
    before = orders[orders["ordered_on"] <= TODAY]
    margin_rate = before["margin_brl"].sum() / before["revenue_brl"].sum()
    known = buyers["frequency"], buyers["recency"], buyers["T"]
    again = buyers[buyers["frequency"] > 0]
    caramelo = BGNBD().fit(*known)
    basket = GammaGamma().fit(again["frequency"], again["monetary_value"])

    def lifted(
        horizon=WEEKS,
        yearly_discount_rate=0.10,
        margin_rate=margin_rate,
        lift=LIFT,
        purchases=caramelo,
        basket=basket,
        of="Caramelo",
    ) -> pd.Series:
        """What the club adds to each customer's margin, R$."""
        of = {"Caramelo": buyers, "CDNOW": cdnow}[of]
        return lift * customer_lifetime_value(
            purchases,
            basket,
            of["frequency"],
            of["recency"],
            of["T"],
            of["monetary_value"],
            horizon=horizon,
            yearly_discount_rate=yearly_discount_rate,
            margin_rate=margin_rate,
        )

    @functools.cache
    def admitted(**terms) -> int:
        return int((lifted(**terms) > FEE_BRL).sum())

    pace = buyers["frequency"] * buyers["monetary_value"] / buyers["T"] * WEEKS * margin_rate
    margin_of_purchases = caramelo.expected_purchases(WEEKS, *known) * margin_rate
    worth = lifted()
    return SimpleNamespace(
        admitted=admitted,
        margin_rate=margin_rate,
        margin_of_admitted=worth[worth > FEE_BRL].sum() / LIFT,
        by_pace=int((LIFT * pace > FEE_BRL).sum()),
        by_own_average=int((LIFT * margin_of_purchases * buyers["monetary_value"] > FEE_BRL).sum()),
        by_mean_basket=int((LIFT * margin_of_purchases * basket.mean_value_ > FEE_BRL).sum()),
        everybody=len(buyers),
    )


def auc(d: SimpleNamespace, score, among=slice(None)) -> float:
    """AUC of a score for "came back in the 39 weeks", over all customers or among some."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(d.cdnow.came_back[among], score[among]))


def alive(d: SimpleNamespace):
    """P(alive) of every CDNOW customer."""
    seen = d.cdnow.history
    return d.cdnow.model.probability_alive(seen["frequency"], seen["recency"], seen["T"])


def history(d: SimpleNamespace) -> tuple[float, float, float]:
    """Frequency, recency and T of customer 2154, in weeks."""
    return d.one.purchase_days - 1, d.one.recency_days / 7, d.one.age_days / 7
