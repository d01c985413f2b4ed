"""The customer database and its refresh, on a small simulated company."""

import duckdb
import pandas as pd
import pytest

from labkit.errors import LabkitError
from labkit.identify import database, refreshing
from labkit.identify.describing import BUILT_IN
from labkit.identify.intake import Intake, aside_table
from labkit.identify.pipeline import standard_records
from labkit.identify.probabilistic import match_records
from labkit.identify.survivorship import RULES

TERMS = database.Terms(6.0, {"ecommerce": 1, "clinic": 2, "shop": 3, "newsletter": 4}, RULES)
TABLES = ("customers", "records", "provenance", "contact_points", "links")


@pytest.fixture(scope="module")
def records():
    from labkit.world import generate

    tables = generate(1_500, seed=78, tables=[f"source_{name}" for name in BUILT_IN])
    intakes = {}
    for name, source in BUILT_IN.items():
        table = tables[f"source_{name}"].astype("str").replace("", None)
        table = table.set_axis(range(1, len(table) + 1))
        intakes[name] = Intake(source, len(table), table, aside_table([]))
    found, _horizon = standard_records(intakes)
    return found.drop(columns="row")


@pytest.fixture(scope="module")
def feed_ids(records):
    """New records, and changed ones, spread over all sources."""
    new = records.index[::17]
    changed = records.index[5::41].difference(new)
    return new, changed


@pytest.fixture(scope="module")
def changed(records, feed_ids):
    _new, ids = feed_ids
    other = records.loc[ids].copy()
    other["phone"] = [f"+55119{n:08d}" for n in range(70_000_000, 70_000_000 + len(other))]
    other["city"] = "santos"
    return other


@pytest.fixture(scope="module")
def before(tmp_path_factory, records, feed_ids):
    path = tmp_path_factory.mktemp("db") / "before.duckdb"
    old = records.drop(index=feed_ids[0])
    matching = match_records(old, seed=3)
    database.build(path, old, matching, TERMS)
    return path, matching.model


def content(path, table):
    with database.reading(path) as connection:
        frame = connection.execute(f'SELECT * FROM "{table}"').df()
    return frame.sort_values(list(frame.columns[:4]), ignore_index=True)


def copied(path, tmp_path):
    target = tmp_path / "customers.duckdb"
    target.write_bytes(path.read_bytes())
    return target


def test_a_refresh_gives_what_a_full_rebuild_gives(tmp_path, records, feed_ids, changed, before):
    path, model = copied(before[0], tmp_path), before[1]
    new, _ids = feed_ids
    done = refreshing.refresh(path, pd.concat([records.loc[new], changed]))
    assert (done.new, done.changed, done.removed) == (len(new), len(changed), 0)

    now = pd.concat([records.drop(index=changed.index), changed])
    rebuilt = tmp_path / "rebuilt.duckdb"
    database.build(rebuilt, now, model.match(now), TERMS)
    for table in TABLES:
        pd.testing.assert_frame_equal(content(path, table), content(rebuilt, table), obj=table)


def test_a_refresh_touches_only_what_it_touches(tmp_path, records, before):
    path = copied(before[0], tmp_path)
    one = records[~records.index.isin(content(path, "records")["record"])].head(1)
    done = refreshing.refresh(path, one)
    assert done.new == 1
    assert done.touched <= 3
    assert done.compared < 100
    unchanged = content(before[0], "customers").merge(content(path, "customers"))
    assert len(unchanged) >= done.customers_before - 3


def test_the_same_feed_again_changes_nothing(tmp_path, records, before):
    path = copied(before[0], tmp_path)
    again = records[records.index.isin(content(path, "records")["record"])]
    done = refreshing.refresh(path, again)
    assert (done.new, done.changed, done.same, done.compared, done.touched) == (0, 0, len(again), 0, 0)
    for table in TABLES:
        pd.testing.assert_frame_equal(content(path, table), content(before[0], table))


def test_whoever_asks_to_be_forgotten_leaves_no_record(tmp_path, records, before):
    path = copied(before[0], tmp_path)
    leaving = content(path, "records")["record"].iloc[[3, 30]]
    done = refreshing.refresh(path, records.head(0), removed=list(leaving))
    assert done.removed == 2
    for table in ("records", "provenance"):
        assert not content(path, table)["record"].isin(leaving).any()
    assert not content(path, "links")[["left", "right"]].isin(set(leaving)).any(axis=None)


def test_every_golden_value_is_one_that_its_record_says(before):
    path, _model = before
    provenance, records = content(path, "provenance"), content(path, "records").set_index("record")
    for attribute in ("cpf", "phone", "email", "city"):
        chosen = provenance[provenance["attribute"] == attribute]
        assert (records.loc[chosen["record"], attribute].to_numpy() == chosen["value"]).all()


def test_every_record_has_one_customer_and_every_customer_a_record(before):
    path, _model = before
    customers, records = content(path, "customers"), content(path, "records")
    assert set(records["customer_id"]) == set(customers["customer_id"])
    assert customers["records"].sum() == len(records)
    assert customers["customer_id"].is_unique


def test_an_interrupted_run_leaves_the_old_database_as_it_was(tmp_path, before):
    path = copied(before[0], tmp_path)
    content_before = path.read_bytes()

    def interrupted():
        with database.replacing(path, copy=True) as connection:
            connection.execute("DELETE FROM customers")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == content_before
    assert [each.name for each in tmp_path.iterdir()] == ["customers.duckdb"]


def test_what_a_killed_run_left_behind_is_in_nobodys_way(tmp_path, before):
    path = copied(before[0], tmp_path)
    (tmp_path / ".customers.duckdb.unfinished").write_bytes(b"half a database")
    (tmp_path / ".customers.duckdb.unfinished.wal").write_bytes(b"half a log")
    with database.replacing(path, copy=True) as connection:
        connection.execute("DELETE FROM set_aside")
    assert [each.name for each in tmp_path.iterdir()] == ["customers.duckdb"]
    assert len(content(path, "customers")) == len(content(before[0], "customers"))


def test_a_file_that_is_no_customer_database_is_refused(tmp_path):
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).close()
    with pytest.raises(LabkitError, match="lacks the tables"), database.reading(other):
        pass
    with pytest.raises(LabkitError, match="no customer database"), database.reading(tmp_path / "none"):
        pass
    (tmp_path / "text.duckdb").write_text("hello" * 1000)
    with pytest.raises(LabkitError, match="cannot be opened"), database.reading(tmp_path / "text.duckdb"):
        pass


def test_events_follow_the_record_that_they_were_entered_under(before):
    path, _model = before
    records = content(path, "records")
    events = pd.DataFrame({"record": [records["record"].iloc[0], "shop:none"], "value": [1, 2]})
    found = database.with_customers(events, records)
    assert found["customer_id"].iloc[0] == records["customer_id"].iloc[0]
    assert pd.isna(found["customer_id"].iloc[1])
