"""The last check of a reminder's mail: whether it still makes sense (contract 4)."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rtserver.mail.dates import moment_of
from rtserver.mail.events import REMINDER
from store import lessons, members
from store.records import MailRecord
from store.transaction import Transaction


def why_too_late(
    tx: Transaction, mail: MailRecord, lesson: Mapping[str, Any] | None, now: datetime
) -> str | None:
    """Say why a reminder's mail needn't go any more; None: it may.

    ``lesson`` is what the mail tells of.
    """
    found = lessons.get(tx, mail.lesson_id) if mail.lesson_id is not None else None
    if lesson is None or found is None or found.status == "cancelled":
        return "cancelled"
    if found.starts_at != lesson["starts_at"]:
        return "rescheduled"
    if found.starts_at <= now:
        return "begun"
    member = members.get(tx, found.id, mail.user_id)
    return None if member and member.state == "accepted" else "removed"


def no_later(mail: MailRecord, again: datetime, now: datetime) -> datetime:
    """Return when to try a mail again: a reminder's by its lesson's start.

    It isn't sent any more then, and ends instead of waiting for hours.
    """
    if mail.event != REMINDER or mail.lesson is None:
        return again
    start = moment_of(json.loads(mail.lesson)["starts_at"])
    return again if start is None else max(now, min(again, start))
