"""What Patavina's customers allow: a ledger by record, and the call centre's list of who wants to be left alone.

Planted here: a person agrees under one record and revokes under another; the ledger is out of order, some events are in
it twice, some are later than the day in question; the opt-outs name an address or a number as the caller said it, and
nobody ever entered them in the ledger.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.bought.formats import letters_phone
from labkit.world.draft import Draft
from labkit.world.parameters.bought import Bought

CHANNELS = ("email", "whatsapp")
LAST_MINUTE = np.datetime64("2025-12-31T20:00")
WANTED = {"email": "não enviar e-mail", "whatsapp": "não enviar WhatsApp", "all": "não enviar nada"}


def draw(draft: Draft, persons: pd.DataFrame, records: pd.DataFrame, p: Bought) -> dict[str, pd.DataFrame]:
    """Return ``bought_consents`` and ``bought_optouts``."""
    theirs = records[records["person"] >= 0]
    return {
        "bought_consents": _ledger(draft, theirs, p),
        "bought_optouts": _opt_outs(draft, persons, theirs, p),
    }


def _ledger(draft: Draft, records: pd.DataFrame, p: Bought) -> pd.DataFrame:
    of = records.groupby("person")["record"].agg(list)
    parts = []
    for purpose, share in (("marketing", p.marketing), ("reminders", p.reminders)):
        asked = records if purpose == "marketing" else records[records["system"] == "clinic"]
        for channel in CHANNELS:
            rng = draft.stream(f"bought/consents/{purpose}/{channel}")
            parts.append(_events(of, asked, share, p, rng).assign(purpose=purpose, channel=channel))
    events = pd.concat(parts, ignore_index=True)
    rng = draft.stream("bought/consents/order")
    twice = events[rng.random(len(events)) < 0.03]
    events = pd.concat([events, twice], ignore_index=True)
    events = events.iloc[rng.permutation(len(events))]
    return events[["record", "at", "purpose", "channel", "action"]].reset_index(drop=True)


def _events(
    of: pd.Series, asked: pd.DataFrame, share: float, p: Bought, rng: np.random.Generator
) -> pd.DataFrame:
    """Grants under one record of a person; revocations, and new grants, under any (`of`: all, by person)."""
    first = asked.iloc[rng.permutation(len(asked))].drop_duplicates("person").sort_values("record")
    first = first[rng.random(len(first)) < share]
    granted = first["created"].to_numpy().astype("datetime64[m]") + (
        600 + rng.integers(0, 700, len(first))
    ).astype("timedelta64[m]")
    chain = pd.DataFrame(
        {"record": first["record"].to_numpy(), "person": first["person"].to_numpy(), "at": granted}
    )
    done = [chain.assign(action="grant")]
    for action, probability in (("revoke", p.revoked), ("grant", p.granted_again)):
        chain = chain[rng.random(len(chain)) < probability]
        room = (LAST_MINUTE - chain["at"].to_numpy().astype("datetime64[m]")).astype(int)
        # Later ones are likelier: many revoke in the last months.
        wait = 30 + (rng.random(len(chain)) ** 0.6 * np.maximum(room - 60, 1)).astype(int)
        at = chain["at"].to_numpy().astype("datetime64[m]") + wait.astype("timedelta64[m]")
        chain = pd.DataFrame(
            {
                "record": _any_record(of, chain["person"], rng),
                "person": chain["person"].to_numpy(),
                "at": at,
            }
        )
        done.append(chain.assign(action=action))
    return pd.concat(done, ignore_index=True).drop(columns="person")


def _any_record(of: pd.Series, person: pd.Series, rng: np.random.Generator) -> np.ndarray:
    u = rng.random(len(person))
    return np.array([of[who][int(v * len(of[who]))] for who, v in zip(person, u, strict=True)], dtype=object)


def _opt_outs(draft: Draft, persons: pd.DataFrame, records: pd.DataFrame, p: Bought) -> pd.DataFrame:
    """Each names one e-mail address or phone that stands on a record of the caller."""
    rng = draft.stream("bought/optouts")
    told = records.melt(
        id_vars=["record", "person"], value_vars=["email", "phone"], var_name="kind", value_name="contact"
    )
    told = told[told["contact"] != ""].sort_values(["record", "kind"])
    told = told.iloc[rng.permutation(len(told))].drop_duplicates("person").sort_values("record")
    told = told[rng.random(len(told)) < p.opt_out]
    n = len(told)
    u = rng.random((n, 3))
    upper = np.where(u[:, 0] < 0.5, told["contact"].str.upper(), told["contact"])
    masked = np.where(u[:, 0] < 0.6, told["contact"].map(letters_phone), told["contact"])
    usual = told["kind"].map({"email": "email", "phone": "whatsapp"}).to_numpy()
    wanted = np.where(u[:, 1] < 0.5, "all", usual)
    day = np.datetime64("2023-02-01") + (u[:, 2] ** 0.7 * 1_060).astype("timedelta64[D]")
    frame = pd.DataFrame(
        {
            "contato": np.where(told["kind"] == "email", upper, masked),
            "pedido": pd.Series(wanted).map(WANTED).to_numpy(),
            "recebido_em": day,
        }
    )
    frame = frame.sort_values("recebido_em", kind="stable", ignore_index=True)
    frame.insert(0, "protocolo", [f"SAC{i:04}" for i in range(1, n + 1)])
    return frame.assign(recebido_em=frame["recebido_em"].dt.strftime("%d/%m/%Y"))
