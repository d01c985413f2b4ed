"""Next month's feed: the old contract refuses it, the documented changes undone it passes."""

from __future__ import annotations

import pandas as pd
import pandera.errors
import pytest

from labkit.data.schemas import schema


def as_before(feed: pd.DataFrame) -> pd.DataFrame:
    """Undo the changes, as a learner's pipeline would."""
    old = feed.rename(columns={"telefone": "fone"})
    old["nr_cpf"] = old["nr_cpf"].str.removesuffix(".0")
    old["fone"] = old["fone"].str.removeprefix("+55").str.replace(r"\D", "", regex=True)
    old["dt_nasc"] = pd.to_datetime(old["dt_nasc"], format="%Y-%m-%d", errors="coerce").dt.strftime(
        "%d/%m/%Y"
    )
    old["dt_cadastro"] = pd.to_datetime(old["dt_cadastro"], format="%m/%d/%Y").dt.strftime("%d/%m/%Y")
    old.insert(6, "cep", pd.Series(pd.NA, index=old.index, dtype="str"))
    return old


def test_the_contract_of_the_shop_refuses_the_feed_and_takes_it_mended(world):
    with pytest.raises(pandera.errors.SchemaErrors):
        schema("source_shop").validate(world.source_shop_feed, lazy=True)
    mended = as_before(world.source_shop_feed).drop_duplicates("record_id")
    schema("source_shop").validate(mended.reset_index(drop=True), lazy=True)


def test_days_read_day_first_go_wrong_without_an_error_for_some_only(world):
    registered = world.source_shop_feed["dt_cadastro"]
    swallowed = pd.to_datetime(registered, format="%d/%m/%Y", errors="coerce").notna().mean()
    assert 0.2 < swallowed < 0.6


def test_new_records_go_on_where_the_shop_stopped_and_are_of_january(world):
    truth = world.truth.shop_feed
    feed = world.source_shop_feed.assign(kind=truth["kind"])
    new = feed.query("kind == 'new'")
    number = new["record_id"].str[1:].astype(int)
    assert number.min() == len(world.source_shop) + 1
    assert number.is_monotonic_increasing
    assert number.is_unique
    assert (pd.to_datetime(new["dt_cadastro"], format="%m/%d/%Y").dt.to_period("M") == "2026-01").all()
    known = world.truth.identity.query("source == 'shop'")["person_id"]
    assert not truth.loc[truth["kind"] == "new", "person_id"].isin(known).any()


def test_updates_keep_number_and_person_and_change_something(world):
    truth = world.truth.shop_feed
    updated = truth.query("kind == 'update'").merge(
        world.truth.identity.query("source == 'shop'"), on="record_id"
    )
    assert len(updated) == (truth["kind"] == "update").sum() > 20
    assert (updated["person_id_x"] == updated["person_id_y"]).all()
    now = as_before(world.source_shop_feed)[(truth["kind"] == "update").to_numpy()].set_index("record_id")
    before = world.source_shop.set_index("record_id").loc[now.index]
    assert ((now["fone"] != before["fone"]) & now["fone"].notna()).mean() > 0.05
    assert (now["dt_cadastro"] == before["dt_cadastro"]).all()
    assert (now["nr_cpf"].fillna("") == before["nr_cpf"].fillna("")).all()


def test_repeats_are_exact(world):
    feed, truth = world.source_shop_feed, world.truth.shop_feed
    assert (feed.duplicated() == (truth["kind"] == "repeat")).all()
    assert 0.02 < (truth["kind"] == "repeat").mean() < 0.1
