import pytest

import labkit as lk
from labkit.identify.kinds import CARAMELO_KINDS, KINDS
from labkit.identify.sources import CARAMELO


@pytest.mark.parametrize("source", CARAMELO)
def test_every_column_of_a_source_has_a_kind(source):
    assert set(CARAMELO_KINDS[source]) == set(lk.load(f"source_{source}").columns)


@pytest.mark.parametrize("table", [name for name in CARAMELO_KINDS if name not in CARAMELO])
def test_columns_with_a_kind_stand_in_their_table(table):
    assert set(CARAMELO_KINDS[table]) <= set(lk.load(table).columns)


def test_there_are_four_kinds():
    assert {kind for columns in CARAMELO_KINDS.values() for kind in columns.values()} == set(KINDS)
