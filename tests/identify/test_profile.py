import pandas as pd
import pytest

import labkit as lk
from labkit.errors import LabkitError
from labkit.identify import profile, stack_sources

TABLE = pd.DataFrame({"a": ["1", "1", None, " "], "b": [None] * 4}, dtype="str")


def test_blanks_and_texts_of_blanks_are_not_there():
    assert profile.completeness(TABLE).to_dict() == {"a": 0.5, "b": 0.0}


def test_uniqueness_counts_what_is_known():
    found = profile.uniqueness(pd.DataFrame({"a": ["1", "1", "2", None]}))
    assert found.loc["a"].tolist() == [3, 2, pytest.approx(2 / 3), 2]


def test_freshness_looks_back_from_a_day():
    days = pd.Series(pd.to_datetime(["2025-12-01", "2024-12-01", None]))
    found = profile.freshness(days, "2025-12-31")
    assert found["median_age_days"] == (30 + 395) / 2
    assert found["older_than_a_year"] == 0.5
    assert found["unknown"] == pytest.approx(1 / 3)


@pytest.fixture(scope="module")
def course():
    tables = {name: lk.load(f"source_{name}") for name in ("shop", "newsletter")}
    return tables, stack_sources(tables)


def test_placeholders_are_complete_and_not_valid(course):
    tables, _records = course
    valid = profile.validity(tables)
    assert valid.loc["shop", "birth_date"] < 0.95  # 01/01/1900
    assert valid.loc["newsletter", "email"] > 0.9
    assert pd.isna(valid.loc["newsletter", "cpf"])


def test_overlap_has_a_direction(course):
    _tables, records = course
    shares = profile.overlap(records, "email")
    assert shares.loc["shop", "shop"] == 1
    assert shares.loc["shop", "newsletter"] != shares.loc["newsletter", "shop"]
    with pytest.raises(LabkitError, match="'fax'"):
        profile.overlap(records, "fax")


def test_every_column_of_every_source_is_in_the_inventory(course):
    tables, _records = course
    days = {
        "shop": pd.to_datetime(tables["shop"]["dt_cadastro"], format="%d/%m/%Y"),
        "newsletter": pd.to_datetime(tables["newsletter"]["inscrito_em"]),
    }
    found = profile.inventory(tables, days, "2025-12-31", {"shop": {"dt_nasc": "demographic"}})
    assert len(found) == sum(table.shape[1] for table in tables.values())
    assert found.loc[("shop", "dt_nasc"), "kind"] == "demographic"
    assert found.loc[("shop", "record_id"), "uniqueness"] == 1
    assert found["completeness"].between(0, 1).all()


def test_counting_naively_gives_as_many_answers_as_questions(course):
    _tables, records = course
    customers = pd.Series(range(len(records)), index=records.index) // 2
    counts = profile.customer_counts(records, customers)
    assert counts["records"] == len(records)
    assert counts["matched"] == customers.nunique()
    assert counts["different cpf"] < counts["largest source"]
