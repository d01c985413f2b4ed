"""What a check says, shown as HTML in a notebook and as text everywhere else."""

from __future__ import annotations

import html
from dataclasses import dataclass

from labkit.i18n import N_, _

# status: (label, colour of the border and the label; both at least 4.5:1 on white and on #fafafa)
_LOOK = {
    "correct": (N_("Correct"), "#00664f"),
    "not answered": (N_("Not answered yet"), "#4d4d4d"),
    "not yet": (N_("Not yet"), "#9a3b00"),
    "hint": (N_("Hint"), "#0b5394"),
    "solution": (N_("Solution"), "#0b5394"),
    "note": (N_("Note"), "#0b5394"),
}


@dataclass(frozen=True)
class Feedback:
    """The answer of a check.

    Attributes
    ----------
    status : str
        ``correct``, ``not answered``, ``not yet``, ``hint``, ``solution`` or ``note``.
    message : str
        What to know, already in the learner's language; may be empty.
    code : str
        Python code shown below the message.
    mistake : str
        The declared name of the misconception that was recognised, if one was.
    """

    status: str
    message: str = ""
    code: str = ""
    mistake: str = ""
    label: str = ""

    def _label(self) -> str:
        return self.label or _(_LOOK[self.status][0])

    def __repr__(self) -> str:
        lines = [f"{self._label()}. {self.message}".strip() if self.message else f"{self._label()}."]
        if self.code:
            lines += ["", self.code]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        colour = _LOOK[self.status][1]
        body = html.escape(self.message, quote=False).replace("\n", "<br>")
        body = _code_spans(body)
        code = (
            f'<pre style="margin:.6em 0 0">{html.escape(self.code, quote=False)}</pre>' if self.code else ""
        )
        return (
            f'<div role="status" class="mathjax_ignore" style="border-left:.35em solid {colour};padding:.4em .9em;margin:.3em 0;'
            f'max-width:48em"><strong style="color:{colour};background:#fff;padding:0 .25em">'
            f"{html.escape(self._label())}</strong> {body}{code}</div>"
        )


def _code_spans(text: str) -> str:
    """Show `backticked` words as code and *starred* ones as emphasis."""
    for mark, tag in (("`", "code"), ("*", "em")):
        parts = text.split(mark)
        if len(parts) % 2 == 1:  # an odd number of marks means one of them is meant literally
            text = "".join(part if i % 2 == 0 else f"<{tag}>{part}</{tag}>" for i, part in enumerate(parts))
    return text
