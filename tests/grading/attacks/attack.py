"""What an attack is: a submission with all answers wrong, declared by the cells it adds."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

ANSWERS = {"q1": ["B"], "q2": ["A", "C"], "q3": 3, "q4": "never", "q5": ["A"]}
"""What every attack answers; each is worth nothing."""

HIT = "HIT"
"""What an attack prints if it got what it wanted."""


@dataclass(frozen=True)
class Attack:
    """One attack.

    Attributes
    ----------
    name : str
        Also the name of the student who hands it in.
    family : str
    cells : tuple of str
        Code run before the first answer. ``@NAME@`` stands for a place or number of the test's field.
    check : str
        Code of a check in the same kernel, as other graders run it, that the attack gets past.
    outside : str
        Code run by the test on the machine itself, that prints :data:`HIT` if something was left behind.
    change : callable, optional
        Changes the submitted notebook itself, plain JSON data.
    naive : callable, optional
        Whether a program that trusts the notebook would fall for the change.
    ends : tuple of str
        How the cell with the attack may end in the sandbox.
    """

    name: str
    family: str
    cells: tuple[str, ...] = ()
    check: str = ""
    outside: str = ""
    change: Callable[[dict[str, Any]], None] | None = None
    naive: Callable[[dict[str, Any]], bool] | None = None
    ends: tuple[str, ...] = ("ok", "error")


def code(text: str) -> str:
    return textwrap.dedent(text).strip("\n")


def filled_in(source: str, field: Mapping[str, Any]) -> str:
    """The source with the names of the field put in."""
    for name, value in field.items():
        source = source.replace(f"@{name}@", str(value))
    return source


def submission(attack: Attack, pristine: Mapping[str, Any], field: Mapping[str, Any]) -> dict[str, Any]:
    """The notebook that is handed in."""
    nb = json.loads(json.dumps(pristine))
    for cell in nb["cells"]:
        question = cell["id"].removeprefix("mini-")
        if question in ANSWERS:
            cell["source"] = f"{question} = {json.dumps(ANSWERS[question])}"
    place = next(n for n, cell in enumerate(nb["cells"]) if cell["id"] == "mini-q1-question")
    nb["cells"][place:place] = [
        code_cell(f"attack-{n}", filled_in(source, field)) for n, source in enumerate(attack.cells)
    ]
    if attack.change is not None:
        attack.change(nb)
    return nb


def code_cell(cell_id: str, source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": cell_id,
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
