"""Sales talks with partners, turn by turn: questions, offers, concessions, and how they end.

Planted: the four kinds of SPIN question (situation, problem, implication, need-payoff), of which talks that are won
have more of the last two, and fewer attempts to close early (Rackham's claim, told in a world made for it); each
side's reservation price as a discount off the list value, and whether a zone of agreement existed. Offers never
pass the seller's limit, no partner signs below its own; the last offer is that of the last proposal.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.parameters import Talks
from labkit.world.texts.grammar import vocabulary
from labkit.world.texts.surface import tidy

SPIN = ("situation", "problem", "implication", "need")
KINDS = {"pet_shop": "shop", "clinic": "clinic", "groomer": "salon", "breeder": "kennel"}
TURNS = ["opportunity_id", "turn", "speaker", "text", "offer_share"]


def write_talks(
    opportunities: pd.DataFrame, proposals: pd.DataFrame, p: Talks, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Write talks about the last proposals of some opportunities.

    Parameters
    ----------
    opportunities : pandas.DataFrame
        opportunity_id, partner_type, status.
    proposals : pandas.DataFrame
        opportunity_id, list_value_brl, discount_share, reason_lost; the last of an opportunity counts.
    p : Talks
    rng : numpy.random.Generator

    Returns
    -------
    turns, truth_turns, truth_talks : pandas.DataFrame
        The visible turns; spin and move of each; reservation prices and zone of agreement of each talk.
    """
    last = proposals.drop_duplicates("opportunity_id", keep="last")
    deals = last.drop(columns="status").merge(
        opportunities[["opportunity_id", "partner_type", "status"]], on="opportunity_id"
    )
    # Talks in which something was given away show more; at list price there is little to bargain about.
    interest = rng.random(len(deals)) + (deals["discount_share"].to_numpy() >= 0.03)
    chosen = np.sort(np.argsort(-interest, kind="stable")[: p.count])
    turns, talks = [], []
    for deal in deals.iloc[chosen].itertuples():
        limits = _limits(deal, p, rng)
        talks.append({"opportunity_id": deal.opportunity_id, **limits})
        for number, turn in enumerate(_talk(deal, limits, p, rng), start=1):
            turns.append({"opportunity_id": deal.opportunity_id, "turn": number, **turn})
    frame = pd.DataFrame(turns)
    frame["text"] = _say(frame, deals.set_index("opportunity_id"), rng)
    truth = frame[["opportunity_id", "turn", "spin", "move"]]
    return frame[TURNS], truth, pd.DataFrame(talks)


def _limits(deal, p: Talks, rng: np.random.Generator) -> dict:
    """Draw both reservation prices so that they fit how the deal ended."""
    agreed = deal.discount_share
    seller = max(rng.uniform(*p.seller_limit), agreed)
    missed = rng.random() < p.missed and seller > agreed + 0.01
    if deal.status == "won":
        partner = agreed - min(agreed, abs(rng.normal(0, p.partner_limit_won)))
    elif deal.status == "open" or missed or deal.reason_lost not in ("price", "competitor"):
        partner = rng.uniform(agreed, seller)
    else:
        partner = seller + rng.uniform(0.01, 0.08)
    seller, partner = round(seller, 3), round(partner, 3)
    return {"seller_limit_share": seller, "partner_limit_share": partner, "zopa": partner <= seller}


def _talk(deal, limits: dict, p: Talks, rng: np.random.Generator) -> list[dict]:
    """Plan the turns of one talk: who does what, and at which figure."""
    won = deal.status == "won"

    def between(bounds: tuple[int, int]) -> int:
        return int(rng.integers(bounds[0], bounds[1] + 1))

    deep = between(p.needs_won if won else p.needs_lost)
    kinds = ["situation"] * (between((1, 2)) + (not won)) + ["problem"] * between((1, 2) if won else (0, 2))
    kinds += ["implication"] * (deep - deep // 2) + ["need"] * (deep // 2)
    blocks = [
        [_turn("seller", kind, kind, "question"), _turn("partner", kind, "", "answer")] for kind in kinds
    ]
    pushes = max(between(p.pushes_won) - 1, 0) if won else between(p.pushes_lost)
    for _ in range(pushes):
        place = int(rng.integers(1, len(blocks) + 1))
        blocks.insert(place, [_turn("seller", "push", "", "push"), _turn("partner", "push", "", "answer")])
    turns = [_turn("seller", "greet", "", "greet"), _turn("partner", "greet", "", "greet")]
    turns += [turn for block in blocks for turn in block]
    turns.append(_turn("seller", "pitch", "", "pitch"))
    return turns + _bargain(deal, limits, rng)


def _bargain(deal, limits: dict, rng: np.random.Generator) -> list[dict]:
    final = deal.discount_share
    first_ask = round(max(limits["partner_limit_share"], final) + rng.uniform(0.03, 0.08), 2)
    turns = [_turn("partner", "ask", "", "ask", first_ask)]
    if final < 0.01:
        turns.append(_turn("seller", "list", "", "offer", 0.0))
    else:
        first = np.floor(final * rng.uniform(0.3, 0.7) * 200) / 200
        middle = round((first_ask + max(limits["partner_limit_share"], final)) / 2, 3)
        if 0 < first < final:
            turns.append(_turn("seller", "offer", "", "offer", first))
            turns.append(_turn("partner", "concede", "", "ask", middle))
        turns.append(_turn("seller", "concede", "", "offer", final))
    if deal.status == "won":
        section = "accept" if final >= 0.01 else "accept.list"
        turns += [_turn("partner", section, "", "accept", final), _turn("seller", "thanks", "", "close")]
    elif deal.status == "open":
        section = "later" if final >= 0.01 else "refuse.other"
        turns += [_turn("partner", section, "", "postpone", final if final >= 0.01 else np.nan)]
    else:
        why = "price" if not limits["zopa"] else "other"
        turns += [_turn("partner", f"refuse.{why}", "", "refuse"), _turn("seller", "bye", "", "close")]
    return turns


def _turn(speaker: str, section: str, spin: str, move: str, offer: float = np.nan) -> dict:
    spin = "need-payoff" if spin == "need" else spin
    return {
        "speaker": speaker,
        "section": f"{speaker}.{section}",
        "spin": spin,
        "move": move,
        "offer_share": offer,
    }


def _say(frame: pd.DataFrame, deals: pd.DataFrame, rng: np.random.Generator) -> list[str]:
    """Find words for each turn: an answer to the question before it, and no line twice while there are others."""
    phrases, used, texts, line = vocabulary("talks"), {}, [], 0
    for turn in frame.itertuples():
        section, deal = phrases[turn.section], deals.loc[turn.opportunity_id]
        said = used.setdefault((turn.opportunity_id, turn.section), set())
        lines = [i for i in range(len(section.start)) if i not in said] or list(range(len(section.start)))
        answers = turn.move == "answer" and turn.section != "partner.push"
        line = line if answers else lines[int(rng.integers(len(lines)))]
        said.add(line)
        way = section.said[section.start[line] + int(rng.integers(section.ways[line]))]
        share = "" if np.isnan(turn.offer_share) else f"{100 * turn.offer_share:.3g}%"
        texts.append(
            tidy(
                way.format(
                    kind=KINDS[deal["partner_type"]],
                    value=f"{deal['list_value_brl']:,.0f}",
                    offer=share,
                    ask=share,
                )
            )
        )
    return texts
