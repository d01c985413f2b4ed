"""The makers of history: pets, orders, plans, campaigns, surveys, in the order of their causes."""

from __future__ import annotations

from labkit.world.campaigns import campaign_table, run_campaigns
from labkit.world.draft import Draft, numbered
from labkit.world.pets import add_feeding, draw_pets
from labkit.world.plans import draw_plans
from labkit.world.purchases import draw_orders, settle_orders
from labkit.world.voice import draw_answers


def make_pets(draft: Draft) -> None:
    """Pets, and what they eat, which drives those who buy regularly."""
    pets = draw_pets(draft.traits, draft.seed, draft.parameters.pets)
    draft.traits = add_feeding(draft.traits, pets, draft.seed, draft.parameters.pets)
    pets = pets.assign(customer_id=draft.customer_id[pets["person"]])
    pets = pets.sort_values(["customer_id", "born_on", "name"], ignore_index=True)
    draft.frames["pets"] = numbered(pets, "pet_id")
    draft.tables["pets"] = draft.frames["pets"]


def make_history(draft: Draft) -> None:
    """Orders, plans, campaigns and surveys: what happened, in the order of its causes."""
    seed, traits, parameters = draft.seed, draft.traits, draft.parameters
    plans = draw_plans(traits, seed, parameters.plans)
    bought = draw_orders(traits, seed, parameters.purchases)
    results = run_campaigns(bought, plans, traits, seed, parameters)
    orders = settle_orders(results.orders)
    answers = draw_answers(orders, plans, traits, seed, parameters.voice)
    draft.frames |= {"orders": orders, "plans": plans, "contacts": results.contacts, "nps": answers}
    # Numbers follow the order of dates and customer numbers, or chance.
    draft.tables |= {
        "orders": numbered(
            draft.public(orders).sort_values(["ordered_on", "customer_id", "revenue_brl"]), "order_id"
        ),
        "plans": numbered(draft.public(plans), "contract_id"),
        "campaigns": campaign_table(parameters.campaigns),
        "contacts": draft.public(results.contacts).sort_values(["campaign_id", "customer_id"]),
        "nps": numbered(
            draft.public(answers).sort_values(["answered_on", "customer_id", "survey"]), "answer_id"
        ),
        "truth/effects": draft.public(results.effects).sort_values(["campaign_id", "customer_id"]),
    }
