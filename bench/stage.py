"""What the benches share: databases, cores, and the figures of a process."""

import os
import platform
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rtserver.process import compiled

BUILD = Path(__file__).resolve().parent / "build"
DATABASES = ("sqlite", "postgresql")
_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def folder() -> Iterator[Path]:
    """Lend an empty folder on the disk that the repository is on."""
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD) as path:
        yield Path(path)


@contextmanager
def database(kind: str, at: Path) -> Iterator[str]:
    """Lend an empty database that syncs what it commits; give its address."""
    if kind == "sqlite":
        yield f"sqlite:///{at / 'rtserver.db'}"
        return
    from tests.services import Postgres  # its programs come with the extra "test"

    server = Postgres(durable=True).start()
    try:
        yield server.create_database("bench")
    finally:
        server.stop()


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Keep this process, and those that it starts meanwhile, on one core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {sorted(before)[core % len(before)]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def rss_mb(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def cpu_seconds(pid: int) -> float:
    """Return the seconds of a core that a process has used so far."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / _TICKS


def median(values: list[float]) -> float:
    return statistics.median(values)


def machine() -> str:
    """Describe in a line where and when this is measured."""
    names = Path("/proc/cpuinfo").read_text().splitlines()
    cpu = next((n.split(":")[1].strip() for n in names if "model name" in n), "?")
    load = os.getloadavg()[0]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} × {cpu}, "
        f"Python {platform.python_version()}, rtserver {compiled.form()}, "
        f"load {load:.1f} at the start"
    )
