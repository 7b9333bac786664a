"""What was acked survives kill -9, once; who returns is told all they missed."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ordeal import Ordeal
from tests.served import Served, found

ROUNDS = 4
WRITERS = 3
SEED = 9


@pytest.fixture
def served(tmp_path: Path, database_url: str) -> Iterator[Served]:
    """A server process that replays however much was missed."""
    served = Served(tmp_path, database_url, limits_replay=100_000)
    yield served
    served.stop()


@pytest.mark.long
async def test_server_killed_under_load_loses_and_doubles_nothing(
    served: Served,
) -> None:
    [lesson] = await found(served.settings, lessons=1, members=WRITERS + 1)
    served.start()

    verdict = await Ordeal(served, lesson, random.Random(SEED)).run(ROUNDS)

    assert verdict.good, verdict
    assert verdict.acked >= WRITERS * (ROUNDS // 2 + 1)
    assert verdict.resent > 0
