"""The quality report: one HTML page with its pictures inside, to be read without a network."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from labkit.i18n import N_, _, language
from labkit.identify import profile
from labkit.identify.pipeline import Outcome

FIELDS = ("written_name", "cpf", "birth_date", "phone", "email", "address", "cep", "city")
MOST_LINES = 50
"""Rows set aside that the page lists; the database has all of them."""

_WAYS = {
    "records": N_("records"),
    "largest source": N_("records of the largest source"),
    "different cpf": N_("different CPF numbers"),
    "different email": N_("different e-mail addresses"),
    "different phone": N_("different telephone numbers"),
    "different name and birth date": N_("different names with birth date"),
    "matched": N_("matched"),
}
"""The ways of counting of :func:`labkit.identify.profile.customer_counts`, in words."""

_STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;font-size:.9rem;margin:.5rem 0}th,td{padding:.2rem .7rem;border-bottom:1px solid #ddd;
text-align:left;vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums}img{max-width:100%}
.fault{border-left:4px solid #D55E00;padding-left:1rem}.wide{overflow-x:auto}code{overflow-wrap:anywhere}"""


def write_report(outcome: Outcome, path: Path, database: Path) -> Path:
    """Write the quality report of a run.

    Parameters
    ----------
    outcome : Outcome
        Of :func:`labkit.identify.pipeline.identify`, with or without a database.
    path : Path
        The HTML file; replaced as a whole if it exists.
    database : Path
        Named in the report.
    """
    title = _("Quality of the customer database")
    parts = [_heading(title, 1), *_summary(outcome, database)]
    parts += _faults(outcome)
    parts += _reading(outcome)
    if len(outcome.records):
        parts += _completeness(outcome)
    if outcome.matching is not None and outcome.view is not None:
        parts += [*_matches(outcome), *_survivorship(outcome)]
    parts += [*_contactable(outcome), *_aside(outcome)]
    page = (
        f'<!DOCTYPE html><html lang="{language()}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{_t(title)}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )
    begun = path.with_name(f".{path.name}.unfinished")
    begun.write_text(page, encoding="utf-8")
    return begun.replace(path)


def _summary(outcome: Outcome, database: Path) -> list[str]:
    if outcome.refreshed is not None:
        done = outcome.refreshed
        said = _(
            "{file} was refreshed: {new} new records, {changed} changed, {same} as they were. {pairs} pairs were compared and "
            "{touched} customers written anew. {before} customers before, {after} now."
        ).format(
            file=database.name,
            new=f"{done.new:,}",
            changed=f"{done.changed:,}",
            same=f"{done.same:,}",
            pairs=f"{done.compared:,}",
            touched=f"{done.touched:,}",
            before=f"{done.customers_before:,}",
            after=f"{done.customers_after:,}",
        )
    elif outcome.view is not None:
        said = _(
            "{records} records of {sources} sources, up to {day}, are {customers} customers in {file}. Records were linked "
            "from {threshold:g} bits upwards."
        ).format(
            records=f"{len(outcome.records):,}",
            sources=outcome.records["source"].nunique(),
            day=outcome.horizon.date(),
            customers=f"{len(outcome.view.customers):,}",
            file=database.name,
            threshold=outcome.threshold,
        )
    else:
        said = _("Nothing was written to {file}: the files below cannot be used as they are.").format(
            file=database.name
        )
    return [_paragraph(said)]


def _faults(outcome: Outcome) -> list[str]:
    parts = []
    if outcome.faults:
        title = _("Files that cannot be used")
        items = "".join(f"<li>{_t(line)}</li>" for line in outcome.faults)
        advice = _(
            "Ask whoever exports the file what has changed; if the change is meant to stay, describe the source anew (--layout). "
            "With --go-on the other files are used without these."
        )
        parts.append(f'<div class="fault">{_heading(title)}<ul>{items}</ul><p>{_t(advice)}</p></div>')
    if outcome.notes:
        items = "".join(f"<li>{_t(line)}</li>" for line in outcome.notes)
        parts.append(_heading(_("Worth knowing")) + f"<ul>{items}</ul>")
    return parts


def _reading(outcome: Outcome) -> list[str]:
    rows = []
    whole = outcome.aside[outcome.aside["column"].isna()]["source"].value_counts()
    values = outcome.aside[outcome.aside["column"].notna()]["source"].value_counts()
    for name, each in outcome.intakes.items():
        used = int((outcome.records["source"] == name).sum()) if len(outcome.records) else 0
        rows.append((name, each.rows, used, int(whole.get(name, 0)), int(values.get(name, 0))))
    headings = [_("source"), _("rows read"), _("used"), _("rows set aside"), _("values set aside")]
    table = pd.DataFrame(rows, columns=headings)

    def draw(axes) -> None:
        shown = table.set_index(headings[0])[[headings[2], headings[3]]].iloc[::-1]
        shown.plot.barh(stacked=True, ax=axes, color=["#0072B2", "#D55E00"], width=0.6)
        axes.set(xlabel=_("rows"), ylabel="", title=_("What was read, and what was used of it"))

    alt = "; ".join(
        _("{source}: {used} used, {aside} set aside").format(
            source=name, used=f"{used:,}", aside=f"{aside:,}"
        )
        for name, _read, used, aside, _values in rows
    )
    return [_heading(_("Records read")), _table(table), _picture(draw, alt, 0.5 + 0.5 * len(rows))]


def _completeness(outcome: Outcome) -> list[str]:
    known = outcome.records[list(FIELDS)].notna().groupby(outcome.records["source"], sort=False).mean()
    known.columns = [column.removeprefix("written_") for column in known.columns]

    def draw(axes) -> None:
        axes.imshow(known.to_numpy(), cmap="Blues", vmin=0, vmax=1, aspect="auto")
        axes.grid(False)
        axes.set_xticks(range(known.shape[1]), known.columns, rotation=30, ha="right")
        axes.set_yticks(range(len(known)), known.index)
        for row, values in enumerate(known.to_numpy()):
            for column, value in enumerate(values):
                colour = "white" if value > 0.6 else "black"
                axes.text(column, row, f"{value:.0%}", ha="center", va="center", color=colour, fontsize=9)
        axes.set_title(_("Share of the records that hold a value that can be true"))

    alt = "; ".join(
        f"{source}: " + ", ".join(f"{name} {value:.0%}" for name, value in row.items())
        for source, row in known.iterrows()
    )
    parts = [_heading(_("What is known")), _picture(draw, alt, 1.4 + 0.45 * len(known))]
    if outcome.view is not None:
        matched = outcome.view.records.set_index("record")["customer_id"]
        counts = profile.customer_counts(outcome.records, matched)
        counts.index = [_(_WAYS.get(way, way)) for way in counts.index]
        table = counts.rename_axis(_("way of counting")).reset_index(name=_("customers"))
        parts += [_heading(_("How many customers?")), _table(table)]
    return parts


def _matches(outcome: Outcome) -> list[str]:
    pairs, sizes = outcome.matching.pairs, outcome.view.customers["records"]
    linked = int((pairs["weight"] >= outcome.threshold).sum())
    near = int(pairs["weight"].between(outcome.threshold - 2, outcome.threshold + 2).sum())
    said = _(
        "{pairs} pairs were compared, {linked} linked. {near} lie within 2 bits of the threshold: read some of them."
    ).format(pairs=f"{len(pairs):,}", linked=f"{linked:,}", near=f"{near:,}")

    def weights(axes) -> None:
        axes.hist(pairs["weight"].clip(-30, 50), bins=80, color="#56B4E9")
        axes.axvline(outcome.threshold, color="#D55E00")
        axes.set(
            yscale="log",
            xlabel=_("weight (bits)"),
            ylabel=_("pairs"),
            title=_("Pairs by weight; the line is the threshold"),
        )

    counts = sizes.clip(upper=10).value_counts().sort_index()

    def of_customers(axes) -> None:
        labels = [f"{size}+" if size == 10 else str(size) for size in counts.index]
        axes.bar(labels, counts.to_numpy(), color="#0072B2")
        axes.set(
            xlabel=_("records of a customer"),
            ylabel=_("customers"),
            title=_("Customers by number of records"),
        )

    words = ", ".join(f"{size}: {n:,}" for size, n in counts.items())
    largest = outcome.view.customers.nlargest(5, "records")[["customer_id", "name", "records", "sources"]]
    return [
        _heading(_("Matches")),
        _paragraph(said),
        _picture(weights, said),
        _picture(of_customers, _("Customers by number of records: {words}").format(words=words)),
        _paragraph(_("The customers of most records: look whether each is one person.")),
        _table(largest),
    ]


def _survivorship(outcome: Outcome) -> list[str]:
    golden = outcome.view.provenance
    disputed = golden["known"] > golden["agreeing"]
    by = golden.assign(disputed=disputed).groupby("attribute")
    table = pd.DataFrame(
        {
            _("values"): by.size(),
            _("records disagree"): by["disputed"].sum(),
            **{
                _("from {source}").format(source=source): (golden["source"] == source)
                .groupby(golden["attribute"])
                .sum()
                for source in outcome.intakes
            },
        }
    )
    table = table.rename_axis(_("attribute")).reset_index()
    said = _("One value of each attribute for each customer, and where it came from.")
    return [_heading(_("Golden values")), _paragraph(said), _table(table)]


def _contactable(outcome: Outcome) -> list[str]:
    if outcome.contactable is None:
        return []
    table = outcome.contactable.rename(
        columns={"allowed": _("may be contacted"), "revoked": _("has revoked")}
    )

    def draw(axes) -> None:
        shown = outcome.contactable["allowed"].iloc[::-1]
        axes.barh([f"{purpose}, {channel}" for purpose, channel in shown.index], shown, color="#009E73")
        axes.set(xlabel=_("customers"), title=_("Who may be contacted, for what, by which channel"))

    words = ", ".join(f"{a} {b}: {n:,}" for (a, b), n in outcome.contactable["allowed"].items())
    said = _("As of the end of {day}; the list is out of date tomorrow.").format(day=outcome.horizon.date())
    return [
        _heading(_("Contactable base")),
        _paragraph(said),
        _table(table.reset_index()),
        _picture(draw, words, 0.8 + 0.35 * len(table)),
    ]


def _aside(outcome: Outcome) -> list[str]:
    if outcome.aside.empty:
        return [_heading(_("Set aside")), _paragraph(_("Nothing."))]
    counts = outcome.aside.fillna({"column": ""}).groupby(["source", "column", "reason"]).size()
    counts = counts.sort_values(ascending=False).head(MOST_LINES).reset_index(name=_("rows"))
    said = _(
        "Kept in the table set_aside of the database. Row 0 stands for all rows with that value. The first {n}:"
    ).format(n=min(MOST_LINES, len(outcome.aside)))
    return [
        _heading(_("Set aside")),
        _table(counts),
        _paragraph(said),
        _table(outcome.aside.head(MOST_LINES)),
    ]


def _t(text: object) -> str:
    return html.escape(str(text))


def _heading(text: str, level: int = 2) -> str:
    return f"<h{level}>{_t(text)}</h{level}>"


def _paragraph(text: str) -> str:
    return f"<p>{_t(text)}</p>"


def _table(table: pd.DataFrame) -> str:
    head = "".join(f"<th>{_t(name)}</th>" for name in table.columns)
    rows = []
    for row in table.itertuples(index=False):
        cells = []
        for value in row:
            if pd.isna(value):
                cells.append("<td></td>")
            elif isinstance(value, (int, float)) or hasattr(value, "dtype"):
                cells.append(f'<td class="n">{value:,}</td>')
            else:
                cells.append(f"<td>{_t(value)[:300]}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _picture(draw: Callable, alt: str, height: float = 3.0) -> str:
    """A picture inside the page, with its description."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    from labkit import plots

    with mpl.rc_context():
        plots.use_house_style()
        figure = Figure(figsize=(6.8, height))
        draw(figure.subplots())
        drawn = io.BytesIO()
        figure.savefig(drawn, format="png", metadata={"Software": None})
    code = base64.b64encode(drawn.getvalue()).decode()
    return f'<p><img alt="{html.escape(alt, quote=True)}" src="data:image/png;base64,{code}"></p>'
