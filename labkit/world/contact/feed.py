"""The shop system's export of January 2026: the same people and the same dirt in a changed format.

The till was updated. Telephone numbers moved to another column and are written with +55 and punctuation, CPF
numbers went through a spreadsheet and end in .0, birth dates are ISO, days of registration are month first (every
day up to the twelfth reads as a valid date of another month), the postal code is gone. Most records are new,
some are changes of earlier records under their old number, and the last batch was sent twice.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.draft import Draft
from labkit.world.parameters import HISTORY_END
from labkit.world.sources.formats import FORMATS
from labkit.world.sources.records import draw_records

JANUARY = HISTORY_END + 1


def draw_feed(draft: Draft) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ``source_shop_feed``, all text and in the order in which it was sent, and ``truth/shop_feed``."""
    p = draft.parameters.shop_feed
    size = min(draft.size, p.most)
    identity = draft.tables["truth/identity"]
    identity = identity[identity["source"] == "shop"]
    known = np.isin(draft.person_id, identity["person_id"])
    rng = draft.stream("contact/feed/people")
    strangers = np.flatnonzero(~known)
    who = rng.choice(strangers, min(len(strangers), max(8, round(p.new * size))), replace=False)
    created = np.sort(JANUARY + rng.integers(0, 31, len(who)).astype("timedelta64[D]"))
    new = _as_until_now(draft, who, created, "new")
    numbers = draft.tables["source_shop"]["record_id"]
    width, last = len(numbers.iloc[0]) - 1, len(numbers)
    new.insert(0, "record_id", [f"S{i:0{width}d}" for i in range(last + 1, last + 1 + len(who))])

    changed, sent = _changed(draft, identity, min(len(identity), max(3, round(p.updates * size))), rng)
    feed = pd.concat([new, changed], ignore_index=True)
    feed["kind"] = np.where(np.arange(len(feed)) < len(new), "new", "update")
    feed["person_id"] = np.concatenate([draft.person_id[who], sent["person_id"]])
    day = np.concatenate([created, sent["day"]])
    feed = feed.iloc[np.lexsort((feed["record_id"].to_numpy(dtype=object), day))]
    feed = pd.concat(
        [feed, feed.tail(max(2, round(p.repeats * size))).assign(kind="repeat")], ignore_index=True
    )
    truth = feed[["record_id", "person_id", "kind"]].assign(row=np.arange(1, len(feed) + 1))
    return as_after_the_update(feed), truth


def _as_until_now(draft: Draft, who: np.ndarray, created: np.ndarray, purpose: str) -> pd.DataFrame:
    """Records of people as the shop wrote them up to December."""
    sources = draft.parameters.sources
    records = draw_records(
        draft.persons, who, created, sources.shop, draft.stream(f"contact/feed/{purpose}/records")
    )
    return FORMATS["shop"](records, sources, draft.stream(f"contact/feed/{purpose}/format"))


def _changed(
    draft: Draft, identity: pd.DataFrame, number: int, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Earlier records with another telephone, e-mail or name: asked again at the till."""
    at = np.sort(rng.choice(len(identity), number, replace=False))
    person_id = identity["person_id"].to_numpy()[at]
    place = np.argsort(draft.person_id)
    who = place[np.searchsorted(draft.person_id[place], person_id)]
    day = JANUARY + rng.integers(0, 31, number).astype("timedelta64[D]")
    fresh = _as_until_now(draft, who, day, "update")
    shop = draft.tables["source_shop"].set_index("record_id")
    old = shop.loc[identity["record_id"].to_numpy()[at]].reset_index()
    told = old.copy()
    for column, share in (("fone", 0.9), ("e_mail", 0.6), ("nome", 0.25)):
        answers = fresh[column].fillna("").ne("").to_numpy() & (rng.random(number) < share)
        told[column] = told[column].mask(answers, fresh[column].array)
    return told, pd.DataFrame({"person_id": person_id, "day": day})


def as_after_the_update(old: pd.DataFrame) -> pd.DataFrame:
    """Write records of the shop in the format of the updated system.

    Parameters
    ----------
    old : pandas.DataFrame
        Columns of ``source_shop``.
    """
    old = old.fillna("")
    return pd.DataFrame(
        {
            "record_id": old["record_id"],
            "nome": old["nome"],
            "nr_cpf": [f"{cpf}.0" if cpf else "" for cpf in old["nr_cpf"]],
            "telefone": [_with_country(number) for number in old["fone"]],
            "dt_nasc": ["-".join(date.split("/")[::-1]) for date in old["dt_nasc"]],
            "e_mail": old["e_mail"],
            "cidade": old["cidade"],
            "loja": old["loja"],
            "dt_cadastro": [f"{date[3:5]}/{date[:2]}/{date[6:]}" for date in old["dt_cadastro"]],
        }
    )


def _with_country(number: str) -> str:
    return f"+55 ({number[:2]}) {number[2:-4]}-{number[-4:]}" if number else ""
