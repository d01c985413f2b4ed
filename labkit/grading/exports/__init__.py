"""Grades out of the gradebook: a plain table, or written into the file that an LMS gave."""

from __future__ import annotations

from labkit.grading.exports.canvas import to_canvas
from labkit.grading.exports.moodle import to_moodle
from labkit.grading.exports.plain import to_csv
from labkit.grading.exports.roster import Exported

__all__ = ["Exported", "to_canvas", "to_csv", "to_moodle"]
