"""Descriptions: where each source system's file is, what its columns mean, how far it is trusted.

Caramelo's four are built in. A company writes its own in YAML (:data:`EXAMPLE`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from labkit.errors import LabkitError
from labkit.i18n import _
from labkit.identify.contracts import ANY, CONTRACTS, Contract, Rule
from labkit.identify.sources import CARAMELO, SourceLayout

EXAMPLE = """\
sources:
  shop:                          # your name for the system
    file: customers_shop.csv     # in the folder of --sources
    trust: 2                     # 1 is trusted most
    record_id: id
    name: [first_name, last_name]
    cpf: tax_number
    birth_date: born
    date_format: "%d/%m/%Y"
    phone: mobile
    email: mail
    cep: postcode
    street: street               # without `number`: a whole line, the number after a comma
    number: house_number
    city: town
    registered: created          # day of the record, for "the most recent wins"
    registered_format: "%Y-%m-%d"
    columns:                     # what the file promises, beyond being there
      postcode: {pattern: '\\d{5}-?\\d{3}'}
      id: {required: true}
"""

_NAME = re.compile(r"[A-Za-z]\w*")


@dataclass(frozen=True)
class Source:
    """One source system.

    Attributes
    ----------
    name : str
    file : str
        Name of its CSV file.
    layout : SourceLayout
    registered : str or None
        Column with the day of the record.
    registered_format : str
        How that day is written.
    trust : int
        1 for the source that is trusted most.
    contract : Contract
    """

    name: str
    file: str
    layout: SourceLayout
    contract: Contract
    registered: str | None = None
    registered_format: str = "%Y-%m-%d"
    trust: int = 1


_ABOUT = {  # registered, its format, trust: who types the own name and pays, types it right
    "ecommerce": ("criado_em", "%Y-%m-%d", 1),
    "shop": ("dt_cadastro", "%d/%m/%Y", 3),
    "clinic": ("primeira_visita", "%d/%m/%Y", 2),
    "newsletter": ("inscrito_em", "%Y-%m-%d", 4),
}
BUILT_IN = {
    name: Source(name, f"source_{name}.csv", layout, CONTRACTS[name], *_ABOUT[name])
    for name, layout in CARAMELO.items()
}
"""The four systems of Caramelo."""


def read_description(path: Path) -> dict[str, Source]:
    """Read a description of sources.

    Parameters
    ----------
    path : Path
        A YAML file such as :data:`EXAMPLE`.

    Returns
    -------
    dict of str to Source

    Raises
    ------
    LabkitError
        If the file is not YAML, or says of a source what no description says, or too little.
    """
    import yaml

    try:
        said = yaml.safe_load(Path(path).read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise LabkitError(_("There is no description {file}.").format(file=path)) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LabkitError(_("{file} is not YAML: {error}").format(file=path, error=error)) from None
    sources = said.get("sources") if isinstance(said, dict) else None
    if not isinstance(sources, dict) or not sources:
        raise LabkitError(
            _("{file} describes no source. It should look like this:\n\n{example}").format(
                file=path, example=EXAMPLE
            )
        )
    return {str(name): _source(path, str(name), entry) for name, entry in sources.items()}


def _source(path: Path, name: str, entry: Any) -> Source:
    def refuse(what: str) -> LabkitError:
        return LabkitError(_("{file}, source {source}: {what}").format(file=path, source=name, what=what))

    if not _NAME.fullmatch(name):
        raise refuse(_("a name is letters, digits and underscores, beginning with a letter."))
    if not isinstance(entry, dict):
        raise refuse(_("no description found; see the example:\n\n{example}").format(example=EXAMPLE))
    places = {each.name for each in fields(SourceLayout)}
    about = {"file", "trust", "registered", "registered_format", "columns", "tolerance"}
    unknown = sorted(str(key) for key in entry if key not in places | about)
    if unknown:
        raise refuse(
            _("{unknown} is not known. Known are: {known}.").format(
                unknown=", ".join(unknown), known=", ".join(sorted(places | about))
            )
        )
    lacking = [key for key in ("file", "record_id", "name") if not entry.get(key)]
    if lacking:
        raise refuse(_("{lacking} must be said.").format(lacking=", ".join(lacking)))
    where = {key: value for key, value in entry.items() if key in places}
    where["name"] = tuple(where["name"]) if isinstance(where["name"], list) else (where["name"],)
    for key, value in where.items():
        if not all(isinstance(text, str) for text in (value if key == "name" else [value])):
            raise refuse(_("{key} is {found}, not a text.").format(key=key, found=repr(value)))
    trust = entry.get("trust", 1)
    if not isinstance(trust, int) or trust < 1:
        raise refuse(_("trust is {found}, not a whole number from 1.").format(found=repr(trust)))
    layout = SourceLayout(**where)
    registered = entry.get("registered")
    registered_format = entry.get("registered_format", "%Y-%m-%d")
    rules: dict[str, Rule] = dict.fromkeys(layout.columns, ANY)
    rules[layout.record_id] = Rule(required=True, unique=True)
    if layout.birth_date:
        rules[layout.birth_date] = Rule(date_format=layout.date_format)
    if registered:
        rules[registered] = Rule(date_format=registered_format)
    for column, rule in (entry.get("columns") or {}).items():
        try:
            rules[column] = _rule(rule or {}, rules.get(column, ANY))
        except (TypeError, re.error) as error:
            raise refuse(
                _("the rule of column {column} cannot be read: {error}").format(column=column, error=error)
            ) from None
    contract = Contract(name, rules, float(entry.get("tolerance", 0.05)))
    return Source(name, str(entry["file"]), layout, contract, registered, registered_format, trust)


def _rule(said: Mapping[str, Any], base: Rule) -> Rule:
    told = {each.name: getattr(base, each.name) for each in fields(Rule)} | dict(said)
    if told["pattern"]:
        re.compile(told["pattern"])
    told["values"] = tuple(map(str, told["values"]))
    return Rule(**told)
