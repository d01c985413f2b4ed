import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.identify import survivorship
from labkit.identify.survivorship import golden_values, one_row_each

TRUST = {"web": 1, "shop": 2}
RECORDS = pd.DataFrame(
    {
        "source": ["shop", "web", "shop", "web"],
        "registered": pd.to_datetime(["2025-05-01", "2023-01-01", "2024-01-01", "2024-06-01"]),
        "name": ["ANA C LIMA", "Ana Clara Lima", "ANA LIMA", "Bia Reis"],
        "cpf": ["2", "1", "2", None],
        "phone": ["new", "old", None, None],
        "address": [None, "rua a 1", None, None],
        "cep": [None, None, "222", None],
        "city": ["rio", "santos", "rio", None],
    },
    index=pd.Index(["shop:1", "web:1", "shop:2", "web:2"], name="record"),
)
CUSTOMERS = pd.Series(["c1", "c1", "c1", "c2"], index=RECORDS.index)
RULES = {"name": ("complete",), "cpf": ("vote",), "phone": ("recent",), "home": ("complete", "recent")}


def golden(**rules):
    return golden_values(RECORDS, CUSTOMERS, TRUST, rules or RULES).set_index(["customer_id", "attribute"])


@pytest.mark.parametrize(
    ("attribute", "criterion", "value"),
    [
        ("name", "complete", "Ana Clara Lima"),
        ("name", "recent", "ANA C LIMA"),
        ("name", "trusted", "Ana Clara Lima"),
        ("cpf", "vote", "2"),
        ("cpf", "trusted", "1"),
        ("phone", "recent", "new"),
        ("phone", "trusted", "old"),
    ],
)
def test_each_criterion_chooses_its_value(attribute, criterion, value):
    assert golden(**{attribute: (criterion,)}).loc[("c1", attribute), "value"] == value


def test_a_value_keeps_its_provenance():
    cpf = golden().loc[("c1", "cpf")]
    assert cpf[["record", "source", "rule", "known", "agreeing"]].tolist() == ["shop:1", "shop", "vote", 3, 2]
    assert golden().loc[("c2", "name"), "rule"] == "only value"


def test_a_tie_goes_on_to_the_next_criterion_and_last_to_the_first_id():
    assert golden(city=("vote", "trusted")).loc[("c1", "city"), "value"] == "rio"
    assert golden(cpf=("complete", "recent")).loc[("c1", "cpf"), "record"] == "shop:1"
    assert golden(cpf=("complete",)).loc[("c1", "cpf"), "record"] == "shop:1"


def test_the_parts_of_an_address_come_from_one_record():
    home = golden().loc["c1"]
    assert home.loc[["address", "city"], "value"].tolist() == ["rua a 1", "santos"]
    assert "cep" not in home.index
    assert home.loc[["address", "city"], "record"].unique().tolist() == ["web:1"]


def test_what_nobody_knows_has_no_row_and_is_blank_in_the_table():
    wide = one_row_each(golden_values(RECORDS, CUSTOMERS, TRUST, RULES), ["name", "cpf"])
    assert wide.loc["c2", "name"] == "Bia Reis"
    assert pd.isna(wide.loc["c2", "cpf"])


def test_the_order_of_the_records_changes_nothing():
    other = RECORDS.iloc[::-1]
    pd.testing.assert_frame_equal(
        golden_values(other, CUSTOMERS, TRUST, RULES), golden_values(RECORDS, CUSTOMERS, TRUST, RULES)
    )


def test_unknown_criteria_and_attributes_are_refused():
    with pytest.raises(LabkitError, match="'newest'"):
        golden(name=("newest",))
    with pytest.raises(LabkitError, match="rule for fax"):
        golden(fax=("recent",))


def test_a_newer_home_with_a_street_replaces_an_older_fuller_one():
    records = pd.DataFrame(
        {
            "source": ["shop", "clinic", "card"],
            "registered": pd.to_datetime(["2022-01-01", "2024-01-01", "2025-01-01"]),
            "address": ["rua do comercio 1704", "rua rui barbosa 886", None],
            "cep": ["80362671", None, None],
            "city": ["curitiba", "juiz de fora", "santos"],
        },
        index=pd.Index(["shop:1", "clinic:1", "card:1"], name="record"),
    )
    golden = golden_values(records, pd.Series("a", records.index), rules={"home": survivorship.RULES["home"]})
    home = golden.set_index("attribute")["value"]
    assert home.to_dict() == {"address": "rua rui barbosa 886", "city": "juiz de fora"}
