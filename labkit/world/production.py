"""Run the makers one after the other, keep no more than later ones need, leave out what nobody asked for.

Nobody declares what a maker reads: a *rehearsal* with the smallest world shows it. With that known, a large
world hands each table over as soon as it is final, and frees each frame after its last use, so that its
memory does not grow with the number of tables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from labkit.data.tables import TABLES, conform
from labkit.world.draft import Draft

Maker = Callable[[Draft], None]

_ATTRIBUTES = ("persons", "traits")
_STORES = ("frames", "tables")


@dataclass(frozen=True)
class Needs:
    """What each maker reads and writes, by its place in the order: ``frames/orders``, ``tables/nps``, ``traits``."""

    reads: tuple[frozenset[str], ...]
    writes: tuple[frozenset[str], ...]

    def last_use(self) -> dict[str, int]:
        """Return for each thing the place of the last maker that reads or writes it."""
        return {
            thing: place
            for place, (reads, writes) in enumerate(zip(self.reads, self.writes, strict=True))
            for thing in reads | writes
        }

    def makers_of(self, things: Collection[str]) -> list[int]:
        """Return the places of the makers without which these things would not be."""
        needed, chosen = set(things), []
        for place in reversed(range(len(self.writes))):
            if self.writes[place] & needed:
                chosen.append(place)
                needed |= self.reads[place]
        return chosen[::-1]


def rehearse(draft: Draft, makers: Sequence[Maker]) -> Needs:
    """Run the makers on a small draft and note what each reads and writes.

    A frame that a maker changes in place counts as written if its columns or its length change.
    """
    noted: set[str] = set()
    watched = _Watched(**{name: getattr(draft, name) for name in draft.__dataclass_fields__})
    for store in _STORES:
        setattr(watched, store, _Noted(store, noted))
    object.__setattr__(watched, "noted", noted)
    reads, writes = [], []
    for make in makers:
        before = _looks(watched)
        noted.clear()
        make(watched)
        reads.append(frozenset(noted))
        after = _looks(watched)
        writes.append(frozenset(thing for thing in after if _changed(before.get(thing), after[thing])))
    return Needs(tuple(reads), tuple(writes))


def produce(
    draft: Draft, makers: Sequence[Maker], needs: Needs | None = None, *, wanted: Collection[str] | None = None,
    kept: Collection[str] = (),
) -> Iterator[tuple[str, pd.DataFrame]]:  # fmt: skip
    """Run the makers; yield each table, as declared, once no later maker needs it.

    Parameters
    ----------
    draft : Draft
        Frames that nobody needs any more are taken out of it.
    makers : sequence of callable
    needs : Needs, optional
        Of these makers. Without it everything is kept to the end.
    wanted : collection of str, optional
        Names of the tables to make; all by default. Needs ``needs``.
    kept : collection of str
        Frames that stay in the draft.

    Yields
    ------
    name : str
    table : pandas.DataFrame
    """
    chosen = range(len(makers))
    if needs is not None:
        if wanted is not None:
            chosen = needs.makers_of({f"tables/{name}" for name in wanted})
        alone = Needs(*(tuple(each[i] for i in chosen) for each in (needs.reads, needs.writes)))
        last = alone.last_use()
        draft.frames, draft.tables = _Freed(draft.frames), _Freed(draft.tables)
    end = len(chosen) - 1
    for place, maker in enumerate(chosen):
        makers[maker](draft)
        for name in list(draft.tables):
            if place == end or (needs is not None and last.get(f"tables/{name}", -1) <= place):
                table = draft.tables.pop(name)
                assert name in TABLES, f"{name} is not declared"
                if wanted is None or name in wanted:
                    yield name, conform(table, TABLES[name])
                del table
        if needs is not None:
            for name in list(draft.frames):
                if name not in kept and last.get(f"frames/{name}", -1) <= place:
                    del draft.frames[name]
            for name in _ATTRIBUTES:
                if last.get(name, -1) <= place:
                    setattr(draft, name, None)


class _Freed(dict):
    """A dictionary that says what happened to what is no longer in it."""

    def __missing__(self, name: str) -> pd.DataFrame:
        raise KeyError(
            f"{name!r} is not here: either no maker made it, or it was freed because in the smallest world no maker "
            "from here on read it"
        )


class _Noted(dict):
    """A dictionary that notes which of its entries are read."""

    def __init__(self, store: str, noted: set[str]):
        super().__init__()
        self._store, self._set = store, noted

    def _note(self, *names: object) -> None:
        self._set.update(f"{self._store}/{name}" for name in names)

    def __getitem__(self, name):
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name):
        self._note(name)
        return super().__contains__(name)

    def get(self, name, default=None):
        self._note(name)
        return super().get(name, default)

    def pop(self, name, *default):
        self._note(name)
        return super().pop(name, *default)

    def items(self):
        self._note(*self)
        return super().items()

    def values(self):
        self._note(*self)
        return super().values()


class _Watched(Draft):
    """A draft that notes when its frames of people are read."""

    def __getattribute__(self, name: str):
        if name in _ATTRIBUTES:
            noted = object.__getattribute__(self, "__dict__").get("noted")
            if noted is not None:
                noted.add(name)
        return object.__getattribute__(self, name)


def _changed(before: tuple | None, after: tuple) -> bool:
    return before is None or before[0] is not after[0] or before[1:] != after[1:]


def _looks(draft: Draft) -> dict[str, tuple]:
    """Return what tells that a frame was replaced, or changed in place."""
    things = {name: draft.__dict__[name] for name in _ATTRIBUTES}
    for store in _STORES:
        entries = draft.__dict__[store]
        things |= {f"{store}/{name}": dict.__getitem__(entries, name) for name in list(entries)}
    return {name: (frame, tuple(frame.columns), len(frame)) for name, frame in things.items()}
