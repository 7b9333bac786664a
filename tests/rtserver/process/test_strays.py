"""What nobody caught is logged, and quotes nobody."""

import asyncio
import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tornado.platform.asyncio import AsyncIOLoop

from rtserver.process import strays
from rtserver.process.logs import Logs
from rtserver.settings.model import LoggingSettings
from store.writer import PendingWrite

CANARY = "canary"


@pytest.fixture
def log(io_loop: AsyncIOLoop, tmp_path: Path) -> Iterator[Path]:
    """The server's log, in which strays are; nothing private may be there."""
    file = tmp_path / "rtserver.log"
    with (
        Logs.of(LoggingSettings(level="debug", file=file)),
        strays.logged(io_loop.asyncio_loop),
    ):
        yield file
    assert CANARY not in file.read_text()


def fail(text: str) -> None:
    raise ValueError(text)


class Fragile:
    """What can't be cleared away without trouble."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __del__(self) -> None:
        fail(self.text)


async def test_callback_that_failed_is_named_by_where_it_did(log: Path) -> None:
    asyncio.get_running_loop().call_soon(fail, CANARY)
    await asyncio.sleep(0)

    assert "a callback of the event loop: unexpected ValueError at" in log.read_text()
    assert "test_strays.py" in log.read_text()


async def test_task_that_nobody_asked_is_logged(log: Path) -> None:
    async def work() -> None:
        fail(CANARY)

    task = asyncio.create_task(work(), name=CANARY)
    await asyncio.wait([task])
    del task
    gc.collect()

    said = "Task exception was never retrieved: unexpected ValueError at"
    assert said in log.read_text()


def test_trouble_without_an_exception_is_told(log: Path, io_loop: AsyncIOLoop) -> None:
    told = {"message": "Task was destroyed but it is pending!", "task": CANARY}
    io_loop.asyncio_loop.call_exception_handler(told)

    assert "Task was destroyed" in log.read_text()


def test_thread_that_failed_is_named(log: Path) -> None:
    thread = threading.Thread(target=fail, args=(CANARY,), name="writer")
    thread.start()
    thread.join()

    assert "the thread writer: unexpected ValueError at" in log.read_text()


def test_what_could_not_be_cleared_away_is_logged(log: Path) -> None:
    fragile = Fragile(CANARY)
    del fragile
    gc.collect()

    assert "clearing away: unexpected ValueError at" in log.read_text()


def test_a_write_does_not_tell_what_is_written() -> None:
    write = PendingWrite(lambda tx, items: items, CANARY, settle=print)
    write.outcome, write.events = CANARY, [CANARY]

    assert CANARY not in repr(write)


def test_hooks_are_as_they_were_afterwards(io_loop: AsyncIOLoop) -> None:
    before = threading.excepthook
    with strays.logged(io_loop.asyncio_loop):
        assert threading.excepthook is not before

    assert threading.excepthook is before
