"""Announce to those in a lesson's room what the lesson has become (``lesson.changed``).

Whoever changes a lesson or its members calls this, once for each change, in its
transaction and after all else that it announces.
"""

from datetime import datetime

import msgspec

from rtserver.access.changes import NOBODY, announce
from rtserver.lessons.roster import Roster
from rtserver.views import lesson_view
from store import access_changes, lessons, members
from store.transaction import Transaction


def announce_lesson(tx: Transaction, lesson_id: int, now: datetime) -> None:
    """Announce a lesson as it is by now; its row has to be locked."""
    # First: a name that another process is changing is read when that is committed, or
    # is told behind this.
    access_changes.take_turn(tx)
    lesson = lessons.get(tx, lesson_id)
    assert lesson is not None
    shown = lesson_view(lesson, members.of_lesson(tx, lesson_id))
    data = {"lesson": msgspec.to_builtins(shown)}
    announce(tx, "lesson", NOBODY, now=now, lesson_id=lesson_id, data=data)


def announce_roster(tx: Transaction, roster: Roster) -> None:
    """Announce a lesson whose members were changed, if they were."""
    if roster.changes:
        announce_lesson(tx, roster.lesson_id, roster.now)
