"""The example classroom, from another origin, while the server is killed."""

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import tornado.httpserver
import tornado.netutil
import tornado.web

from tests.browser.tabs import Browser, Tab
from tests.demo_school import demo_school
from tests.patience import PATIENCE
from tests.processes import free_port
from tests.served import ROOT, Served

pytestmark = pytest.mark.long

EXAMPLE = ROOT / "examples" / "classroom"
MAX_LINES = 150
POINTS = '[...document.querySelectorAll("polyline")].map((l) => l.points.length)'
LOOK = """({
  board: [...document.querySelectorAll("polyline")]
    .map((line) => line.getAttribute("points")).sort(),
  chat: [...document.querySelectorAll("#chat li")].map((line) => line.textContent),
  state: document.getElementById("state").textContent,
})"""


@pytest.fixture
def site(io_loop: Any) -> Iterator[str]:
    """Serve the example, as any web server would."""
    [listener] = tornado.netutil.bind_sockets(0, "127.0.0.1")
    handler = (r"/(.*)", tornado.web.StaticFileHandler, {"path": str(EXAMPLE)})
    server = tornado.httpserver.HTTPServer(tornado.web.Application([handler]))
    server.add_socket(listener)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.stop()


@pytest.fixture
def serve(site: str, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start a server that keeps its port when it is killed and started again."""
    if not (ROOT / "templates" / "client" / "client.js").exists():
        pytest.skip("/client.js isn't built: make client")
    servers: list[Served] = []

    def start(**overrides: Any) -> Served:
        database = f"sqlite:///{tmp_path / 'rtserver.db'}"
        server = Served(tmp_path, database, server_allowed_origins=site, **overrides)
        server.command = (*Served.command[:-1], str(free_port()))
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


async def test_two_who_chat_and_draw_end_with_equal_screens_after_a_kill(
    serve: Callable[..., Served], site: str, tmp_path: Path
) -> None:
    served = serve()
    people = demo(served)
    served.start()
    async with Browser(tmp_path) as browser:
        address = f"{site}/index.html?server={served.url}&lesson=1"
        olena, taras = [await browser.open(address) for _ in range(2)]
        await sign_in(olena, people["olena@demo.example"])
        await sign_in(taras, people["taras@demo.example"])

        await say(olena, "Good morning!")
        await taras.until('chat.innerText.includes("Good morning!")')
        await stroke(olena, 100)
        await taras.until('document.querySelector("polyline")')
        await taras.until("document.querySelector('circle[data-user=\"2\"]')")

        await taras.run("hand.click()")
        for tab in (olena, taras):
            await tab.until("people.textContent === 'Олена Шевченко, ✋ Тарас Бондар'")
        await taras.run("hand.click()")
        await olena.until("!people.textContent.includes('✋')")

        await olena.mouse("press", 60, 200)
        await drag(olena, 200, range(10))
        await taras.until(f"{POINTS}.includes(10)")
        served.kill()
        await drag(olena, 200, range(10, 20))
        await olena.mouse("release", 260, 200)
        await stroke(taras, 300)
        await say(olena, "Are you there?")
        await say(taras, "I am!")
        served.start()
        screens = [await settled(tab, strokes=3) for tab in (olena, taras)]

    assert screens[0] == screens[1]
    assert [len(line.split()) for line in screens[0]["board"]] == [20, 20, 20]
    told = [line.partition(": ")[2] for line in screens[0]["chat"]]
    assert told[-3] == "Good morning!"
    assert set(told[-2:]) == {"Are you there?", "I am!"}


async def test_a_duplicated_tab_and_its_first_keep_their_login(
    serve: Callable[..., Served], site: str, tmp_path: Path
) -> None:
    served = serve(auth_access_ttl=4, auth_refresh_leeway=0)
    people = demo(served)
    served.start()
    async with Browser(tmp_path) as browser:
        first = await browser.open(f"{site}/index.html?server={served.url}&lesson=1")
        await sign_in(first, people["olena@demo.example"])
        second = await browser.duplicate(first)
        tabs = (first, second)
        await second.until("board.onpointerdown")

        async with asyncio.timeout(PATIENCE):
            while sum([await refreshes(tab) for tab in tabs]) < 4:
                await asyncio.sleep(0.1)
        for tab in tabs:
            await say(tab, "Still here.")
        for tab in tabs:
            await tab.until("chat.innerText.split('Still here.').length === 3")
            await tab.until('state.textContent === "online"')


def test_the_example_is_short() -> None:
    lines = [len(path.read_text().splitlines()) for path in EXAMPLE.iterdir()]

    assert sum(lines) < MAX_LINES


def demo(served: Served) -> dict[str, dict[str, Any]]:
    """Give a server the demo school; return its people by their addresses."""
    made = demo_school()
    shutil.copy(made / "rtserver.db", served.folder)
    people = json.loads((made / "users.json").read_text())
    return {person["email"]: person for person in people}


async def sign_in(tab: Tab, user: dict[str, Any]) -> None:
    await tab.until("door.onsubmit")
    email, password = json.dumps(user["email"]), json.dumps(user["password"])
    await tab.run(f"door.email.value = {email}; door.password.value = {password}")
    await tab.run("door.requestSubmit()")
    await tab.until("board.onpointerdown")


async def say(tab: Tab, text: str) -> None:
    await tab.run(f"say.text.value = {json.dumps(text)}; say.requestSubmit()")


async def stroke(tab: Tab, y: int) -> None:
    """Draw a line of 20 points."""
    await tab.mouse("press", 60, y)
    await drag(tab, y, range(20))
    await tab.mouse("release", 260, y)


async def drag(tab: Tab, y: int, steps: range) -> None:
    for step in steps:
        await tab.mouse("move", 60 + 10 * step, y + step % 3)


async def refreshes(tab: Tab) -> int:
    """Return how often a tab has refreshed its login."""
    return await tab.run(
        'performance.getEntriesByType("resource")'
        '.filter(({ name }) => name.endsWith("/refresh/")).length'
    )


async def settled(tab: Tab, strokes: int) -> Any:
    """Wait until everything that was done is on the screen; return what it shows."""
    await tab.until('state.textContent === "online"')
    await tab.until(f'document.querySelectorAll("polyline").length === {strokes}')
    for text in ("Are you there?", "I am!"):
        await tab.until(f"chat.innerText.includes({json.dumps(text)})")
    await tab.until(f"{POINTS}.every((length) => length === 20)")
    return await tab.run(LOOK)
