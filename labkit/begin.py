"""What a lesson's import cell sets up."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from labkit import i18n, plots
from labkit.data import places


def begin(lesson: str, language: str = "en", data_dir: str | Path | None = None) -> None:
    """Set the house style of pictures and the language of messages for a lesson.

    Parameters
    ----------
    lesson : str
        The lesson's number or the assignment's id; nothing depends on it but readers.
    language : str
        The language the notebook is written in. Feedback speaks it too, unless ``LABKIT_LANG`` says otherwise.
    data_dir : path, optional
        Folder of the data that ``lk.load`` reads; the course's if it is empty or None. An assignment that is graded
        on data of its own hands its parameter of that name on.
    """
    if data_dir:
        os.environ[places.VARIABLE] = str(Path(data_dir).absolute())
    plots.use_house_style()
    pd.set_option("display.html.use_mathjax", False)  # R$ in two cells of a table is no formula
    i18n.use_language(os.environ.get("LABKIT_LANG") or language)
