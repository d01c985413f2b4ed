"""Lesson 13: where does everyone look the customer up?"""

from __future__ import annotations

import functools
from functools import cached_property
from typing import Any

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

YEAR = 2025
INTERACTIONS = ("orders", "clinic_visits", "tickets")


class _Data:
    """What the answers are computed from, each part when it is first asked for."""

    @cached_property
    def records(self) -> Any:
        from labkit.identify import caramelo

        found = caramelo.matched()
        trust = found.records["source"].map(caramelo.TERMS.trust)
        return found.records.assign(customer_id=found.customers, trust=trust)

    @cached_property
    def bridged(self) -> Any:
        from labkit.data import load
        from labkit.identify import bridge

        ledger = bridge.standard_ledger(load("customers"))
        return bridge.bridge(ledger, self.records, self.records["customer_id"])

    @cached_property
    def numbers(self) -> int:
        from labkit.data import load

        return len(load("customers"))

    @functools.cache  # noqa: B019  (one such object lives, as long as its kernel)
    def events(self, name: str) -> Any:
        from labkit.data import load
        from labkit.identify import bridge, database

        numbered = bridge.with_records(load(name), self.bridged)
        return database.with_customers(numbered, self.records.rename_axis("record").reset_index())

    def lost(self, *names: str) -> int:
        return sum(int(self.events(name)["customer_id"].isna().sum()) for name in names)

    def lost_numbers(self) -> int:
        """Customer numbers with an interaction that no card shows."""
        lost = (self.events(name) for name in INTERACTIONS)
        return len(
            {number for each in lost for number in each.loc[each["customer_id"].isna(), "customer_number"]}
        )

    # Phones

    @functools.cache  # noqa: B019
    def phone(self, rule: str) -> Any:
        order = {
            "newest": (["registered", "trust"], [False, True]),
            "oldest": (["registered", "trust"], True),
            "oldest of the source": (["trust", "registered"], True),
            "trusted least": (["trust", "registered"], False),
        }
        by, ascending = order.get(rule, (["trust", "registered"], [True, False]))
        return self.records.sort_values(by, ascending=ascending).groupby("customer_id")["phone"].first()

    def other_phone(self, rule: str = "trusted") -> int:
        newest = self.phone("newest")
        return int(((newest != self.phone(rule)) & newest.notna()).sum())

    def other_first_row(self) -> int:
        """As if the first record of each rule counted, blank phone or not."""
        rows = [
            self.records.sort_values(by, ascending=ascending).drop_duplicates("customer_id")
            for by, ascending in (
                (["registered", "trust"], [False, True]),
                (["trust", "registered"], [True, False]),
            )
        ]
        newest, trusted = (each.set_index("customer_id")["phone"].sort_index() for each in rows)
        return int(((newest != trusted) & newest.notna() & trusted.notna()).sum())

    # Names

    @cached_property
    def true_names(self) -> Any:
        """The right name of each customer: that of the person of the earliest record."""
        import pandas as pd

        from labkit.data import load
        from labkit.identify import standardise

        identity, people = load("truth/identity"), load("truth/people").set_index("person_id")
        person = identity.set_index(identity["source"] + ":" + identity["record_id"])["person_id"]
        cards = pd.Index(self.records["customer_id"].unique(), name="customer_id")
        return standardise.names(people.loc[person.loc[cards], "name"].set_axis(cards))["name"]

    @cached_property
    def right(self) -> Any:
        """Each record: whether it has the right name."""
        return self.records["name"] == self.records["customer_id"].map(self.true_names)

    @cached_property
    def names(self) -> Any:
        """Each customer: whether the fullest name is wrong, and whether any record has the right one."""
        import pandas as pd

        from labkit.identify import caramelo, survivorship

        rule = {"name": ("complete", "trusted", "recent")}
        whose = self.records["customer_id"]
        golden = survivorship.golden_values(self.records, whose, caramelo.TERMS.trust, rule)
        golden = golden.set_index("customer_id")
        return pd.DataFrame(
            {
                "wrong": golden["value"] != self.true_names[golden.index],
                "somewhere": self.right.groupby(whose).any()[golden.index],
                "agreed": golden["known"] == golden["agreeing"],
            }
        )

    def names_of_records(self) -> float:
        """Share of the records with the right name, of customers whose fullest name is wrong."""
        wrong = self.records["customer_id"].map(self.names["wrong"]).eq(True)
        return float(self.right[wrong].mean())

    # The clinic

    @cached_property
    def clinic(self) -> Any:
        """Each customer of the clinic: whether the clinic, or anybody, has an e-mail address."""
        import pandas as pd

        has = self.records["email"].notna()
        here = self.records["source"].eq("clinic")
        whose = self.records["customer_id"]
        at_clinic = has[here].groupby(whose[here]).any()
        return pd.DataFrame({"clinic": at_clinic, "card": has.groupby(whose).any()[at_clinic.index]})

    def bare_clinic_records(self, on_card: bool = False) -> int:
        bare = self.records[self.records["source"].eq("clinic") & self.records["email"].isna()]
        return int(self.clinic["card"][bare["customer_id"]].sum()) if on_card else len(bare)

    def unknown_to_clinic_mail(self) -> int:
        """Customers with an e-mail address, of whom the clinic has none, whether it knows them or not."""
        has = self.records.loc[self.records["email"].notna()]
        at_clinic = has.loc[has["source"].eq("clinic"), "customer_id"]
        return has["customer_id"].nunique() - at_clinic.nunique()

    def some_clinic_record_bare(self) -> int:
        """Customers with a clinic record without e-mail, who have one somewhere."""
        here = self.records[self.records["source"].eq("clinic")]
        bare = here.loc[here["email"].isna(), "customer_id"].unique()
        return int(self.clinic["card"][bare].sum())

    # Revenue

    @cached_property
    def systems(self) -> Any:
        """How many records each customer has in each system."""
        return self.records.groupby(["customer_id", "source"]).size().unstack(fill_value=0)

    @functools.cache  # noqa: B019
    def spent(self, both_years: bool) -> Any:
        orders = self.events("orders")
        orders = orders if both_years else orders[orders["ordered_on"].dt.year == YEAR]
        return orders.groupby("customer_id")["revenue_brl"].sum()

    def revenue(self, how: str, both_years: bool = False) -> float:
        """What customers spent, each as often as a query counts them."""
        spent = self.spent(both_years)
        records = self.systems.reindex(spent.index)
        clinic, shop = records["clinic"], records["ecommerce"]
        times = {
            "both": lambda: (clinic > 0) & (shop > 0),
            "either": lambda: (clinic > 0) | (shop > 0),
            "clinic": lambda: clinic > 0,
            "two systems": lambda: (records > 0).sum(axis=1) > 1,
            "joined": lambda: clinic * shop,
            # `source IN ('clinic', 'ecommerce')`: either system, once for each record
            "joined to either": lambda: clinic + shop,
        }
        return float((spent * times[how]()).sum())


