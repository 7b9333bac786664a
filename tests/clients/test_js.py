"""The JavaScript client's own tests: Node.js, a browser, and a real server.

They need Node.js 20 or newer, npm, and what package-lock.json names: from a registry,
or installed already. Where that isn't to be had they are skipped, as the only tests;
``RTSERVER_TEST_CLIENTS`` = ``require`` makes that a failure, ``skip`` leaves them out.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "clients" / "js"
WISH = os.environ.get("RTSERVER_TEST_CLIENTS", "")
PING = ("npm", "ping", "--fetch-timeout=5000", "--fetch-retries=0")


class Missing(Exception):
    """Something that the client's tests need isn't there."""


@pytest.mark.long
def test_javascript_client_passes_its_tests() -> None:
    if WISH == "skip":
        pytest.skip("RTSERVER_TEST_CLIENTS=skip")
    try:
        require_node()
        require_packages()
    except Missing as missing:
        if WISH == "require":
            raise
        pytest.skip(f"{missing} (RTSERVER_TEST_CLIENTS=require to insist)")

    code, output = run("npm", "test")

    print(output)  # what was skipped in there, too
    assert code == 0


def require_node() -> None:
    if not (shutil.which("node") and shutil.which("npm")):
        raise Missing("there is no node or no npm")
    version = run("node", "--version")[1]
    if int(re.findall(r"\d+", version)[0]) < 20:
        raise Missing(f"node is {version.strip()}, older than 20")


def require_packages() -> None:
    installed = FOLDER / "node_modules" / ".package-lock.json"
    lock = FOLDER / "package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime:
        return
    if run(*PING)[0]:
        raise Missing("no npm registry answers, and node_modules isn't there")
    code, output = run("npm", "ci")
    assert code == 0, output


def run(*command: str) -> tuple[int, str]:
    """Run a command in the client's folder; its children end with it."""
    process = subprocess.Popen(
        command,
        cwd=FOLDER,
        env=os.environ | {"PYTHON": sys.executable, "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=280)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    return process.returncode, output
