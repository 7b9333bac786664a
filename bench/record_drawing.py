"""Record what Excalidraw hands over at each move of a hand; for ``boards_traffic``.

Needs Chromium, Node.js and npm, and is run once: ``python -m bench.record_drawing``
writes ``bench/drawing.json.gz``, a list of figures. A figure is a list of changes, one
for each move, 1/60 s after the last; a change has the element's fields that are new,
and of ``points`` those that were added.
"""

import asyncio
import gzip
import json
import math
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tornado.httpserver
import tornado.netutil
import tornado.web

from tests.browser.tabs import Browser, Tab
from tests.browser.test_classroom import demo
from tests.browser.test_excalidraw import OLENA, PAGE, Lesson, Person
from tests.clients import npm
from tests.processes import free_port
from tests.served import Served

RECORDING = Path(__file__).with_name("drawing.json.gz")
Element = dict[str, Any]
# What is changed is noted with each change, as a binding that sends all would do.
LISTEN = """page.binding.close(), window.changes = [], window.seen = {},
page.api.onChange((elements) => {
  for (const each of elements) {
    if (seen[each.id] === each.version) continue;
    seen[each.id] = each.version;
    changes.push(JSON.stringify(each));
  }
})"""
TOOLS = ["freedraw"] * 16 + ["rectangle", "arrow", "line", "ellipse"]
FIGURES = 60


def path(tool: str, rng: random.Random) -> list[tuple[int, int]]:
    """Return where the pen is at each sixtieth of a second."""
    x, y = rng.uniform(280, 520), rng.uniform(150, 400)
    moves = rng.choice((18, 30, 45, 70, 110)) if tool == "freedraw" else 30
    width, turns = rng.uniform(1.0, 2.6), rng.uniform(0.15, 0.45)
    height = rng.uniform(4, 22)
    return [
        (
            round(x + width * n + height / 2 * math.cos(turns * n)),
            round(y + height * math.sin(turns * n) + rng.uniform(-1, 1)),
        )
        for n in range(moves)
    ]


def deltas(states: list[Element]) -> Iterator[Element]:
    """Yield of each state what the one before hasn't."""
    before: Element = {}
    for state in states:
        fresh = {k: v for k, v in state.items() if before.get(k, ...) != v}
        old = before.get("points", [])
        if "points" in fresh and state["points"][: len(old)] == old:
            fresh["points"] = state["points"][len(old) :]
            fresh["from"] = len(old)
        yield fresh
        before = state


async def draw(person: Person, tool: str, rng: random.Random) -> list[Element]:
    tab, places = person.tab, path(tool, rng)
    await tab.run(f'changes.length = 0, page.api.setActiveTool({{type: "{tool}"}})')
    await tab.until(f'page.api.getAppState().activeTool.type === "{tool}"')
    await mouse(tab, "mouseMoved", places[0], down=False)
    await mouse(tab, "mousePressed", places[0])
    for place in places[1:]:
        await mouse(tab, "mouseMoved", place)
    await mouse(tab, "mouseReleased", places[-1], down=False)
    changes = await drained(tab)
    # The first is the figure; a tool may leave others behind, such as a selection.
    id = json.loads(changes[-1])["id"]
    states = [state for state in map(json.loads, changes) if state["id"] == id]
    return list(deltas(states))


async def mouse(
    tab: Tab, kind: str, place: tuple[int, int], *, down: bool = True
) -> None:
    """Do what a mouse does; its pressure is a half, of which Excalidraw keeps none."""
    x, y = place
    button = {"button": "left", "buttons": int(down), "force": 0.5, "clickCount": 1}
    await tab.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **button)


async def drained(tab: Tab) -> list[str]:
    """Return what was noted, once nothing more comes."""
    count = -1
    while count != (now := await tab.run("changes.length")) or now < 2:
        count = now
        await asyncio.sleep(0.2)
    changes: list[str] = await tab.run("changes")
    return changes


@contextmanager
def site() -> Iterator[str]:
    [listener] = tornado.netutil.bind_sockets(0, "127.0.0.1")
    handler = (r"/(.*)", tornado.web.StaticFileHandler, {"path": str(PAGE / "dist")})
    server = tornado.httpserver.HTTPServer(tornado.web.Application([handler]))
    server.add_socket(listener)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.stop()


async def record(folder: Path) -> list[list[Element]]:
    rng = random.Random(7)
    with site() as page:
        url = f"sqlite:///{folder / 'rtserver.db'}"
        served = Served(folder, url, server_allowed_origins=page)
        served.command = (*Served.command[:-1], str(free_port()))
        people = demo(served)
        served.start()
        try:
            async with Browser(folder) as browser:
                lesson = Lesson(served, browser, page)
                lesson.users[OLENA] = people["olena@demo.example"]["id"]
                person = await lesson.enter(OLENA)
                await person.tab.run(LISTEN)
                tools = [TOOLS[n % len(TOOLS)] for n in range(FIGURES)]
                return [await draw(person, tool, rng) for tool in tools]
        finally:
            served.stop()


def main() -> None:
    npm.prepare("js", "excalidraw")
    for name, script in (("js", "build"), ("excalidraw", "build")):
        npm.build(name, script)
    npm.build("excalidraw", "page")
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(record(Path(folder)))
    text = json.dumps(figures, separators=(",", ":")).encode()
    RECORDING.write_bytes(gzip.compress(text, 9, mtime=0))
    moves = sum(map(len, figures))
    print(f"{len(figures)} figures, {moves} changes, {RECORDING.stat().st_size} bytes")


if __name__ == "__main__":
    main()
