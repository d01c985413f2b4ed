from types import SimpleNamespace

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

LESSON = Lesson(
    id="00",
    title=N_("Start here"),
    step="start",
    data=SimpleNamespace,
    exercises=[
        Exercise(id="00.q1", answer="answer", expected=lambda d: 42, hints=[N_("a")], success=N_("Good")),
    ],
)
