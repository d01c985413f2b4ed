"""The whole step: files in a folder become a customer database. What ``labkit identify`` runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from labkit.errors import LabkitError
from labkit.i18n import N_, _
from labkit.identify import bridge, consent, database, intake, refreshing
from labkit.identify.coarse import MOST_IN_BLOCK
from labkit.identify.describing import BUILT_IN, Source
from labkit.identify.intake import Intake
from labkit.identify.probabilistic import Matching, match_records
from labkit.identify.sources import FIELDS, stack_sources
from labkit.identify.survivorship import RULES

THRESHOLD = 7.0
"""Bits; where lesson 12 finds the mistakes cheapest."""

IDENTIFIERS = ("cpf", "phone", "email")
TELLING = tuple(each for each in FIELDS if each not in {"suffix", "cep", "city"})
"""A record that says none of these can be nobody."""

STEPS = (N_("Reading"), N_("Standardising"), N_("Matching"), N_("Customers"), N_("Writing"))
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What was read, what became of it.

    Attributes
    ----------
    intakes : dict of str to Intake
    records : DataFrame
        Standardised, those that were used.
    aside : DataFrame
        See :data:`labkit.identify.intake.ASIDE`; row 0 stands for all rows with that value.
    notes, faults : list of str
    matching : Matching or None
        None after a refresh, or if the files have faults.
    view : View or None
        Likewise.
    refreshed : Refreshed or None
    contactable : DataFrame or None
        By purpose and channel, where there is a ledger of consents.
    horizon : Timestamp
        The last day that the records know.
    threshold : float
    """

    intakes: dict[str, Intake]
    records: pd.DataFrame
    aside: pd.DataFrame
    notes: list[str]
    faults: list[str]
    matching: Matching | None = None
    view: database.View | None = None
    refreshed: refreshing.Refreshed | None = None
    contactable: pd.DataFrame | None = None
    horizon: pd.Timestamp = field(default_factory=lambda: pd.Timestamp(0))
    threshold: float = THRESHOLD


