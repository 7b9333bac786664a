"""A headless Chromium, and what it says about a page."""

import asyncio
import json
import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# What opens under a window's address bar is a page, too, which each window loads.
LESS = "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup"
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    LESS,
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--virtual-time-budget=20000",
    "--enable-logging=stderr",
)
CONSOLE = re.compile(r":CONSOLE[:(].*")


class Visit(NamedTuple):
    """A page as it is in the end, its console, and the hosts that it asked."""

    dom: str
    console: list[str]
    hosts: set[str]


def find() -> str:
    """Find the browser, or skip the test."""
    found = os.environ.get("RTSERVER_TEST_CHROMIUM") or next(
        filter(None, map(shutil.which, PROGRAMS)), None
    )
    if not found:
        pytest.skip("there is no Chromium: apt-get install chromium")
    return found


async def visit(url: str, folder: Path) -> Visit:
    """Open a page, and let its scripts run until nothing happens any more."""
    net_log = folder / "net.json"
    # Chromium's sandbox refuses root.
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    process = await asyncio.create_subprocess_exec(
        *(find(), *FLAGS, *root, f"--user-data-dir={folder / 'profile'}"),
        *(f"--log-net-log={net_log}", "--dump-dom", url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    said = CONSOLE.findall(err.decode(errors="replace"))
    return Visit(out.decode(), said, _hosts(net_log.read_text()))


def _hosts(net_log: str) -> set[str]:
    """Return the hosts of the requests that a page made, not those of the browser."""
    started = [event.get("params", {}) for event in json.loads(net_log)["events"]]
    urls = [
        params["url"]
        for params in started
        if "url" in params and params.get("initiator", "").startswith("http://127.")
    ]
    return {urlsplit(url).netloc for url in urls}
