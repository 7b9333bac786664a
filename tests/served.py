"""``rtserver serve`` as a process of its own, to be killed and started again."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple, Self

from rtserver.access.actor import Actor
from rtserver.accounts.requests import UserBody
from rtserver.clock import Clock
from rtserver.lessons.requests import Invitation, LessonBody
from rtserver.services import Services
from rtserver.settings.load import load
from rtserver.settings.model import Settings
from rtserver.wiring.accounts import signer
from rtserver.wiring.services import build
from store.chunks import chunks
from tests.patience import PATIENCE
from tests.processes import Guard

ROOT = Path(__file__).resolve().parent.parent
SECRET = "a-secret-for-tests-that-is-long-enough"
TOGETHER = 20
# One user of an ordeal or a bench does what no person and no page would.
TIRELESS = {
    "RTSERVER_LIMITS_COMMANDS_PER_SECOND": "100000",
    "RTSERVER_LIMITS_COMMANDS_BURST": "100000",
    "RTSERVER_LIMITS_REQUESTS_PER_SECOND": "1000000",
    "RTSERVER_LIMITS_REQUESTS_BURST": "1000000000",
    "RTSERVER_LIMITS_REQUESTS_AT_ONCE": "1000000",
    "RTSERVER_LIMITS_WRITE_BYTES_PER_SECOND": str(2**30),
    "RTSERVER_LIMITS_WRITE_BYTES_BURST": str(2**30),
}
_LISTENING = re.compile(rb"listening on (http://\S+)")


class Served:
    """A server over a database, on a free port that changes with every start.

    An override reads ``limits_replay=5`` for ``[limits] replay``.
    """

    command = (sys.executable, "-m", "rtserver", "serve", "--port", "0")

    def __init__(self, folder: Path, database: str, **overrides: Any) -> None:
        self.folder = folder
        self.log = folder / "serve.log"
        self.url = ""
        self._environ = {
            "RTSERVER_SERVER_DATA_DIR": str(folder / "data"),
            "RTSERVER_DATABASE_URL": database,
            "RTSERVER_AUTH_SECRET": SECRET,
            **TIRELESS,
            **{f"RTSERVER_{k.upper()}": str(v) for k, v in overrides.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environ(self) -> dict[str, str]:
        """Return the settings as variables, for commands beside the server."""
        return {**self._environ}

    @property
    def settings(self) -> Settings:
        return load(None, self._environ)

    @property
    def pid(self) -> int:
        assert self._process is not None, "start the server first"
        return self._process.pid

    def token(self, user_id: int) -> str:
        """Return an access token that is good for an hour."""
        made = signer(self.settings, SECRET, Clock())
        assert made is not None
        return made.sign(user_id, ttl=3600)[0]

    def start(self) -> Self:
        """Start, and return once it accepts connections."""
        inherited = {k: v for k, v in os.environ.items() if k[:9] != "RTSERVER_"}
        with self.log.open("ab") as log:
            told_before = log.tell()
            self._process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=inherited | self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            self._guard = Guard(self.folder, self.pid, signal.SIGKILL)
            self.url = self._await_url(told_before)
        return self

    def kill(self, sig: int = signal.SIGKILL) -> int:
        """Signal the server, wait for its end, and give its exit code."""
        assert self._process is not None
        self._process.send_signal(sig)
        code = self._process.wait(PATIENCE)
        self._guard.dismiss()
        return code

    def stop(self) -> None:
        """End the server, if it runs."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def _await_url(self, offset: int) -> str:
        """Find in this start's log the line that tells the address."""
        assert self._process is not None
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            ended = self._process.poll() is not None
            told = self.log.read_bytes()[offset:]
            if found := _LISTENING.search(told):
                return found[1].decode()
            if ended:
                break
            time.sleep(0.002)
        self.stop()
        raise RuntimeError(f"the server didn't start:\n{told.decode()}")


class Lesson(NamedTuple):
    """Its id and its members', who have all accepted; the first is the tutor."""

    id: int
    members: list[int]


async def found(
    settings: Settings, *, lessons: int, members: int, first: int = 0
) -> list[Lesson]:
    """Make lessons, each with so many members of its own, while no server runs.

    Where there are some already, ``first`` is the number from which they go on.
    """
    services = build(settings, Clock())
    await services.db.open()
    try:
        made: list[Lesson] = []
        # Together, since each commit waits for the disk, but not beyond its deadline.
        for numbers in chunks(range(first, first + lessons), TOGETHER):
            made += await asyncio.gather(
                *(_found_one(services, number, members) for number in numbers)
            )
        return made
    finally:
        await services.db.close()
        services.accounts.passwords.close()


async def _found_one(services: Services, number: int, members: int) -> Lesson:
    admin, now = Actor(None, "tests", "admin"), Clock().now()
    bodies = [
        UserBody(
            email=f"m{member}@l{number}.example",
            name=f"Member {member}",
            role="student" if member else "tutor",
        )
        for member in range(members)
    ]
    users = [services.accounts.users.create(admin, body) for body in bodies]
    people = await asyncio.gather(*users)
    invitations = [
        Invitation(role=person.role, user_id=person.id, state="accepted")
        for person in people
    ]
    body = LessonBody(f"Lesson {number}", now, now + timedelta(hours=1), invitations)
    lesson = await services.lessons.create(admin, body)
    return Lesson(lesson.id, [person.id for person in people])
