"""Texts of the course base beside what happened and what the truth says."""

from __future__ import annotations

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def comments(world) -> pd.DataFrame:
    truth = world.truth.texts
    truth = truth[truth["source"] == "nps_comments"].rename(columns={"source_id": "answer_id"})
    return world.nps_comments.merge(world.nps, on="answer_id").merge(truth, on="answer_id", validate="1:1")


@pytest.fixture(scope="session")
def told(world) -> pd.DataFrame:
    truth = world.truth.texts
    truth = truth[truth["source"] == "ticket_texts"].rename(columns={"source_id": "ticket_id"})
    truth = truth.rename(columns={"topic": "cause"})
    return world.ticket_texts.merge(world.tickets, on="ticket_id").merge(
        truth, on="ticket_id", validate="1:1"
    )
