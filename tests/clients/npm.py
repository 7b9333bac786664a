"""The packages for JavaScript under clients/, and what their tests need.

That is Node.js 20 or newer, npm, and what package-lock.json names: from a registry, or
installed already. Where that isn't to be had their tests are skipped, as the only ones;
``RTSERVER_TEST_CLIENTS`` = ``require`` makes that a failure, ``skip`` leaves them out.
"""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CLIENTS = Path(__file__).resolve().parent.parent.parent / "clients"
PAGE = "../web"  # which lies beside them, and is built as they are
WISH = os.environ.get("RTSERVER_TEST_CLIENTS", "")
MADE = ("dist", "node_modules", "python")
# Later pytest itself takes a test for one that hangs (pyproject.toml).
LIMIT = 290
PING = ("npm", "ping", "--fetch-timeout=5000", "--fetch-retries=0")


class Missing(Exception):
    """Something that the clients' tests need isn't there."""


def prepare(*names: str) -> None:
    """Install what packages need, or skip the test."""
    if WISH == "skip":
        pytest.skip("RTSERVER_TEST_CLIENTS=skip")
    try:
        _require_node()
        for name in names:
            _require_packages(name)
    except Missing as missing:
        if WISH == "require":
            raise
        pytest.skip(f"{missing} (RTSERVER_TEST_CLIENTS=require to insist)")


def _require_node() -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        raise Missing("there is no node or no npm")
    version = run("js", "node", "--version")[1]
    if int(re.findall(r"\d+", version)[0]) < 20:
        raise Missing(f"node is {version.strip()}, older than 20")


def _require_packages(name: str) -> None:
    folder = CLIENTS / name
    installed = folder / "node_modules" / ".package-lock.json"
    with _alone(name):
        if not _is_older(installed, [folder / "package-lock.json"]):
            return
        if run(name, *PING)[0]:
            raise Missing("no npm registry answers, and node_modules isn't there")
        code, output = run(name, "npm", "ci")
        assert code == 0, output


def build(name: str, script: str = "build") -> None:
    """Run a script that makes something of a package, unless all is as it was then."""
    stamp = CLIENTS / name / "node_modules" / f".made-by-{script}"
    with _alone(name):
        if not _is_older(stamp, _sources()):
            return
        code, output = run(name, "npm", "run", script)
        assert code == 0, output
        stamp.touch()


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Keep other test processes away: nobody reads what is half written."""
    with (CLIENTS / name / "package-lock.json").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _is_older(made: Path, sources: Iterable[Path]) -> bool:
    """Say whether something isn't made, or has become different since."""
    if not made.exists():
        return True
    return any(path.stat().st_mtime > made.stat().st_mtime for path in sources)


def _sources() -> Iterator[Path]:
    """Return all that the packages are made of."""
    for folder, folders, files in os.walk(CLIENTS):
        folders[:] = [each for each in folders if each not in MADE]
        yield from (Path(folder, file) for file in files)


def run(name: str, *command: str) -> tuple[int, str]:
    """Run a command in a package's folder; its children end with it."""
    process = subprocess.Popen(
        command,
        cwd=CLIENTS / name,
        env=os.environ | {"PYTHON": sys.executable, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=LIMIT)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return process.returncode, output
