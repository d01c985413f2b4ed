"""Patavina: the customer base that Caramelo buys, for the assignment *identify*.

Another company's people, drawn like Caramelo's but from a seed of their own, known to three systems and a call centre.
What is wrong with the files is what a company meets: one phone for a whole clinic, the payer's CPF for a family, a
branch that writes the month first, an old app whose columns slipped, the pet's name where the tutor's should be, tests,
sales at the counter, opt-outs in a second list. All of it can be seen in the files by counting what is frequent and
looking at who writes it; each module says what it plants.
"""

from __future__ import annotations

from collections.abc import Callable

from labkit.world.bought import consent, formats, people, told
from labkit.world.draft import Draft


def make_bought(draft: Draft) -> None:
    """The three systems, the consents and the opt-outs of Patavina, and who is who."""
    p = draft.parameters.bought
    persons = people.draw(draft)
    records = told.draw(draft, persons, p)
    records = formats.numbered(draft, formats.with_nobody(draft, records, p))
    draft.tables |= {
        "bought_app": formats.app(draft, records, p),
        "bought_till": formats.till(draft, records, p),
        "bought_clinics": formats.clinics(draft, records, p),
        **consent.draw(draft, persons, kept := formats.as_written(records), p),
        "truth/bought_people": people.true_people(persons),
        "truth/bought_records": told.true_records(persons, kept),
    }


MAKERS: tuple[Callable[[Draft], None], ...] = (make_bought,)
