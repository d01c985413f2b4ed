"""Where and when a customer looks at messages.

Latent: sends and web sessions only hint at it, and what a customer says in a survey is often something else.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.draft import Draft
from labkit.world.parameters import HISTORY_END

CHANNELS = ("email", "whatsapp", "sms", "push", "phone")


def draw_preferences(draft: Draft) -> pd.DataFrame:
    """Draw everybody's preferences; the same draft gives the same ones, whoever asks.

    Returns
    -------
    pandas.DataFrame
        One row a person, in the order of ``draft.persons``: person; like_email, like_whatsapp, like_sms, like_push,
        like_phone (factors of the probability of noticing a message on that channel, mean about one);
        preferred_hour (whole hour of the day, local time).
    """
    p = draft.parameters.preferences
    rng = draft.stream("contact/preferences")
    n = len(draft.persons)
    age = (HISTORY_END - draft.persons["birth"].to_numpy().astype("datetime64[D]")).astype(int) / 365.25
    younger = np.clip((45 - age) / 15, -2, 2)
    tilt = dict(p.younger_like)
    columns = {"person": np.arange(n)}
    for channel in CHANNELS:
        log = p.channel_spread * rng.standard_normal(n) - p.channel_spread**2 / 2
        columns[f"like_{channel}"] = np.exp(log + tilt[channel] * younger)
    hours = np.array([hour for hour, _ in p.hours])
    columns["preferred_hour"] = hours[rng.choice(len(hours), n, p=[share for _, share in p.hours])]
    return pd.DataFrame(columns)
