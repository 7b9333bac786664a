"""People who reload at random on two processes, one of which is killed."""

from pathlib import Path

import pytest

from tests.room_ordeal import TIMES, RoomOrdeal
from tests.served import Served, found


@pytest.mark.long
async def test_the_room_and_its_attendance_are_right_whoever_is_killed(
    tmp_path: Path, migrated_postgres_url: str, redis_url: str
) -> None:
    servers = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        more = {**TIMES, "redis_url": redis_url}
        servers.append(Served(folder, migrated_postgres_url, **more))
    [lesson] = await found(servers[0].settings, lessons=1, members=9)
    for served in servers:
        served.start()
    try:
        outcome = await RoomOrdeal(servers, lesson, seed=7).run(6.0, kills=1)
    finally:
        for served in servers:
            served.stop()

    assert outcome.faults == []
    assert outcome.kills == 1 and outcome.visits > 40