def identify(
    folder: Path,
    out: Path,
    sources: Mapping[str, Source] = BUILT_IN,
    *,
    threshold: float = THRESHOLD,
    refresh: bool = False,
    go_on: bool = False,
    seed: int = 12,
    threads: int = 1,
    tell: Tell = lambda step: None,
) -> Outcome:
    """Make a customer database of the files in a folder, or bring one up to date.

    Parameters
    ----------
    folder : Path
        With one CSV file a source, and perhaps tables of events (:data:`database.EVENTS`, ``.parquet`` or ``.csv``) with a
        column ``record``; or with the company's own ``customer_id``, and a file ``customers`` that says who bears it.
    out : Path
        The database. Untouched if a file has a fault.
    sources : mapping of str to Source
    threshold : float
        Bits from which two records are linked; at a refresh the database's own.
    refresh : bool
        The files are a feed: new and changed records. A source whose file is not there has sent nothing.
    go_on : bool
        Leave files with a fault out.
    tell : callable
        Told the name of each step as it begins.

    Returns
    -------
    Outcome
        With ``faults`` and without a database if files have faults and `go_on` is false.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise LabkitError(_("There is no folder {folder}.").format(folder=folder))
    tell(STEPS[0])
    if refresh:
        sources = {name: each for name, each in sources.items() if (folder / each.file).is_file()}
        if not sources:
            raise LabkitError(_("There is no file of any source in {folder}.").format(folder=folder))
    intakes = intake.read_sources(folder, sources)
    notes = [note for each in intakes.values() for note in each.notes]
    faults = [fault for each in intakes.values() for fault in each.faults]
    aside = pd.concat([each.aside for each in intakes.values()], ignore_index=True)
    usable = {name: each for name, each in intakes.items() if each.usable}
    if (faults and not go_on) or not usable:
        return Outcome(intakes, pd.DataFrame(), aside, notes, faults)
    known = _remembered(out) if refresh else {}
    tell(STEPS[1])
    records, horizon = standard_records(usable, known.get("horizon"))
    records, nobody = _without_nobody(records)
    records, placeholders, shared = _without_placeholders(records, known.get("placeholders"))
    aside = pd.concat([aside, nobody, shared], ignore_index=True)
    done = {"notes": notes, "faults": faults, "horizon": horizon}
    if refresh:
        tell(STEPS[2])
        refreshed = refreshing.refresh(out, records, aside=aside, threads=threads)
        return Outcome(intakes, records, aside, refreshed=refreshed, **done)
    tell(STEPS[2])
    matching = match_records(records, seed=seed, threads=threads)
    tell(STEPS[3])
    terms = database.Terms(threshold, {name: each.trust for name, each in sources.items()}, RULES)
    tell(STEPS[4])
    more, contactable = _events(folder, records, matching, threshold, horizon, notes)
    view = database.build(
        out,
        records,
        matching,
        terms,
        aside=aside,
        more=more,
        notes={"horizon": str(horizon.date()), "placeholders": placeholders, "seed": seed},
    )
    return Outcome(
        intakes,
        records,
        aside,
        matching=matching,
        view=view,
        contactable=contactable,
        threshold=threshold,
        **done,
    )


def standard_records(
    intakes: Mapping[str, Intake], horizon: str | None = None
) -> tuple[pd.DataFrame, pd.Timestamp]:
    """Records of all sources, standardised, with the day they were registered and the name as it was written.

    Parameters
    ----------
    intakes : mapping of str to Intake
    horizon : str, optional
        A day up to which records are known to go, of an earlier run.

    Returns
    -------
    records : DataFrame
        As :func:`labkit.identify.database.single_view` takes them.
    horizon : Timestamp
        The last day registered; nobody was born later.
    """
    days, written = [], []
    for each in intakes.values():
        source, table = each.source, each.table
        blank = pd.Series(None, index=table.index, dtype="str")
        column = table[source.registered] if source.registered else blank
        days.append(pd.to_datetime(column, format=source.registered_format, errors="coerce"))
        first, *more = (table[part].fillna("") for part in source.layout.name)
        name = first.str.cat(more, sep=" ") if more else first
        name = name.str.split().str.join(" ") if name.str.contains(r"^\s|\s\s|\s$").any() else name
        written.append(name.where(name != ""))
    registered = pd.concat(days, ignore_index=True).astype("datetime64[us]")
    last = registered.max()
    known = [day for day in (last, pd.Timestamp(horizon) if horizon else pd.NaT) if pd.notna(day)]
    latest = max(known) if known else pd.Timestamp.today().normalize()
    tables = {name: each.table for name, each in intakes.items()}
    records = stack_sources(tables, {name: each.source.layout for name, each in intakes.items()}, latest)
    records["birth_date"] = records["birth_date"].astype("datetime64[us]")
    records.insert(1, "registered", registered.to_numpy())
    records.insert(2, "written_name", pd.concat(written, ignore_index=True).to_numpy())
    records["row"] = [row for each in intakes.values() for row in each.table.index]
    return records, latest


def _without_nobody(records: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Set records aside that say nothing by which anybody could be known."""
    nobody = records[list(TELLING)].isna().all(axis=1)
    lost = records[nobody]
    reason = _("nothing in it by which anybody could be known")
    ids = [record.partition(":")[2] for record in lost.index]
    rows = zip(
        lost["source"],
        lost["row"],
        ids,
        [None] * len(lost),
        [None] * len(lost),
        [reason] * len(lost),
        strict=True,
    )
    return records[~nobody].drop(columns="row"), intake.aside_table(list(rows))


