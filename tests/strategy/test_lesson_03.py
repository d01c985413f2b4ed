"""Lesson 03 says in words what its cells print: the words are computed again here, from the data."""

import pandas as pd
import pytest

from labkit.data import load
from labkit.exercises.declare import data_of
from labkit.exercises.lesson_03 import FRESH_WORDS, LEAST, TIMES
from labkit.lessons import lesson_file, read
from tests import stories

CATALOGUE = ["orders by phone", "printed catalogue"]


@pytest.fixture(scope="module")
def cells():
    return read(lesson_file("03").path).cells


@pytest.fixture(scope="module")
def prose():
    return stories.prose("03")


@pytest.fixture(scope="module")
def data():
    return data_of("03")


@pytest.fixture(scope="module")
def texts():
    comments = load("nps_comments").merge(load("nps"), on="answer_id")
    tickets = load("ticket_texts").merge(load("tickets"), on="ticket_id")
    return pd.concat([comments, tickets], ignore_index=True)


def asks(texts):
    return texts["text"].str.contains(rf"\b(?:{FRESH_WORDS})\b", case=False)


def test_lesson_and_exercises_use_the_same_words_and_the_same_alarm(cells):
    scope = {}
    for cell in cells:
        if cell.id in ("03-parameters",):
            exec(cell.source, scope)
        if cell.id == "03-family":
            exec(cell.source.split("fresh = ")[0], scope)
    assert (scope["fresh_words"], scope["least"], scope["times"]) == (FRESH_WORDS, LEAST, TIMES)


def test_the_silent_projects_and_their_share_of_the_money(data, prose):
    cost = data.priorities["cost_brl"]
    silent = sorted(data.unheard)
    assert f"silent = {silent}" in prose
    assert f"take {cost[silent].sum() / cost.sum():.0%} of the money, and the first three places" in prose
    assert {1, 2, 3} <= data.unheard
    assert sorted(data.proposed_by("customers")) == [6, 7, 9, 10]
    assert len(data.proposed_by("board") & {1, 2, 3, 4}) == 3


def test_the_need_is_not_among_the_complaints(texts, prose):
    fresh = asks(texts)
    complaints = (texts["severity"] >= 2) | (texts["score"] <= 6)
    assert f"{fresh.sum()} texts ask for fresh food, only {(fresh & complaints).sum()} of them" in prose
    assert (texts.loc[fresh, "severity"].dropna() == 1).all()
    promoters = texts["score"].dropna() >= 9
    assert promoters[fresh].mean() > promoters.mean()


def test_the_family_finds_nine_in_ten_and_the_lone_word_one_in_ten(texts):
    truth = load("truth/texts").query("signal == 'fresh food'")
    true = texts["ticket_id"].isin(truth.loc[truth["source"] == "ticket_texts", "source_id"])
    true |= texts["answer_id"].isin(truth.loc[truth["source"] == "nps_comments", "source_id"])
    assert (asks(texts) & true).sum() / true.sum() > 0.9
    assert (asks(texts) & true).sum() / asks(texts).sum() > 0.95
    assert (texts["text"].str.contains(r"\bfresh\b", case=False) & true).sum() / true.sum() < 0.1


def test_no_project_of_the_board_answers_the_need(data):
    assert "fresh food" not in set(data.priorities["signal"])


def test_the_need_is_fourth_by_letters_behind_plan_delivery_and_answers(cells, texts, prose):
    source = next(cell.source for cell in cells if cell.id == "03-counts").split("found =")[0]
    scope = {}
    exec(source, scope)
    last = texts["answered_on"].fillna(texts["opened_at"]) >= "2025-10-01"
    letters = pd.Series(
        {
            rank: (last & texts["text"].str.contains(rf"\b(?:{words})\b", case=False)).sum()
            for rank, words in scope["words"].items()
        }
    )
    need = (last & asks(texts)).sum()
    assert list(letters.sort_values(ascending=False).index[:3]) == [10, 7, 9]
    assert (letters > need).sum() == 3
    assert letters.nlargest(4).iloc[-1] / need == pytest.approx(1 / 3, abs=0.05)
    assert set(letters.nsmallest(5).index) >= {1, 2, 3}


def test_the_alarm_is_not_a_matter_of_rounding(data, prose):
    assert f"it rang in {data.rings}" in prose
    count, rise = data.by_quarter["asking"], data.times_earlier
    assert count[data.rings] > LEAST
    assert rise[data.rings] > 1.1 * TIMES
    before = count.index[1 : list(count.index).index(data.rings)]
    assert all(count[q] < LEAST - 1 for q in before)


def test_three_users_in_five_have_left_both_services(data):
    users = data.years["users"]
    assert data.fading == set(CATALOGUE)
    assert (users[2025] / users[2024])[CATALOGUE].between(0.35, 0.45).all()


def test_the_praise_rose_because_others_were_asked(texts):
    day = texts["answered_on"].fillna(texts["opened_at"])

    def rise(chosen, word):
        has = chosen["text"].str.contains(rf"\b{word}\b", case=False)
        year = day[chosen.index].dt.year
        return ((has[year == 2025].sum() + 1) / (year == 2025).sum()) / (
            (has[year == 2024].sum() + 1) / (year == 2024).sum()
        )

    like = texts[texts["survey"] == "after_contact"]
    for word in ["attentive", "minutes", "polite", "solved"]:
        assert rise(like, word) < 0.5 * rise(texts, word)


def test_some_letters_speak_for_the_catalogue_and_the_phone(texts):
    later = texts["answered_on"].fillna(texts["opened_at"]) >= "2025-01-01"
    for words in ["keep the paper one", "line is always busy"]:
        assert texts.loc[later, "text"].str.contains(words, case=False).any()


def test_those_who_write_about_the_catalogue_are_as_content_as_everybody(texts):
    about = texts["text"].str.contains(
        r"\b(?:catalogue|booklet|by phone|over the phone|telephone order|paper one)\b", case=False
    )
    assert abs(texts.loc[about, "score"].mean() - texts["score"].mean()) < 0.5


def test_staff_ask_for_fresh_food_oftener_than_customers_and_the_board_never():
    ideas = load("ideas")
    share = asks(ideas).groupby(ideas["suggested_by"]).mean()
    assert share["staff"] > share["customer"] > share["board"] == 0
    assert (ideas.loc[asks(ideas), "status"] != "done").all()
    done = ideas["status"].eq("done").groupby(ideas["suggested_by"]).mean()
    assert done["board"] > done["staff"] > done["customer"]


def test_ending_is_cheapest_and_renewing_dearest(data, prose):
    use = load("feature_use").query("feature in @CATALOGUE")
    running = use.loc[use["month"].dt.year == 2025, "cost_brl"].sum()
    leavers = use.loc[use["month"] == "2025-12-01", "users"].sum()
    orders = load("orders").query("ordered_on.dt.year == 2025")
    margin = orders.groupby("customer_id")["margin_brl"].sum().mean()
    assert leavers * margin + running / 4 < running
    assert f"Ending is wrong from {running / margin:.0f} leavers on" in prose
