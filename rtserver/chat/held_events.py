"""Tell of held messages: on the stream of rights, so that none of it is lost.

held     somebody's message waits   data: {"held_id", "recipients"}, and the "message"
decided  it waits no longer         data: {"held_id", "approved", "message_id", "by",
                                           "recipients"}

The message itself goes with the event and isn't stored there, where it would outlive a
rejection: whoever reads the stream back finds it in its own row, while it is held.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from rtserver.access.changes import announce
from rtserver.views import held_view
from store import held_messages, members
from store.records import AccessChangeRecord, HeldMessageRecord
from store.transaction import Transaction

NEW = "held"
DECIDED = "decided"


def announce_new(tx: Transaction, held: HeldMessageRecord, now: datetime) -> None:
    """Tell its author and the lesson's tutors that a message waits."""
    announce(
        tx,
        NEW,
        held.author_id,
        now=now,
        lesson_id=held.lesson_id,
        data={"held_id": held.id, "recipients": _concerned(tx, held)},
        unstored={"message": _shown(held)},
    )


def announce_decided(
    tx: Transaction,
    held: HeldMessageRecord,
    *,
    message_id: int | None,
    by: int | None,
    now: datetime,
) -> None:
    """Tell the same people that it waits no longer; refused, it made no message."""
    data = {
        "held_id": held.id,
        "approved": message_id is not None,
        "message_id": message_id,
        "by": by,
        "recipients": _concerned(tx, held),
    }
    announce(tx, DECIDED, held.author_id, now=now, lesson_id=held.lesson_id, data=data)


def completed(
    tx: Transaction, changes: Iterable[AccessChangeRecord]
) -> list[AccessChangeRecord]:
    """Put into changes read back what waits still, for whoever may see it now."""
    return [
        _completed(tx, change) if change.kind == NEW else change for change in changes
    ]


def _completed(tx: Transaction, change: AccessChangeRecord) -> AccessChangeRecord:
    held = held_messages.get(tx, change.data["held_id"])
    if held is None or held.state != held_messages.HELD:
        return change
    now = {"message": _shown(held), "recipients": _concerned(tx, held)}
    return replace(change, data={**change.data, **now})


def _concerned(tx: Transaction, held: HeldMessageRecord) -> list[int]:
    """Return the author and the lesson's tutors, as far as they take part."""
    return [
        member.user_id
        for member in members.of_lesson(tx, held.lesson_id)
        if member.state == "accepted"
        and (member.role == "tutor" or member.user_id == held.author_id)
    ]


def _shown(held: HeldMessageRecord) -> Any:
    return msgspec.to_builtins(held_view(held))
