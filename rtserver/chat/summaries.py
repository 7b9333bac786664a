"""Summaries of chats and rooms in a member's list of lessons (contract 3.3)."""

from collections.abc import Callable, Sequence

import msgspec

from rtserver.access.actor import Actor
from rtserver.views import LessonView, SummaryView, message_view
from store import summaries
from store.database import Database
from store.summaries import Summary


class Summaries:
    """The summaries of lessons; ``present`` tells who is in a lesson's room."""

    def __init__(self, db: Database, present: Callable[[int], list[int]]) -> None:
        self._db = db
        self._present = present

    async def add(
        self, actor: Actor, lessons: Sequence[LessonView]
    ) -> list[LessonView]:
        """Add to each lesson its summary, if the actor is an accepted member of it."""
        if actor.user_id is None:
            return list(lessons)
        ids = [lesson.id for lesson in lessons]
        found = await self._db.read(summaries.of_user, actor.user_id, ids)
        return [
            msgspec.structs.replace(lesson, summary=self._view(found[lesson.id]))
            if lesson.id in found
            else lesson
            for lesson in lessons
        ]

    def _view(self, summary: Summary) -> SummaryView:
        return SummaryView(
            unread=summary.unread,
            seq=summary.seq,
            read=summary.read,
            last_message=message_view(summary.last) if summary.last else None,
            present=self._present(summary.lesson_id),
            held=summary.held,
        )
