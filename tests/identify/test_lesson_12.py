"""What lesson 12 says of Caramelo's records must be so, also after they are generated anew."""

import pytest

from tests import stories


@pytest.fixture(scope="module")
def solved():
    return stories.solved("12")


def test_the_scores_that_the_course_quotes(solved):
    from labkit import identify

    assert round(solved["sweep"].loc[4, "F1"], 3) == 0.971
    assert round(identify.cluster_scores(solved["both_4"], solved["person"]).f1, 3) == 0.941


def test_nearly_all_wrong_links_are_one_family_and_most_that_stay_are_twins(solved):
    assert solved["share_household"] > 0.95
    kinds = solved["kinds"].sum(axis=1)
    assert kinds["both questions"] * 7 < kinds["strangers only"] + 7
    assert solved["kinds"].loc["both questions", "twins"] > kinds["both questions"] / 2


def test_merging_by_the_cpf_alone_saves_nothing_at_our_prices_and_with_the_first_name_it_does(solved):
    assert solved["saving"]["same CPF"] < 0 < solved["saving"]["CPF and first name"]


def test_the_best_f1_is_not_the_cheapest_and_new_prices_move_the_choice(solved):
    assert solved["sweep"]["F1"].idxmax() == 4
    assert solved["cheapest"] == 7
    new = {name: cost.cost_brl for name, cost in solved["new_costs"].items()}
    assert min(new, key=new.get) == "9 bits"


def test_by_f1_the_rule_of_thumb_is_the_better_rule_and_by_cost_the_strict_one(solved):
    from labkit import identify

    strict, thumb = solved["strict"][90], solved["rule_customers"]
    f1 = [identify.clustering_pair_scores(each, solved["person"]).f1 for each in (strict, thumb)]
    costs = [
        identify.false_merge_cost(each, solved["person"], **solved["prices"]).cost_brl
        for each in (strict, thumb)
    ]
    assert f1[0] < f1[1]
    assert costs[0] < costs[1] / 3


def test_the_same_records_are_matched_once(solved):
    from labkit.identify import caramelo

    again = caramelo.match_once(solved["records"], solved["seed"])
    assert again.pairs.equals(solved["matching"].pairs)
    assert again.pairs is not solved["matching"].pairs
    assert again.model is solved["matching"].model, "not trained again"
