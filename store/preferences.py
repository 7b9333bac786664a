"""Preferences: the events somebody wants mails about (table ``mail_preferences``)."""

from collections.abc import Collection, Mapping

from store.chunks import chunks
from store.models_mail import MailPreference
from store.transaction import Transaction


def of_user(tx: Transaction, user_id: int) -> dict[str, bool]:
    """Return what somebody has chosen, by event; what isn't in it is on."""
    query = MailPreference.select(MailPreference.event, MailPreference.email)
    rows = tx.rows(query.where(MailPreference.user == user_id))
    return {row["event"]: row["email"] for row in rows}


def switched_off(tx: Transaction, event: str, user_ids: Collection[int]) -> set[int]:
    """Return those of some users who want no mails about an event."""
    off = (MailPreference.event == event) & ~MailPreference.email
    query = MailPreference.select(MailPreference.user)
    return {
        row["user"]
        for ids in chunks(user_ids)
        for row in tx.rows(query.where(MailPreference.user.in_(ids), off))
    }


def put(tx: Transaction, user_id: int, chosen: Mapping[str, bool]) -> None:
    """Store what somebody chooses for some events."""
    rows = [
        {"user": user_id, "event": event, "email": email}
        for event, email in chosen.items()
    ]
    for some in chunks(rows, 200):
        insert = MailPreference.insert_many(some)
        tx.insert(
            insert.on_conflict(
                conflict_target=(MailPreference.user, MailPreference.event),
                preserve=(MailPreference.email,),
            )
        )
