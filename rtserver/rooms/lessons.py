"""The lessons whose rooms have somebody here, as they were last told."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from rtserver.access.changes import AccessEvent
from rtserver.delivery.channels import room_channel
from rtserver.delivery.hub import Hub

Lesson = dict[str, Any]  # a lesson on the wire, of plain values


class _ToldLesson(NamedTuple):
    """A lesson as of a seq of the stream ``access``."""

    seq: int
    lesson: Lesson


class RoomLessons:
    """Lessons as their rooms were last told of them, while somebody is there.

    A new name of somebody is one access change for all their lessons: so it is put into
    what was told before.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._told: dict[str, _ToldLesson] = {}  # by channel
        self._renamed = 0  # the latest change of a name

    def note(self, channel: str, seq: int, lesson: Lesson) -> bool:
        """Note a lesson that was read; False if a newer one was told here already."""
        told = self._told.get(channel)
        if self._renamed > seq or (told is not None and told.seq > seq):
            return False
        # Whoever had it read may have been removed meanwhile, and nobody be left.
        if any(self._hub.subscribers(channel)):
            self._told[channel] = _ToldLesson(seq, lesson)
        return True

    def changed(self, event: AccessEvent) -> Lesson:
        """Take a changed lesson; return it as it is to be told."""
        assert event.lesson_id is not None
        lesson: Lesson = event.data["lesson"]
        channel = room_channel(event.lesson_id)
        if any(self._hub.subscribers(channel)):
            self._told[channel] = _ToldLesson(event.seq, lesson)
        return lesson

    def renamed(self, event: AccessEvent) -> Iterator[Lesson]:
        """Take somebody's new name; yield the lessons in which it is to be told."""
        self._renamed = event.seq
        for channel, told in list(self._told.items()):
            lesson = _renamed(told.lesson, event.user_id, event.data["name"])
            if lesson != told.lesson:
                self._told[channel] = _ToldLesson(event.seq, lesson)
                yield lesson

    def forget(self, channel: str) -> None:
        """Forget the lesson of a channel that nobody here has any more."""
        self._told.pop(channel, None)


def tutors(lesson: Lesson) -> set[int]:
    """Return the user ids of a lesson's accepted tutors."""
    tutor = {"role": "tutor", "state": "accepted"}
    people = lesson["members"]
    return {one["user_id"] for one in people if tutor.items() <= one.items()}


def _renamed(lesson: Lesson, user_id: int, name: str) -> Lesson:
    members = [
        {**one, "name": name} if one["user_id"] == user_id else one
        for one in lesson["members"]
    ]
    return {**lesson, "members": members}
