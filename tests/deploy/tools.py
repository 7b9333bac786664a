"""Programs that judge what is in deploy/; where one is missing, the test says so."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
# Where Debian keeps servers, whether the user's PATH names it or not.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def tool(name: str) -> str:
    """Return the path of a program, or skip the test."""
    found = shutil.which(name) or shutil.which(name, path=PATH)
    if found is None:
        pytest.skip(f"there is no {name} on this machine")
    return found


def run(*argv: Any, **more: Any) -> tuple[int, str]:
    """Run a program to its end; give its exit code and all that it said."""
    command = [str(arg) for arg in argv]
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, check=False, timeout=PATIENCE, **both | more)
    return done.returncode, done.stdout


def settings(unit: str) -> list[tuple[str, str]]:
    """Return the lines of a unit that set something, with their sections' names."""
    section, found = "", []
    for line in (DEPLOY / unit).read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.append((f"{section}{key}", value))
    return found
