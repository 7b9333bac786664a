"""The documentation's examples, tried for real and in their order."""

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from rtserver.access.actor import Actor
from rtserver.accounts.api_keys import ApiKeys
from rtserver.accounts.requests import UserBody
from rtserver.boards.changes import By
from rtserver.boards.elements import read_stored
from rtserver.delivery import wire
from rtserver.delivery.messages import Resync
from rtserver.lessons.requests import Invitation, LessonBody, LessonPatch, MemberPatch
from rtserver.mail.unsubscribe import MailSubscription, UnsubscribeLinks
from rtserver.presence.contract import PresenceChange
from rtserver.rooms.contract import RoomChange, Seat, SeatState
from tests.client import Socket
from tests.docs_examples import alike, frames, page
from tests.docs_story import follow
from tests.patience import PATIENCE
from tests.school import SECRET, SYSTEM, School, until

OLENA, TARAS = Actor(7, "Olena", "tutor"), Actor(8, "Taras", "student")
JAMES = Actor(9, "James", "tutor")
JSON = "Content-Type: application/json"
CUT_EPOCH = "b3b0…"


async def test_examples_over_http_answer_as_documented(school: School) -> None:
    keys = ApiKeys(school.services.db, school.services.clock)
    _, key = await keys.add("Our platform")
    shell = {"URL": "", "JSON": JSON, "KEY": f"Authorization: Api-Key {key}"}
    for name, id in (("OLENA", 1001), ("TARAS", 1002)):
        shell[name] = f"Authorization: Bearer {school.token(id)}"
    shell["ADMIN"] = f"Authorization: Bearer {await school.admin()}"
    links = UnsubscribeLinks(SECRET)
    shell["SIGNED"] = links.sign(MailSubscription(1002, "chat.message"))

    await follow(school, "docs/http.md", shell)


async def test_examples_over_the_socket_are_answered_as_documented(
    school: School,
) -> None:
    await furnish(school)
    socket = await school.open()
    await converse(school, socket)
    await events_of_the_others(school, socket)

    sofia = await what_sofia_is_to_know(school)
    real = [*socket.received, *sofia, json.loads(wire.frame(Resync("chat:user:7"))[2:])]
    for shown in frames(page("docs/protocol.md"), "Server"):
        assert any(alike(shown, counted(frame)) for frame in real), shown


def counted(frame: dict[str, Any]) -> dict[str, Any]:
    """Count notifications as the page does, which knows of fewer people."""
    payload = frame.get("payload", {})
    if frame["type"] == "chat.held":
        frame, payload = {**frame, "seq": 15}, {**payload, "seq": 15}
    if "event" in payload:
        return {**frame, "payload": {**payload, "id": 40 + frame["seq"]}}
    if payload.get("channel") == "notifications:user:7":
        return {**frame, "payload": {**payload, "seq": 14, "unread": 3}}
    return frame


async def what_sofia_is_to_know(school: School) -> list[dict[str, Any]]:
    """Let happen what the page shows of notifications; give what came of it."""
    services, start = school.services, datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
    await services.accounts.users.put(SYSTEM, 10, user("Sofia", "student"))
    socket = await school.connect(10)
    await socket.call("subscribe", "notifications:user:10")
    await put_lesson(school, 6, tutors=[7], students=[10], start=start)
    await services.members.invite(OLENA, 3, Invitation(role="student", user_id=10))
    await services.members.invite(OLENA, 6, Invitation(role="tutor", user_id=9))
    await services.members.accept(JAMES, 6)
    await post(school, OLENA, 6, "…")
    await socket.next("chat.message")
    shape = b'{"id":"a","version":1}'
    await services.boards.service.patch(by(OLENA, 6), [[read_stored(shape)]])
    await socket.next("board.activity")
    # So that it is reminded of a day before, a moment from now.
    later = times(services.clock.now() + timedelta(days=1, seconds=0.3))
    await services.lessons.patch(OLENA, 6, LessonPatch(**later))
    await socket.next("lesson.reminder")
    await services.lessons.cancel(OLENA, 6)
    await socket.next("lesson.cancelled")
    await services.notifications.service.read_all(Actor(10, "Sofia", "student"))
    await socket.next("notification.read")
    return socket.received


def times(start: datetime) -> dict[str, datetime]:
    return {"starts_at": start, "ends_at": start + timedelta(hours=1)}


def user(name: str, role: Any) -> UserBody:
    return UserBody(email=f"{name}@school.example", name=name, role=role)


async def furnish(school: School) -> None:
    """Bring the school to where the conversation begins: lesson 3 stands at 12."""
    people = {7: ("Olena", "tutor"), 8: ("Taras", "student"), 9: ("James", "tutor")}
    for id, (name, role) in people.items():
        body = UserBody(email=f"{name}@school.example", name=name, role=role)
        await school.services.accounts.users.put(SYSTEM, id, body)
    for lesson, tutor in ((2, 9), (3, 7), (5, 9)):
        await put_lesson(school, lesson, tutors=[tutor])
    for lesson, count in ((2, 60), (5, 40), (3, 11)):
        await post(school, TARAS, lesson, *["…"] * count)
    await post(school, OLENA, 3, "Page 41, please.")


