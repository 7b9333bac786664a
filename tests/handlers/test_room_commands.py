"""The commands of a room: who may do what there, and what the others are told."""

from typing import Any

import pytest

from tests.client import CommandFailed, Socket
from tests.school import School


class Room:
    """Olena, a tutor, and Taras and Sofia in the room of a lesson."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.users: dict[str, int] = {}
        self.sockets: dict[str, Socket] = {}
        self.lesson = 0

    async def open(self) -> "Room":
        for name in ("Olena", "Taras", "Sofia"):
            role = "tutor" if name == "Olena" else "student"
            self.users[name] = await self.school.person(name, role)
        olena, *students = self.users.values()
        self.lesson = await self.school.lesson(tutors=[olena], students=students)
        for name in self.users:
            await self.enter(name)
        for socket in self.sockets.values():
            await socket.quiet()
        return self

    @property
    def channel(self) -> str:
        return f"room:lesson:{self.lesson}"

    async def enter(self, name: str) -> Socket:
        socket = await self.school.connect(self.users[name])
        await socket.call("subscribe", self.channel)
        self.sockets.setdefault(name, socket)
        return socket

    async def say(self, name: str, type: str, **payload: Any) -> Any:
        return await self.sockets[name].call(type, self.channel, **payload)

    async def react(self, name: str, **payload: Any) -> Any:
        return await self.say(name, "room.react", **payload)

    async def refused(self, name: str, type: str, **payload: Any) -> str:
        with pytest.raises(CommandFailed) as refused:
            await self.say(name, type, **payload)
        return str(refused.value.code)

    async def told(self, name: str) -> list[dict[str, Any]]:
        """Return the payloads of what somebody was told since the last time."""
        events = await self.sockets[name].quiet()
        assert all("seq" not in event for event in events)
        return [event["payload"] for event in events]


@pytest.fixture
def room(io_loop: Any, sqlite_school: School) -> Room:
    opened: Room = io_loop.run_sync(Room(sqlite_school).open)
    return opened


async def test_whoever_reacts_is_told_to_all_with_the_whole_state(room: Room) -> None:
    assert await room.react("Taras", hand=True) == {}
    assert await room.react("Taras", reaction="help") == {}

    told = {name: await room.told(name) for name in room.users}

    assert told["Olena"] == told["Taras"] == told["Sofia"]
    first, second = told["Olena"]
    assert (first["user_id"], first["reaction"]) == (room.users["Taras"], None)
    assert first["hand"].endswith("Z")
    assert second == {**first, "reaction": "help"}


async def test_what_is_taken_back_is_told_and_what_stays_is_not(room: Room) -> None:
    await room.react("Taras", hand=True, reaction="yes")
    [first] = await room.told("Olena")

    for payload in ({"hand": True}, {"reaction": "yes"}, {}):
        await room.react("Taras", **payload)
    await room.react("Taras", reaction=None)
    await room.react("Taras", hand=False)

    one, two = await room.told("Olena")
    assert one == {**first, "reaction": None}
    assert two == {**first, "hand": None, "reaction": None}


async def test_a_tutor_lowers_the_hand_of_another_and_of_all(room: Room) -> None:
    for name in room.users:
        await room.react(name, hand=True, reaction="done")
    await room.told("Sofia")

    await room.react("Olena", user_id=room.users["Taras"], hand=False)
    one = await room.told("Sofia")
    await room.react("Olena", all=True, hand=False, reaction=None)
    rest = await room.told("Sofia")

    taras = {"user_id": room.users["Taras"], "hand": None, "reaction": "done"}
    assert one == [taras]
    assert [each["user_id"] for each in rest] == list(room.users.values())
    assert {(each["hand"], each["reaction"]) for each in rest} == {(None, None)}


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("Olena", {"user_id": "Taras", "hand": True}),
        ("Olena", {"user_id": "Taras", "hand": False, "reaction": "yes"}),
        ("Olena", {"all": True, "reaction": "no"}),
        ("Taras", {"user_id": "Sofia", "hand": False}),
        ("Taras", {"all": True, "hand": False}),
    ],
)
async def test_nobody_speaks_for_others(
    room: Room, name: str, payload: dict[str, Any]
) -> None:
    if "user_id" in payload:
        payload = {**payload, "user_id": room.users[payload["user_id"]]}

    assert await room.refused(name, "room.react", **payload) == "forbidden"
    assert await room.told("Sofia") == []


async def test_one_may_name_oneself(room: Room) -> None:
    await room.react("Taras", user_id=room.users["Taras"], hand=True)

    assert len(await room.told("Olena")) == 1


async def test_who_is_not_in_the_room_is_passed_over(room: Room) -> None:
    ira = await room.school.person("Ira")

    for user in (ira, 4242):
        assert await room.react("Olena", user_id=user, hand=False) == {}

    assert await room.told("Olena") == []


@pytest.mark.parametrize(
    "payload",
    [
        {"hand": 1},
        {"hand": None},
        {"reaction": "wow"},
        {"user_id": 0},
        {"user_id": 3, "all": True},
    ],
)
async def test_unfit_reactions_are_refused(room: Room, payload: Any) -> None:
    assert await room.refused("Olena", "room.react", **payload) == "bad_request"


async def test_the_latest_tutor_leads_until_that_connection_ends(room: Room) -> None:
    await room.say("Olena", "room.lead", on=True)
    await room.say("Olena", "room.lead", on=True)
    assert await room.told("Taras") == [{"user_id": room.users["Olena"]}]

    second = await room.enter("Olena")
    await second.call("room.lead", room.channel, on=True)
    await room.say("Olena", "room.lead", on=False)  # the first one leads no more
    assert await room.told("Taras") == [{"user_id": room.users["Olena"]}]

    await second.close()
    assert (await room.sockets["Taras"].next("room.lead"))["payload"] == {
        "user_id": None
    }
    assert await room.told("Taras") == []


async def test_leading_ends_when_it_is_put_down_and_with_the_subscription(
    room: Room,
) -> None:
    await room.say("Olena", "room.lead", on=True)
    await room.say("Olena", "room.lead", on=False)
    await room.say("Olena", "room.lead", on=True)
    await room.say("Olena", "unsubscribe")

    olena = room.users["Olena"]
    assert [each["user_id"] for each in await room.told("Taras")] == 2 * [olena, None]


async def test_leading_ends_with_the_role(room: Room) -> None:
    await room.say("Olena", "room.lead", on=True)
    petro = await room.school.person("Petro", "tutor")
    members = f"/api/lessons/{room.lesson}/members/"
    admin = await room.school.admin()
    tutor = {"user_id": petro, "role": "tutor", "state": "accepted"}
    await room.school.http("POST", members, admin, tutor)

    path = f"{members}{room.users['Olena']}/"
    await room.school.http("PATCH", path, admin, {"role": "student"})

    leads = [await room.sockets["Taras"].next("room.lead") for _ in range(2)]
    assert leads[1]["payload"] == {"user_id": None}
    assert await room.refused("Olena", "room.lead", on=True) == "forbidden"


async def test_students_do_not_lead(room: Room) -> None:
    for on in (True, False):
        assert await room.refused("Taras", "room.lead", on=on) == "forbidden"


async def test_who_leads_shows_what_they_see(room: Room) -> None:
    board = f"board:lesson:{room.lesson}"
    view = {"x": 0, "y": -20.5, "width": 800, "height": 600}
    for name in ("Olena", "Taras"):
        await room.sockets[name].call("subscribe", board)

    cursor = {"x": 1, "y": 2, "viewport": view}
    await room.sockets["Olena"].call("board.cursor.move", board, **cursor)

    event = await room.sockets["Taras"].next("board.cursor.move")
    assert event["payload"] == {**cursor, "user_id": room.users["Olena"]}


@pytest.mark.parametrize(("type", "payload"), [("react", {}), ("lead", {"on": True})])
async def test_a_cancelled_lessons_room_is_quiet(
    room: Room, type: str, payload: Any
) -> None:
    path = f"/api/lessons/{room.lesson}/"
    await room.school.http("DELETE", path, await room.school.admin())

    assert await room.refused("Olena", f"room.{type}", **payload) == "conflict"


@pytest.mark.parametrize(("type", "payload"), [("react", {}), ("lead", {"on": True})])
async def test_commands_need_the_subscription(
    room: Room, type: str, payload: Any
) -> None:
    await room.say("Olena", "unsubscribe")
    socket = room.sockets["Olena"]
    board = f"board:lesson:{room.lesson}"
    await socket.call("subscribe", board)

    assert await room.refused("Olena", f"room.{type}", **payload) == "not_subscribed"
    with pytest.raises(CommandFailed) as refused:
        await socket.call(f"room.{type}", board, **payload)
    assert refused.value.payload["errors"][0]["path"] == "channel"
