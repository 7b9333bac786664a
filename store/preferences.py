"""Preferences: the events somebody wants mails about (table ``mail_preferences``)."""

from collections.abc import Collection, Mapping

from store.chunks import chunks
from store.models_mail import MailPreference
from store.prepared import Prepared
from store.transaction import Transaction

_SWITCHED_OFF = Prepared(
    MailPreference,
    lambda event, *user_ids: MailPreference.select(MailPreference.user).where(
        MailPreference.event == event,
        ~MailPreference.email,
        MailPreference.user.in_(user_ids),
    ),
)


def of_user(tx: Transaction, user_id: int) -> dict[str, bool]:
    """Return what somebody has chosen, by event; what isn't in it is on."""
    query = MailPreference.select(MailPreference.event, MailPreference.email)
    rows = tx.rows(query.where(MailPreference.user == user_id))
    return {row["event"]: row["email"] for row in rows}


def switched_off(tx: Transaction, event: str, user_ids: Collection[int]) -> set[int]:
    """Return those of some users who want no mails about an event."""
    return {
        row["user"]
        for ids in chunks(user_ids)
        for row in _SWITCHED_OFF.rows(tx, event, *ids)
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
