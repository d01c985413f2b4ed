import pandas as pd
import pytest

import labkit as lk
from labkit.errors import LabkitError
from labkit.identify.contracts import CONTRACTS, Contract, Rule, check, require


def numbered(table):
    return table.set_axis(range(1, len(table) + 1))


@pytest.mark.parametrize("source", CONTRACTS)
def test_the_course_sources_keep_their_contracts(source):
    findings = require(numbered(lk.load(f"source_{source}")), CONTRACTS[source])
    assert findings.lines() == []


def test_the_changed_feed_is_caught_with_columns_and_rows_named():
    feed = numbered(lk.load("source_shop_feed"))
    with pytest.raises(LabkitError) as refused:
        require(feed, CONTRACTS["shop"])
    said = str(refused.value)
    assert "columns missing: fone, cep" in said
    assert "nobody promised: telefone" in said
    assert "column dt_nasc: 216 values of 262 rows" in said
    assert "row 1: '1992-04-17'" in said
    assert "row 1: '835785440.0'" in said
    assert "dt_cadastro" in said


def test_dates_read_the_other_way_round_are_found_though_some_can_be_read():
    dates = pd.Series(["01/02/2026", "01/13/2026", "01/14/2026", "02/03/2026"])
    contract = Contract("shop", {"day": Rule(date_format="%d/%m/%Y")})
    findings = check(numbered(dates.to_frame("day")), contract)
    assert findings.changed == {"day": 0.5}
    assert findings.values["row"].tolist() == [2, 3]


def test_a_slip_is_reported_and_does_not_stop_the_feed():
    table = numbered(pd.DataFrame({"cep": ["01310100"] * 99 + ["?"]}))
    findings = require(table, Contract("shop", {"cep": Rule(r"\d{8}")}))
    assert findings.values[["row", "column", "value"]].values.tolist() == [[100, "cep", "?"]]


def test_blanks_break_no_rule_but_required():
    table = numbered(pd.DataFrame({"a": ["1", None], "b": ["1", None]}, dtype="str"))
    findings = check(table, Contract("x", {"a": Rule(r"\d"), "b": Rule(r"\d", required=True)}))
    assert findings.values["column"].tolist() == ["b"]


def test_a_doubled_number_is_no_changed_column():
    table = numbered(pd.DataFrame({"id": ["1", "2", "2"]}))
    findings = check(table, Contract("x", {"id": Rule(required=True, unique=True)}))
    assert findings.kept
    assert findings.values["row"].tolist() == [2, 3]
