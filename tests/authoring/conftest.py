"""A small lesson as text, and as the notebook it is read into."""

import textwrap

import pytest

from labkit import lessons

LESSON = """\
---
kernelspec: {name: python3, display_name: Python 3}
labkit: {lesson: "97", title: "A lesson for tests"}
---

+++ {"id": "97-title"}

# A lesson

```{code-cell}
:id: 97-parameters
:tags: [parameters]
seed = 1
```

```{code-cell}
:id: 97-q1
:tags: [exercise]
:labkit: {"concepts": ["s4-001"]}
total = "____"  # the sum
```

```{code-cell}
:id: 97-q1-check
:tags: [check]
print("total is", total)
```

```{code-cell}
:id: 97-q1-solution
:tags: [solution]
total = 1 + 1
```
"""


@pytest.fixture
def lesson_text():
    return LESSON


@pytest.fixture
def write_lesson(tmp_path):
    def write(text: str = LESSON, name: str = "97_test.md"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write


@pytest.fixture
def lesson(write_lesson):
    return lessons.read(write_lesson())
