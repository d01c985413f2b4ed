import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.identify import connected_components, pairs_within

RECORDS = pd.Index(["a1", "a2", "a3", "b1", "b2", "c1"])


def links(*pairs):
    return pd.DataFrame(pairs, columns=["left", "right"])


def test_linked_records_share_a_cluster_and_the_others_stand_alone():
    clusters = connected_components(RECORDS, links(("a1", "a2"), ("b2", "b1")))
    assert clusters.tolist() == [0, 0, 1, 2, 2, 3]


def test_linking_is_transitive():
    clusters = connected_components(RECORDS, links(("a1", "a2"), ("a3", "a2")))
    assert clusters["a1"] == clusters["a3"]


def test_one_false_link_joins_two_whole_people():
    right = links(("a1", "a2"), ("a2", "a3"), ("b1", "b2"))
    one_false = pd.concat([right, links(("a3", "b1"))])
    assert connected_components(RECORDS, right).nunique() == 3
    assert connected_components(RECORDS, one_false).nunique() == 2
    assert len(pairs_within(connected_components(RECORDS, one_false))) == 10  # 6 of them false


def test_without_links_everybody_stands_alone():
    assert connected_components(RECORDS, links()).nunique() == 6


def test_a_link_to_an_unknown_record_is_refused():
    with pytest.raises(LabkitError, match="z9, which is not among the 6 records"):
        connected_components(RECORDS, links(("a1", "z9")))


def test_a_record_listed_twice_is_refused():
    with pytest.raises(LabkitError, match="a1 stands twice"):
        connected_components(pd.Index(["a1", "a1"]), links())
