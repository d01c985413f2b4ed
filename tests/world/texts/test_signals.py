"""What is planted in texts can be found by counting words, and by no single word."""

import numpy as np
import pandas as pd
import pytest

from labkit.world.parameters import Texts
from labkit.world.texts.signals import CATALOGUE, COMMUNITY, FRESH_FOOD, asked_share


@pytest.fixture(scope="module")
def spoken(comments, told) -> pd.DataFrame:
    parts = [
        comments[["answered_on", "text", "signal"]].rename(columns={"answered_on": "at"}),
        told[["opened_at", "text", "signal"]].rename(columns={"opened_at": "at"}),
    ]
    spoken = pd.concat(parts, ignore_index=True)
    return spoken.assign(half=spoken["at"].dt.year * 10 + (spoken["at"].dt.month > 6))


@pytest.fixture(scope="module")
def many() -> pd.DataFrame:
    """Comments on 60,000 answers spread over two years, so that shares can be told."""
    from labkit.world.texts.comments import Happened, write_comments

    rng = np.random.default_rng(7)
    n = 60_000
    at = np.datetime64("2024-01-01") + rng.integers(0, 730, n).astype("timedelta64[D]")
    answers = pd.DataFrame({"answered_on": at, "score": rng.integers(0, 11, n)})
    blank = np.full(n, "", dtype=object)
    names = [name for name, _ in Texts().comment_topics]
    happened = Happened(
        np.full(n, np.nan), blank, np.full(n, "the food", dtype=object), np.full(n, "eaten", dtype=object),
        np.full(n, "my dog", dtype=object), blank, dict.fromkeys(names, np.ones(n, dtype=bool)),
        blank, np.full(n, 400),
    )  # fmt: skip
    return pd.concat([answers, write_comments(answers, happened, Texts(), rng)], axis=1)


def says(texts: pd.Series, words: str) -> pd.Series:
    return texts.str.contains(words, case=False)


def test_the_share_of_a_signal_grows_from_its_first_to_its_last_value():
    ends = np.array(["2024-01-01", "2025-12-31"], dtype="datetime64[D]")
    assert asked_share(ends, 0.005, 0.06) == pytest.approx([0.005, 0.06])


@pytest.mark.parametrize(("words", "signal"), [(FRESH_FOOD, "fresh food"), (CATALOGUE, "printed catalogue")])
def test_the_word_family_finds_nearly_all_and_little_else(many, words, signal):
    hit, true = says(many["text"], words), many["signal"] == signal
    assert hit[true].mean() > 0.88
    assert true[hit].mean() > 0.75


def test_no_single_word_finds_most_of_the_requests_for_fresh_food(many):
    asked = many[many["signal"] == "fresh food"]
    others = many[many["signal"] != "fresh food"]
    found = asked["text"].str.lower().str.findall(r"[a-z]+").map(set).explode().value_counts() / len(asked)
    elsewhere = others["text"].str.lower().str.findall(r"[a-z]+").map(set).explode().value_counts() / len(
        others
    )
    # Words that everybody uses find requests among everything else.
    telling = found[elsewhere.reindex(found.index).fillna(0) < 0.1]
    assert telling.max() < 0.60
    assert telling.max() < 0.9 * says(asked["text"], FRESH_FOOD).mean()


def test_fresh_food_grows_twelvefold_in_comments(many):
    hit = (many["signal"] == "fresh food").groupby(many["answered_on"].dt.to_period("Q")).mean()
    assert hit.iloc[0] == pytest.approx(0.0058, abs=0.003)
    assert hit.iloc[-1] == pytest.approx(0.0525, abs=0.008)


def test_fresh_food_grows_in_the_course_base_by_a_count_of_words(spoken):
    share = says(spoken["text"], FRESH_FOOD).groupby(spoken["half"]).mean()
    assert share[20251] > 1.5 * share[20240]
    assert share[20251] > 0.025
    assert share[20240] < 0.02


def test_the_catalogue_fades_in_the_course_base_by_a_count_of_words(spoken):
    share = says(spoken["text"], CATALOGUE).groupby(spoken["half"]).mean()
    assert share[20251] < 0.5 * share[20240]


def test_nobody_writes_about_the_first_priority_of_the_board(spoken, world):
    assert not says(spoken["text"], COMMUNITY).any()
    first = world.priority_list.set_index("rank").loc[1]
    assert says(pd.Series([first["title"] + " " + first["description"]]), COMMUNITY).all()
    customers = world.ideas[world.ideas["suggested_by"] == "customer"]
    assert not says(customers["text"], COMMUNITY).any()


def test_fresh_food_is_on_nobodys_list_and_in_no_product(world):
    board = world.priority_list["title"] + " " + world.priority_list["description"]
    assert not says(board, FRESH_FOOD).any()
    assert not says(world.products["name"], FRESH_FOOD).any()


def test_the_truth_lists_the_signals_with_their_words(world):
    signals = world.truth.signals.set_index("signal")
    assert signals.loc["fresh food", "words"] == FRESH_FOOD
    assert set(world.truth.priorities["signal"].dropna()) & set(signals.index) == {
        "printed catalogue",
        "pet community",
    }
