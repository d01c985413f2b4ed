"""How Caramelo and its customers meet: consent, sends, web sessions, points, survey, journeys, next month's feed.

Each module says what is planted in its table and where a learner may go wrong.
"""

from __future__ import annotations

from labkit.world.contact import consent, ledger, preferences, sends
from labkit.world.draft import Draft


def make_preferences(draft: Draft) -> None:
    """Where and when customers look at messages; nobody sees it."""
    likes = preferences.draw_preferences(draft)
    draft.frames["preferences"] = likes
    public = draft.public(likes)
    public = public[public["customer_id"] > 0].sort_values("customer_id")
    draft.tables["truth/preferences"] = public.round(4)


def make_contact(draft: Draft) -> None:
    """Consent and routine sends, which hang on one another."""
    history = consent.history_of_consent(draft)
    sent = sends.draw_sends(draft, history)
    after = ledger.joined([history, sends.opt_outs(sent)])
    draft.frames["sends"] = sent
    draft.tables["sends"] = sends.sends_table(draft, sent)
    draft.tables["consents"] = consent.write_ledger(draft, consent.before_lists(draft, after))