def _without_placeholders(
    records: pd.DataFrame, known: Mapping[str, list[str]] | None
) -> tuple[pd.DataFrame, dict[str, list[str]], pd.DataFrame]:
    """Blank identifiers that too many records share: a switchboard, 'no@mail', the shop's own number."""
    found: dict[str, list[str]] = {}
    lines = []
    for each in IDENTIFIERS:
        counts = records[each].value_counts()
        common = counts[(counts > MOST_IN_BLOCK) | counts.index.isin((known or {}).get(each, []))]
        found[each] = sorted({*common.index[common > MOST_IN_BLOCK], *(known or {}).get(each, [])})
        if common.empty:
            continue
        shared = records[each].isin(common.index)
        for (source, value), n in records[shared].groupby(["source", each]).size().items():
            reason = _("{n} records have it: taken for a placeholder").format(n=f"{n:,}")
            lines.append((source, 0, None, each, value, reason))
        records = records.assign(**{each: records[each].mask(shared)})
    return records, found, intake.aside_table(lines)


def _remembered(path: Path) -> dict:
    with database.reading(path) as connection:
        about = dict(connection.execute("SELECT key, value FROM about WHERE key <> 'model'").fetchall())
    return {key: refreshing.remember(about, key) for key in ("horizon", "placeholders")}


def _events(
    folder: Path,
    records: pd.DataFrame,
    matching: Matching,
    threshold: float,
    horizon: pd.Timestamp,
    notes: list[str],
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame | None]:
    """Orders, consents and the like, with the customer of the record that they were entered under."""
    more: dict[str, pd.DataFrame] = {}
    contactable = None
    ids = database.customer_ids(records, matching.clusters(threshold))
    whose = pd.DataFrame({"record": ids.index.astype("str"), "customer_id": ids.to_numpy()})
    bridged = _bridged(folder, records, ids, notes)
    for name in database.EVENTS:
        events = _read_events(folder, name)
        if events is None:
            continue
        subject = "customer_id"
        if "record" not in events and bridged is not None and subject in events:
            events = bridge.with_records(events, bridged)
        if "record" in events:
            events = database.with_customers(events, whose)
            unknown = int(events["customer_id"].isna().sum())
            if unknown and "customer_number" in events:
                notes.append(
                    _(
                        "{name}: {n} of {all} rows carry a customer number that no matched customer has."
                    ).format(name=name, n=f"{unknown:,}", all=f"{len(events):,}")
                )
            elif unknown:
                notes.append(
                    _("{name}: {n} rows name a record that is not there.").format(name=name, n=f"{unknown:,}")
                )
        else:
            notes.append(
                _(
                    "{name}: no column `record` (such as shop:S000017), so it is kept under the company's own customer "
                    "numbers, as customer_number, and not joined to the matched customers."
                ).format(name=name)
            )
            subject = "customer_number"
            events = events.rename(columns={"customer_id": subject})
        more[name] = events
        if name == "consents":
            end = horizon + pd.Timedelta(days=1) - pd.Timedelta(minutes=1)
            contactable = consent.contactable_counts(events.dropna(subset=[subject]), end, subject)
    return more, contactable


def _bridged(folder: Path, records: pd.DataFrame, ids: pd.Series, notes: list[str]) -> pd.DataFrame | None:
    """Customers of the company's own numbers, where a file ``customers`` says who bears them."""
    table = _read_events(folder, "customers")
    if table is None:
        return None
    ledger = bridge.standard_ledger(table)
    found = bridge.bridge(ledger, records, ids)
    notes.append(
        _("customers: {n} of {all} customer numbers find their matched customer.").format(
            n=f"{len(found):,}", all=f"{len(ledger):,}"
        )
    )
    return found


def _read_events(folder: Path, name: str) -> pd.DataFrame | None:
    if (folder / f"{name}.parquet").is_file():
        return pd.read_parquet(folder / f"{name}.parquet")
    if (folder / f"{name}.csv").is_file():
        return pd.read_csv(folder / f"{name}.csv")
    return None
