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
    ticket_most: int = known(300_000, "tickets", "tickets with words: a random sample in a world with more")
    ticket_hinted: float = known(0.36, "share", "tickets in words that fit several topics")
    ticket_vague: float = known(0.65, "share", "subjects that say nothing")
    ticket_asks: float = known(0.45, "share", "tickets that say what the customer wants")
    ticket_severity: float = known(0.40, "share", "tickets that say how bad it is")
    need_of_questions: float = known(
        2.0, "ratio", "requests for fresh food among questions, to those in comments"
    )
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


@dataclass(frozen=True)
class Messages:
    """What the company writes to its customers in two years; all values are assumed."""

    count: int = known(240, "messages", "messages in the log")
    scarce: tuple = known((8, 12), "messages", '"only n left": true; untrue')
    vouchers: tuple = known(
        (14, 10), "messages", "vouchers with their conditions in the text; only on the web page"
    )
    deadlines: int = known(
        5, "sales", 'honest sales whose "last day" is announced a week early, and then again'
    )
    bursts: tuple = known(
        ("2024-07-22", "2025-07-28"), "dates", "weeks in which one audience gets burst messages"
    )
    burst: int = known(7, "messages a week", "… so many")
    unequal: int = known(5, "messages", "service by what a customer spends")
    guilt: int = known(6, "messages", "appeals to guilt")
    disrespect: int = known(5, "messages", "insults")
    incidents: tuple = known((4, 4), "messages", "bad weeks of delivery: told with the figure; played down")
    order_rate: float = known(0.012, "share", "delivered messages followed by an order through their link")
    dishonest_orders: float = known(1.5, "ratio", "orders after a message that breaks a guideline")
    opt_out: float = known(0.0015, "share", "delivered messages after which a customer opts out")
    dishonest_opt_out: float = known(2.6, "ratio", "opt-outs after a message that breaks a guideline")
    audiences: tuple = known(
        (("all customers", 0.80), ("dog owners", 0.55), ("cat owners", 0.36), ("plan holders", 0.13),
         ("lapsed customers", 0.35), ("recent buyers", 0.30)),
        "share of customers",
        "who gets a message",
    )  # fmt: skip


@dataclass(frozen=True)
class Talks:
    """Sales talks with partners; all values are assumed."""

    count: int = known(40, "talks", "talks written down, in the course base and larger worlds")
    seller_limit: tuple = known(
        (0.10, 0.22), "share", "largest discount off the list value the seller may give"
    )
    partner_limit_won: float = known(
        0.05, "share", "by how much a partner who signs would have settled for less"
    )
    missed: float = known(0.30, "share", "lost talks that could have ended in a deal")
    needs_won: tuple = known(
        (2, 5), "questions", "implication and need-payoff questions in talks that are won"
    )
    needs_lost: tuple = known((0, 3), "questions", "… that are lost")
    pushes_lost: tuple = known((1, 3), "turns", "attempts to close early in talks that are lost")
    pushes_won: tuple = known((0, 2), "turns", "… that are won (one less than the second at most)")


@dataclass(frozen=True)
class Replies:
    """Written replies to complaints; all values are assumed."""

    admits: tuple = known(
        (0.65, 0.40, 0.20), "share", "replies that admit a failure: good, fair, bad answers"
    )
    blames: tuple = known((0.06, 0.15, 0.30), "share", "… that blame the customer; the rest evade")
    count: int = known(700, "replies", "complaint replies kept, the latest ones")


@dataclass(frozen=True)
class Ideas:
    """The ideas log and the use of features; all values are assumed."""

    feature_wobble: float = known(0.06, "log s.d.", "months differ in the use of a feature")
    ideas: tuple = known((("customer", 110), ("staff", 60), ("board", 22)), "ideas", "who suggested how many")
    need_first: float = known(
        0.02, "share", "ideas of customers and staff that want fresh food, January 2024"
    )
    need_last: float = known(0.30, "share", "… December 2025; a straight line in between")
    done: tuple = known(
        (("customer", 0.10), ("staff", 0.28), ("board", 0.45)), "share", "ideas that are carried out"
    )
    users_of_idea: float = known(
        140.0, "users", "median users in 90 days of what was done, whoever suggested it"
    )
