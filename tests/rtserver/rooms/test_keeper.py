"""The attendance as it is kept while people come and go."""

from typing import Any

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.rooms.contract import RoomChange, Seat, SeatState
from rtserver.rooms.keeper import AttendanceKeeper
from rtserver.settings.model import PresenceSettings
from store import attendance
from store.errors import StoreUnavailable
from tests.lesson_school import LESSON, OLENA, SOFIA, opened_with_lesson

SEAT, OTHER = Seat(LESSON, SOFIA.user_id), Seat(LESSON, OLENA.user_id)
TIMES = PresenceSettings(ttl=90, heartbeat=30, leave_grace=10)


class Kept:
    """A keeper by a clock that is told the time, and another process's keeper."""

    def __init__(self, school: Any) -> None:
        self.school = school
        self.keeper, self.other = self.process(), self.process()

    def process(self, db: Any = None) -> AttendanceKeeper:
        return AttendanceKeeper(db or self.school.db, self.school.clock, TIMES)

    def enter(self, seat: Seat = SEAT, keeper: Any = None) -> None:
        keeper = keeper or self.keeper
        keeper.join(seat)
        state = SeatState(self.school.clock.now())
        keeper.changed(RoomChange(state.entered_at, entered={seat: state}))

    def tell_left(self, *keepers: AttendanceKeeper, seat: Seat = SEAT) -> None:
        for keeper in keepers:
            keeper.changed(RoomChange(self.school.clock.now(), left=[seat]))

    def pass_time(self, seconds: float) -> None:
        self.school.clock.advance(seconds)

    async def stays(self) -> list[tuple[float, float | None]]:
        start = self.school.clock.start
        return [
            (
                (stay.entered_at - start).total_seconds(),
                stay.left_at and (stay.left_at - start).total_seconds(),
            )
            for stay in await self.school.db.read(attendance.of_lesson, LESSON)
        ]


@pytest.fixture
def kept(io_loop: AsyncIOLoop, database_url: str) -> Any:
    with opened_with_lesson(io_loop, database_url) as school:
        yield Kept(school)


async def test_one_stay_however_many_devices_and_processes(kept: Kept) -> None:
    kept.enter()
    kept.keeper.join(SEAT)
    kept.other.join(SEAT)
    kept.other.hold(SEAT)
    for keeper in (kept.keeper, kept.other):
        await keeper.write(alive=True)
    during = await kept.stays()

    kept.pass_time(60)
    for keeper in (kept.keeper, kept.keeper, kept.other):
        keeper.part(SEAT)
    kept.pass_time(10)
    kept.tell_left(kept.keeper, kept.other)
    for keeper in (kept.keeper, kept.other):
        await keeper.write(alive=False)

    assert (during, await kept.stays()) == ([(0, None)], [(0, 70)])


async def test_what_a_crash_cut_off_ends_with_the_last_sign_of_life(
    kept: Kept,
) -> None:
    kept.enter()
    for _ in range(4):
        await kept.keeper.write(alive=True)
        kept.pass_time(kept.keeper.interval)
    # Here it is killed; another one looks later.
    kept.pass_time(TIMES.leave_grace)
    await kept.other.write(alive=True)
    early = await kept.stays()
    kept.pass_time(2 * kept.keeper.interval)
    await kept.other.write(alive=True)

    assert kept.keeper.interval <= TIMES.heartbeat
    assert early == [(0, None)]
    assert await kept.stays() == [(0, 3 * kept.keeper.interval)]


async def test_who_is_back_within_the_grace_goes_on_after_a_crash(kept: Kept) -> None:
    kept.enter()
    await kept.keeper.write(alive=True)
    kept.pass_time(kept.keeper.interval + TIMES.leave_grace)

    kept.enter(keeper=kept.other)
    await kept.other.write(alive=True)

    assert await kept.stays() == [(0, None)]


async def test_who_is_back_later_on_another_process_has_another_stay(
    kept: Kept,
) -> None:
    """Though the room hasn't noticed yet that the first one has died."""
    kept.enter()
    await kept.keeper.write(alive=True)
    kept.pass_time(60)
    await kept.other.write(alive=True)

    kept.other.join(SEAT)
    kept.other.hold(SEAT)
    await kept.other.write(alive=True)

    assert await kept.stays() == [(0, 0), (60, None)]


