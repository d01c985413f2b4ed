"""Lesson 14: whom may we contact, for what, by which channel?"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from labkit.exercises.declare import Exercise, Lesson
from labkit.i18n import N_

NOW = "2025-12-31 23:59"
SENT_AT = "2025-09-15 00:00"
TRIED = 100_000


class _Data:
    """What the answers are computed from, each part when it is first asked for."""

    @cached_property
    def consents(self) -> Any:
        from labkit.data import load

        return load("consents")

    @cached_property
    def customers(self) -> int:
        from labkit.data import load

        return len(load("customers"))

    @cached_property
    def email(self) -> Any:
        said = self.consents
        return said[said["purpose"].eq("marketing") & said["channel"].eq("email")]

    @cached_property
    def _asked(self) -> dict[tuple[str, str, str], Any]:
        return {}

    def may(self, moment: Any = NOW, purpose: str = "marketing", channel: str = "email") -> Any:
        from labkit.identify import consent

        asked = (str(moment), purpose, channel)
        if asked not in self._asked:
            said = self.consents
            said = said[said["purpose"].eq(purpose) & said["channel"].eq(channel)]
            self._asked[asked] = consent.contactable(said, moment, purpose, channel)
        return self._asked[asked]

    @cached_property
    def by_row(self) -> Any:
        """Customers whose last row, as entered, is a grant."""
        last = self.email.drop_duplicates("customer_id", keep="last")
        return last.loc[last["action"].eq("grant"), "customer_id"]

    def any_channel(self) -> int:
        from labkit.identify import consent

        said = consent.standing(self.consents, NOW)
        return int(said.loc[said["allowed"] & said["purpose"].eq("marketing"), "customer_id"].nunique())

    def actions(self, action: str) -> int:
        return int(self.email["action"].eq(action).sum())

    def audience(self, arm: str | None = "treated") -> Any:
        from labkit.data import load

        contacts = load("contacts")
        campaign = contacts[contacts["campaign_id"].eq(3)]
        return campaign if arm is None else campaign[campaign["arm"].eq(arm)]

    def violations(self, moment: str = SENT_AT, arm: str | None = "treated") -> int:
        return int((~self.audience(arm)["customer_id"].isin(self.may(moment))).sum())

    def revoked_before(self, moment: str = SENT_AT) -> int:
        """Treated customers who had revoked marketing by e-mail, whether or not they granted it again."""
        before = self.email[self.email["action"].eq("revoke") & (self.email["at"] <= moment)]
        return int(self.audience()["customer_id"].isin(before["customer_id"]).sum())

    def delivered(self) -> int:
        """Violations among those whom the mail reached."""
        treated = self.audience()
        return int(treated.loc[~treated["customer_id"].isin(self.may(SENT_AT)), "delivered"].sum())

    def any_revocation(self) -> int:
        """Treated customers who had revoked anything, for any purpose by any channel."""
        said = self.consents
        before = said[said["action"].eq("revoke") & (said["at"] <= SENT_AT)]
        return int(self.audience()["customer_id"].isin(before["customer_id"]).sum())

    @cached_property
    def cpf_of_records(self) -> Any:
        from labkit.identify import caramelo

        return caramelo.records()["cpf"].dropna()

    @cached_property
    def cpfs(self) -> Any:
        """Each CPF of the agency's file."""
        return self.cpf_of_records.drop_duplicates()

    @cached_property
    def segment(self) -> Any:
        """Holders of a plan: birth date, city, whether a contract of theirs was cancelled."""
        from labkit.data import load

        cancelled = load("plans").groupby("customer_id")["cancelled_on"].count().gt(0).rename("cancelled")
        columns = ["customer_id", "birth_date", "city"]
        return load("customers")[columns].merge(cancelled, on="customer_id").dropna()

    @cached_property
    def coarse(self) -> Any:
        from labkit.data import load
        from labkit.identify import anonymity

        state = load("customers").drop_duplicates("city").set_index("city")["state"]
        ladders = {
            "birth_date": [lambda born: born.dt.year, lambda born: born.dt.year // 10 * 10],
            "city": [lambda city: city.map(state)],
        }
        return anonymity.generalise(self.segment, ladders, k=5, most_suppressed=0.05).table

    def alone_or_same(self) -> int:
        """People of the segment, as it was, in whose group all say the same."""
        values = self.segment.groupby(["birth_date", "city"])["cancelled"].transform("nunique")
        return int((values == 1).sum())

    @cached_property
    def groups(self) -> Any:
        """Size of each group of the coarse table, and the share of its members who cancelled."""
        return self.coarse.groupby(["birth_date", "city"])["cancelled"].agg(["size", "mean"])

    def same(self, *shares: int) -> Any:
        return self.groups[self.groups["mean"].isin(shares)]


def _among_the_first(cpfs: Any) -> int:
    """How many are tried: those whose nine free digits, as a number, are below `TRIED`."""
    return int((cpfs.str[:9].astype(int) < TRIED).sum())


LESSON = Lesson(
    id="14",
    title=N_("Privacy and consent"),
    step="identify",
    data=_Data,
    exercises=[
        Exercise(
            id="14.q1",
            answer="may_email",
            expected=lambda d: len(d.may()),
            unit=N_("customers"),
            hints=[
                N_(
                    'What decides is the last event *by time*: `email.sort_values("at")`, then one row for each customer, the last.'
                ),
                N_(
                    '`drop_duplicates("customer_id", keep="last")` keeps it. Count those whose `action` is "grant".'
                ),
            ],
            misconceptions={
                "last row": (
                    lambda d: len(d.by_row),
                    N_(
                        "You took each customer's last *row*. Paper forms are typed in weeks later, so an old grant may stand after a newer "
                        "revocation: sort by `at` first."
                    ),
                ),
                "ever granted": (
                    lambda d: int(d.email.loc[d.email["action"].eq("grant"), "customer_id"].nunique()),
                    N_("You counted everybody who ever granted. Some have revoked since."),
                ),
                "counts rows": (
                    lambda d: d.actions("grant"),
                    N_(
                        "You counted *events*. Some customers granted twice, some events are entered twice, some were revoked."
                    ),
                ),
                "grants less revocations": (
                    lambda d: d.actions("grant") - d.actions("revoke"),
                    N_(
                        "Grants minus revocations is no number of customers: both are entered twice now and then, and somebody may revoke twice. "
                        "Ask each customer for the last event."
                    ),
                ),
                "never revoked": (
                    lambda d: int(
                        d.email["customer_id"].nunique()
                        - d.email.loc[d.email["action"].eq("revoke"), "customer_id"].nunique()
                    ),
                    N_(
                        "You left out everybody who ever revoked. Some have granted again since: the last event decides."
                    ),
                ),
                "any channel": (
                    lambda d: d.any_channel(),
                    N_("Those allow marketing by *some* channel. Asked is e-mail."),
                ),
            },
            success=N_(
                "That is the base of an e-mail tonight. Tomorrow it is another: a base is a number with a minute beside it."
            ),
        ),
        Exercise(
            id="14.q2",
            answer="may_personal",
            expected=lambda d: len(d.may().intersection(d.may(NOW, "profiling", "any"))),
            unit=N_("customers"),
            hints=[
                N_(
                    '`consent.contactable(consents, now, purpose="profiling", channel="any")` allows profiling.'
                ),
                N_("Who stands in both? An index has `.intersection(other)`; count the result with `len`."),
            ],
            misconceptions={
                "either": (
                    lambda d: len(d.may().union(d.may(NOW, "profiling", "any"))),
                    N_("Those allow one *or* the other. A personal e-mail needs both."),
                ),
                "shares multiplied": (
                    lambda d: round(len(d.may()) * len(d.may(NOW, "profiling", "any")) / d.customers),
                    N_(
                        "You multiplied the shares, as if one permission said nothing about the other. Close, but count those who stand in both."
                    ),
                ),
                "the smaller one": (
                    lambda d: len(d.may(NOW, "profiling", "any")),
                    N_(
                        "Those allow profiling. Not all of them allow e-mail: the base is smaller than the smaller of the two."
                    ),
                ),
                "profiling by e-mail": (
                    lambda d: len(d.may(NOW, "profiling", "email")),
                    N_(
                        'Nobody? Profiling has no channel of its own in the ledger: ask with `channel="any"`.'
                    ),
                ),
                "a share": (
                    lambda d: len(d.may().intersection(d.may(NOW, "profiling", "any"))) / d.customers,
                    N_("That is a share. Asked is a number of customers."),
                ),
                "e-mail only": (
                    lambda d: len(d.may()),
                    N_("Those allow marketing by e-mail. Who of them allows profiling as well?"),
                ),
            },
            success=N_(
                "Each further permission a plan needs makes its base smaller. Ask which ones the idea really needs."
            ),
        ),
        Exercise(
            id="14.q3",
            answer="violations",
            expected=lambda d: d.violations(),
            unit=N_("customers"),
            hints=[
                N_(
                    "`consent.contactable(consents, sent_at)` are those who allowed marketing by e-mail at that minute."
                ),
                N_(
                    "Count the rows of `treated` whose `customer_id` is not among them: `~ … .isin(…)`, `.sum()`."
                ),
            ],
            misconceptions={
                "today's ledger": (
                    lambda d: d.violations(NOW),
                    N_(
                        "You asked what holds at the end of the year. Who revoked *after* the mail did not forbid it: ask at `sent_at`."
                    ),
                ),
                "control group too": (
                    lambda d: d.violations(arm=None),
                    N_("You counted the control group as well. Nobody wrote to them."),
                ),
                "any revocation": (
                    lambda d: d.any_revocation(),
                    N_(
                        "You counted everybody who had ever revoked *something*. A no to SMS is no no to e-mail, and some have granted again: "
                        "purpose, channel, last event."
                    ),
                ),
                "revoked once": (
                    lambda d: d.revoked_before(),
                    N_(
                        "They had all revoked marketing by e-mail *once* before the mail. Some granted it again since: the last event decides."
                    ),
                ),
                "ever revoked": (
                    lambda d: d.revoked_before(NOW),
                    N_(
                        "They revoked marketing by e-mail at some time. Some did so after the mail, some granted it again."
                    ),
                ),
                "end of the day": (
                    lambda d: d.violations("2025-09-15 23:59"),
                    N_(
                        "You asked at the end of the day. The hour of the mail is not known: take the first minute, in its favour."
                    ),
                ),
                "only those reached": (
                    lambda d: d.delivered(),
                    N_("You counted only those whom the mail reached. It was sent to all."),
                ),
                "complaints": (
                    lambda d: int(d.audience()["complained"].sum() + d.audience()["opted_out"].sum()),
                    N_(
                        "You counted complaints and opt-outs after the mail. A violation is one whether or not anybody complains."
                    ),
                ),
                "those allowed": (
                    lambda d: len(d.audience()) - d.violations(),
                    N_("Those were allowed. Asked are the others."),
                ),
            },
            success=N_(
                "A list is a photograph of the ledger. What counts is the ledger at the moment of sending."
            ),
        ),
        Exercise(
            id="14.q4",
            answer="recovered",
            expected=lambda d: _among_the_first(d.cpfs),
            unit=N_("rows"),
            hints=[
                N_(
                    "`{hashed(cpf) for cpf in anonymity.cpf_candidates(0, 100_000)}` is the set of all hashes to try."
                ),
                N_("`agency_file.isin(…)` is True for each row whose hash is in that set. Count them."),
            ],
            misconceptions={
                "a hash is one-way": (
                    lambda d: 0,
                    N_(
                        "No row? Nobody computes the hash backwards. Hash every candidate *forwards*, all eleven digits as text, with `hashed`, and "
                        "compare the hashes. (Counting from 0 to 99,999 does not do: the last two of the eleven digits are check digits.)"
                    ),
                ),
                "all of them": (
                    lambda d: len(d.cpfs),
                    N_(
                        "That is the whole file. All candidates would find it; asked is what the first 100,000 find."
                    ),
                ),
                "every record": (
                    lambda d: _among_the_first(d.cpf_of_records),
                    N_(
                        "You looked in all records, where one CPF may stand several times. `agency_file` has each once."
                    ),
                ),
                "counts tries": (
                    lambda d: TRIED,
                    N_(
                        "That is the number of tries. In how many rows of `agency_file` does one of these hashes stand?"
                    ),
                ),
            },
            success=N_(
                "A moment, and these rows have their CPF again. The rest of the file is only a matter of minutes."
            ),
        ),
        Exercise(
            id="14.q5",
            answer="exposed",
            expected=lambda d: int(d.same(0, 1)["size"].sum()),
            unit=N_("people"),
            hints=[
                N_(
                    'How many different values of `cancelled` has each group? `coarse.table.groupby(["birth_date", "city"])["cancelled"]'
                    '.transform("nunique")` says it beside each person.'
                ),
                N_("Where it is 1, all members of the group say the same. Count these people."),
            ],
            misconceptions={
                "counts groups": (
                    lambda d: len(d.same(0, 1)),
                    N_("You counted *groups*. How many people stand in them?"),
                ),
                "before it was made coarser": (
                    lambda d: d.alone_or_same(),
                    N_(
                        "You grouped the table with full birth dates and cities. Take `coarse.table`, in which every group has five people or more."
                    ),
                ),
                "a share": (
                    lambda d: d.same(0, 1)["size"].sum() / len(d.coarse),
                    N_("That is a share. Asked is a number of people."),
                ),
                "left out": (
                    lambda d: len(d.segment) - len(d.coarse),
                    N_("Those were left out of the file. Asked are people who stand in it."),
                ),
                "groups of all": (
                    lambda d: len(d.groups),
                    N_(
                        "That is the number of groups. In how many people's group do all members say the same?"
                    ),
                ),
                "k protects": (
                    lambda d: 0,
                    N_(
                        "Nobody can be *found* in this table. But where a whole group has one value, it is *known* of each of its members."
                    ),
                ),
                "everybody": (
                    lambda d: len(d.coarse),
                    N_("That is everybody in the table. In most groups the values differ."),
                ),
            },
            success=N_(
                "Nobody can be found in this table, and of these people the secret is out all the same."
            ),
        ),
    ],
)
