"""Backups of a school that is busy, and who comes back after a restore."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from typing import Any

import pytest

from tests.app_fixtures import MakeSchool
from tests.client import Socket
from tests.flows.test_chat import class_of
from tests.rtserver.cli_runs import ROOT, Cli
from tests.school import School

BACKUPS = 3


async def rtserver(cli: Cli, *argv: Any) -> None:
    """Run a command in a process of its own, while this one goes on."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "rtserver", *map(str, argv)),
        cwd=ROOT,
        env={"PATH": "", **cli.environ},
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == 0


def texts(file: Any) -> list[str]:
    """Return the messages of a sound backup, by their seq, which has no holes."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        [(seq,)] = connection.execute("SELECT chat_seq FROM lessons")
        rows = connection.execute("SELECT seq, text FROM messages ORDER BY seq")
        messages = rows.fetchall()
    assert [row[0] for row in messages] == list(range(1, seq + 1))
    return [row[1] for row in messages]


async def test_backups_under_load_hold_all_that_was_acked_before(
    sqlite_school, sqlite_url, tmp_path
):
    olena, taras, lesson = await class_of(sqlite_school)
    cli = Cli(tmp_path, database_url=sqlite_url)
    acked, ended = [], False

    async def chat(user):
        while not ended:
            text = f"{user} says {len(acked)}"
            await sqlite_school.say(user, lesson, text)
            acked.append(text)

    chats = [asyncio.create_task(chat(user)) for user in (olena, taras) * 4]
    for number in range(BACKUPS):
        before = set(acked)
        await rtserver(cli, "backup", tmp_path / f"{number}.db")
        assert before <= set(texts(tmp_path / f"{number}.db"))
    ended = True
    await asyncio.gather(*chats)

    assert len(set(acked)) > len(before) > 0


async def back(school: School, user: int, since: Any, epoch: str) -> tuple[Socket, Any]:
    """Come back with a position; give the socket and the ack."""
    socket = await school.connect(user)
    asked = {"since": since, "epoch": epoch}
    return socket, await socket.call("subscribe", f"chat:user:{user}", **asked)


async def test_who_comes_back_after_a_restore_is_told_to_load_anew(
    make_school: MakeSchool, sqlite_url, tmp_path
):
    school = await make_school()
    olena, taras, lesson = await class_of(school)
    cli = Cli(tmp_path, database_url=sqlite_url)
    await school.say(taras, lesson, "kept")
    await rtserver(cli, "backup", tmp_path / "b.db")
    await school.say(taras, lesson, "lost")
    socket = await school.connect(olena)
    before = await socket.call("subscribe", f"chat:user:{olena}")
    await school.stop()
    await rtserver(cli, "restore", tmp_path / "b.db")
    school = await make_school()
    await school.say(taras, lesson, "another")

    _, ack = await back(school, olena, before["positions"], before["epoch"])

    assert (ack["recovered"], ack["reason"]) == (False, "epoch")
    assert ack["positions"] == before["positions"]
    _, again = await back(school, olena, {str(lesson): 1}, ack["epoch"])
    assert again["recovered"]


@pytest.mark.parametrize("renew", [True, False])
async def test_a_new_epoch_makes_positions_of_the_old_one_worthless(
    make_school: MakeSchool, database_url, tmp_path, renew
):
    school = await make_school(database_url)
    olena, _, lesson = await class_of(school)
    socket = await school.connect(olena)
    before = await socket.call("subscribe", f"chat:user:{olena}")
    await school.stop()
    cli = Cli(tmp_path, database_url=database_url)
    await rtserver(cli, "migrate", *(["--new-epoch"] if renew else []))
    school = await make_school(database_url)

    _, ack = await back(school, olena, {str(lesson): 0}, before["epoch"])

    assert ack["recovered"] is not renew
    assert (ack["epoch"] == before["epoch"]) is not renew
