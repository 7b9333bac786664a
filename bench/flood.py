"""What one user who sends without end costs the others: their latencies beside it.

Two people of a lesson with a large board draw and ping, as people do. A third floods
it over several connections: commands as fast as they go; frames that are wrong;
control frames; the whole board, asked for again and again and never read. Each flood
is measured against the calm just before it; the ratios are what compares.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from bench import stage
from bench.board_seat import Seat
from bench.boards import fill
from bench.flooder import FLOODS
from rtserver.settings.model import Settings
from tests.client import Socket, open_socket
from tests.drawing import element
from tests.served import Lesson, Served, found

PACE = 0.04  # of a pen
LIMITS = Settings().limits
AS_IN_A_SCHOOL = {
    f"limits_{name}": getattr(LIMITS, name)
    for name in (
        "commands_per_second",
        "commands_burst",
        "write_bytes_per_second",
        "write_bytes_burst",
    )
}


class Figures(NamedTuple):
    """Milliseconds until the other one has a patch, and until a ping is acked."""

    patch50: float
    patch95: float
    ping50: float
    ping95: float


def place(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)]


async def joined(served: Served, user: int, lesson: int) -> Socket:
    socket = await open_socket(served.url, served.token(user))
    await socket.next("welcome")
    await socket.call("subscribe", f"board:lesson:{lesson}")
    return socket


class Pair:
    """Somebody who draws and pings, and somebody who looks on."""

    def __init__(self, drawer: Socket, other: Socket, lesson: int) -> None:
        self._drawer = drawer
        self._other = other
        self._channel = f"board:lesson:{lesson}"
        self._version = 0

    async def measure(self, seconds: float) -> Figures:
        """Draw at the pace of a pen, and ping in between."""
        patches, pings = [], []
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            patches.append(await self._draw())
            await asyncio.sleep(PACE)
            began = time.perf_counter()
            await self._drawer.call("ping")
            pings.append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(PACE)
        halves = [
            place(all, share) for all in (patches, pings) for share in (0.5, 0.95)
        ]
        return Figures(*halves)

    async def _draw(self) -> float:
        """Return the milliseconds until the other one has it."""
        self._version += 1
        drawn = element("mine", self._version, text="y" * 300)
        began = time.perf_counter()
        await self._drawer.call("board.patch", self._channel, elements=[drawn])
        while not self._is_in(drawn, await self._other.next("board.patch")):
            pass
        return 1000 * (time.perf_counter() - began)

    def _is_in(self, drawn: dict[str, Any], event: dict[str, Any]) -> bool:
        elements = event["payload"]["elements"]
        versions = {each["id"]: each["version"] for each in elements}
        return versions.get(drawn["id"]) == drawn["version"]


@asynccontextmanager
async def flooded(
    what: str, served: Served, lesson: Lesson, lines: int
) -> AsyncIterator[dict[str, int]]:
    """Have the third member flood the server; give what that tells in the end."""
    args = [what, served.url, served.token(lesson.members[2]), lesson.id, lines]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.flooder", *map(str, args)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    told: dict[str, int] = {}
    await asyncio.sleep(1)
    try:
        yield told
    finally:
        output, _ = await process.communicate(b"")
        told.update(json.loads(output))


def show(name: str, calm: Figures, beside: Figures, more: str) -> None:
    times = "".join(f"{ms:10.1f}" for ms in beside)
    ratios = "".join(f"{b / c:7.1f}" for b, c in zip(beside, calm, strict=True))
    print(f"{name:18}{times}  ×{ratios}  {more}", flush=True)


async def run(served: Served, lesson: Lesson, options: argparse.Namespace) -> None:
    """Show each flood beside the calm before it."""
    people = [await joined(served, id, lesson.id) for id in lesson.members[:2]]
    pair = Pair(*people, lesson.id)
    for what in options.floods or FLOODS:
        calm = await pair.measure(options.seconds)
        cpu, began = stage.cpu_seconds(served.pid), time.monotonic()
        async with flooded(what, served, lesson, options.lines) as told:
            beside = await pair.measure(options.seconds)
            memory = stage.rss_mb(served.pid)
        took = time.monotonic() - began
        share = (stage.cpu_seconds(served.pid) - cpu) / took
        show("calm", calm, calm, "")
        sent = f"{told['sent'] / took / 1e6:.2f} MB/s, {told['connects']} connections"
        show(what, calm, beside, f"cpu {share:.2f}, {memory:.0f} MB; {sent}")
        await asyncio.sleep(2)  # for what the flood left


async def bench(options: argparse.Namespace) -> None:
    with stage.folder() as at, stage.database(options.database, at) as url:
        served = Served(at, url, **AS_IN_A_SCHOOL)
        [lesson] = await found(served.settings, lessons=1, members=3)
        with stage.on_core(0):
            served.start()
        try:
            with stage.on_core(1):
                token = served.token(lesson.members[0])
                await fill(
                    await Seat(served.url, token, lesson.id).open(), options.elements
                )
                await run(served, lesson, options)
        finally:
            served.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("floods", nargs="*", help=f"of: {', '.join(FLOODS)}")
    parser.add_argument("--database", choices=stage.DATABASES, default="sqlite")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument(
        "--lines", type=int, default=8, help="the flooder's connections"
    )
    parser.add_argument("--elements", type=int, default=10_000)
    options = parser.parse_args()
    print(stage.machine())
    print(
        f"{'':18}{'patch p50':>10}{'p95 ms':>10}{'ping p50':>10}{'p95 ms':>10}"
        "  × the calm of each"
    )
    asyncio.run(bench(options))
    return 0
