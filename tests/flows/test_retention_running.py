"""What has been kept long enough goes while people draw and upload."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from rtserver.boards.state import load
from rtserver.boards.verify import verify
from rtserver.files.removal import Leftovers, look
from store import board_marks, files
from tests.app_fixtures import MakeSchool
from tests.drawing import Copy, Drawer, drawer, element, live
from tests.fakes import FakeClock
from tests.school import School, until
from tests.uploading import Owner

TIMES = 3
PACE = 0.03  # seconds between two patches, as of a pen
SETTINGS = {
    "boards_snapshot_interval": 0.05,
    "boards_full_seconds": 1,
    "limits_commands_burst": 100_000,
}


async def draw(one: Drawer, name: str, enough: asyncio.Event) -> None:
    """Draw some elements, and one that others change too, until it is enough."""
    for number in count(1):
        # So that what was emptied meanwhile doesn't win.
        version = 10 * number
        shared = element("shared", version, nonce=len(name))
        await one.draw(element(f"{name}{number % 5}", version), shared)
        if enough.is_set():
            return
        await asyncio.sleep(PACE)


async def going_on(work: Iterable[Awaitable[None]], aside: Callable[[], Any]) -> None:
    """Do some work, and something else again and again meanwhile."""
    working = asyncio.gather(*work)
    while not working.done():
        await aside()
    await working


@pytest.mark.parametrize(
    "days", [{"boards_keep_days": 1}, {"boards_journal_days": 0.0002}]
)
async def test_boards_go_on_while_what_is_old_of_them_goes(
    make_school: MakeSchool, database_url: str, days: dict[str, float]
) -> None:
    clock = FakeClock()
    school = await make_school(database_url, clock=clock, **SETTINGS, **days)
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    clock.advance(timedelta(days=2).total_seconds())
    drawers = [await drawer(school, user, lesson) for user in (olena, taras)]
    watcher = await drawer(school, olena, lesson)
    services, events, enough = school.services, [], asyncio.Event()
    pruned: set[int] = set()

    async def pass_by() -> None:
        clock.advance(5)
        await services.retention.prune()
        await services.boards.upkeep.pass_over()
        pruned.add((await services.db.read(board_marks.get, lesson)).pruned)
        if len(pruned) > TIMES:
            enough.set()

    names = zip(drawers, ("olena", "taras"), strict=True)
    await going_on((draw(*each, enough) for each in names), pass_by)
    head = (await watcher.call("board.snapshot.request"))["seq"]
    while not events or events[-1]["seq"] < head:
        events.append(await watcher.next("board.patch", "board.reset"))
    loaded = await services.db.read(load, lesson)
    verdict = await services.db.read(verify, lesson, timedelta(seconds=17))

    assert [each["seq"] for each in events] == list(range(1, head + 1))
    resets = sum(each["type"] == "board.reset" for each in events)
    assert bool(resets) == ("boards_keep_days" in days)
    assert verdict.differences == ()
    copy = Copy()
    for each in events:
        copy.take(each)
    assert copy.live() == live((await watcher.state()).values())
    assert copy.live() == live(map(json.loads, loaded.canvas.visible(0)))


async def test_files_of_old_boards_go_while_others_come(
    make_school: MakeSchool, database_url: str
) -> None:
    clock = FakeClock()
    school = await make_school(database_url, clock=clock, boards_keep_days=1)
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    old, new = [
        await _lesson_after(school, clock, days, olena, taras) for days in (0, 2)
    ]
    going, staying = Owner(school, taras, old), Owner(school, olena, new)
    kept: set[str] = set()

    async def upload(owner: Owner) -> None:
        for number in range(10):
            kept.add((await owner.upload_new(number, purpose="board"))["id"])

    await going_on((upload(each) for each in (going, staying)), _prune(school))
    await school.services.retention.prune()

    rows = await school.services.db.read(files.ids)
    assert len(rows) == 10 and rows < kept
    removal = school.services.files.removal
    await until(lambda: removal.folder.ids() == rows)
    assert await look(school.services.db, removal.folder) == Leftovers([], [])


async def _lesson_after(
    school: School, clock: FakeClock, days: int, tutor: int, student: int
) -> int:
    clock.advance(timedelta(days=days).total_seconds())
    return await school.lesson(tutors=[tutor], students=[student])


def _prune(school: School) -> Callable[[], Awaitable[None]]:
    return school.services.retention.prune
