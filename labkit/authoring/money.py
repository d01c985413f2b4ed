"""Keep prices from being read as mathematics.

JupyterLab takes whatever stands between two dollar signs of a paragraph for a formula, so a sentence with
two prices turns into italics. Authors write plain ``R$ 30``; the builder puts the sign into an element of
its own and escapes it, which every front end shows as the sign.
"""

from __future__ import annotations

import re

from nbformat import NotebookNode

SAFE = r"<span>\$</span>"

_PRICE = re.compile(r"(?<=R)\$|(?<=US)\$|(?<!\\)\$(?=\s?\d)")

# Code is left alone: fenced blocks first, then spans of backticks.
_CODE = re.compile(r"(^```.*?^```[ ]*$|^~~~.*?^~~~[ ]*$|`+[^`]*`+)", re.MULTILINE | re.DOTALL)


def protect_prices(nb: NotebookNode) -> NotebookNode:
    """Protect every price in the Markdown cells of a notebook, in place."""
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = protected(cell.source)
    return nb


def protected(text: str) -> str:
    """The Markdown text with the sign of every price outside of code protected: R$, US$, $ 5."""
    parts = _CODE.split(text)
    return "".join(part if i % 2 else _PRICE.sub(lambda _match: SAFE, part) for i, part in enumerate(parts))
