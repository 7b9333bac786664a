"""Start rtserver over a prepared school, and the peers, each alone on one core."""

import asyncio
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from bench import stage, wsload
from tests.processes import free_port, wait_until
from tests.served import Served, found

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"
BUN = PACKAGES / ".bin" / "bun"
NAMES = {
    "rtserver": "rtserver",
    "node": "Node.js `ws`",
    "bun": "Bun",
    "uws": "uWebSockets.js",
    "c": "C",
}
SMALL, CROWD = 300, 100
SETTINGS = {
    "server_port": 0,
    "limits_connections_per_user": 100_000,
    "limits_commands_per_second": 1_000_000,
    "limits_commands_burst": 1_000_000,
}


class Running(NamedTuple):
    """A server to be loaded."""

    port: int
    pid: int


class School:
    """A database made once, of which every start of rtserver gets a copy.

    ``small`` and ``crowd`` are tables for wsload, a token and a lesson's id a row:
    many lessons of one member, and one of many.
    """

    def __init__(self, at: Path) -> None:
        self._at = at / "school"
        self._at.mkdir()
        self.small, self.crowd = at / "small", at / "crowd"
        asyncio.run(self._found())

    @contextmanager
    def server(self) -> Iterator[Running]:
        """Lend rtserver, with the two commands that only the bench has."""
        with stage.folder() as at:
            shutil.copytree(self._at, at, dirs_exist_ok=True)
            served = self._served(at)
            served.command = (sys.executable, "-m", "bench.fanout_server", "rtserver")
            with stage.on_core(0):
                served.start()
            try:
                yield Running(urlsplit(served.url).port or 0, served.pid)
            finally:
                served.stop()

    async def _found(self) -> None:
        served = self._served(self._at)
        small = await found(served.settings, lessons=SMALL, members=1)
        [crowd] = await found(served.settings, lessons=1, members=CROWD, first=SMALL)
        for path, lessons in ((self.small, small), (self.crowd, [crowd])):
            rows = [
                f"{served.token(member)}\t{lesson.id}\n"
                for lesson in lessons
                for member in lesson.members
            ]
            path.write_text("".join(rows))

    def _served(self, at: Path) -> Served:
        return Served(at, f"sqlite:///{at / 'rtserver.db'}", **SETTINGS)


@contextmanager
def peer(kind: str) -> Iterator[Running]:
    """Lend one of the others."""
    port = free_port()
    with stage.on_core(0):
        process = subprocess.Popen(_command(kind, str(port)))
    try:
        wait_until(lambda: listens(port), 10)
        yield Running(port, process.pid)
    finally:
        process.kill()
        process.wait()


def _command(kind: str, port: str) -> list[str]:
    return {
        "c": [wsload.compiled("fanout_limit"), port, "coalesce"],
        "node": ["node", str(HERE / "node.mjs"), port],
        "uws": ["node", str(HERE / "uws.cjs"), port],
        "bun": [str(BUN), str(HERE / "bun.mjs"), port],
    }[kind]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def missing(kind: str) -> str:
    """Return why a peer can't be had here; nothing if it can."""
    if kind in ("rtserver", "c"):
        return ""
    if kind in ("node", "uws") and not shutil.which("node"):
        return "there is no Node.js"
    needed = {"node": PACKAGES / "ws", "uws": PACKAGES / "uwebsockets", "bun": BUN}
    if not needed[kind].exists():
        return f"there is no {needed[kind].name}: npm install in {HERE}"
    return ""


def versions(kinds: list[str]) -> str:
    """Name what the peers are made of."""
    told = []
    if {"node", "uws"} & set(kinds):
        told.append(f"Node.js {_output(['node', '--version'])[1:]}")
    for kind, name in (("node", "ws"), ("uws", "uwebsockets")):
        if kind in kinds:
            script = f"console.log(require('{PACKAGES / name}/package.json').version)"
            told.append(f"{name} {_output(['node', '-e', script])}")
    if "bun" in kinds:
        told.append(f"Bun {_output([str(BUN), '--version'])}")
    return ", ".join(told)


def _output(command: list[str]) -> str:
    return subprocess.run(
        command, check=True, capture_output=True, text=True
    ).stdout.strip()
