"""``room:lesson:{id}``: who may be in a room, and what those in it are told."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.access.actor import Actor
from rtserver.delivery.channels import room_channel
from rtserver.errors import Forbidden, NotFound
from rtserver.metrics.registry import Metrics
from rtserver.rooms.contract import RoomChange, Seat, SeatState, Signal
from rtserver.rooms.feed import RoomFeed
from rtserver.rooms.keeper import AttendanceKeeper
from rtserver.rooms.memory import MemoryRooms
from rtserver.settings.model import PresenceSettings
from tests.lesson_school import (
    ADMIN,
    LESSON,
    OLENA,
    SOFIA,
    STRANGER,
    TARAS,
    School,
    opened_with_lesson,
)
from tests.rtserver.session_fakes import NOTHING, SignedIn, events

ROOM = room_channel(LESSON)


class House(SignedIn):
    """People signed in at the school, whose rooms know no time but the clock's."""

    def __init__(self, school: School) -> None:
        super().__init__()
        self.rooms = MemoryRooms(school.clock, leave_grace=10)
        self.clock, self.db = school.clock, school.db
        self.metrics = Metrics()
        self.keeper = AttendanceKeeper(school.db, school.clock, PresenceSettings())
        self.rooms_feed = RoomFeed(
            school.db,
            self.hub,
            self.gates,
            self.sessions,
            self.rooms,
            self.keeper,
            self.metrics,
        )
        self.feeds["room:lesson"] = self.rooms_feed
        self.listeners.unsubscribed = self.rooms_feed.unsubscribed

    async def enter(self, person: Actor) -> tuple[Any, dict[str, Any]]:
        session = self.add(person.user_id, role=person.role)
        result = await self.subscriptions.subscribe(session, ROOM, NOTHING)
        result.then()
        return session, dict(result.payload)


@pytest.fixture
def house(io_loop: AsyncIOLoop, database_url: str) -> Iterator[House]:
    with opened_with_lesson(io_loop, database_url) as school:
        house = House(school)
        io_loop.run_sync(lambda: house.rooms.start(house.rooms_feed))
        yield house
        io_loop.run_sync(house.rooms.stop)


def told(session: Any) -> list[tuple[str, int | None]]:
    return [(each["type"], each["payload"]["user_id"]) for each in events(session)]


async def test_ack_has_all_who_are_there_and_what_they_signal(house: House) -> None:
    await house.enter(OLENA)
    await house.rooms.signal([Seat(LESSON, 2)], Signal(hand=True, reaction="help"))
    await house.rooms.lead(Seat(LESSON, 2), "c_2", on=True)
    house.clock.advance(1)

    session, ack = await house.enter(SOFIA)

    assert ack["present"] == [
        {
            "user_id": 2,
            "entered_at": "2026-11-23T10:00:00Z",
            "hand": "2026-11-23T10:00:00Z",
            "reaction": "help",
        },
        {
            "user_id": 4,
            "entered_at": "2026-11-23T10:00:01Z",
            "hand": None,
            "reaction": None,
        },
    ]
    assert (ack["lead"], ack["lesson"]["id"]) == (2, LESSON)
    assert events(session) == []


async def test_everybody_there_is_told_of_each_change(house: House) -> None:
    session, _ = await house.enter(OLENA)
    sofia, now = Seat(LESSON, 4), house.clock.now()
    state = SeatState(now, now, "done")

    later = now + timedelta(seconds=1)
    house.rooms_feed.changed(
        RoomChange(later, {sofia: state}, [sofia], {sofia: state}, {LESSON: None})
    )

    at = "2026-11-23T10:00:00Z"
    assert [(each["type"], each["payload"]) for each in events(session)] == [
        ("room.entered", {"user_id": 4, "at": at}),
        ("room.reaction", {"user_id": 4, "hand": at, "reaction": "done"}),
        ("room.lead", {"user_id": None}),
        ("room.left", {"user_id": 4, "at": "2026-11-23T10:00:01Z"}),
    ]
    assert {each["channel"] for each in events(session)} == {ROOM}


@pytest.mark.parametrize(
    ("person", "refusal"),
    [(TARAS, Forbidden), (ADMIN, Forbidden), (STRANGER, NotFound)],
)
async def test_who_may_not_enter_is_told_to_nobody(
    house: House, person: Actor, refusal: type[Exception]
) -> None:
    session, _ = await house.enter(OLENA)

    with pytest.raises(refusal):
        await house.enter(person)

    assert told(session) == []
    assert house.rooms.present(LESSON) == [OLENA.user_id]


async def test_those_who_come_at_once_are_read_for_together(house: House) -> None:
    reads: list[float] = []
    house.db.listeners.read = lambda waited, took: reads.append(took)

    *entered, refusal = await asyncio.gather(
        *(house.enter(person) for person in (OLENA, SOFIA, TARAS)),
        return_exceptions=True,
    )

    assert [ack["lesson"]["id"] for _, ack in entered] == [LESSON, LESSON]
    assert isinstance(refusal, Forbidden)
    # Who may enter, and the lesson as it is once they are there.
    assert len(reads) <= 3


async def test_who_is_revoked_while_entering_does_not_enter(house: House) -> None:
    session = house.add(SOFIA.user_id)

    entering = asyncio.create_task(
        house.subscriptions.subscribe(session, ROOM, NOTHING)
    )
    await asyncio.sleep(0)  # it reads the right
    house.subscriptions.revoke(session, ROOM, "removed")

    with pytest.raises(Forbidden):
        await entering
    assert house.rooms.present(LESSON) == []


async def test_whose_subscription_ends_is_out_after_the_grace(house: House) -> None:
    watcher, _ = await house.enter(OLENA)
    session, _ = await house.enter(SOFIA)

    house.subscriptions.unsubscribe(session, ROOM)
    house.clock.advance(10)
    house.rooms.sweep()

    assert told(watcher) == [("room.entered", 4), ("room.left", 4)]


async def test_removed_and_deactivated_people_are_out_at_once(house: House) -> None:
    watcher, _ = await house.enter(OLENA)
    await house.enter(SOFIA)

    house.rooms_feed.removed(LESSON, 4)
    house.rooms.join(Seat(LESSON, 4), "c_9")
    house.rooms_feed.deactivated(4)

    assert told(watcher) == 2 * [("room.entered", 4), ("room.left", 4)]


async def test_what_was_missed_makes_all_in_a_room_subscribe_again(
    house: House,
) -> None:
    inside, _ = await house.enter(OLENA)
    outside = house.add(SOFIA.user_id)
    await house.subscribe(outside, "chat:user:4")

    house.rooms_feed.lost()

    assert events(inside) == [{"type": "resync", "channel": ROOM}]
    assert events(outside) == []
    assert b"rtserver_resyncs_total 1.0" in house.metrics.page("")[0]