LESSON = Lesson(
    id="13",
    title=N_("The single customer view"),
    step="identify",
    data=_Data,
    exercises=[
        Exercise(
            id="13.q1",
            answer="other_number",
            expected=lambda d: d.other_phone(),
            unit=N_("customers"),
            hints=[
                N_(
                    '`by_day.groupby("customer_id")["phone"].first()` is the newest phone of each customer. Do the same with the '
                    'records sorted by `["trust", "registered"]`, trust ascending, day descending.'
                ),
                N_(
                    "Compare the two Series with `!=` and count. Who has no phone at all is blank in both, and blank != blank is "
                    "True: leave those out."
                ),
            ],
            misconceptions={
                "blanks differ": (
                    lambda d: d.other_phone() + int(d.phone("newest").isna().sum()),
                    N_(
                        "You counted customers without any phone: `!=` says that a blank differs from a blank. Keep only those "
                        "who have one."
                    ),
                ),
                "several phones": (
                    lambda d: int((d.records.groupby("customer_id")["phone"].nunique() > 1).sum()),
                    N_(
                        "That is the number of customers with more than one phone. For most of them both rules choose the same."
                    ),
                ),
                "newest against oldest": (
                    lambda d: d.other_phone("oldest"),
                    N_(
                        "You compared the newest with the *oldest* phone. The other rule takes the most trusted source, whatever "
                        "its day."
                    ),
                ),
                "oldest of the source": (
                    lambda d: d.other_phone("oldest of the source"),
                    N_(
                        "Within one source you took the *oldest* phone. Sort the day the other way: `ascending=[True, False]`."
                    ),
                ),
                "trusted least": (
                    lambda d: d.other_phone("trusted least"),
                    N_("You began with the source trusted *least*: 1 is trusted most, so `trust` ascends."),
                ),
                "first record": (
                    lambda d: d.other_first_row(),
                    N_(
                        "You compared each customer's first *record*, which may have no phone; the rule then goes on to the next one that "
                        "has. `groupby(…).first()` passes over blanks, `drop_duplicates` and `head(1)` do not."
                    ),
                ),
                "share": (
                    lambda d: d.other_phone() / d.records["customer_id"].nunique(),
                    N_("That is a share of all customers. Their number is asked."),
                ),
                "customers with a phone": (
                    lambda d: int(d.phone("newest").notna().sum()),
                    N_(
                        "That is everybody who has a phone. Asked is for how many the two rules give different ones."
                    ),
                ),
            },
            success=N_(
                "A line in a settings file, and these customers' phones ring elsewhere, or somebody else's do. It deserves a second pair of eyes."
            ),
        ),
        Exercise(
            id="13.q2",
            answer="beyond_repair",
            expected=lambda d: 1 - d.names.loc[d.names["wrong"], "somewhere"].mean(),
            tolerance=0.001,
            unit=N_("share"),
            hints=[
                N_(
                    '`right = records["name"] == records["customer_id"].map(true_name)` is True for each record with the right name. '
                    "Has a customer any such record? Group by customer, `.any()`."
                ),
                N_(
                    "Keep the customers for whom `fullest_wrong` is True; of these, the share for whom `any()` is False."
                ),
            ],
            misconceptions={
                "the other share": (
                    lambda d: d.names.loc[d.names["wrong"], "somewhere"].mean(),
                    N_(
                        "That is the share of wrong names that a cleverer rule *could* repair. Asked is the rest."
                    ),
                ),
                "of all customers": (
                    lambda d: (d.names["wrong"] & ~d.names["somewhere"]).mean(),
                    N_("You divided by all customers. Divide by those whose fullest name is wrong."),
                ),
                "share wrong": (
                    lambda d: d.names["wrong"].mean(),
                    N_(
                        "That is the share of customers whose fullest name is wrong. In how many of *those* is there no right one?"
                    ),
                ),
                "counts records": (
                    lambda d: 1 - d.names_of_records(),
                    N_(
                        "You took a share of *records*. Somebody with five records counts five times so: group by customer first."
                    ),
                ),
                "counts customers": (
                    lambda d: int((d.names["wrong"] & ~d.names["somewhere"]).sum()),
                    N_(
                        "That is their number. Divide by the number of customers whose fullest name is wrong."
                    ),
                ),
                "all agree": (
                    lambda d: d.names.loc[d.names["wrong"], "agreed"].mean(),
                    N_(
                        "You took the wrong names on which all records agree. But where records differ, all of them may be wrong too: "
                        "compare each record with the right name."
                    ),
                ),
            },
            success=N_(
                "A rule can only choose among what is there. Better names come from a better question, not from a better rule."
            ),
        ),
        Exercise(
            id="13.q3",
            answer="lost",
            expected=lambda d: d.lost(*INTERACTIONS),
            unit=N_("interactions"),
            hints=[
                N_(
                    'An event without a card has a blank `customer_id`: `events["orders"]["customer_id"].isna()`.'
                ),
                N_("Count the blanks in each of the three tables, and add them up."),
            ],
            misconceptions={
                "counts numbers": (
                    lambda d: d.numbers - len(d.bridged),
                    N_(
                        "That is the number of customer *numbers* that find nobody. Each has several interactions, or none: count "
                        "rows of the three tables."
                    ),
                ),
                "orders only": (
                    lambda d: d.lost("orders"),
                    N_("Those are the orders alone. Visits and tickets are interactions too."),
                ),
                "consents too": (
                    lambda d: d.lost(*INTERACTIONS, "consents"),
                    N_(
                        "You counted the rows of the consent ledger as well. Asked are orders, visits and tickets."
                    ),
                ),
                "share": (
                    lambda d: d.lost(*INTERACTIONS) / sum(len(d.events(name)) for name in INTERACTIONS),
                    N_("That is the share of the interactions. How many are they?"),
                ),
                "numbers with an event": (
                    lambda d: d.lost_numbers(),
                    N_(
                        "Those are the customer *numbers* behind the lost interactions; each may have several. Count the rows."
                    ),
                ),
                "those on a card": (
                    lambda d: sum(len(d.events(name)) for name in INTERACTIONS) - d.lost(*INTERACTIONS),
                    N_("Those are the interactions that a card *does* show. Count the blanks."),
                ),
            },
            success=N_("A gap that is counted can be closed; 'a 360-degree view' cannot."),
        ),
        Exercise(
            id="13.q4",
            answer="clinic_gain",
            expected=lambda d: int((d.clinic["card"] & ~d.clinic["clinic"]).sum()),
            unit=N_("customers"),
            hints=[
                N_(
                    "First the customers of the clinic none of whose clinic records has an e-mail address: `SELECT customer_id FROM "
                    "records WHERE source = 'clinic' GROUP BY customer_id HAVING NOT bool_or(email IS NOT NULL)`."
                ),
                N_(
                    "Then count the `customers` with `email IS NOT NULL` whose `customer_id` is `IN (…)` that list."
                ),
            ],
            misconceptions={
                "counts records": (
                    lambda d: d.bare_clinic_records(),
                    N_(
                        "You counted clinic *records* without an e-mail address. Count customers, and only those with one on their card."
                    ),
                ),
                "records with a card": (
                    lambda d: d.bare_clinic_records(on_card=True),
                    N_(
                        "You counted *records*: a customer with two clinic records counts twice. Count each customer once, and only those none of "
                        "whose clinic records has an address."
                    ),
                ),
                "not of the clinic": (
                    lambda d: d.unknown_to_clinic_mail(),
                    N_(
                        "That counts customers who never were at the clinic, too. First the customers with a record of the clinic."
                    ),
                ),
                "without at the clinic": (
                    lambda d: int((~d.clinic["clinic"]).sum()),
                    N_(
                        "Those are all customers whom the clinic has no e-mail address of. How many of them have one on their card?"
                    ),
                ),
                "some clinic record": (
                    lambda d: d.some_clinic_record_bare(),
                    N_(
                        "You took everybody with *a* clinic record without an address. Some have two records there, and the other one has it: "
                        "*no* record of the clinic may."
                    ),
                ),
                "all with e-mail": (
                    lambda d: int(d.clinic["card"].sum()),
                    N_(
                        "Those are all customers of the clinic with an e-mail address on their card. Leave out those whose address the clinic "
                        "had itself."
                    ),
                ),
            },
            success=N_(
                "The clinic can now reach these by e-mail, because another system had asked. If they have allowed it: lesson 14."
            ),
        ),
        Exercise(
            id="13.q5",
            answer="both_revenue",
            expected=lambda d: d.revenue("both"),
            tolerance=1.0,
            unit="R$",
            hints=[
                N_(
                    "Do not join `orders` to `records`. Ask which orders have a `customer_id` that is `IN (SELECT customer_id FROM records "
                    "WHERE source = 'clinic')`."
                ),
                N_("The same again for 'ecommerce', with `AND`; and `year(ordered_on) = 2025`."),
            ],
            misconceptions={
                "fan-out": (
                    lambda d: d.revenue("joined"),
                    N_(
                        "Your join multiplies: a customer with two records in a system has each order counted twice. Use `IN`, or join to "
                        "`SELECT DISTINCT customer_id`."
                    ),
                ),
                "either system": (
                    lambda d: d.revenue("either"),
                    N_(
                        "Those are the customers who stand in one *or* the other system. Asked are those in both: two conditions, with `AND`."
                    ),
                ),
                "joined to both lists at once": (
                    lambda d: d.revenue("joined to either"),
                    N_(
                        "`source IN ('clinic', 'ecommerce')` means one *or* the other, and a join counts an order once for each record. "
                        "Two conditions with `IN`, joined by `AND`."
                    ),
                ),
                "the clinic alone": (
                    lambda d: d.revenue("clinic"),
                    N_(
                        "Those are all customers of the clinic. Asked are those whom the web shop knows as well."
                    ),
                ),
                "two systems, any": (
                    lambda d: d.revenue("two systems"),
                    N_(
                        "Those are the customers whom *any* two systems know. Asked are the clinic and the web shop."
                    ),
                ),
                "both years": (
                    lambda d: d.revenue("both", both_years=True),
                    N_("Those are the orders of 2024 *and* 2025. Add `year(ordered_on) = 2025`."),
                ),
            },
            success=N_(
                "Each order once. A query that is right gives the same sum however many records a customer has."
            ),
        ),
    ],
)
