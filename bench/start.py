"""Start the server, as a program and as the binary: seconds to the first answer.

The database is there already, as at every start but the first. ``python`` is what the
bare interpreter takes on this machine, to compare with.
"""

import argparse
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

from bench import stage
from tests.processes import family
from tests.served import Served

ROOT = Path(__file__).resolve().parent.parent
BINARY = ROOT / "dist" / "rtserver"
SERVE = ("serve", "--port", "0")


class Figures(NamedTuple):
    """One start: seconds to the answer, seconds of a core until then, resident MB."""

    first: float
    cpu: float
    idle: float


def bare_python() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-I", "-c", "pass"], check=True)
    return time.perf_counter() - started


def first_answer(served: Served) -> Figures:
    """Start the server, ask it, and stop it."""
    started = time.perf_counter()
    served.start()
    try:
        with urllib.request.urlopen(f"{served.url}/readyz") as response:
            response.read()
        took = time.perf_counter() - started
        # The binary's loader, which has unpacked it, and the server are two processes.
        pids = family(served.pid)
        return Figures(
            took, sum(map(stage.cpu_seconds, pids)), max(map(stage.rss_mb, pids))
        )
    finally:
        served.kill(signal.SIGTERM)  # so that the binary removes what it has unpacked


def row(name: str, f: Figures) -> str:
    return f"{name:14}{f.first:9.2f}{f.cpu:8.2f}{f.idle:9.1f}"


def measure(programs: dict[str, tuple[str, ...]], runs: int) -> dict[str, Figures]:
    """Return the medians of that many starts of each, taking turns."""
    with stage.folder() as at:
        served = Served(at, f"sqlite:///{at / 'rtserver.db'}")
        starts: dict[str, list[Figures]] = {name: [] for name in programs}
        for number in range(1 + runs):
            for name, program in programs.items():
                served.command = (*program, *SERVE)
                figures = first_answer(served)
                if number:  # the first has made the database, and filled caches
                    starts[name].append(figures)
    return {
        name: Figures(*map(stage.median, zip(*each, strict=True)))
        for name, each in starts.items()
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, nargs="+", default=[BINARY])
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    programs = {"installed": (sys.executable, "-m", "rtserver")}
    for binary in options.binary:
        if not binary.exists():
            parser.error(f"there is no {binary}: make binary, or --binary FILE")
        programs[binary.name] = (str(binary.resolve()),)
    print(stage.machine())
    print("target: first < 1 s")
    print("                first s   cpu s  idle MB")
    print(f"{'python':14}{stage.median([bare_python() for _ in range(9)]):9.2f}")
    for name, figures in measure(programs, options.runs).items():
        print(row(name, figures), flush=True)
    return 0
