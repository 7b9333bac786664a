"""Draw on boards: what it costs, a large one's speed, and what SIGKILL leaves.

``traffic``: see ``boards_traffic``; ``history``: see ``boards_history``.

``large``: a board of 20 000 elements of 400 bytes. The time until the first who comes
has it all; then patches at 50 a second, while the whole is saved now and then and
somebody asks for all of it every second: the patches' latency, and how long a ping of
another client takes at most, which is how long the loop was blocked. ``kill``: exits
with 1 on any loss.
"""

import argparse
import asyncio
import json
import random
import signal
import subprocess
import sys
import time
from typing import NamedTuple

from bench import stage
from bench.board_seat import Seat
from tests.board_ordeal import BoardOrdeal, BoardRound
from tests.board_restorer import Restorer
from tests.drawing import element
from tests.served import Lesson, Served, found

ELEMENTS = 20_000
ELEMENT_BYTES = 400
IN_PATCH = 500
RATE = 50
WHAT = ("traffic", "large", "history", "kill")
TARGETS = "open < 1.5 s, patch p99 < 30 ms, loop never blocked over 50 ms"


class Figures(NamedTuple):
    """One run: seconds, milliseconds, MB, milliseconds from then on, and cores."""

    opened: float
    looked: float
    size: float
    p50: float
    p99: float
    longest: float
    ping99: float
    blocked: float
    cpu: float


async def fill(seat: Seat, count: int) -> None:
    """Draw so many elements."""
    text = "x" * (ELEMENT_BYTES - len(json.dumps(element("e12345", text=""))))
    for start in range(0, count, IN_PATCH):
        numbers = range(start, min(count, start + IN_PATCH))
        elements = [element(f"e{number}", text=text) for number in numbers]
        await seat.call("board.patch", {"elements": elements})


async def draw(seat: Seat, seconds: float, rate: float) -> list[float]:
    """Patch at a steady rate; give the milliseconds of each from when it was due."""
    latencies: list[float] = []
    started = time.perf_counter()
    for number in range(int(seconds * rate)):
        due = started + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        changed = element(f"e{number % ELEMENTS}", 2 + number, text="y" * 300)
        await seat.call("board.patch", {"elements": [changed]})
        latencies.append(1000 * (time.perf_counter() - due))
    return latencies


class Beside:
    """A client in a process of its own, measuring one thing; see ``board_seat``."""

    def __init__(self, what: str, served: Served, lesson: Lesson) -> None:
        member = lesson.members[2]
        # Behind those whose latency is measured.
        nice = ["nice", "-n", "10"] if what == "look" else []
        self._command = [*nice, sys.executable, "-m", "bench.board_seat", what]
        self._command += [served.url, served.token(member), str(lesson.id)]

    async def start(self) -> "Beside":
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        return self

    async def stop(self) -> list[float]:
        """End it; give the milliseconds that each time took."""
        output, _ = await self._process.communicate(b"")
        return sorted(1000 * seconds for seconds in json.loads(output))


async def measure(served: Served, lesson: Lesson, seconds: float) -> Figures:
    """Fill a board, come back to it after a restart, and draw on it."""
    token = served.token(lesson.members[0])
    await fill(await Seat(served.url, token, lesson.id).open(), ELEMENTS)
    served.kill(signal.SIGTERM)
    with stage.on_core(0):
        served.start()
    pings = await Beside("ping", served, lesson).start()
    await asyncio.sleep(1)
    started = time.perf_counter()
    text = await Seat(served.url, token, lesson.id).look()
    opened = time.perf_counter() - started
    looks = await Beside("look", served, lesson).start()
    seat = await Seat(served.url, token, lesson.id).open()
    cpu = stage.cpu_seconds(served.pid)
    latencies = sorted(await draw(seat, seconds, RATE))
    share = (stage.cpu_seconds(served.pid) - cpu) / seconds
    looked, pinged = await looks.stop(), await pings.stop()
    return Figures(
        opened=opened,
        looked=looked[len(looked) // 2],
        size=len(text) / 1e6,
        p50=latencies[len(latencies) // 2],
        p99=latencies[int(len(latencies) * 0.99)],
        longest=latencies[-1],
        ping99=pinged[int(len(pinged) * 0.99)],
        blocked=pinged[-1],
        cpu=share,
    )


async def large(kind: str, options: argparse.Namespace) -> Figures:
    with stage.folder() as at, stage.database(kind, at) as url:
        served = Served(
            *(at, url),
            boards_snapshot_interval=options.interval,
            limits_commands_per_second=10_000,
            limits_commands_burst=10_000,
        )
        [lesson] = await found(served.settings, lessons=1, members=3)
        with stage.on_core(0):
            served.start()
        try:
            with stage.on_core(1):
                return await measure(served, lesson, options.seconds)
        finally:
            served.stop()


def tell_large(options: argparse.Namespace) -> None:
    print(f"{ELEMENTS} elements; targets: {TARGETS}")
    print(
        "               open s  look ms     MB  p50 ms  p99 ms  max ms"
        "  ping p99     max   cpu"
    )
    for kind in options.database or stage.DATABASES:
        f = asyncio.run(large(kind, options))
        print(
            f"{kind:13}{f.opened:8.2f}{f.looked:9.0f}{f.size:7.1f}{f.p50:8.1f}"
            f"{f.p99:8.1f}{f.longest:8.1f}{f.ping99:10.1f}{f.blocked:8.1f}{f.cpu:6.2f}",
            flush=True,
        )


async def kill(kind: str, options: argparse.Namespace) -> bool:
    with stage.folder() as at, stage.database(kind, at) as url:
        served = Served(
            *(at, url),
            limits_replay=1_000_000,
            limits_replay_bytes=2**30,
            boards_snapshot_interval=0.2,
            boards_full_seconds=0,
        )
        [lesson] = await found(served.settings, lessons=1, members=4)
        served.start()
        try:
            rng = random.Random(options.seed)
            restorer = Restorer(served, lesson, rng)
            ordeal = BoardOrdeal(served, lesson, rng, restorer.run)
            verdict = await ordeal.run(options.kills, tell_round)
        finally:
            served.stop()
    print(f"{kind}: {verdict}, restored {restorer.restored} times")
    return verdict.good


def tell_round(last: BoardRound) -> None:
    print(f"{last.acked:8} acked{last.seq:8} seq{last.away:8.2f} s away", flush=True)


def main() -> int:
    from bench import boards_history, boards_traffic  # they use what stands here

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=WHAT, nargs="?")
    parser.add_argument("--database", choices=stage.DATABASES, action="append")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--minutes", type=float, default=10, help="of drawing")
    parser.add_argument("--speed", type=float, default=10, help="times as fast")
    parser.add_argument("--dense", action="store_true", help="twice as much is drawn")
    parser.add_argument("--changes", type=int, default=20_000, help="of history")
    parser.add_argument("--interval", type=float, default=5, help="between snapshots")
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print(stage.machine())
    if options.what in (None, "traffic"):
        boards_traffic.tell(options)
    if options.what in (None, "large"):
        tell_large(options)
    if options.what in (None, "history"):
        boards_history.tell(options)
    if options.what not in (None, "kill"):
        return 0
    print(f"seed {options.seed}")
    kinds = options.database or stage.DATABASES
    return 0 if all([asyncio.run(kill(kind, options)) for kind in kinds]) else 1
