"""What an hour of drawing costs: on the wire, in the database, and of the processor.

A tutor and three pupils draw for some minutes what Excalidraw has been recorded to hand
over: ``naive`` sends every change as a patch, ``thrifty`` sends previews and a patch
when the pen goes up. Time is compressed; the figures are scaled to an hour. With
``--dense`` they draw twice as much, in longer strokes.
"""

import argparse
import asyncio
import json
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

from websockets.asyncio.client import ClientConnection, connect

from bench import drawing, stage
from bench.drawing import Act
from rtserver.clock import Clock
from rtserver.settings.model import Settings
from rtserver.wiring.services import build
from tests.drawing import board
from tests.metrics_page import MetricsPage
from tests.served import Lesson, Served, found

WAYS: dict[str, Callable[[float, int, drawing.Habits], Iterator[Act]]] = {
    "naive": drawing.naive,
    "thrifty": drawing.thrifty,
}
MB = 1e6
HEAD = 4  # of a frame, about
TARGETS = (
    "thrifty: <= 5 MB down a person, <= 10 MB in the database that day; naive: "
    "<= 60 MB; both <= 5 MB once merged and packed; preview p95 <= 60 ms"
)


class Figures(NamedTuple):
    """An hour: MB a person up and down, MB kept, commits, seconds of a core, MB."""

    up: float
    down: float
    journal: float
    database: float
    commits: float
    cpu: float
    join: float
    merged: float


class Pen:
    """Somebody's page: sends what is due, and counts what comes."""

    def __init__(self, socket: ClientConnection, channel: str) -> None:
        self._socket = socket
        self._channel = channel
        self.up = self.down = 0
        self.stamps = False
        self.delays: list[float] = []

    async def draw(self, acts: Iterator[Act], speed: float) -> None:
        started = time.perf_counter()
        for number, act in enumerate(acts):
            await asyncio.sleep(
                max(0.0, started + act.at / speed - time.perf_counter())
            )
            frame = {"type": act.type, "channel": self._channel}
            if act.type == "board.patch":
                frame["id"] = f"{number}"
            payload = act.payload
            if self.stamps and act.type == "board.preview":
                payload = payload | {"at": time.perf_counter()}
            text = json.dumps(frame | {"payload": payload}, separators=(",", ":"))
            self.up += len(text) + HEAD
            await self._socket.send(text)

    async def listen(self) -> None:
        async for text in self._socket:
            self.down += len(text) + HEAD
            if self.stamps and '"type":"board.preview"' in str(text)[:40]:
                sent = json.loads(text)["payload"]["at"]
                self.delays.append(time.perf_counter() - sent)

    async def settle(self) -> None:
        """Wait until all that was sent has been answered."""
        await (await self._socket.ping())
        before = -1
        while before != self.down:
            before = self.down
            await asyncio.sleep(0.5)


async def sit(served: Served, lesson: Lesson, who: int) -> Pen:
    socket = await connect(
        served.url.replace("http", "ws", 1) + "/ws",
        additional_headers={
            "Authorization": f"Bearer {served.token(lesson.members[who])}"
        },
        compression=None,
        max_size=None,
        proxy=None,
    )
    channel = board(lesson.id)
    await socket.send(json.dumps({"type": "subscribe", "id": 0, "channel": channel}))
    while '"seq"' not in str(await socket.recv()):
        pass
    return Pen(socket, channel)


async def drawn(
    served: Served, lesson: Lesson, way: str, options: argparse.Namespace
) -> Figures:
    """Let four people draw; give what it cost, but for the database."""
    pens = [await sit(served, lesson, who) for who in range(drawing.PEOPLE)]
    listening = [asyncio.create_task(pen.listen()) for pen in pens]
    commits, cpu = commits_of(served), stage.cpu_seconds(served.pid)
    seconds = options.minutes * 60
    habits = drawing.DENSE if options.dense else drawing.STEADY
    await asyncio.gather(
        *(
            pen.draw(WAYS[way](seconds, who, habits), options.speed)
            for who, pen in enumerate(pens)
        )
    )
    for pen in pens:
        await pen.settle()
    cpu = stage.cpu_seconds(served.pid) - cpu
    commits = commits_of(served) - commits
    joined = await asyncio.to_thread(look, served, lesson)
    for task in listening:
        task.cancel()
    up, down = (sum(getattr(pen, way) for pen in pens) for way in ("up", "down"))
    people = drawing.PEOPLE * MB
    return Figures(up / people, down / people, 0, 0, commits, cpu, joined / MB, 0)


