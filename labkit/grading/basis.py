"""What a grade rests on: when all of it is the same, so is the grade, and nothing need be run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

import labkit
from labkit import paths
from labkit.grading.assignment import Assignment, Key
from labkit.grading.files import sha256
from labkit.grading.intake import Submission
from labkit.grading.kernel import Limits
from labkit.grading.results import Result
from labkit.i18n import N_, _

LOCK_FILE = "requirements.lock"

IN_WORDS = {
    "submission": N_("the submission changed"),
    "assignment": N_("the assignment changed"),
    "key": N_("the key changed"),
    "lock": N_("the versions of the packages changed (requirements.lock)"),
    "labkit": N_("labkit changed"),
    "limits": N_("the limits changed"),
    "isolation": N_("the isolation changed"),
    "parameters": N_("the parameters changed"),
    "nothing": N_("nothing changed: the notebook itself gives another answer each time"),
}
"""Why a grade may be another one now."""

_UNFINISHED = {"grader failed", "not run"}
"""Notes of grades that are none: the next run tries again."""


def of(assignment: Assignment, key: Key, limits: Limits, isolated: str) -> dict[str, Any]:
    """What the grades of one run rest on, all but the submissions."""
    return {
        "assignment": assignment.sha256,
        "key": key.sha256,
        "lock": lock(),
        "labkit": labkit.__version__,
        "limits": asdict(limits),
        "isolation": isolated,
    }


@cache
def lock() -> str:
    """SHA-256 of the course's list of versions; empty where labkit is installed without it."""
    file = paths.ROOT / LOCK_FILE
    return sha256(file.read_bytes()) if file.is_file() else ""


def is_unfinished(result: Result) -> bool:
    """Whether it is no grade at all: the grader itself failed."""
    return bool(_UNFINISHED & {note.code for note in result.notes})


def is_of(result: Result, submission: Submission) -> bool:
    """Whether a grade is of this very submission, and is one."""
    if is_unfinished(result):
        return False
    same = result.hashes.get("submission", "") == submission.sha256
    # The file that was taken may be the same, and lie beside others now.
    return same and result.notes[: len(submission.notes)] == submission.notes


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What is another now, in the words of :data:`IN_WORDS`; what an old grade does not tell is passed over."""
    return [name for name in IN_WORDS if name in before and name in now and before[name] != now[name]]


def recorded(result: Result) -> dict[str, Any]:
    """What a grade from before there was a journal tells of what it rests on."""
    told = {name: result.hashes[name] for name in ("assignment", "key", "lock") if result.hashes.get(name)}
    return {**told, "labkit": result.labkit, **({"isolation": result.isolation} if result.isolation else {})}


def in_words(names: list[str]) -> str:
    return "; ".join(_(IN_WORDS[name]) for name in names)
