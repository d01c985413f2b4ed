"""The makers of texts: they read what happened, and add what was written about it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.draft import Draft
from labkit.world.texts import facts, signals
from labkit.world.texts.comments import write_comments
from labkit.world.texts.gather import category_of, gather, product_of
from labkit.world.texts.lists import draw_feature_use, draw_ideas, priority_list
from labkit.world.texts.messages import write_messages
from labkit.world.texts.replies import write_replies
from labkit.world.texts.talks import write_talks
from labkit.world.texts.tickets import write_tickets


def make_voices(draft: Draft) -> None:
    """Comments and tickets in words, and what the truth says of both."""
    comments, of_comments = _comments(draft)
    tickets, of_tickets = _tickets(draft)
    draft.tables |= {
        "nps_comments": comments,
        "ticket_texts": tickets,
        "truth/texts": pd.concat([of_comments, of_tickets], ignore_index=True),
    }


def make_messages(draft: Draft) -> None:
    """What the company writes to its customers, and which guideline it breaks."""
    messages, truth = write_messages(draft, draft.stream("texts/messages"))
    draft.tables |= {"messages": messages, "truth/messages": truth}


def make_replies(draft: Draft) -> None:
    """What the company answers to complaints."""
    replies, truth = write_replies(
        draft.frames["tickets"], draft.parameters.replies, draft.stream("texts/replies")
    )
    draft.tables |= {"complaint_replies": replies, "truth/complaint_replies": truth}


def make_talks(draft: Draft) -> None:
    """Sales talks, and what each side would have settled for."""
    turns, of_turns, of_talks = write_talks(
        draft.tables["opportunities"],
        draft.tables["proposals"],
        draft.parameters.talks,
        draft.stream("texts/talks"),
    )
    draft.tables |= {
        "negotiation_transcripts": turns,
        "truth/negotiation_turns": of_turns,
        "truth/negotiations": of_talks,
    }


def make_lists(draft: Draft) -> None:
    """Use of features, ideas, priorities, and the signals that are planted in all of them."""
    p, priorities = draft.parameters.ideas, priority_list()
    draft.tables |= {
        "feature_use": draw_feature_use(draft.size, p, draft.stream("texts/feature use")),
        "ideas": draw_ideas(p, draft.stream("texts/ideas")),
        "priority_list": priorities,
        "truth/signals": signals.signal_table(draft.parameters.texts),
        "truth/priorities": priorities,
    }


def _comments(draft: Draft) -> tuple[pd.DataFrame, pd.DataFrame]:
    p, rng = draft.parameters.texts, draft.stream("texts/comments")
    answers = draft.frames["nps"]
    score = answers["score"].to_numpy()
    share = p.comment_share + p.comment_extreme * np.where(
        (score <= 4) | (score == 10), 1, np.where((score == 7) | (score == 8), -1, 0)
    )
    writes = rng.random(len(answers)) < share
    # A world too small for chance has one comment all the same.
    writes[:1] |= not writes.any()
    answers = answers[writes].reset_index(drop=True)
    written = write_comments(answers, gather(draft, answers, rng), p, rng)
    visible = pd.DataFrame({"answer_id": answers["answer_id"], "text": written["text"]})
    truth = written.drop(columns="text")
    truth.insert(0, "source_id", answers["answer_id"])
    truth.insert(0, "source", "nps_comments")
    return visible, truth


def _tickets(draft: Draft) -> tuple[pd.DataFrame, pd.DataFrame]:
    p, rng = draft.parameters.texts, draft.stream("texts/tickets")
    tickets, tables = draft.frames["tickets"], draft.tables
    if len(tickets) > p.ticket_most:
        kept = rng.choice(len(tickets), p.ticket_most, replace=False, shuffle=False)
        tickets = tickets.iloc[np.sort(kept)].reset_index(drop=True)
    order_id = tickets["order_id"].fillna(0).to_numpy(dtype=np.int64)
    product = product_of(order_id, tables["order_items"], rng)
    pet = facts.pet_of(
        tickets["customer_id"].to_numpy(), tickets["opened_at"].to_numpy(), tables["pets"], rng
    )
    written = write_tickets(
        tickets,
        facts.said_product(product, tables["products"], rng),
        _waited(tickets, order_id, tables["deliveries"]),
        facts.said_pet(pet, rng),
        p,
        rng,
        category_of(product, tables["products"]),
    )
    visible = pd.DataFrame(
        {"ticket_id": tickets["ticket_id"], "subject": written["subject"], "text": written["text"]}
    )
    bad = ~written["cause"].isin(["question", "plan question", "praise"])
    truth = pd.DataFrame(
        {
            "source": "ticket_texts",
            "source_id": tickets["ticket_id"],
            "topic": written["cause"],
            "second_topic": "",
            "sentiment": np.where(
                bad, "negative", np.where(written["cause"] == "praise", "positive", "middling")
            ),
            "signal": written["signal"],
            "register": tickets["channel"],
            "contradicts": False,
            "sarcastic": False,
        }
    )
    return visible, truth


def _waited(tickets: pd.DataFrame, order_id: np.ndarray, deliveries: pd.DataFrame) -> np.ndarray:
    """Return the days by which an order was late when its ticket was opened; NaN where it was not."""
    place = pd.Index(deliveries["order_id"]).get_indexer(order_id)
    promised = np.append(deliveries["promised_on"].to_numpy().astype("datetime64[D]"), np.datetime64("NaT"))
    came = np.append(deliveries["delivered_on"].to_numpy().astype("datetime64[D]"), np.datetime64("NaT"))
    opened = tickets["opened_at"].to_numpy().astype("datetime64[D]")
    until = np.where(came[place] < opened, came[place], opened)
    days = (until - promised[place]).astype("timedelta64[D]").astype(float)
    days[np.isnat(until) | np.isnat(promised[place])] = np.nan
    return np.where(days >= 1, days, np.nan)
