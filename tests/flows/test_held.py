"""Held messages, from one client to the other (contract 2.4 and 3.2)."""

from typing import Any

import pytest

from rtserver.access.changes import STREAM
from rtserver.lessons.requests import MemberPatch
from tests.app_fixtures import MakeSchool
from tests.client import Socket
from tests.fakes import FakeClock
from tests.flows.processes import Processes
from tests.rtserver.privacy import traces
from tests.school import SYSTEM, School

KINDS = ("chat.held.new", "chat.held.decided", "chat.message.new")


class Class:
    """A moderated lesson: Olena tutors Taras and Sofia, each with a socket."""

    def __init__(self, school: School) -> None:
        self.school = school

    async def open(self, *schools: School) -> "Class":
        """Open everybody's sockets, each at the next of the schools."""
        names = {"Olena": "tutor", "Taras": "student", "Sofia": "student"}
        self.ids = [await self.school.person(*each) for each in names.items()]
        self.olena, self.taras, self.sofia = self.ids
        self.lesson = await self.school.lesson(
            tutors=self.ids[:1], students=self.ids[1:]
        )
        await self.mode("moderated")
        places = list(schools) or [self.school]
        self.sockets = [
            await places[n % len(places)].chatting(id) for n, id in enumerate(self.ids)
        ]
        return self

    async def ask(self, user: int, method: str, path: str, body: Any = None) -> Any:
        token = self.school.token(user)
        return await self.school.http(method, path, token, body)

    async def mode(self, chat: str) -> None:
        path = f"/api/lessons/{self.lesson}/"
        assert (await self.ask(self.olena, "PATCH", path, {"chat": chat})).status == 200

    async def hold(self, text: str = "May I?") -> Any:
        body = {"lesson_id": self.lesson, "text": text}
        self.school.keep_private(text)
        reply = await self.ask(self.taras, "POST", "/api/chat/messages/", body)
        assert reply.status == 202, reply.text
        return reply.json

    async def decide(self, held: Any, how: str, user: int | None = None) -> Any:
        path = f"/api/chat/held/{held['held_id']}/{how}"
        method = "POST" if how else "DELETE"
        return await self.ask(user or self.olena, method, path)


async def heard(socket: Socket) -> list[tuple[str, Any]]:
    """Return what a socket was told so far of messages."""
    events = await socket.quiet()
    return [(e["type"], e["payload"]) for e in events if e["type"] in KINDS]


async def test_what_waits_is_told_its_author_and_the_tutors_alone(
    school: School,
) -> None:
    here = await Class(school).open()

    held = await here.hold()
    new = [await socket.next("chat.held.new") for socket in here.sockets[:2]]
    await here.decide(held, "reject/")
    ends = [await socket.next("chat.held.decided") for socket in here.sockets[:2]]

    assert [event["payload"] for event in new] == [held, held]
    assert all("seq" not in event for event in (*new, *ends))
    end = {"held_id": held["held_id"], "lesson_id": here.lesson, "approved": False}
    end |= {"message_id": None, "by": here.olena}
    assert [event["payload"] for event in ends] == [end, end]
    assert await heard(here.sockets[2]) == []


async def test_an_approved_one_reaches_all_as_a_message(school: School) -> None:
    here = await Class(school).open()
    held = await here.hold()

    made = (await here.decide(held, "approve/")).json

    events = [await socket.next("chat.message.new") for socket in here.sockets]
    end = (await here.sockets[1].next("chat.held.decided"))["payload"]
    assert [event["payload"] for event in events] == [made] * 3
    assert (end["approved"], end["message_id"]) == (True, made["id"])


async def test_its_author_withdraws_it(school: School) -> None:
    here = await Class(school).open()
    held = await here.hold()

    assert (await here.decide(held, "", here.taras)).status == 204

    end = (await here.sockets[0].next("chat.held.decided"))["payload"]
    assert (end["approved"], end["by"]) == (False, here.taras)


async def test_who_is_a_tutor_no_longer_hears_no_more(school: School) -> None:
    here = await Class(school).open()
    petro = await school.person("Petro", "tutor")
    members = f"/api/lessons/{here.lesson}/members/"
    body = {"user_id": petro, "role": "tutor", "state": "accepted"}
    await school.http("POST", members, await school.admin(), body)
    socket = await school.chatting(petro)
    await here.hold("One")
    assert [type for type, _ in await heard(socket)] == ["chat.held.new"]

    patch = MemberPatch(role="student")
    await school.services.members.change(SYSTEM, here.lesson, petro, patch)
    await here.hold("Two")

    assert await heard(socket) == []


async def test_over_processes_the_same_is_told(processes: Processes) -> None:
    schools = await processes.start(2)
    await processes.settled(STREAM)
    here = await Class(schools[0]).open(schools[1])

    held = await here.hold()
    new = [await socket.next("chat.held.new") for socket in here.sockets[:2]]
    await here.decide(held, "approve/")
    ends = [await socket.next("chat.held.decided") for socket in here.sockets[:2]]

    assert [event["payload"] for event in new] == [held, held]
    assert [event["payload"]["approved"] for event in ends] == [True, True]
    assert [type for type, _ in await heard(here.sockets[2])] in (
        [],
        ["chat.message.new"],
    )


async def test_what_redis_lost_is_told_from_the_database(
    processes: Processes,
) -> None:
    schools = await processes.start(2)
    await processes.settled(STREAM)
    here = await Class(schools[0]).open(schools[1])
    processes.redis.kill()

    held = await here.hold()
    new = [await socket.next("chat.held.new") for socket in here.sockets[:2]]

    assert [event["payload"] for event in new] == [held, held]
    assert await heard(here.sockets[2]) == []


@pytest.mark.parametrize("mode", ["tutors", "moderated"])
async def test_students_may_not_edit_where_they_do_not_speak(
    school: School, mode: str
) -> None:
    here = await Class(school).open()
    await here.mode("open")
    said = await school.say(here.taras, here.lesson, "Hello")
    await here.mode(mode)

    path = f"/api/chat/messages/{said['id']}/"
    edited = await here.ask(here.taras, "PATCH", path, {"text": "Bye"})
    gone = await here.ask(here.taras, "DELETE", path)

    assert (edited.status, gone.status) == (403, 204)


async def test_nothing_waits_longer_than_messages_are_kept(
    make_school: MakeSchool, database_url: str
) -> None:
    clock = FakeClock()
    school = await make_school(database_url, clock=clock, chat_keep_days=10)
    here = await Class(school).open()
    old = await here.hold("ancienttext")
    clock.advance(11 * 86_400)
    young, socket = await here.hold("young"), await school.chatting(here.olena)

    await school.services.retention.prune()

    told = (await socket.next("chat.held.decided"))["payload"]
    path = f"/api/chat/held/?lesson_id={here.lesson}"
    left = await here.ask(here.olena, "GET", path)
    assert (told["held_id"], told["by"]) == (old["held_id"], None)
    assert (told["approved"], left.json["results"]) == (False, [young])
    assert traces.in_rows(database_url, "ancienttext") == []
