"""From ``git clone`` to two people who draw with each other: two commands, one clock.

A clone of what is committed here, with nothing of pip's or npm's kept from before;
then ``make run``, whose links are opened in two tabs, and a stroke in each, until the
other has it.
"""

import argparse
import asyncio
import os
import re
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import stage
from bench.page_stage import browser
from tests.browser.room_page import BLACK, SEEN
from tests.browser.tabs import Browser, Tab
from tests.processes import free_port
from tests.served import ROOT

LINK = re.compile(r"http://\S+#demo=\S+")
TARGETS = "<= 180 s, of which downloads are a part"
TOOLS = "document.querySelector('.room-board [role=toolbar]')"


@contextmanager
def running(folder: Path) -> Iterator[list[str]]:
    """Clone and run; give the links that are printed once it is ready."""
    command = ["git", "clone", "--quiet", "--no-local", str(ROOT), str(folder / "rt")]
    subprocess.run(command, check=True)
    fresh = {
        "PIP_NO_CACHE_DIR": "1",
        "npm_config_cache": str(folder / "npm"),
        "RTSERVER_SERVER_PORT": str(free_port()),
    }
    process = subprocess.Popen(
        ["make", "run"],
        cwd=folder / "rt",
        env=os.environ | fresh,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield links(process)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate()


def links(process: subprocess.Popen[str]) -> list[str]:
    """Read on until the server listens; return the links that were printed before."""
    found: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        found += LINK.findall(line)
        if "listening" in line:
            return found
    raise RuntimeError("make run ended before the server listened")


async def draw_with_each_other(addresses: list[str]) -> None:
    """Open both links, draw a stroke in each tab, and wait until both see two."""
    async with browser() as opened:
        tabs = [await _sit(opened, address) for address in addresses[:2]]
        ink = 0
        for y, tab in zip((250, 450), tabs, strict=True):
            await _stroke(tab, y)
            for each in tabs:
                await each.until(f"{SEEN % BLACK} > {ink + 100}")
            ink = await tabs[0].run(SEEN % BLACK)


async def _sit(opened: Browser, address: str) -> Tab:
    tab = await opened.open(address)
    await tab.look(width=1280, height=800)
    await tab.until("document.querySelector('header nav')")
    await tab.run("history.pushState(null, '', '/lessons/1')")
    await tab.until(TOOLS)
    return tab


async def _stroke(tab: Tab, y: int) -> None:
    await tab.mouse("press", 200, y)
    for step in range(1, 20):
        await tab.mouse("move", 200 + 20 * step, y)
    await tab.mouse("release", 580, y)


def tell(options: argparse.Namespace) -> None:
    print(f"git clone, make run, two tabs that draw; {TARGETS}")
    with stage.folder() as folder:
        started = time.monotonic()
        with running(folder) as addresses:
            listening = time.monotonic() - started
            asyncio.run(draw_with_each_other(addresses))
            took = time.monotonic() - started
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"listening after {listening:.0f} s, drawing after {took:.0f} s, "
        f"of CPU {spent.ru_utime + spent.ru_stime:.0f} s",
        flush=True,
    )
