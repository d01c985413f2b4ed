"""Comments: varied, hard to sort perfectly, true to what happened, silent on what is latent."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from labkit.world.texts import facts
from labkit.world.texts.facts import COUNTED

NUMBER = {word: i for i, word in enumerate(COUNTED)} | {"a week": 7, "two weeks": 14}


def accuracy(texts: pd.Series, labels: pd.Series) -> float:
    """Return the share of held-out texts that words and pairs of words sort right."""
    train, test, known, hidden = train_test_split(texts, labels, test_size=0.3, random_state=0)
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=10, max_iter=3000)
    )
    return model.fit(train, known).score(test, hidden)


def test_of_a_thousand_comments_nine_in_ten_are_distinct(comments):
    assert comments["text"].head(1000).nunique() >= 900
    assert comments["text"].nunique() >= 0.88 * len(comments)


def test_of_a_thousand_tickets_nine_in_ten_are_distinct(told):
    assert told["text"].head(1000).nunique() >= 900


def test_words_tell_the_topic_of_a_comment_mostly(comments):
    assert 0.78 <= accuracy(comments["text"], comments["topic"]) <= 0.92


def test_words_tell_the_topic_of_a_ticket_mostly(told):
    assert 0.80 <= accuracy(told["text"], told["topic"]) <= 0.92
    assert 0.80 <= accuracy(told["subject"] + ". " + told["text"], told["topic"]) <= 0.94


def test_about_half_of_the_answers_carry_a_comment_and_extremes_more(world):
    written = world.nps["answer_id"].isin(world.nps_comments["answer_id"])
    assert written.mean() == pytest.approx(0.48, abs=0.05)
    score = world.nps["score"]
    assert written[(score <= 4) | (score == 10)].mean() > written[score.isin([7, 8])].mean() + 0.12


def test_feeling_follows_the_score_but_for_a_few(comments):
    agrees = ((comments["score"] >= 9) & (comments["sentiment"] == "positive")) | (
        (comments["score"] <= 6) & (comments["sentiment"] == "negative")
    )
    clear = ~comments["score"].isin([7, 8])
    assert (agrees[clear] == ~comments.loc[clear, "contradicts"]).all()
    assert 0.015 < comments["contradicts"].mean() < 0.05


def test_sarcasm_is_rare_and_only_where_nobody_is_happy(comments):
    ironic = comments[comments["sarcastic"]]
    assert 0 < len(ironic) < 0.03 * len(comments)
    assert (ironic["sentiment"] == "negative").all()


def days_named(text: str) -> float:
    """Return the days of delay that a text names; NaN if it names none."""
    units = r"(a week|two weeks|(?:\d+|" + "|".join(COUNTED) + r") days?)"
    found = re.search(units + r" (?:late\b|more|longer|of delay|ago|after the)", text.lower())
    if not found:
        return np.nan
    said = found[1]
    if said in NUMBER:
        return NUMBER[said]
    count = said.split()[0]
    return int(count) if count.isdigit() else NUMBER[count]


def test_days_late_are_those_of_a_delivery_of_the_customer(world, comments):
    deliveries = world.deliveries.merge(world.orders[["order_id", "customer_id"]], on="order_id")
    deliveries["days"] = (deliveries["delivered_on"] - deliveries["promised_on"]).dt.days
    named = comments.assign(days=comments["text"].map(days_named)).dropna(subset="days")
    assert len(named) >= 10
    true = set(zip(deliveries["customer_id"], deliveries["days"], strict=True))
    assert all(pair in true for pair in zip(named["customer_id"], named["days"], strict=True))


def test_nobody_complains_of_a_delay_without_one(world, comments):
    deliveries = world.deliveries.merge(world.orders[["order_id", "customer_id"]], on="order_id")
    late = deliveries[deliveries["delivered_on"] > deliveries["promised_on"]]
    says = comments["text"].map(days_named).notna()
    assert set(comments.loc[says, "customer_id"]) <= set(late["customer_id"])


def test_a_ticket_names_the_delay_of_its_order(world, told):
    late = told[told["cause"] == "late"].merge(world.deliveries, on="order_id")
    named = late.assign(days=late["text"].map(days_named)).dropna(subset="days")
    came = named["delivered_on"].where(
        named["delivered_on"] < named["opened_at"], named["opened_at"].dt.normalize()
    )
    assert len(named) > 300
    assert ((came - named["promised_on"]).dt.days == named["days"]).mean() > 0.98


def test_only_holders_write_about_the_plan(world, comments):
    about = comments[comments["topic"] == "plan"]
    assert about["customer_id"].isin(world.plans["customer_id"]).all()


def test_pets_that_are_named_belong_to_the_writer_and_are_alive(world, comments):
    pets = world.pets
    names = sorted(set(pets["name"]), key=len, reverse=True)
    named = comments["text"].str.extract(r"\b(" + "|".join(map(re.escape, names)) + r")\b")[0]
    rows = comments.assign(name=named).dropna(subset="name")
    assert len(rows) > 50
    own = rows.merge(pets, on=["customer_id", "name"], how="left")
    alive = own["died_on"].isna() | (own["died_on"] > own["answered_on"])
    ok = (own["pet_id"].notna() & alive).groupby(own["answer_id"]).any()
    # A name may also be a word at the beginning of a sentence.
    assert ok.mean() > 0.97


@pytest.mark.parametrize("latent", ["tolerance", "price_sensitivity", "regular", "purchase_rate"])
def test_words_tell_nothing_that_is_latent(world, comments, latent):
    people = world.truth.people
    people = people[people["customer_id"] > 0].set_index("customer_id")[latent].astype(float)
    value = people.reindex(comments["customer_id"]).to_numpy()
    high = value > np.median(value) if latent != "regular" else value > 0.5
    train, test, known, hidden = train_test_split(
        comments["text"], high, test_size=0.4, random_state=1, stratify=high
    )
    model = make_pipeline(TfidfVectorizer(min_df=3), LogisticRegression(max_iter=2000)).fit(train, known)
    assert roc_auc_score(hidden, model.predict_proba(test)[:, 1]) < 0.60


def test_no_text_has_a_telephone_number_or_an_open_slot(world):
    texts = pd.concat(
        [
            world[name]["text"]
            for name in (
                "nps_comments",
                "ticket_texts",
                "messages",
                "complaint_replies",
                "negotiation_transcripts",
            )
        ]
    )
    assert not texts.str.contains(r"\d{4,}[- ]?\d{4}|[{}|]").any()
    assert (texts.str.len() >= 2).all()


def test_the_smallest_world_has_a_row_in_every_table(smallest):
    names = [
        "nps_comments",
        "ticket_texts",
        "messages",
        "complaint_replies",
        "feature_use",
        "ideas",
        "priority_list",
        "negotiation_transcripts",
    ]
    tiny = smallest(3)
    assert all(len(tiny[name]) for name in names)
    assert len(tiny.truth.negotiations)


def test_nobody_claims_more_years_than_were_lived(world):
    comments = world.nps_comments.merge(world.nps, on="answer_id").merge(world.customers, on="customer_id")
    said = comments["text"].str.extract(r"(?:with you|customer|buying here) for (\w+) years", flags=2)[0]
    years = said.str.lower().map({word: k for k, word in enumerate(COUNTED)})
    lived = (comments["answered_on"] - comments["acquired_on"]).dt.days / 365.25
    assert years.notna().sum() > 3
    assert (years.dropna() <= lived[years.notna()]).all()


def test_what_is_said_of_a_product_suits_its_category():
    product = np.array(["the leash", "the kibble", "the order"], dtype=object)
    category = np.array(["accessories", "dry food", ""], dtype=object)
    said = facts.about_product(product, category, np.array(["my dog"] * 3, dtype=object))
    assert said["food"].tolist() == ["the food", "the kibble", "the food"]
    assert said["unfit"].tolist() == [
        " if it does not fit", " if my dog does not like it", " if I do not need it",
    ]  # fmt: skip


def test_one_harness_is_no_pack(world):
    said = {noun for ways in facts.nouns(world.products).values() for noun in ways}
    assert {"the harness", "the pack of wipes"} <= said
