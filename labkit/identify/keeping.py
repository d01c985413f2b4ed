"""A matching model as text, to be kept in the customer database and used again at the next refresh."""

from __future__ import annotations

import json

import numpy as np

from labkit.identify.latent_classes import TwoClasses
from labkit.identify.probabilistic import Model


def to_text(model: Model) -> str:
    """The model as JSON; its numbers come back to the last digit."""
    relatives = model.relatives
    kept = {
        "keys": model.keys,
        "settings": model.strangers.settings,
        "frequencies": model.strangers.frequencies,
        "coarse": [[sorted(step) for step in steps] for steps in model.strangers.coarse],
        "relatives": relatives
        and {
            "m": [shares.tolist() for shares in relatives.m],
            "u": [shares.tolist() for shares in relatives.u],
            "share": relatives.share,
        },
    }
    return json.dumps(kept, ensure_ascii=False)


def from_text(text: str) -> Model:
    """The model that :func:`to_text` wrote."""
    from labkit.identify.splink_model import FrozenStrangers

    kept = json.loads(text)
    keys = tuple(key if isinstance(key, str) else tuple(key) for key in kept["keys"])
    coarse = tuple(tuple(frozenset(step) for step in steps) for steps in kept["coarse"])
    strangers = FrozenStrangers(kept["settings"], kept["frequencies"], coarse)
    shares = kept["relatives"]
    relatives = shares and TwoClasses(
        [np.array(each) for each in shares["m"]], [np.array(each) for each in shares["u"]], shares["share"]
    )
    return Model(keys, strangers, relatives)
