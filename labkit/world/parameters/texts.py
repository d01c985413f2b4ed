"""What is written: comments, tickets, messages, talks, and the signals in them."""

from __future__ import annotations

from dataclasses import dataclass

from labkit.world.parameters.declare import known

COMMENT_TOPICS = (
    ("product", 1.5), ("price", 1.2), ("delivery", 1.1), ("service", 1.0), ("app", 0.8), ("shop", 0.9),
    ("plan", 0.9), ("clinic", 0.6), ("loyalty", 0.4), ("general", 0.6),
)  # fmt: skip
"""Topics of comments and how often each is written about by those whom it concerns, relative to each other."""


@dataclass(frozen=True)
class Texts:
    """What customers and the company write. Shares are of texts unless said otherwise."""

    comment_share: float = known(0.45, "share", "NPS answers with a comment")
    comment_extreme: float = known(0.12, "share", "… more (or less) of them at scores 0-4 and 10 (or 7-8)")
    comment_topics: tuple = known(COMMENT_TOPICS, "relative", "what comments are about")
    of_the_desk: float = known(0.40, "share", "comments after a contact that are about the answer given")
    of_the_contact: float = known(0.30, "share", "… about what the contact was about")
    late_told: float = known(0.20, "share", "comments on lateness by who has just waited a day too long")
    late_told_day: float = known(0.10, "share a day", "… more for each further day late")
    late_told_most: float = known(0.75, "share", "… at most; of the content, a quarter as many")
    failure_told: float = known(0.65, "share", "comments on a failure by who has just had one")
    remembered_days: float = known(60.0, "days", "a delivery is commented on up to this long after")
    hinted: float = known(0.10, "share", "statements in words that fit several topics")
    second_topic: float = known(0.22, "share", "texts with a second statement, often on another topic")
    contradicts: float = known(0.03, "share", "comments whose feeling is the opposite of the score")
    sarcastic: float = known(0.04, "share", "of unhappy comments: praise that is none")
    ticket_hinted: float = known(0.30, "share", "tickets in words that fit several topics")
    ticket_vague: float = known(0.65, "share", "subjects that say nothing")
    ticket_asks: float = known(0.45, "share", "tickets that say what the customer wants")
    ticket_severity: float = known(0.40, "share", "tickets that say how bad it is")
    need_of_questions: float = known(2.0, "ratio", "requests for fresh food among questions, to those in comments")
    registers: tuple = known(
        (("terse", 0.30), ("plain", 0.38), ("chatty", 0.20), ("formal", 0.12)), "share", "how people write"
    )
    angry: float = known(0.15, "share", "unhappy texts written in anger")
    unpunctuated: float = known(0.16, "share", "texts without punctuation and capitals")
    misspelt: float = known(0.14, "share", "texts with slips of the keyboard")
    need_first: float = known(0.005, "share", "texts that ask for fresh food, January 2024")
    need_last: float = known(0.060, "share", "… December 2025; exponential in between")
    need_alone: float = known(0.6, "share", "such requests that are the text's own topic; others ride along")
    catalogue_first: float = known(0.040, "share", "texts on the printed catalogue, January 2024")
    catalogue_last: float = known(0.006, "share", "… December 2025; exponential in between")
