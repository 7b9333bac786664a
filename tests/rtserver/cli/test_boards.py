"""``rtserver verify-board``."""

import asyncio

import pytest

from rtserver.boards.codec import checksum, encode_elements, encode_state
from store import board_journal, board_snapshots, lessons
from store.database import Database
from store.records import BoardEntryRecord
from tests.lesson_school import TEN
from tests.rtserver.board_fakes import canvas, element
from tests.rtserver.cli.test_lessons import FRACTIONS
from tests.rtserver.cli_runs import Cli


@pytest.fixture
def cli(tmp_path):
    cli = Cli(tmp_path)
    cli.value(*FRACTIONS)
    return cli


def keep_board(tx, snapshot):
    """Store a patch that made element a, and a snapshot that may say another thing."""
    entry = BoardEntryRecord(1, 1, "patch", 2, TEN, encode_elements([element("a")]))
    board_journal.append(tx, [entry])
    lessons.set_board_seq(tx, 1, 1)
    data = encode_state(snapshot)
    what = {"lesson_id": 1, "seq": 1, "kind": "regular", "taken_at": TEN}
    board_snapshots.add(tx, elements=1, checksum=checksum(data), data=data, **what)


async def store(cli, snapshot):
    """Store a board beside the command line."""
    db = Database(f"sqlite:///{cli.data / 'rtserver.db'}")
    await db.open()
    await db.write(keep_board, snapshot)
    await db.close()


def test_a_sound_board_is_told(cli):
    asyncio.run(store(cli, canvas(element("a"))))

    value = cli.value("verify-board", "1")

    told = {"ok": True, "seq": 1, "snapshots": 1, "differences": []}
    assert value == {"lesson_id": 1, **told}
    assert "sound at seq 1" in cli.run("verify-board", "1").out


def test_a_board_that_differs_exits_1_and_names_the_elements(cli):
    asyncio.run(store(cli, canvas(element("a", 2), element("b"))))

    done = cli.run("verify-board", "1", "--json")

    assert done.code == 1
    (difference,) = done.value["differences"]
    assert (difference["seq"], difference["elements"]) == (1, ["a", "b"])
    assert "a, b" in cli.run("verify-board", "1").out


def test_a_lesson_that_is_not_there_is_named_and_exits_1(cli):
    done = cli.run("verify-board", "99")

    assert (done.code, done.out) == (1, "")
    assert "There is no lesson 99" in done.err


def test_what_is_no_id_is_a_mistake_in_usage(cli):
    assert cli.run("verify-board", "algebra").code == 2
