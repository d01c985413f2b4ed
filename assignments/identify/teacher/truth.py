"""What is true of Patavina's files, for grading *identify*; never handed out.

The rules are those that the questions state. What nobody can know from the files plays no part: a death that no record
states, a birth date that no record has.
"""

import pandas as pd

from labkit.identify import consent

TABLES = ["truth/bought_people", "truth/bought_records"]

MOMENT = pd.Timestamp("2025-11-30 23:59")
OF_AGE_ON = pd.Timestamp("2007-11-30")  # who was born later is not yet 18 on the day
MAY, OLDER, MAY_NOT = 3.0, -0.5, -15.0  # R$, as question 4 states them


def _entities(variant):
    """Each record and whom it is about; a record that is nobody's is an entity of its own."""
    records = variant.table("truth/bought_records")
    own = -pd.Series(range(1, len(records) + 1), index=records.index)
    return pd.DataFrame(
        {"record": records["record"], "who": records["person_id"].where(records["person_id"] > 0, own)}
    )


q2 = q3 = q4 = _entities


def events(variant):
    """Ledger and opt-outs together: person_id, at, purpose, channel, action."""
    records = variant.table("truth/bought_records")
    person = records.set_index("record")["person_id"]
    ledger = variant.table("bought_consents")
    ledger = ledger.assign(person_id=ledger["record"].map(person)).drop(columns="record")
    said = variant.table("bought_optouts")
    contact = said["contato"].str.lower().str.strip()
    digits = "+55" + contact.str.replace(r"\D", "", regex=True)
    said = said.assign(contact=contact.where(contact.str.contains("@"), digits))
    known = records.melt("person_id", ["email", "phone"], value_name="contact").dropna()[
        ["person_id", "contact"]
    ]
    said = said.merge(known.drop_duplicates(), on="contact")
    said["at"] = pd.to_datetime(said["recebido_em"], format="%d/%m/%Y") + pd.Timedelta("23:59:00")
    channels = said["pedido"].map(
        {
            "não enviar e-mail": ["email"],
            "não enviar WhatsApp": ["whatsapp"],
            "não enviar nada": ["email", "whatsapp"],
        }
    )
    said = said.assign(channel=channels, action="revoke").explode("channel")
    said = said.merge(pd.DataFrame({"purpose": ["marketing", "reminders"]}), how="cross")
    columns = ["person_id", "at", "purpose", "channel", "action"]
    return pd.concat([ledger[columns], said[columns]], ignore_index=True)


def may_be_reached(variant, purpose, channel):
    """Persons who are alive and of age, and allow it at the moment."""
    people = variant.table("truth/bought_people")
    stands = consent.contactable(events(variant), MOMENT, purpose, channel, "person_id")
    fine = people[~people["dead"] & (people["birth_date"] <= OF_AGE_ON)]["person_id"]
    return set(stands) & set(fine)


def q5(variant):
    """What each e-mail address of the files brings in R$ if it stands on the list."""
    records = variant.table("truth/bought_records")
    records = records[records["email"].notna() & (records["person_id"] > 0)]
    fine = may_be_reached(variant, "marketing", "email")
    newest = records.groupby("person_id")["registered_on"].transform("max") == records["registered_on"]
    each = pd.DataFrame(
        {
            "email": records["email"].str.lower(),
            "fine": records["person_id"].isin(fine),
            "newest": newest,
        }
    )
    of = each.groupby("email").agg(fine=("fine", "all"), newest=("newest", "any"))
    brings = of["newest"].map({True: MAY, False: OLDER}).where(of["fine"], MAY_NOT)
    return (
        pd.concat([brings, _of_nobody(variant, brings.index)]).rename_axis("email").reset_index(name="brings")
    )


def _of_nobody(variant, known):
    """Addresses in the files that are no customer's: stand-ins, tests, a clinic's reception, a payer's typed over."""
    written = [
        variant.table(name)[column].dropna()
        for name, columns in (
            ("bought_app", ["email", "cep"]),
            ("bought_till", ["e_mail"]),
            ("bought_clinics", ["email"]),
        )
        for column in columns
    ]
    addresses = pd.concat(written).str.strip().str.lower()
    addresses = addresses[addresses.str.contains("@")].drop_duplicates()
    return pd.Series(MAY_NOT, index=pd.Index(addresses[~addresses.isin(known)]))


def q6(variant):
    """How many customers may be sent reminders by WhatsApp."""
    records = variant.table("truth/bought_records")
    reachable = set(records.loc[records["phone"].notna(), "person_id"])
    return len(may_be_reached(variant, "reminders", "whatsapp") & reachable)
