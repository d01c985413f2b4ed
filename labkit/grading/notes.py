"""Everything the grader may remark on a submission, in plain words.

A remark is kept as a code and its details, and put into words when it is shown: the same grade reads
English to one person and Portuguese to another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from labkit.grading.questions.said import SAID
from labkit.i18n import N_, _


@dataclass(frozen=True)
class Kind:
    """One kind of remark; `look` asks the instructor to look at the submission."""

    message: str
    look: bool = False


KINDS: dict[str, Kind] = {
    # The file.
    "empty": Kind(N_("The file is empty. Save the notebook in JupyterLab and hand it in again."), look=True),
    "too large": Kind(
        N_(
            "The file has {size} MB; at most {limit} MB are read. Clear the outputs, save, and hand it in again."
        ),
        look=True,
    ),
    "not json": Kind(
        N_(
            "The file is not a notebook: from line {line} on it cannot be read as JSON. Hand in the .ipynb file that JupyterLab saves."
        ),
        look=True,
    ),
    "breaks off": Kind(
        N_(
            "The file is damaged from line {line} on. The {n} cells before that were read; what came after is lost. Save the notebook in JupyterLab and hand it in again."
        ),
        look=True,
    ),
    "not a notebook": Kind(
        N_(
            "The file is JSON, but it is not a notebook: it has no list of cells. Hand in the .ipynb file that JupyterLab saves."
        ),
        look=True,
    ),
    "link": Kind(N_("The submission is a link to another file. Links are not followed."), look=True),
    "unreadable file": Kind(N_("The file could not be read: {reason}."), look=True),
    "no notebook": Kind(N_("The folder holds no notebook (.ipynb); it holds: {files}."), look=True),
    "several files": Kind(
        N_(
            "More than one notebook was handed in. Taken: {taken}, the first one that can be graded (nearest to the top of the folder, then by name). Not taken: {others}."
        ),
        look=True,
    ),
    "encoding": Kind(
        N_("The file is not UTF-8; it was read as {encoding}. Check the accents in the texts."), look=True
    ),
    "old format": Kind(N_("The notebook was saved in the old format {found}; it was converted.")),
    "damaged cells": Kind(N_("{n} damaged cells could not be read and were left out."), look=True),
    # Which assignment.
    "wrong assignment": Kind(
        N_("This is a notebook of the assignment {found}; expected was {expected}. It is not graded."),
        look=True,
    ),
    "no known cells": Kind(
        N_("No cell of this notebook belongs to the assignment {expected}. It is not graded."), look=True
    ),
    "assumed assignment": Kind(
        N_(
            "The notebook does not say which assignment it is; its cells belong to {expected}, so it is read as that."
        ),
    ),
    "other version": Kind(
        N_("The notebook is of version {found} of the assignment; it is read as version {expected}."),
        look=True,
    ),
    # Cells.
    "lost ids": Kind(N_("Cells that had lost their id were recognised by their label: {cells}.")),
    "unknown cells": Kind(
        N_("Cells that this assignment does not have were treated as added cells: {cells}."), look=True
    ),
    "doubled cell": Kind(
        N_(
            "The cell {cell} is there more than once. The first one that was filled in was taken for the answer; the others stayed in their place as added cells."
        ),
        look=True,
    ),
    "missing answer": Kind(N_("The answer cell of {question} is missing; it was put back blank."), look=True),
    "missing cells": Kind(N_("Cells of the assignment were missing and were put back: {cells}.")),
    "tampered": Kind(
        N_(
            "Cells of the assignment had been changed, and what was added to them is lost; the original ones were used: {cells}."
        ),
        look=True,
    ),
    "retyped cell": Kind(
        N_("The answer cell {cell} had become a {found} cell; it was read as a {expected} cell.")
    ),
    "moved cells": Kind(N_("Cells of the assignment had been moved; they were put back in their order.")),
    "added code": Kind(N_("Added code cells, run in their place: {n}.")),
    "added text": Kind(N_("Added text cells, kept for reading: {n}.")),
    "nbval marker": Kind(N_("A comment that steers nbval was switched off in: {cells}."), look=True),
    # The run.
    "cell error": Kind(N_("{cell} stopped with {error}: {message}")),
    "letters need quotes": Kind(
        N_('{cell} stopped: {message}. Letters need quotes, such as ["A", "C"].'),
    ),
    "cell timeout": Kind(
        N_(
            "{cell} did not end within {seconds} seconds and was stopped. The cells below ran without it, in a fresh kernel."
        ),
        look=True,
    ),
    "dead kernel": Kind(
        N_(
            "{cell} ended the kernel (out of memory, or a call that exits). The cells below ran without it, in a fresh kernel."
        ),
        look=True,
    ),
    "time over": Kind(
        N_(
            "The time for the whole notebook, {seconds} seconds, was over at {cell}; it and the cells below count as not run."
        ),
        look=True,
    ),
    "output cut": Kind(N_("{cell} printed more than is kept; the rest of its output was dropped.")),
    "not run": Kind(N_("The notebook could not be run: {reason}. It has to be graded again."), look=True),
    "grader failed": Kind(
        N_("The grader itself failed on this notebook ({reason}). It has to be graded by hand."), look=True
    ),
    # The answers.
    "unreadable report": Kind(
        N_("What the report cell of {question} gave out is not an answer: {reason}."), look=True
    ),
    "noisy report": Kind(
        N_(
            "The report cell of {question} showed more than the answer; nbval will not agree with the grade there."
        ),
        look=True,
    ),
    "error but answered": Kind(
        N_(
            "The answer cell of {question} stopped with {error}, but an answer had been set before; it counts."
        )
    ),
    "text elsewhere": Kind(
        N_(
            "{question}: the answer cell is untouched, but text was written beside it; it is kept for the marker."
        ),
        look=True,
    ),
    "loose text": Kind(
        N_(
            "{question}: there is no text in its answer cell, but text was added elsewhere in the notebook; it is kept for the marker."
        ),
        look=True,
    ),
    "text beside": Kind(N_("{question}: the text added beside its answer cell is kept with the answer.")),
    "no option": Kind(
        N_("{question}: {letters} is no option of this question ({options}); it counts as a wrong choice."),
        look=True,
    ),
    "unread citations": Kind(
        N_("{question}: in brackets, but not read as a citation of a fact: {found}."),
    ),
    "unknown research": Kind(
        N_("{question} cites own research that has no row in the table of research: {refs}."),
    ),
    "set again": Kind(
        N_("{question} is set again after it was reported; what stands in its answer cell counts."),
        look=True,
    ),
    "unknown facts": Kind(N_("{question} cites facts that the case pack does not have: {facts}.")),
    "public data": Kind(
        N_(
            "No secret was given, so the notebook was run on the public data, which students have too, and not on data of its own."
        )
    ),
    "built on reference": Kind(
        N_(
            "{questions} earned no points. The later questions were worked out once more from the reference answer, in a second kernel; the better result counts."
        )
    ),
    # The marks.
    "marks incomplete": Kind(N_("{question}: {done} of {all} criteria are marked.")),
    "answer changed": Kind(
        N_(
            "{question}: the text has changed since it was marked. Change a mark, or type ok into the column changed of its row."
        ),
        look=True,
    ),
    "earlier run": Kind(
        N_("This grade is from an earlier run: the submission is not in the folder any more."), look=True
    ),
    # What is said of one answer.
    **{code: Kind(message) for code, message in SAID.items()},
}


@dataclass(frozen=True)
class Note:
    """One remark on one submission."""

    code: str
    details: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in KINDS:
            raise ValueError(f"unknown note {self.code!r}")

    @property
    def look(self) -> bool:
        """Whether the instructor should look at the submission because of it."""
        return KINDS[self.code].look

    def __str__(self) -> str:
        # A detail may itself be a message, such as the reason why an answer cannot be used.
        details = {
            name: _(value) if isinstance(value, str) else value for name, value in self.details.items()
        }
        return _(KINDS[self.code].message).format(**details)

    def data(self) -> dict[str, Any]:
        return {"code": self.code, "details": self.details}


def note(code: str, **details: Any) -> Note:
    """``note("missing answer", question="q1")``."""
    return Note(code, details)
