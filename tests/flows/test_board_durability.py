"""What was drawn and acked survives kill -9, and every copy ends the same."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import board_marks
from store.database import Database
from tests.board_ordeal import BoardOrdeal
from tests.board_restorer import Restorer
from tests.patience import PATIENCE
from tests.served import Served, found

ROUNDS = 4
DRAWERS = 4
SEED = 9


@pytest.fixture
def served(tmp_path: Path, database_url: str) -> Iterator[Served]:
    """A server process that replays however much was missed, and saves boards often."""
    served = Served(
        tmp_path, database_url, limits_replay=100_000, boards_snapshot_interval=0.1
    )
    yield served
    served.stop()


@pytest.mark.long
async def test_board_survives_a_server_killed_under_four_drawers(
    served: Served,
) -> None:
    [lesson] = await found(served.settings, lessons=1, members=DRAWERS)
    served.start()

    verdict = await BoardOrdeal(served, lesson, random.Random(SEED)).run(ROUNDS)

    assert verdict.good, verdict
    assert verdict.acked >= DRAWERS * (ROUNDS // 2 + 1)
    assert verdict.resent > 0


@pytest.mark.long
async def test_board_survives_kills_while_it_is_merged_and_restored(
    tmp_path: Path, database_url: str
) -> None:
    served = Served(
        tmp_path,
        database_url,
        limits_replay=100_000,
        boards_snapshot_interval=0.1,
        boards_full_seconds=0,
        limits_message_bytes=8192,
    )
    [lesson] = await found(served.settings, lessons=1, members=DRAWERS)
    rng = random.Random(SEED)
    restorer = Restorer(served, lesson, rng)

    async def merged_past(seq: int) -> None:
        """Wait until what follows a seq is merged: who comes back then reloads."""
        database = Database(database_url)
        await database.open()
        async with asyncio.timeout(PATIENCE):
            while (await database.read(board_marks.get, lesson.id)).trimmed <= seq:
                await asyncio.sleep(0.02)
        await database.close()

    served.start()
    try:
        ordeal = BoardOrdeal(served, lesson, rng, restorer.run, merged_past)
        verdict = await ordeal.run(ROUNDS)
    finally:
        served.stop()

    assert verdict.good, verdict
    assert min(verdict.merged, verdict.reloads, restorer.restored) > 0
