"""Talks agree with proposals and limits; replies with answers; lists with what is planted in them."""

import pandas as pd
import pytest

from labkit.data.schemas import schema
from labkit.data.tables import texts
from labkit.world import generate


@pytest.fixture(scope="module")
def talks(world) -> pd.DataFrame:
    turns = world.negotiation_transcripts.merge(world.truth.negotiation_turns, on=["opportunity_id", "turn"])
    turns = turns.merge(world.truth.negotiations, on="opportunity_id")
    return turns.merge(world.opportunities[["opportunity_id", "status"]], on="opportunity_id")


@pytest.fixture(scope="module")
def won(talks) -> pd.Series:
    return talks.groupby("opportunity_id")["status"].first() == "won"


@pytest.mark.parametrize("name", list(texts.TABLES))
def test_tables_are_as_declared(world, name):
    schema(name).validate(world.tables()[name], lazy=True)


def test_there_are_forty_talks_won_and_lost(talks, won):
    assert talks["opportunity_id"].nunique() == 40
    assert 8 <= won.sum() <= 32


def test_a_talk_ends_as_its_opportunity(talks):
    moves = talks.groupby("opportunity_id")["move"].agg(set)
    status = talks.groupby("opportunity_id")["status"].first()
    assert ((moves.map(lambda m: "accept" in m)) == (status == "won")).all()
    assert ((moves.map(lambda m: "refuse" in m)) <= (status != "won")).all()


def test_the_agreed_discount_is_that_of_the_last_proposal_and_within_both_limits(talks, world):
    last = world.proposals.drop_duplicates("opportunity_id", keep="last").set_index("opportunity_id")
    agreed = talks[talks["move"] == "accept"].set_index("opportunity_id")
    assert agreed["offer_share"].sub(last["discount_share"].reindex(agreed.index)).abs().max() < 1e-9
    assert (agreed["offer_share"] <= agreed["seller_limit_share"] + 1e-9).all()
    assert (agreed["offer_share"] >= agreed["partner_limit_share"] - 0.0006).all()


def test_the_seller_never_passes_its_limit_and_only_concedes(talks):
    offers = talks[talks["move"] == "offer"]
    assert (offers["offer_share"] <= offers["seller_limit_share"] + 1e-9).all()
    assert offers.groupby("opportunity_id")["offer_share"].apply(lambda s: s.is_monotonic_increasing).all()
    asks = talks[talks["move"] == "ask"]
    assert asks.groupby("opportunity_id")["offer_share"].apply(lambda s: s.is_monotonic_decreasing).all()


def test_who_refuses_the_price_had_no_zone_of_agreement(talks):
    ends = talks[talks["move"] == "refuse"]
    assert ends["zopa"].any()
    assert (~ends["zopa"]).any()


def test_talks_that_are_won_ask_deeper_and_push_less(talks, won):
    deep = talks["spin"].isin(["implication", "need-payoff"]).groupby(talks["opportunity_id"]).sum()
    pushes = (talks["move"] == "push").groupby(talks["opportunity_id"]).sum()
    assert deep[won].mean() > deep[~won].mean() + 0.8
    assert pushes[won].mean() < pushes[~won].mean() - 0.8


def test_a_figure_that_is_said_is_the_figure_of_the_turn(talks):
    said = talks["text"].str.extract(r"(\d+(?:\.\d+)?)%")[0].astype(float) / 100
    both = said.notna() & talks["offer_share"].notna()
    assert both.sum() > 80
    assert (said - talks["offer_share"])[both].abs().max() < 0.0006


def test_good_answers_admit_more_and_bad_ones_blame_more(world):
    replies = world.truth.complaint_replies.merge(world.truth.tickets, on="ticket_id")
    share = pd.crosstab(replies["answer"], replies["stance"], normalize="index")
    assert share.loc["good", "admits"] > share.loc["bad", "admits"] + 0.2
    assert share.loc["bad", "blames"] > share.loc["good", "blames"] + 0.1


def test_replies_admit_in_words_where_they_admit(world):
    replies = world.complaint_replies.merge(world.truth.complaint_replies, on="ticket_id")
    words = r"sorry|apologise|apologies|our mistake|our fault"
    admits = replies["text"].str.contains(words, case=False)
    assert admits[replies["stance"] == "admits"].mean() > 0.9
    assert not admits[replies["stance"] == "blames"].any()


def test_replies_are_the_first_answers_of_their_tickets(world):
    both = world.complaint_replies.merge(world.tickets, on="ticket_id", how="left")
    assert (both["replied_at"] == both["first_answer_at"]).all()
    assert both["channel"].isin(["email", "whatsapp", "chat"]).all()


def test_the_obsolete_services_lose_their_users_and_keep_their_cost(world):
    use = world.feature_use.assign(year=world.feature_use["month"].dt.year)
    year = use.groupby(["feature", "year"])[["users", "cost_brl"]].sum().unstack("year")
    for feature in ("printed catalogue", "orders by phone"):
        assert year.loc[feature, ("users", 2025)] < 0.5 * year.loc[feature, ("users", 2024)]
        assert year.loc[feature, ("cost_brl", 2025)] == pytest.approx(
            year.loc[feature, ("cost_brl", 2024)], rel=0.05
        )


def test_a_season_is_no_decline(world):
    use = world.feature_use.set_index("month").query("feature == 'grooming booked online'")["users"]
    assert use["2024-07-01"] < 0.85 * use["2024-01-01"]
    assert use["2025-01-01"] > 0.85 * use["2024-01-01"]


def test_ideas_of_the_board_are_done_more_and_used_no_more_by_design(world):
    done = world.ideas["status"] == "done"
    share = done.groupby(world.ideas["suggested_by"]).mean()
    assert share["board"] > share["customer"]
    assert world.ideas.loc[done, "users_90_days"].notna().all()


def test_texts_do_not_depend_on_the_parameters_of_other_texts(small):
    from dataclasses import replace

    from labkit.world.parameters import Parameters

    usual = Parameters()
    other = replace(usual, ideas=replace(usual.ideas, feature_wobble=0.2))
    moved = generate(600, seed=5, parameters=other)
    assert not moved.feature_use.equals(small.feature_use)
    for name in ("messages", "nps_comments", "ideas"):
        pd.testing.assert_frame_equal(moved[name], small[name])
