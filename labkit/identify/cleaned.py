"""Caramelo's records as lesson 11 leaves them: standardised, and nobody matched to anybody.

For a lesson and its exercises that need no model; :func:`labkit.identify.caramelo.matched` takes some six seconds more.
"""

from __future__ import annotations

import functools

import pandas as pd

from labkit.data import load
from labkit.identify.caramelo import _intake
from labkit.identify.describing import BUILT_IN
from labkit.identify.pipeline import standard_records


def records() -> pd.DataFrame:
    """The records of the four sources, standardised; worked out once per kernel.

    Returns
    -------
    DataFrame of shape (n_records, 14)
        Indexed by ``record``, such as ``clinic:C002473``; the records of :func:`labkit.identify.caramelo.matched`.
    """
    return _records().copy()


@functools.cache
def _records() -> pd.DataFrame:
    intakes = {name: _intake(source, load(f"source_{name}")) for name, source in BUILT_IN.items()}
    found, _horizon = standard_records(intakes)
    return found.drop(columns="row")
