"""What is written at Caramelo: comments, tickets, messages, replies, talks, ideas, priorities.

Texts come from a small grammar (:mod:`labkit.world.texts.grammar`) and vocabularies beside it. They agree with
what truly happened: days of delay, what was bought, living pets (how long somebody has been a customer is a
turn of phrase). What is planted in them for a learner to find is documented in
:mod:`labkit.world.texts.signals`, :mod:`labkit.world.texts.messages` and :mod:`labkit.world.texts.talks`, and in the
tables of the truth.
"""

from __future__ import annotations

from labkit.world.texts.make import make_lists, make_messages, make_replies, make_talks, make_voices

MAKERS = (make_voices, make_messages, make_replies, make_talks, make_lists)
"""They come after history, customers, goods and the company."""

__all__ = ["MAKERS"]
