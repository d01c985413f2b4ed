"""Which tests share a worker of pytest-xdist: those of a module, and all that are about lessons of one step."""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling

OF_A_LESSON = re.compile(r"tests/\w+/test_lesson_(\d)\d\.py::|tests/course/test_exercises\.py::\w+\[(\d)\d")


class LessonsOfAStepTogether(LoadScopeScheduling):
    """A lesson is run, and its data are made, once for the tests of its exercises and of its stories.

    Lessons of one step share what they begin with, such as Caramelo's matched records.
    """

    def _split_scope(self, nodeid: str) -> str:
        found = OF_A_LESSON.match(nodeid)
        if found is None:
            return super()._split_scope(nodeid)
        return f"lessons of step {found[1] or found[2]}"
