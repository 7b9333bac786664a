"""Processes seen from outside: their state, their children, and their end."""

import random
import shlex
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.patience import PATIENCE

# Outside the range from which the kernel takes ports for outgoing connections.
PORTS = range(12000, 30000)


def free_port(*, second: int = 0) -> int:
    """Return a port of loopback that is free, and the one ``second`` above it too."""
    while True:
        port = random.choice(PORTS)
        if _is_free(port) and (not second or _is_free(port + second)):
            return port


def wait_until(happened: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return once that is so; raise TimeoutError if it isn't in time."""
    end = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError(f"it didn't happen within {seconds} s")
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    """Return whether a process runs or is stopped; a zombie isn't alive."""
    return _stat(pid)[0] not in "ZX"


def is_stopped(pid: int) -> bool:
    """Return whether SIGSTOP has taken effect."""
    return _stat(pid)[0] == "T"


def family(pid: int) -> list[int]:
    """Return a process and its children, whatever process groups they are in."""
    pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [pid, *(child for child in pids if _stat(child)[1] == pid)]


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return port in PORTS
    return False


def _stat(pid: int) -> tuple[str, int]:
    """Return state and parent; X, which means dead, for a process that isn't there."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return "X", 0
    state, parent, *_ = stat.rpartition(")")[2].split()
    return state, int(parent)


class Guard:
    """Removes a folder, and first ends its server, once this process is gone.

    A shell waits on a pipe that closes however this process ends, kill -9 included.
    """

    def __init__(self, folder: Path, pid: int = 0, sig: int = 0) -> None:
        ending = (
            f"kill -{int(sig)} {pid}; kill -CONT {pid};"
            f"while grep -q '^State:.[RSDTt]' /proc/{pid}/status;"
            " do sleep 0.05; done;"
        )
        remove = f"rm -rf {shlex.quote(str(folder))}"
        self._shell = subprocess.Popen(
            ["sh", "-c", f"read -r _ && exit; {ending if pid else ''} {remove}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def dismiss(self) -> None:
        """End the guard without its doing anything; a second time is no harm."""
        if self._shell.poll() is None:
            self._shell.communicate(b"\n")
