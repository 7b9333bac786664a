"""Any moment of a large board's history: how soon it is there, and who waits for it."""

import argparse
import asyncio
import json
import random
import subprocess
import time
from typing import NamedTuple
from urllib.request import Request, urlopen

from bench import stage
from bench.board_seat import Seat
from bench.boards import Beside, draw, fill
from tests.served import Lesson, Served
from tests.served import found as founded

TARGETS = "any moment in 1 s, loop never blocked over 50 ms"
ELEMENTS = 20_000
MOMENTS = 30


class Figures(NamedTuple):
    """Milliseconds to look at a moment, and of another client's pings meanwhile.

    The same of a restore.
    """

    p50: float
    longest: float
    size: float
    ping99: float
    blocked: float
    restored: float
    meanwhile: float


async def at(served: Served, lesson: Lesson, seq: int) -> tuple[float, int]:
    """Read the board as it was; return the seconds that it took, and its bytes.

    By a process that stands behind those whose latency is measured.
    """
    curl = ["nice", "-n", "10", "curl", "-s", "-o", "/dev/null"]
    curl += ["-w", "%{time_total} %{size_download}"]
    [header] = [f"{name}: {text}" for name, text in _token(served, lesson).items()]
    curl += ["-H", header, f"{served.url}/api/boards/{lesson.id}/?at={seq}"]
    process = await asyncio.create_subprocess_exec(*curl, stdout=subprocess.PIPE)
    seconds, size = (await process.communicate())[0].split()
    return float(seconds), int(size)


def restore(served: Served, lesson: Lesson, seq: int) -> None:
    headers = {**_token(served, lesson), "Content-Type": "application/json"}
    url = f"{served.url}/api/boards/{lesson.id}/restore/"
    urlopen(Request(url, json.dumps({"seq": seq}).encode(), headers)).read()


async def measure(served: Served, lesson: Lesson, changes: int) -> Figures:
    """Draw much, then look at moments of it, one after the other."""
    seat = await Seat(served.url, served.token(lesson.members[0]), lesson.id).open()
    await fill(seat, ELEMENTS)
    await draw(seat, changes / 1e6, 1e6)
    last, rng = ELEMENTS // 500 + changes, random.Random(1)
    pings = await Beside("ping", served, lesson).start()
    await asyncio.sleep(1)
    looks = [last, *(rng.randrange(1, last) for _ in range(MOMENTS - 1))]
    found = [await at(served, lesson, seq) for seq in looks]
    pinged = await pings.stop()
    pings = await Beside("ping", served, lesson).start()
    await asyncio.sleep(1)
    started = time.perf_counter()
    await asyncio.to_thread(restore, served, lesson, last // 2)
    restored = 1000 * (time.perf_counter() - started)
    meanwhile = (await pings.stop())[-1]
    took = sorted(1000 * seconds for seconds, _ in found)
    size = max(size for _, size in found)
    return Figures(
        p50=took[len(took) // 2],
        longest=took[-1],
        size=size / 1e6,
        ping99=pinged[int(len(pinged) * 0.99)],
        blocked=pinged[-1],
        restored=restored,
        meanwhile=meanwhile,
    )


async def history(kind: str, options: argparse.Namespace) -> Figures:
    with stage.folder() as where, stage.database(kind, where) as url:
        served = Served(where, url, boards_snapshot_interval=options.interval)
        [lesson] = await founded(served.settings, lessons=1, members=3)
        with stage.on_core(0):
            served.start()
        try:
            with stage.on_core(1):
                return await measure(served, lesson, options.changes)
        finally:
            served.stop()


def tell(options: argparse.Namespace) -> None:
    print(f"{ELEMENTS} elements, {options.changes} changes; targets: {TARGETS}")
    print("             at p50 ms  max ms     MB  ping p99     max", end="")
    print("  restore ms  ping max")
    for kind in options.database or stage.DATABASES:
        f = asyncio.run(history(kind, options))
        print(
            f"{kind:13}{f.p50:9.0f}{f.longest:8.0f}{f.size:7.1f}{f.ping99:10.1f}"
            f"{f.blocked:8.1f}{f.restored:12.0f}{f.meanwhile:10.1f}",
            flush=True,
        )


def _token(served: Served, lesson: Lesson) -> dict[str, str]:
    return {"Authorization": f"Bearer {served.token(lesson.members[0])}"}
