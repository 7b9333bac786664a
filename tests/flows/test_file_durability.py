"""What was uploaded survives kill -9, and nothing else is left."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.file_ordeal import LANES, FileOrdeal
from tests.served import Served, found

ROUNDS = 3
SEED = 9


@pytest.fixture
def served(tmp_path: Path, database_url: str) -> Iterator[Served]:
    served = Served(tmp_path, database_url)
    yield served
    served.stop()


@pytest.mark.long
async def test_a_server_killed_during_uploads_loses_no_file_and_leaves_none(
    served: Served,
) -> None:
    [lesson] = await found(served.settings, lessons=1, members=1)
    served.start()

    verdict = await FileOrdeal(served, lesson, random.Random(SEED)).run(ROUNDS)

    assert verdict.good, verdict
    assert verdict.mended >= ROUNDS
    assert verdict.acked >= ROUNDS * LANES