async def test_a_stop_notes_when_the_last_device_went(kept: Kept) -> None:
    kept.enter()
    await kept.keeper.write(alive=True)
    kept.pass_time(3)
    kept.keeper.part(SEAT)
    kept.pass_time(1)
    await kept.keeper.stop()

    kept.pass_time(60)
    await kept.process().write(alive=True)

    assert await kept.stays() == [(0, 3)]


async def test_a_visit_that_was_over_before_it_was_told_is_kept(kept: Kept) -> None:
    kept.keeper.join(SEAT)
    kept.keeper.part(SEAT)
    state = SeatState(kept.school.clock.now())
    kept.keeper.changed(RoomChange(state.entered_at, entered={SEAT: state}))
    kept.pass_time(10)
    kept.tell_left(kept.keeper)

    await kept.keeper.write(alive=False)

    assert await kept.stays() == [(0, 10)]


async def test_when_they_came_may_be_told_behind_that_they_are_in(kept: Kept) -> None:
    came = kept.school.clock.now()
    kept.pass_time(0.5)
    kept.keeper.join(SEAT)
    kept.keeper.hold(SEAT)
    kept.keeper.changed(RoomChange(came, entered={SEAT: SeatState(came)}))

    await kept.keeper.write(alive=True)

    assert await kept.stays() == [(0, None)]


async def test_process_without_the_device_leaves_closing_to_others(kept: Kept) -> None:
    kept.enter()
    await kept.keeper.write(alive=True)
    kept.pass_time(10)

    kept.tell_left(kept.other)
    await kept.other.write(alive=False)

    assert await kept.stays() == [(0, None)]


async def test_who_went_on_elsewhere_is_forgotten_here(kept: Kept) -> None:
    kept.enter()
    kept.keeper.part(SEAT)
    for _ in range(2):
        kept.pass_time(60)
        await kept.keeper.write(alive=True)

    kept.tell_left(kept.keeper)
    kept.pass_time(1)
    await kept.keeper.write(alive=False)

    assert await kept.stays() == [(0, 0)]


async def test_changes_that_were_not_written_are_in_the_end_and_in_order(
    kept: Kept,
) -> None:
    db = Full(kept.school.db)
    keeper = kept.process(db)
    kept.enter(keeper=keeper)
    keeper.part(SEAT)
    kept.pass_time(10)
    kept.tell_left(keeper)
    kept.pass_time(1)
    kept.enter(keeper=keeper)

    with pytest.raises(StoreUnavailable):
        await keeper.write(alive=True)
    db.is_full = False
    await keeper.write(alive=True)

    assert await kept.stays() == [(0, 10), (11, None)]


async def test_what_a_slow_process_writes_late_is_still_one_stay(kept: Kept) -> None:
    """Meanwhile another one has taken them for cut off."""
    kept.enter()
    await kept.keeper.write(alive=True)
    kept.pass_time(20)
    kept.keeper.part(SEAT)
    kept.pass_time(1)
    kept.other.join(SEAT)
    kept.other.hold(SEAT)
    await kept.other.write(alive=True)
    apart = await kept.stays()

    await kept.keeper.write(alive=True)

    assert apart == [(0, 0), (21, None)]
    assert await kept.stays() == [(0, None)]


async def test_lessons_are_locked_so_that_processes_write_one_by_one(
    kept: Kept,
) -> None:
    db = Full(kept.school.db)
    keeper = kept.process(db)
    kept.enter(keeper=keeper)

    with pytest.raises(StoreUnavailable):
        await keeper.write(alive=True)

    assert db.locked == {"lessons": {LESSON}}


async def test_an_idle_process_writes_nothing(kept: Kept) -> None:
    keeper = kept.process(Full(kept.school.db))

    await keeper.write(alive=True)
    await keeper.write(alive=False)


class Full:
    """A database that takes no change as long as it is full."""

    def __init__(self, db: Any) -> None:
        self.is_full = True
        self.locked: dict[str, Any] = {}
        self._db = db
        self.read = db.read

    async def write(self, *args: Any, **locked: Any) -> Any:
        self.locked = locked
        if self.is_full:
            raise StoreUnavailable("full")
        return await self._db.write(*args, **locked)
