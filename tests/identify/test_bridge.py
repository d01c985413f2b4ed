"""From a ledger's numbers to matched customers."""

import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.identify.bridge import bridge, standard_ledger, with_records


def records(*rows):
    columns = ["record", "customer_id", "name", "birth_date", "city", "registered"]
    table = pd.DataFrame(rows, columns=columns).set_index("record")
    for column in ("birth_date", "registered"):
        table[column] = pd.to_datetime(table[column]).astype("datetime64[us]")
    return table.drop(columns="customer_id"), table["customer_id"]


def ledger(*rows):
    return standard_ledger(
        pd.DataFrame(rows, columns=["customer_id", "name", "birth_date", "city", "acquired_on"])
    )


def test_a_ledger_is_spelt_like_the_records():
    said = ledger((7, "José  da SILVA", "1980-02-01", "São Paulo", "2024-05-06"))
    assert said.loc["7"].to_list() == [
        "jose silva",
        pd.Timestamp("1980-02-01"),
        "sao paulo",
        pd.Timestamp("2024-05-06"),
    ]


def test_what_the_ledger_does_not_say_is_blank():
    said = standard_ledger(pd.DataFrame({"customer_id": [1], "name": ["Ana Lima"]}))
    assert said.loc["1"].drop("name").isna().all()


@pytest.mark.parametrize("numbers", [[1, 1], [1, None]])
def test_a_number_twice_or_blank_is_named_by_its_row(numbers):
    with pytest.raises(LabkitError, match="row 2"):
        standard_ledger(pd.DataFrame({"customer_id": numbers, "name": ["Ana", "Bia"]}))


def test_a_number_finds_its_customer_by_two_facts():
    said, whose = records(
        ("shop:1", "a", "ana lima", "1980-01-01", "santos", "2024-01-01"),
        ("shop:2", "b", "bia reis", None, "recife", "2024-03-03"),
    )
    found = bridge(
        ledger((1, "Ana Lima", "1980-01-01", "Niterói", "2020-01-01"), (2, "Bia Reis", None, "Recife", None)),
        said,
        whose,
    )
    assert found["customer_id"].to_dict() == {"1": "a", "2": "b"}
    assert found["key"].to_dict() == {"1": "name + birth_date", "2": "name + city"}
    assert found["record"].to_dict() == {"1": "shop:1", "2": "shop:2"}


def test_blanks_agree_with_nothing():
    said, whose = records(("shop:1", "a", "ana lima", None, None, None))
    assert bridge(ledger((1, "Ana Lima", None, None, None)), said, whose).empty


def test_what_points_two_ways_finds_nobody():
    said, whose = records(
        ("shop:1", "a", "ana lima", None, "santos", None), ("shop:2", "b", "ana lima", None, "santos", None)
    )
    assert bridge(ledger((1, "Ana Lima", None, "Santos", None)), said, whose).empty


def test_two_numbers_for_one_customer_find_nobody():
    said, whose = records(("shop:1", "a", "ana lima", None, "santos", None))
    found = bridge(
        ledger((1, "Ana Lima", None, "Santos", None), (2, "Ana Lima", None, "Santos", None)), said, whose
    )
    assert found.empty


def test_a_surer_key_takes_its_customer_out_of_the_next():
    said, whose = records(
        ("shop:1", "a", "ana lima", "1980-01-01", "santos", None),
        ("shop:2", "b", "ana lima", None, "santos", None),
    )
    numbers = ledger(
        (1, "Ana Lima", "1980-01-01", "Santos", None), (2, "Ana Lima", "1955-05-05", "Santos", None)
    )
    assert bridge(numbers, said, whose)["customer_id"].to_dict() == {"1": "a", "2": "b"}


def test_events_keep_their_rows_and_get_a_record():
    said, whose = records(("shop:1", "a", "ana lima", "1980-01-01", "santos", None))
    found = bridge(ledger((1, "Ana Lima", "1980-01-01", None, None)), said, whose)
    events = with_records(pd.DataFrame({"order_id": [10, 11], "customer_id": [1, 9]}), found)
    assert events["customer_number"].to_list() == [1, 9]
    assert events["record"].iloc[0] == "shop:1"
    assert events["record"].isna().to_list() == [False, True]
