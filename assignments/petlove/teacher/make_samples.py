"""Make the sample submissions in ``samples/`` from the written answers: ``python make_samples.py``.

The samples are what students could hand in, or have managed to: strong, average, wrong and blank answers,
one with helper cells of its own, one with a changed report cell, one that raises, one that loops for ever,
one that breaks off, one that is no notebook at all, one of another assignment, and strong answers in Portuguese.
"""

from pathlib import Path

import nbformat
import yaml

from labkit.grading import assignment, files, samples

HERE = Path(__file__).parent


def made() -> dict[str, str]:
    """The text of every sample, by name."""
    petlove = assignment.load(HERE.parent)
    texts = samples.samples(petlove, _written("answers.yml"))
    portuguese = samples.filled(petlove, _written("answers.pt-BR.yml")["strong"], "pt-BR")
    return {**texts, "strong-pt-BR": nbformat.writes(portuguese) + "\n"}


def _written(name: str) -> dict:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


if __name__ == "__main__":
    for name, text in made().items():
        files.write(HERE / "samples" / f"{name}.ipynb", text)
