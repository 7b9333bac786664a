"""What a room was told last of its lesson."""

from datetime import UTC, datetime

from rtserver.access.changes import AccessEvent
from rtserver.delivery.hub import Hub
from rtserver.rooms.lessons import RoomLessons, tutors
from tests.rtserver.delivery_fakes import FakeConnection, live

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
ROOM = "room:lesson:3"


def member(user_id, name="Taras", role="student", state="accepted"):
    return {"user_id": user_id, "name": name, "role": role, "state": state}


def lesson(title="Fractions", *members):
    return {"id": 3, "title": title, "members": list(members)}


def changed(seq, lesson):
    return AccessEvent(seq, "lesson", 0, NOW, 3, {"lesson": lesson})


def renamed(seq, user_id, name):
    return AccessEvent(seq, "renamed", user_id, NOW, data={"name": name})


def listened_to():
    hub = Hub()
    for room in (ROOM, "room:lesson:4"):
        live(hub, room, FakeConnection())
    return RoomLessons(hub)


def test_a_lesson_that_is_older_than_what_was_told_is_read_again():
    lessons = listened_to()
    lessons.changed(changed(5, lesson("New")))

    assert not lessons.note(ROOM, 4, lesson("Old"))
    assert lessons.note(ROOM, 5, lesson("New"))
    assert lessons.note("room:lesson:4", 1, lesson())


def test_a_lesson_that_was_read_before_somebodys_new_name_is_read_again():
    lessons = listened_to()
    assert list(lessons.renamed(renamed(5, 7, "Taras K."))) == []

    assert not lessons.note(ROOM, 4, lesson("Old", member(7)))
    assert lessons.note(ROOM, 5, lesson("Old", member(7, "Taras K.")))


def test_a_new_name_is_put_into_the_lessons_that_have_it():
    lessons = listened_to()
    lessons.note(ROOM, 1, lesson("A", member(7), member(8, "Sofia")))
    lessons.note("room:lesson:4", 1, lesson("B", member(8, "Sofia")))

    told = list(lessons.renamed(renamed(2, 7, "Petro")))

    assert told == [lesson("A", member(7, "Petro"), member(8, "Sofia"))]
    assert list(lessons.renamed(renamed(3, 7, "Petro"))) == []


def test_lessons_without_anybody_here_are_not_kept():
    lessons = RoomLessons(Hub())

    assert lessons.changed(changed(5, lesson("New"))) == lesson("New")
    assert lessons.note(ROOM, 4, lesson("Old", member(7)))
    assert list(lessons.renamed(renamed(6, 7, "Petro"))) == []


def test_what_was_told_can_be_forgotten_again_and_again():
    lessons = listened_to()
    lessons.note(ROOM, 4, lesson("Old", member(7)))

    lessons.forget(ROOM)
    lessons.forget(ROOM)

    assert list(lessons.renamed(renamed(6, 7, "Petro"))) == []


def test_tutors_are_those_who_have_accepted():
    people = (
        member(1, role="tutor"),
        member(2),
        member(3, role="tutor", state="invited"),
    )

    assert tutors(lesson("Fractions", *people)) == {1}
