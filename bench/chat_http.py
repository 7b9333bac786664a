"""Post chat messages over HTTP: durable ones a second, and how long each takes.

The server is alone on one core, the client on the other; every message is committed
and synced (SQLite FULL, PostgreSQL with fsync) before it is answered.
"""

import argparse
import asyncio
import itertools
import json
import sys
import time
from typing import NamedTuple

from bench import stage
from bench.http_client import Busy, open_lanes, post
from tests.served import Lesson, Served, found

MEMBERS = 4
PATH = "/api/chat/messages/"
TARGETS = "≥ 1000/s, p99 < 100 ms, first < 1 s, idle < 60 MB"


class Figures(NamedTuple):
    """One run: a second, milliseconds, cores, seconds, MB."""

    rate: float
    p50: float
    p99: float
    longest: float
    cpu: float
    first: float
    idle: float


def requests(served: Served, lesson: Lesson, user_id: int):
    """Make the requests of one author, each with its own client_id."""
    token, numbers = served.token(user_id), itertools.count()

    def make():
        client_id = f"{user_id}-{next(numbers)}"
        text = f"{client_id}: Сьогодні розв'язуємо рівняння, x² = 4 and what follows"
        body = {"lesson_id": lesson.id, "text": text, "client_id": client_id}
        return post(served.url, PATH, token, json.dumps(body).encode())

    return make


async def load(served: Served, lessons: list[Lesson], seconds: float, warm: float):
    """Keep a connection per member busy; give the latencies and the CPU share."""
    busy = Busy()
    makes = [
        requests(served, lesson, id) for lesson in lessons for id in lesson.members
    ]
    lanes = await open_lanes(served.url, busy, makes)
    await asyncio.sleep(warm)
    busy.reset()
    started, cpu = time.perf_counter(), stage.cpu_seconds(served.pid)
    await asyncio.sleep(seconds)
    took = time.perf_counter() - started
    share = (stage.cpu_seconds(served.pid) - cpu) / took
    latencies, statuses = sorted(busy.latencies), dict(busy.statuses)
    busy.stopped = True
    await asyncio.gather(*(lane.done for lane in lanes))
    if set(statuses) != {201}:
        sys.exit(f"not every message was made: {statuses}; see {served.log}")
    return latencies, len(latencies) / took, share


async def first_answer(served: Served, lesson: Lesson) -> float:
    """Start the server and post; give the seconds from the start to the answer."""
    make = requests(served, lesson, lesson.members[0])
    started = time.perf_counter()
    with stage.on_core(0):
        served.start()
    busy = Busy()
    busy.stopped = True
    [lane] = await open_lanes(served.url, busy, [make])
    await lane.done
    return time.perf_counter() - started


async def measure(kind: str, options: argparse.Namespace) -> Figures:
    with stage.folder() as at, stage.database(kind, at) as url:
        served = Served(at, url)
        count = max(1, options.connections // MEMBERS)
        lessons = await found(served.settings, lessons=count, members=MEMBERS)
        try:
            first = await first_answer(served, lessons[0])
            await asyncio.sleep(0.5)
            idle = stage.rss_mb(served.pid)
            with stage.on_core(1):
                latencies, rate, cpu = await load(
                    served, lessons, options.seconds, options.warm
                )
        finally:
            served.stop()
    ms = [1000 * latency for latency in latencies]
    p50, p99 = (ms[int(len(ms) * part)] for part in (0.5, 0.99))
    return Figures(rate, p50, p99, ms[-1], cpu, first, idle)


def row(name: str, f: Figures) -> str:
    return (
        f"{name:14}{f.rate:8.0f}{f.rate / f.cpu:8.0f}{f.cpu:6.2f}"
        f"{f.p50:8.1f}{f.p99:8.1f}{f.longest:8.1f}{f.first:9.2f}{f.idle:9.1f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=stage.DATABASES, action="append")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--warm", type=float, default=1)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(stage.machine())
    print(f"{options.connections} connections; targets: {TARGETS}")
    print(
        "                 req/s /cpu s   cpu  p50 ms  p99 ms  max ms  first s  idle MB"
    )
    for kind in options.database or stage.DATABASES:
        runs = []
        for number in range(options.runs):
            runs.append(asyncio.run(measure(kind, options)))
            print(row(f"{kind} {number + 1}", runs[-1]), flush=True)
        middle = [stage.median(values) for values in zip(*runs, strict=True)]
        print(row("median", Figures(*middle)))
    return 0
