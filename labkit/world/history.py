"""The makers of history: pets, orders, plans, campaigns, service, surveys, in the order of their causes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from labkit.world.campaigns import campaign_table, draw_consent, run_campaigns
from labkit.world.causes.satisfaction import Memory
from labkit.world.draft import Draft, numbered
from labkit.world.parameters import HISTORY_START
from labkit.world.pets import add_feeding, draw_pets
from labkit.world.plans import END, draw_mishaps, live_through, sign
from labkit.world.purchases import calendar_day, draw_orders, settle_orders
from labkit.world.service import Desk, deliveries, depot_of, draw_weather, happened_at
from labkit.world.tickets import draw_tickets
from labkit.world.voice import draw_answers

KEPT = ("state", "contracts", "pets")
"""Frames that the future starts from."""


def make_pets(draft: Draft) -> None:
    """Pets, and what they eat, which drives those who buy regularly."""
    pets = draw_pets(draft.traits, draft.seed, draft.parameters.pets)
    draft.traits = add_feeding(draft.traits, pets, draft.seed, draft.parameters.pets)
    pets = pets.assign(customer_id=draft.customer_id[pets["person"]])
    pets = pets.sort_values(["customer_id", "born_on", "name"], ignore_index=True)
    draft.frames["pets"] = numbered(pets, "pet_id")
    draft.tables["pets"] = draft.frames["pets"]


def make_history(draft: Draft) -> None:
    """What happened: orders as they were served, contracts as they were lived through, campaigns, surveys.

    Frames that others read: orders, plans, contacts, nps and tickets (with their public numbers and with hidden
    columns), email_consent (who may be mailed when history begins), state and contracts (where the future
    starts), mishaps.
    """
    seed, parameters, people = draft.seed, draft.parameters, len(draft.traits)
    experience = parameters.experience
    draft.traits["depot"] = depot_of(draft.persons, parameters.service)
    weather = draw_weather(seed, parameters.service)
    desk = Desk(draft.traits, weather, seed, parameters)
    bought, left = draw_orders(draft.traits, seed, parameters, desk)
    draft.traits["left_on"] = np.where(
        np.isfinite(left), calendar_day(np.where(np.isfinite(left), left, 0.0)), np.datetime64("NaT", "D")
    )
    contracts = sign(draft.traits, seed, parameters.plans)
    mishaps = draw_mishaps(contracts, weather, seed, parameters)
    grievance = remember([bought], "grievance", people, experience.half_life)
    plans, mishaps = live_through(contracts, mishaps, grievance, experience)

    consent = draw_consent(draft.traits, seed, parameters.campaigns)
    results = run_campaigns(bought, plans, draft.traits, consent, weather, seed, parameters)
    orders = settle_orders(results.orders)
    orders["customer_id"] = draft.customer_id[orders["person"]]
    # Numbers follow the order of dates and customer numbers, or chance.
    orders = numbered(orders.sort_values(["ordered_on", "customer_id", "revenue_brl"]), "order_id")
    plans = numbered(plans.assign(customer_id=draft.customer_id[plans["person"]]), "contract_id")
    tickets = draw_tickets(orders, mishaps, seed, parameters.service)
    tickets = tickets.astype({"mood": float, "grievance": float})
    tickets["customer_id"] = draft.customer_id[tickets["person"]]
    tickets = numbered(tickets.sort_values(["opened_at", "customer_id"], kind="stable"), "ticket_id")

    mood = remember([orders, mishaps], "mood", people, experience.half_life)
    lasting = draft.traits["satisfaction"].to_numpy()

    def feels(person: np.ndarray, day: np.ndarray) -> np.ndarray:
        week = (day - HISTORY_START).astype(int) / 7
        return lasting[person] + experience.say * mood.at(person, week)

    answers = draw_answers(orders, plans, tickets, feels, people, seed, parameters.voice)
    answers["customer_id"] = draft.customer_id[answers["person"]]
    answers = numbered(answers.sort_values(["answered_on", "customer_id", "survey"]), "answer_id")
    draft.frames |= {
        "orders": orders,
        "plans": plans,
        "mishaps": mishaps,
        "tickets": tickets,
        "contacts": results.contacts,
        "nps": answers,
        "email_consent": pd.DataFrame({"person": np.arange(people), "consent": consent}),
    }
    draft.frames |= final_state(draft, np.isinf(left))
    draft.tables |= {
        "orders": orders,
        "plans": plans,
        "deliveries": deliveries(orders, seed, parameters.service),
        "tickets": tickets,
        "campaigns": campaign_table(parameters.campaigns),
        "contacts": draft.public(results.contacts).sort_values(["campaign_id", "customer_id"]),
        "nps": answers,
        "truth/effects": draft.public(results.effects).sort_values(["campaign_id", "customer_id"]),
        "truth/tickets": tickets.round({"mood": 4, "grievance": 4}),
    }


def remember(events: list[pd.DataFrame], what: str, people: int, half_life: float) -> Memory:
    """Return the memory (mood or grievance) that orders and mishaps leave, by person."""
    person, when, impact = [], [], []
    for frame in events:
        frame = frame[frame[what] != 0]
        person.append(frame["person"].to_numpy())
        when.append(happened_at(frame) if "promised_days" in frame else frame["week"].to_numpy())
        impact.append(frame[what].to_numpy(dtype=float))
    return Memory(*(np.concatenate(column) for column in (person, when, impact)), people, half_life)


def final_state(draft: Draft, alive: np.ndarray) -> dict[str, pd.DataFrame]:
    """Where everybody stands when history ends and the future begins.

    Returns
    -------
    dict of pandas.DataFrame
        ``state``: one row a person in the order of the rows of persons: person, customer_id, alive (has begun to
        buy goods and not left for good), last_order_on (NaT if none since 2024), orders_before (since 2024), memory
        (of mood, s.d.), grievance (s.d.), fatigue, purchase_rate (a week while the pets live), need_ends_on and
        need_left (see pets.add_feeding). ``contracts``: the running ones: contract_id, person, yearly (own
        hazard), monthly_fee_brl, monthly_cost_brl, started_on.
    """
    people, half_life = len(draft.traits), draft.parameters.experience.half_life
    orders, mishaps, plans = (draft.frames[name] for name in ("orders", "mishaps", "plans"))
    everybody, end = np.arange(people), np.full(people, END)
    bought = orders.groupby("person")["ordered_on"].agg(["max", "size"]).reindex(everybody)
    left = {
        what: remember([orders, mishaps], what, people, half_life).at(everybody, end)
        for what in ("mood", "grievance")
    }
    state = pd.DataFrame(
        {
            "person": everybody,
            "customer_id": draft.customer_id,
            "alive": alive,
            "last_order_on": bought["max"].to_numpy(),
            "orders_before": bought["size"].fillna(0).astype(int).to_numpy(),
            "memory": left["mood"],
            "grievance": left["grievance"],
            "fatigue": 0.0,
            **{
                name: draft.traits[name].to_numpy() for name in ("purchase_rate", "need_ends_on", "need_left")
            },
        }
    )
    columns = ["contract_id", "person", "yearly", "monthly_fee_brl", "monthly_cost_brl", "started_on"]
    return {
        "state": state,
        "contracts": plans.loc[plans["cancelled_on"].isna(), columns].reset_index(drop=True),
    }
