"""What was committed here is told in its order, however late the loop hears of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from rtserver.access.actor import Actor
from rtserver.clock import Clock
from store import lessons, notifications
from store.database import Database
from store.transaction import Transaction
from tests.client import Socket
from tests.drawing import drawer, element, two_drawers
from tests.flows.processes import Processes
from tests.late_telling import LateTelling
from tests.lesson_school import chat_of
from tests.school import School

# So long whoever finds the commit in the database may try to tell it before its writer.
SOONER = 0.5


async def look(school: School, user: int, channel: str) -> Socket:
    """Have the server learn from the database what it hasn't told yet.

    A subscription is acked once everything up to its position was told.
    """
    socket = await school.connect(user)
    subscribing = asyncio.create_task(socket.call("subscribe", channel))
    await asyncio.wait({subscribing}, timeout=SOONER)
    return socket


def late(school: School, is_there: Callable[[Transaction], bool]) -> LateTelling:
    return LateTelling(school.services.db, is_there)


@asynccontextmanager
async def elsewhere(school: School) -> AsyncIterator[Database]:
    """Open the database as another process has it, which tells nobody here."""
    db = Database(school.settings.database_url.reveal())
    await db.open()
    yield db
    await db.close()


def board_at(lesson: int, seq: int) -> Callable[[Transaction], bool]:
    return lambda tx: lessons.board_seqs(tx, [lesson])[lesson] == seq


def told(socket: Socket) -> list[Any]:
    """Return what a drawer was told of the board: events, and acks with a seq."""
    return [
        (frame["type"], seq)
        for frame in socket.received
        if (seq := frame.get("seq") or frame["payload"].get("seq"))
    ]


async def test_author_of_a_change_hears_of_it_by_its_ack_alone(school: School) -> None:
    tutor, student, lesson = await two_drawers(school)
    await tutor.draw(element("a"))
    user = student.socket.welcome["user"]["id"]
    held = late(school, board_at(lesson, 2))

    resetting = await held.commit(tutor.call("board.reset"))
    await look(school, user, tutor.channel)
    await held.tell()
    await resetting
    await student.draw(element("b"))
    await tutor.next("board.patch")

    assert told(tutor.socket) == [("ack", 1), ("ack", 2), ("board.patch", 3)]
    assert [e["seq"] for e in await student.socket.quiet()] == [1, 2]


async def test_member_who_subscribes_meanwhile_loses_and_doubles_nothing(
    school: School,
) -> None:
    tutor, student, lesson = await two_drawers(school)
    user = student.socket.welcome["user"]["id"]
    held = late(school, board_at(lesson, 1))

    drawing = await held.commit(tutor.draw(element("a")))
    socket = await look(school, user, tutor.channel)
    await held.tell()
    await drawing
    await tutor.draw(element("b"))

    assert told(socket)[0] == ("ack", 1)
    assert (await socket.next("board.patch"))["seq"] == 2


async def test_ack_comes_before_what_another_process_has_changed_since(
    processes: Processes,
) -> None:
    one, two = await processes.start(2)
    olena, taras, lesson = await processes.lesson()
    tutor, student = (
        await drawer(one, olena, lesson),
        await drawer(two, taras, lesson),
    )
    await processes.settled(f"board:{lesson}")
    held = late(one, board_at(lesson, 1))

    resetting = await held.commit(tutor.call("board.reset"))
    await student.draw(element("b"))
    await look(one, taras, tutor.channel)
    await held.tell()
    await resetting
    await tutor.next("board.patch")

    assert told(tutor.socket) == [("ack", 1), ("board.patch", 2)]
    events = [frame for frame in told(student.socket) if frame[0] != "ack"]
    assert events == [("board.reset", 1)]


async def test_message_is_told_before_its_edit_by_another_process(
    processes: Processes,
) -> None:
    one, two = await processes.start(2)
    olena, taras, lesson = await processes.lesson()
    here = await one.chatting(olena)
    await two.chatting(taras)
    await processes.settled(f"chat:{lesson}")
    held = late(one, lambda tx: lessons.chat_seqs(tx, [lesson])[lesson] == 1)

    posting = await held.commit(one.say(olena, lesson, "helo"))
    found = await two.http(
        "GET", f"/api/chat/changes/?lesson_id={lesson}&since=0", two.token(olena)
    )
    path = f"/api/chat/messages/{found.json['results'][0]['id']}/"
    await two.http("PATCH", path, two.token(olena), {"text": "hello"})
    await look(one, taras, f"chat:user:{taras}")
    await held.tell()
    await posting
    heard = [await here.next() for _ in range(2)]

    assert [(e["type"], e["seq"], e["payload"]["text"]) for e in heard] == [
        ("chat.message.new", 1, "helo"),
        ("chat.message.edited", 2, "hello"),
    ]


async def test_hole_of_another_stream_is_filled_meanwhile(school: School) -> None:
    tutor, student, lesson = await two_drawers(school)
    olena, taras = (each.socket.welcome["user"]["id"] for each in (tutor, student))
    socket = await school.chatting(taras)
    held = late(school, board_at(lesson, 1))

    drawing = await held.commit(tutor.draw(element("a")))
    async with elsewhere(school) as db:
        chat = chat_of(db, Clock(), print)
        await chat.post(Actor(olena, "Olena", "tutor"), lesson, "hello", None)
    heard = await socket.next("chat.message.new")
    drawn = drawing.done()
    await held.tell()
    await drawing

    assert (heard["seq"], drawn) == (1, False)


async def test_notification_is_told_once_however_late(school: School) -> None:
    taras = await school.person("Taras")
    channel = f"notifications:user:{taras}"
    socket = await school.connect(taras)
    await socket.call("subscribe", channel)
    body = {"event": "homework.graded", "user_ids": [taras], "data": {}}
    admin = await school.admin()
    held = late(school, lambda tx: notifications.heads(tx, [taras]).get(taras) == 1)

    sending = await held.commit(school.http("POST", "/api/notifications/", admin, body))
    await look(school, taras, channel)
    await held.tell()
    await sending
    await school.http("POST", "/api/notifications/", admin, body)

    heard = [await socket.next("homework.graded") for _ in range(2)]
    assert [event["seq"] for event in heard] == [1, 2]
    assert await socket.quiet() == []
