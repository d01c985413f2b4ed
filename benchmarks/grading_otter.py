"""Grade a folder of notebooks with otter-grader's API; run in an environment that has it, not labkit.

python grading_otter.py autograder.zip submissions out.json
"""

import json
import sys
from pathlib import Path

from otter.api import grade_submission


def main() -> None:
    autograder, submissions, out = sys.argv[1:]
    points = {}
    for file in sorted(Path(submissions).glob("*.ipynb")):
        graded = grade_submission(str(file), autograder, quiet=True)
        points[file.stem] = float(graded.total)
    Path(out).write_text(json.dumps(points))


if __name__ == "__main__":
    main()
