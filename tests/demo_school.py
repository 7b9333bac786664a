"""The demo school, made once for all tests of a process: a copy is there at once."""

import atexit
import json
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from tests.served import ROOT, Served


@cache
def demo_school() -> Path:
    """Return a folder with its database, rtserver.db, and its people, users.json."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "rtserver", "demo", "--json"],
        env=Served(folder, f"sqlite:///{folder / 'rtserver.db'}").environ,
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    users: list[dict[str, Any]] = json.loads(done.stdout)["users"]
    (folder / "users.json").write_text(json.dumps(users))
    return folder