def commits_of(served: Served) -> float:
    page = MetricsPage(urlopen(f"{served.url}/metrics").read().decode())
    return page("rtserver_db_transaction_changes_count")


def look(served: Served, lesson: Lesson) -> int:
    """Return how many bytes somebody loads who comes to the board."""
    request = Request(
        f"{served.url}/api/boards/{lesson.id}/",
        headers={"Authorization": f"Bearer {served.token(lesson.members[0])}"},
    )
    return len(urlopen(request).read())


class Kept(NamedTuple):
    """What a database holds: bytes in use, and of these the journal's."""

    bytes: int
    journal: int


def kept(file: Path) -> Kept:
    with sqlite3.connect(file) as link:

        def one(query: str) -> int:
            return int(link.execute(query).fetchone()[0] or 0)

        pages = one("PRAGMA page_count") - one("PRAGMA freelist_count")
        journal = one("SELECT SUM(LENGTH(elements)) FROM board_journal")
        return Kept(pages * one("PRAGMA page_size"), journal)


async def merge(settings: Settings) -> None:
    """Do what a server does an hour later, of a board that nobody draws on any more."""
    services = build(settings, Clock())
    await services.db.open()
    try:
        await services.boards.upkeep.pass_over()
    finally:
        await services.db.close()
        services.accounts.passwords.close()


async def measure(way: str, options: argparse.Namespace) -> Figures:
    with stage.folder() as at:
        file = at / "rtserver.db"
        pace = {
            "boards_history_step": 10 / options.speed,
            "boards_snapshot_interval": 30 / options.speed,
        }
        served = Served(at, f"sqlite:///{file}", **pace)
        [lesson] = await found(served.settings, lessons=1, members=drawing.PEOPLE)
        empty = kept(file).bytes
        with stage.on_core(0):
            served.start()
        try:
            with stage.on_core(1):
                figures = await drawn(served, lesson, way, options)
            served.kill(signal.SIGTERM)
        finally:
            served.stop()
        that_day = kept(file)
        old = Served(at, f"sqlite:///{file}", boards_full_seconds=0, **pace)
        await merge(old.settings)
        end = kept(file)
    scale = 60 / options.minutes
    ten_minutes = figures._replace(
        journal=that_day.journal / MB,
        database=(that_day.bytes - empty) / MB,
        merged=(end.bytes - empty) / MB,
    )
    return Figures(*(scale * value for value in ten_minutes))


async def previews(options: argparse.Namespace) -> list[float]:
    """Return how late previews come, in ms, where eight people draw at once."""
    with stage.folder() as at:
        served = Served(at, f"sqlite:///{at / 'rtserver.db'}")
        [lesson] = await found(served.settings, lessons=1, members=8)
        with stage.on_core(0):
            served.start()
        try:
            pens = [await sit(served, lesson, who) for who in range(8)]
            for pen in pens:
                pen.stamps = True
            listening = [asyncio.create_task(pen.listen()) for pen in pens]
            acts = [drawing.thrifty(options.seconds, 4 * n) for n in range(8)]
            await asyncio.gather(
                *(pen.draw(each, 1.0) for pen, each in zip(pens, acts, strict=True))
            )
            for task in listening:
                task.cancel()
            return sorted(1000 * late for pen in pens for late in pen.delays)
        finally:
            served.stop()


def tell(options: argparse.Namespace) -> None:
    print(f"{options.minutes:g} minutes at {options.speed:g} times the pace; {TARGETS}")
    print("an hour     up MB  down MB  journal MB  database MB", end="")
    print("  commits   cpu s  join MB  merged MB")
    for way in WAYS:
        f = asyncio.run(measure(way, options))
        print(
            f"{way:8}{f.up:9.2f}{f.down:9.2f}{f.journal:12.1f}{f.database:13.1f}"
            f"{f.commits:9.0f}{f.cpu:8.1f}{f.join:9.1f}{f.merged:11.1f}",
            flush=True,
        )
    late = asyncio.run(previews(options))
    half, p95 = late[len(late) // 2], late[int(len(late) * 0.95)]
    print(f"{len(late)} previews to 8 drawers: p50 {half:.1f} ms, p95 {p95:.1f} ms")
