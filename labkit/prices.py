"""Keep prices from being read as mathematics.

JupyterLab takes whatever stands between two dollar signs of a paragraph for a formula, so a sentence with
two prices turns into italics. Authors write plain ``R$ 30``; the builder puts the sign into an element of
its own and escapes it, which every front end shows as the sign.
"""

from __future__ import annotations

import re

SAFE = r"<span>\$</span>"

_PRICE = re.compile(r"(?<=R)\$|(?<=US)\$|(?<!\\)\$(?=\s?\d)")

# Code is left alone: fenced blocks first, then spans of backticks.
_CODE = re.compile(r"(^```.*?^```[ ]*$|^~~~.*?^~~~[ ]*$|`+[^`]*`+)", re.MULTILINE | re.DOTALL)


def protected(text: str) -> str:
    """The Markdown text with the sign of every price outside of code protected: R$, US$, $ 5."""
    parts = _CODE.split(text)
    return "".join(part if i % 2 else _PRICE.sub(lambda _match: SAFE, part) for i, part in enumerate(parts))
