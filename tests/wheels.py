"""Wheels of what is in the checkout."""

import subprocess
import sys
from pathlib import Path

BUILD = "from setuptools import build_meta; build_meta.build_wheel('out')"


def build_wheel(folder: Path) -> Path:
    """Build the wheel of a project; return it. Give a copy: building leaves traces."""
    command = [sys.executable, "-c", BUILD]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (folder / "out").glob("*.whl")
    return wheel
