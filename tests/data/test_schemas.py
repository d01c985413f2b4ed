"""Every table is as declared, and a table that is not is found."""

import pandas as pd
import pandera.errors
import pytest

from labkit.data import check, load, schema, verify
from labkit.data.checksums import write as write_sums
from labkit.data.tables import TABLES
from labkit.errors import LabkitError


def test_every_table_is_as_declared():
    report = check()
    assert set(report["table"]) == set(TABLES)
    assert report.loc[report["problem"] != "", ["table", "problem"]].to_dict("records") == []


def _set(column, value):
    return lambda f: f.assign(**{column: value})


@pytest.mark.parametrize(
    ("table", "spoil", "complaint"),
    [
        ("orders", _set("margin_brl", 1.0), "margin is revenue minus cost"),
        ("orders", _set("channel", "phone"), "isin"),
        ("orders", _set("ordered_on", pd.Timestamp("2026-01-01")), "less_than_or_equal_to"),
        ("orders", lambda f: f.drop(columns="cost_brl"), "cost_brl"),
        ("orders", lambda f: f.assign(satisfaction=1.0), "satisfaction"),
        ("plans", lambda f: f.assign(cancelled_on=f["started_on"]), "cancelled after the start"),
        ("contacts", _set("delivered", True), "control is not delivered"),
        ("contacts", _set("clicked", True), "only what is opened clicked"),
        ("contacts", lambda f: pd.concat([f, f.head(1)], ignore_index=True), "unique"),
        ("nps", _set("score", 11), "less_than_or_equal_to"),
        ("opportunities", _set("status", "open"), "closed unless open"),
        ("source_ecommerce", _set("cep", "01310100"), "str_matches"),
        ("truth/effects", _set("bought_control", True), "the group follows"),
    ],
)
def test_a_spoiled_table_is_found(table, spoil, complaint):
    with pytest.raises((pandera.errors.SchemaErrors, pandera.errors.SchemaError)) as error:
        schema(table).validate(spoil(load(table).head(500)), lazy=True)
    assert complaint in str(error.value)


def test_reference_to_nobody_is_found(copied):
    path = copied / "caramelo/nps.csv"
    frame = pd.read_csv(path)
    frame.loc[0, "customer_id"] = 999_999
    frame.to_csv(path, index=False)
    write_sums(copied, [t.file for t in TABLES.values()])
    problem = check(["nps"])["problem"].iloc[0]
    assert "1 rows refer to no customer_id of customers" in problem


def test_verify_names_every_table_with_a_problem(copied):
    (copied / "caramelo/nps.csv").unlink()
    (copied / "caramelo/plans.csv").unlink()
    with pytest.raises(LabkitError, match=r"(?s)nps: .*plans: "):
        verify(["nps", "plans", "spend"])


def test_verify_says_what_is_well():
    assert verify(["campaigns"]) == ["campaigns: 3 rows, as declared"]