async def converse(school: School, socket: Socket) -> None:
    """Send every command of the page, and wait for its answer."""
    epoch = ""
    for frame in frames(page("docs/protocol.md"), "Client"):
        payload = frame.get("payload", {})
        if "token" in payload:
            payload["token"] = school.token(7)
        if payload.get("epoch") == CUT_EPOCH:
            await while_the_laptop_is_away(school)
            payload["epoch"] = epoch
        if frame["id"] == 13:
            await taras_draws(school)
        answer = await answered(socket, frame)
        epoch = answer["payload"].get("epoch", epoch)


async def answered(socket: Socket, frame: dict[str, Any]) -> dict[str, Any]:
    future = socket.answers[frame["id"]] = asyncio.get_running_loop().create_future()
    await socket.send(json.dumps(frame))
    return await asyncio.wait_for(future, PATIENCE)


async def while_the_laptop_is_away(school: School) -> None:
    """Let 13, 14 and 15 happen in lesson 3."""
    chat = school.services.chat
    await post(school, TARAS, 3, "I'm ready!")
    await chat.edit(OLENA, 112, "Page 42, please.")
    await chat.edit(TARAS, 113, "I am ready!")


async def events_of_the_others(school: School, socket: Socket) -> None:
    """Let the events happen that the page shows without a command of Olena's."""
    chat, members = school.services.chat, school.services.members
    await socket.call("subscribe", "chat:user:7")
    await chat.delete(TARAS, 113)
    await chat.typing(TARAS, 3)
    await chat.mark_read(TARAS, 3, 15)
    await put_lesson(school, 5, tutors=[9, 7])
    await on_the_boards(school, socket)
    taras_comes_and_goes(school)
    taras_is_in_the_room(school)
    await taras_asks(school)
    await members.remove(OLENA, 3, 8)
    await put_lesson(school, 5, tutors=[9])
    # What is latest-wins may come a few milliseconds after what is not.
    last = {"chat.typing", "chat.read", "chat.joined", "chat.left"}
    last |= {"board.cursor.move", "board.preview", "unsubscribed", "user.offline"}
    await until(lambda: last <= {frame["type"] for frame in socket.received})


async def taras_asks(school: School) -> None:
    """Let something wait in lesson 3, and be rejected."""
    patch = LessonPatch(chat="moderated")
    await school.services.lessons.patch(OLENA, 3, patch)
    await post(school, TARAS, 3, "May I ask something?")
    await school.services.chat.held.reject(OLENA, 1)


async def taras_draws(school: School) -> None:
    """Let 2 happen on the board of lesson 3."""
    shape = b'{"id":"a","version":2,"versionNonce":3,"type":"ellipse","x":50,"y":20}'
    await school.services.boards.service.patch(by(TARAS), [[read_stored(shape)]])


async def on_the_boards(school: School, socket: Socket) -> None:
    """Let 6 and 7 happen on the board of lesson 3; Olena is on that of lesson 5 too."""
    await socket.call("subscribe", "board:lesson:5")
    boards = school.services.boards.service
    line = read_stored(b'{"id":"d","version":1,"type":"line"}')
    await boards.replace(by(OLENA), [line])
    await boards.reset(by(OLENA))
    boards.move_cursor(8, 3, "c_taras", b'{"x": 1.5, "y": 2}')
    piece = b'{"id": "stroke-2", "n": 0, "points": [[1.5, 2]]}'
    boards.preview(8, 3, "c_taras", piece)
    view = MemberPatch(board="view")
    await school.services.members.change(OLENA, 3, 8, view)


def taras_comes_and_goes(school: School) -> None:
    """Let presence tell of both, without the grace in between."""
    now = school.services.clock.now()
    for change in (PresenceChange([8], [], now), PresenceChange([], [8], now)):
        school.services.presence.status.changed(change)


def taras_is_in_the_room(school: School) -> None:
    """Let the room of lesson 3 tell of his coming and going, without the grace."""
    now, taras = school.services.clock.now(), Seat(3, 8)
    for change in (
        RoomChange(now, entered={taras: SeatState(now)}),
        RoomChange(now, signalled={taras: SeatState(now, now, "help")}),
        RoomChange(now, leads={3: 9}),
        RoomChange(now, left=[taras]),
    ):
        school.services.rooms.feed.changed(change)


def by(actor: Actor, lesson: int = 3) -> By:
    """Change a board from a connection that isn't shown."""
    return By(actor, lesson, "c_other", lambda _: None)


async def post(school: School, author: Actor, lesson: int, *texts: str) -> None:
    chat = school.services.chat
    await asyncio.gather(*(chat.post(author, lesson, text, None) for text in texts))


async def put_lesson(
    school: School,
    id: int,
    *,
    tutors: list[int],
    students: Iterable[int] = (8,),
    start: datetime | None = None,
) -> None:
    """Make the lesson with this id, or replace its members; Taras is its student."""
    people = [(tutor, "tutor") for tutor in tutors]
    people += [(student, "student") for student in students]
    begin = start or school.services.clock.now()
    members = [
        Invitation(user_id=user, role=role, state="accepted") for user, role in people
    ]
    body = LessonBody("Algebra", begin, begin + timedelta(hours=1), members)
    await school.services.lessons.put(SYSTEM, id, body)
