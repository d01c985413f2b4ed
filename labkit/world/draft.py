"""What is drawn of a world while it is being put together, true and visible."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from labkit.world.parameters import Parameters
from labkit.world.streams import stream


@dataclass
class Draft:
    """A world in the making: each maker reads what is there and adds its own.

    Attributes
    ----------
    seed : int
    parameters : Parameters
    size : float
        People relative to the course base.
    persons, traits : pandas.DataFrame
        One row a person, side by side: who they are, and what drives them.
    person_id, customer_id : numpy.ndarray of int, shape (people,)
        Public numbers by row of ``persons``; a customer_id of 0 means that the person is no customer.
    frames : dict of pandas.DataFrame
        What happened, by name, with the column ``person`` (row number) and with hidden columns.
    tables : dict of pandas.DataFrame
        Finished tables by name; those of the truth are called ``truth/…``.
    """

    seed: int
    parameters: Parameters
    size: float
    persons: pd.DataFrame
    traits: pd.DataFrame
    person_id: np.ndarray
    customer_id: np.ndarray
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)

    def stream(self, purpose: str) -> np.random.Generator:
        """Return the generator of a purpose; see :func:`labkit.world.streams.stream`."""
        return stream(self.seed, purpose)

    def public(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with the customer's public number in the place of ``person``."""
        return frame.assign(customer_id=self.customer_id[frame["person"]]).drop(columns="person")


def numbered(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Number the rows from 1 in their order, in a first column; the order must tell nothing that is hidden."""
    frame = frame.reset_index(drop=True)
    frame.insert(0, name, np.arange(1, len(frame) + 1))
    return frame
