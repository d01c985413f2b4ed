"""How Caramelo and its customers meet: consent, sends, web sessions, points, survey, journeys, next month's feed.

Each module says what is planted in its table and where a learner may go wrong.
"""

from __future__ import annotations

from collections.abc import Callable

from labkit.world.contact import consent, feed, journeys, ledger, loyalty, preferences, sends, survey, web
from labkit.world.draft import Draft


def make_preferences(draft: Draft) -> None:
    """Where and when customers look at messages; nobody sees it."""
    likes = preferences.draw_preferences(draft)
    draft.frames["preferences"] = likes
    public = draft.public(likes)
    public = public[public["customer_id"] > 0].sort_values("customer_id")
    draft.tables["truth/preferences"] = public.round(4)


def make_contacts(draft: Draft) -> None:
    """Consent and routine sends: who may be sent to, and who therefore revokes."""
    history = consent.history_of_consent(draft)
    sent = sends.draw_sends(draft, history)
    after = ledger.joined([history, sends.opt_outs(sent)])
    draft.frames["sends"] = sent
    draft.tables["sends"] = sends.sends_table(draft, sent)
    draft.tables["consents"] = consent.write_ledger(draft, consent.before_lists(draft, after))


def make_sessions(draft: Draft) -> None:
    """What customers and strangers look at."""
    draft.tables["web_sessions"] = web.draw_sessions(draft)


def make_loyalty(draft: Draft) -> None:
    """The ledger of points."""
    draft.tables["loyalty"] = loyalty.draw_loyalty(draft)


def make_survey(draft: Draft) -> None:
    """The survey of needs, and the needs."""
    draft.tables["needs_survey"], draft.tables["truth/needs"] = survey.draw_survey(draft)


def make_touchpoints(draft: Draft) -> None:
    """Journeys to a first purchase, and what made it happen."""
    draft.tables["touchpoints"], draft.tables["truth/touchpoints"] = journeys.draw_touchpoints(draft)


def make_feed(draft: Draft) -> None:
    """Next month's export of the shop system."""
    draft.tables["source_shop_feed"], draft.tables["truth/shop_feed"] = feed.draw_feed(draft)


MAKERS: tuple[Callable[[Draft], None], ...] = (
    make_preferences, make_contacts, make_sessions, make_loyalty, make_survey, make_touchpoints, make_feed,
)  # fmt: skip
"""To be run after customers and orders are made."""
