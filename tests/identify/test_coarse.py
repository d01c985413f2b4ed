import pandas as pd

from labkit.identify.coarse import blocks, coarse_values


def crowd(n, city="santos", surnames="silva"):
    return pd.DataFrame({"first": ["maria"] * n, "last": ["silva"] * n, "city": city, "surnames": surnames})


KEY = ("first", "last")


def test_a_small_block_stays_as_it_is():
    table = crowd(5)
    coarse = coarse_values(table, KEY, most=5)
    assert coarse == ()
    assert blocks(table, KEY, coarse).nunique() == 1


def test_a_big_block_is_parted_by_city_and_then_by_all_surnames():
    table = pd.concat([crowd(4), crowd(4, "rio"), crowd(4, "rio", "souza silva")], ignore_index=True)
    found = blocks(table, KEY, coarse_values(table, KEY, most=4))
    assert found.value_counts().tolist() == [4, 4, 4]


def test_what_nothing_parts_is_in_no_block():
    table = pd.concat([crowd(6), crowd(2, "rio")], ignore_index=True)
    found = blocks(table, KEY, coarse_values(table, KEY, most=5))
    assert found.isna().sum() == 6
    assert found.notna().sum() == 2


def test_a_record_alone_gets_the_block_that_it_has_among_all():
    table = pd.concat([crowd(6), crowd(6, "rio", "souza silva")], ignore_index=True)
    coarse = coarse_values(table, KEY, most=5)
    alone = blocks(table.iloc[[7]], KEY, coarse)
    pd.testing.assert_series_equal(alone, blocks(table, KEY, coarse).iloc[[7]])


def test_blanks_are_in_no_block():
    table = crowd(3).assign(last=None)
    assert blocks(table, KEY, coarse_values(table, KEY)).isna().all()
