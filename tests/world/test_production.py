"""Makers in a row: what each needs is found out, nothing else is kept, and none moves what is not below it."""

import numpy as np
import pandas as pd
import pytest

from labkit.world import build
from labkit.world.draft import Draft
from labkit.world.parameters import Parameters
from labkit.world.production import Needs, produce, rehearse


def draft() -> Draft:
    people = pd.DataFrame({"number": [1, 2]})
    return Draft(1, Parameters(), 1.0, people, people.assign(taste=0.5), np.array([1, 2]), np.array([1, 2]))


def sow(d: Draft) -> None:
    d.frames["seedlings"] = d.persons.assign(height=1)


def grow(d: Draft) -> None:
    d.frames["seedlings"]["leaves"] = 2


def sell(d: Draft) -> None:
    d.tables["orders"] = pd.DataFrame({"plants": d.frames["seedlings"]["leaves"]})


def advertise(d: Draft) -> None:
    d.tables["spend"] = d.traits[["taste"]]


MAKERS = (sow, grow, sell, advertise)


def test_a_rehearsal_notes_what_is_read_written_and_changed_in_place():
    needs = rehearse(draft(), MAKERS)
    assert needs.reads == ({"persons"}, {"frames/seedlings"}, {"frames/seedlings"}, {"traits"})
    assert needs.writes == ({"frames/seedlings"}, {"frames/seedlings"}, {"tables/orders"}, {"tables/spend"})
    assert needs.last_use()["frames/seedlings"] == 2


def test_only_the_makers_that_a_table_rests_on_are_chosen():
    needs = rehearse(draft(), MAKERS)
    assert needs.makers_of({"tables/orders"}) == [0, 1, 2]
    assert needs.makers_of({"tables/spend"}) == [3]


def test_frames_go_and_tables_come_after_their_last_use(monkeypatch):
    monkeypatch.setattr("labkit.world.production.conform", lambda frame, table: frame)
    needs, seen = rehearse(draft(), MAKERS), draft()
    production = produce(seen, MAKERS, needs)
    name, table = next(production)
    assert name == "orders"
    assert table["plants"].tolist() == [2, 2]
    assert list(seen.frames) == ["seedlings"]
    assert [name for name, _table in production] == ["spend"]
    assert not seen.frames
    assert seen.persons is None


def test_a_maker_that_reads_what_was_freed_is_told_so():
    def forgets(d: Draft) -> None:
        if d.seed == 2:
            d.frames["seedlings"]

    makers = (sow, grow, forgets)
    large = draft()
    large.seed = 2
    with pytest.raises(KeyError, match="freed because in the smallest world no maker"):
        list(produce(large, makers, rehearse(draft(), makers)))


# Of Caramelo's own makers.


@pytest.fixture(scope="module")
def needs() -> Needs:
    return build._rehearsed(Parameters(), build.MAKERS)


def test_what_makers_read_and_write_does_not_depend_on_the_size_of_the_world(needs):
    larger = rehearse(build.begin(900, 4, Parameters()), build.MAKERS)
    for make, small, large in zip(build.MAKERS, needs.reads, larger.reads, strict=True):
        assert small == large, make.__name__
    assert needs.writes == larger.writes


def test_every_table_has_one_maker(needs, smallest):
    made = [thing for writes in needs.writes for thing in writes if thing.startswith("tables/")]
    assert len(made) == len(set(made))
    assert {f"tables/{name}" for name in smallest(1).tables()} == set(made)


def test_a_large_world_keeps_what_it_goes_on_from(smallest, monkeypatch):
    whole = smallest(1)
    monkeypatch.setattr(build, "LARGE", 100)
    large = build.generate(100, seed=1)
    assert set(large.frames) == set(whole.frames) == set(build.KEPT)
    for name, frame in whole.frames.items():
        pd.testing.assert_frame_equal(large.frames[name], frame)


def maker_id(place: int) -> str:
    make = build.MAKERS[place]
    return f"{make.__module__.removeprefix('labkit.world.')}.{make.__name__}"


@pytest.mark.parametrize("place", range(len(build.MAKERS)), ids=maker_id)
def test_tables_of_one_maker_alone_are_those_of_the_whole_world(needs, small, place):
    tables = sorted(t.removeprefix("tables/") for t in needs.writes[place] if t.startswith("tables/"))
    alone = build.generate(600, seed=5, tables=tables).tables()
    assert set(alone) == set(tables)
    for name in tables:
        pd.testing.assert_frame_equal(alone[name], small.tables()[name])


def _groups() -> list[list[int]]:
    """The makers on which much rests one by one, the others in threes and twos, to be done in a few worlds."""
    first, rest = range(4), range(4, len(build.MAKERS))
    return [[p] for p in first] + [list(rest[start::step]) for step in (2, 3) for start in range(step)]


@pytest.mark.parametrize("places", _groups(), ids=lambda places: "-".join(map(str, places)))
def test_other_chance_in_some_makers_moves_only_what_rests_on_them(needs, smallest, places, monkeypatch):
    below: set[str] = set()
    for place, (reads, writes) in enumerate(zip(needs.reads, needs.writes, strict=True)):
        if place in places or reads & below:
            below |= writes
    still = smallest(1).tables()
    makers = [_otherwise(make) if p in places else make for p, make in enumerate(build.MAKERS)]
    monkeypatch.setattr(build, "MAKERS", tuple(makers))
    moved = build.generate(100, seed=1).tables()
    assert any(not frame.equals(moved[name]) for name, frame in still.items())
    for name, frame in still.items():
        if f"tables/{name}" not in below:
            pd.testing.assert_frame_equal(frame, moved[name])


def _otherwise(make):
    def run(d: Draft) -> None:
        d.seed += 1_000
        make(d)
        d.seed -= 1_000

    return run
