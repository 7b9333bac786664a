"""The types name just what the server sends."""

from typing import Any, get_type_hints

from rtserver_client.wire import (
    HeldDecision,
    HeldMessage,
    Lesson,
    Member,
    Message,
    Notification,
    NotificationsRead,
    Summary,
)
from tests.guests import Guest, lesson_of_two
from tests.school import School, until


def keys(shape: Any) -> set[str]:
    return set(get_type_hints(shape))


async def test_shapes_are_those_of_answers_and_events(sqlite_school: School) -> None:
    school = sqlite_school
    olena, taras, lesson = await lesson_of_two(school)
    tutor, student = Guest(school, olena), Guest(school, taras)
    for channel in (f"chat:user:{olena}", f"notifications:user:{olena}"):
        await tutor.on(channel)
    await student.client.connect()

    path = f"/api/lessons/{lesson}/"
    await tutor.client.http("PATCH", path, {"chat": "moderated"})
    words = {"lesson_id": lesson, "text": "May I?"}
    held = await student.client.http("POST", "/api/chat/messages/", words)
    approve = f"/api/chat/held/{held['held_id']}/approve/"
    message = await tutor.client.http("POST", approve)
    await until(lambda: "chat.held" in (each["type"] for each in tutor.heard))
    await tutor.client.http("POST", "/api/notifications/read-all/")
    await until(lambda: "notification.read" in (each["type"] for each in tutor.heard))
    shown = await tutor.client.http("GET", f"{path}?summary=true")

    told = {each["type"]: each["payload"] for each in tutor.heard}
    for shape, real in (
        (HeldMessage, held),
        (HeldMessage, told["chat.held.new"]),
        (HeldDecision, told["chat.held.decided"]),
        (Message, message),
        (Message, told["chat.message.new"]),
        (Notification, told["chat.held"]),
        (NotificationsRead, told["notification.read"]),
        (Lesson, shown),
        (Member, shown["members"][0]),
        (Summary, shown["summary"]),
    ):
        assert set(real) == keys(shape), shape
    for guest in (tutor, student):
        await guest.client.close()
