"""Two people at one board, in real pages of Excalidraw."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import tornado.httpserver
import tornado.netutil
import tornado.web

from tests.browser import chromium
from tests.browser.gate import Gate
from tests.browser.tabs import PATIENCE, Browser, Tab
from tests.browser.test_classroom import demo
from tests.clients import npm
from tests.processes import free_port
from tests.served import Served

PAGE = npm.CLIENTS / "excalidraw" / "test" / "page"
OLENA, TARAS = 1, 2  # the tutor and a student of the demo school's first lesson
# Without what Excalidraw shows of a deleted element, and when it was touched last.
SCENE = """JSON.stringify(page.api.getSceneElements()
  .map(({updated, ...element}) => Object.entries(element).sort()))"""
KINDS = "page.api.getSceneElements().map(({type}) => type).join()"
STROKE = 'page.api.getSceneElements().find(({type}) => type === "freedraw")'


@pytest.fixture(scope="module")
def page() -> None:
    """Build the page, once."""
    chromium.find()
    npm.prepare("js", "excalidraw")
    for name, script in (
        ("js", "build"),
        ("excalidraw", "build"),
        ("excalidraw", "page"),
    ):
        npm.build(name, script)


@pytest.fixture
def site(page: None, io_loop: Any) -> Iterator[str]:
    """Serve the page, as any web server would."""
    [listener] = tornado.netutil.bind_sockets(0, "127.0.0.1")
    files = {"path": str(PAGE / "dist")}
    handler = (r"/(.*)", tornado.web.StaticFileHandler, files)
    server = tornado.httpserver.HTTPServer(tornado.web.Application([handler]))
    server.add_socket(listener)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.stop()


@pytest.fixture
def served(site: str, tmp_path: Path) -> Iterator[Served]:
    """A server that keeps its port, and little of what was missed."""
    server = Served(
        tmp_path,
        f"sqlite:///{tmp_path / 'rtserver.db'}",
        server_allowed_origins=site,
        limits_replay=3,
    )
    server.command = (*Served.command[:-1], str(free_port()))
    yield server
    server.stop()


class Person:
    """Somebody with a page open."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    async def draw(self, tool: str, *points: tuple[int, int], up: bool = True) -> None:
        """Draw with one of Excalidraw's tools, as a hand does."""
        await self.tab.run(f'page.api.setActiveTool({{type: "{tool}"}})')
        await self.tab.until(f'page.api.getAppState().activeTool.type === "{tool}"')
        await self.tab.mouse("move", *points[0])
        await self.tab.mouse("press", *points[0])
        await self.move(*points[1:])
        if up:
            await self.tab.mouse("release", *points[-1])

    async def move(self, *points: tuple[int, int]) -> None:
        for point in points:
            await self.tab.mouse("move", *point)

    async def sees(self, *kinds: str) -> None:
        """Wait until just these are on the screen, in this order."""
        await self.tab.until(f"{KINDS} === {json.dumps(','.join(kinds))}")


class Lesson:
    """A board with two people at it."""

    def __init__(self, served: Served, browser: Browser, site: str) -> None:
        self._served = served
        self._browser = browser
        self._site = site
        self.users: dict[int, int] = {}

    async def enter(self, who: int, more: str = "", url: str = "") -> Person:
        token = self._served.token(self.users[who])
        query = f"server={url or self._served.url}&lesson=1&token={token}{more}"
        tab = await self._browser.open(f"{self._site}/index.html?{query}")
        await tab.until("page.board.ack && !page.api.getAppState().isLoading")
        return Person(tab)

    def allow(self, who: int, board: str) -> None:
        """Let somebody draw, or only look."""
        request = Request(
            f"{self._served.url}/api/lessons/1/members/{self.users[who]}/",
            json.dumps({"board": board}).encode(),
            {
                "Authorization": f"Bearer {self._served.token(self.users[OLENA])}",
                "Content-Type": "application/json",
            },
            method="PATCH",
        )
        urlopen(request).close()


@asynccontextmanager
async def lesson_at(served: Served, site: str, folder: Path) -> AsyncIterator[Lesson]:
    people = demo(served)
    served.start()
    async with Browser(folder) as browser:
        lesson = Lesson(served, browser, site)
        for who, name in ((OLENA, "olena"), (TARAS, "taras")):
            lesson.users[who] = people[f"{name}@demo.example"]["id"]
        yield lesson


async def equal(*people: Person) -> None:
    """Wait until nothing is under way, and all see the same, element by element."""
    for person in people:
        await person.tab.run("page.board.flush()")
    end = asyncio.get_running_loop().time() + PATIENCE
    while len(set(scenes := [await person.tab.run(SCENE) for person in people])) > 1:
        if asyncio.get_running_loop().time() > end:
            raise TimeoutError(f"the scenes stay unequal: {_differences(scenes)}")
        await asyncio.sleep(0.05)


def _differences(scenes: list[str]) -> list[list[str]]:
    """What each has and not all have: an element's id, a field, its value."""
    facts = [
        {json.dumps([dict(each)["id"], *field]) for each in scene for field in each}
        for scene in map(json.loads, scenes)
    ]
    common = set.intersection(*facts)
    return [sorted(each - common) for each in facts]


# Change each element into others, as Excalidraw's own scripts may.
CHANGE = """((change) => page.api.updateScene({
  elements: page.api.getSceneElements().flatMap(change)}))"""
BIG = 'index: "a9", customData: {text: "x".repeat(140_000)}'
LINE = [(300 + 6 * step, 250 + step % 7) for step in range(40)]


async def test_two_people_draw_undo_write_and_end_with_equal_scenes_after_a_kill(
    served: Served, site: str, tmp_path: Path
) -> None:
    async with lesson_at(served, site, tmp_path) as lesson:
        olena = await lesson.enter(OLENA)
        taras = await lesson.enter(TARAS, "&cursor=2")

        await olena.draw("rectangle", (300, 300), (350, 340), (420, 380))
        await taras.sees("rectangle")
        await taras.tab.until(f"page.told.names.has('User {lesson.users[OLENA]}')")
        await taras.tab.until("page.api.getAppState().collaborators.size === 0")
        await olena.tab.key("z", control=True)
        await taras.sees()
        await taras.draw("text", (500, 400))
        await taras.tab.until("document.querySelector('textarea.excalidraw-wysiwyg')")
        await taras.tab.write("Привіт")
        await taras.tab.key("Escape")
        await olena.tab.until("page.api.getSceneElements()[0]?.text === 'Привіт'")
        await olena.tab.key("z", control=True)  # which isn't hers to undo

        await olena.draw("freedraw", *LINE[:20], up=False)
        served.kill()
        await olena.move(*LINE[20:])
        await olena.tab.mouse("release", *LINE[-1])
        await taras.draw("ellipse", (600, 300), (650, 340))
        served.start()
        await olena.sees("text", "freedraw", "ellipse")
        await taras.sees("text", "freedraw", "ellipse")
        await taras.tab.until(f"{STROKE}.points.length >= 40")
        await equal(olena, taras)
        points = await taras.tab.run(f"{STROKE}.points.flat()")
        assert points == [round(value, 1) for value in points]


async def test_what_was_deleted_or_cleared_while_one_was_away_stays_so(
    served: Served, site: str, tmp_path: Path
) -> None:
    async with (
        lesson_at(served, site, tmp_path) as lesson,
        Gate(served.url) as gate,
    ):
        olena = await lesson.enter(OLENA)
        taras = await lesson.enter(TARAS, url=gate.url)
        await olena.draw("rectangle", (300, 300), (420, 380))
        await olena.draw("ellipse", (500, 300), (620, 380))
        await taras.sees("rectangle", "ellipse")
        gate.shut()
        await taras.tab.until("page.client.state !== 'online'")
        await olena.tab.key("Delete")  # the ellipse, which is selected
        await olena.sees("rectangle")
        for lines in range(1, 5):
            position = await olena.tab.run("page.board.position")
            await olena.draw("line", (700, 250 + 60 * lines), (780, 260 + 60 * lines))
            await olena.sees("rectangle", *["line"] * lines)
            await olena.tab.until(f"page.board.position > {position}")
        gate.open()

        await taras.sees("rectangle", *["line"] * 4)
        assert await taras.tab.run("page.told.reloads") == ["too_many"]
        await taras.tab.mouse("press", 500, 340)  # where the ellipse was
        await taras.move((520, 360), (540, 380))
        await taras.tab.mouse("release", 540, 380)
        await equal(olena, taras)
        versions = "page.api.getSceneElements().map(({version}) => version).join()"
        before = await olena.tab.run(versions)
        latecomer = await lesson.enter(TARAS)
        await latecomer.sees("rectangle", *["line"] * 4)
        await equal(olena, taras, latecomer)
        assert await olena.tab.run(versions) == before

        await olena.tab.run('page.board.command("board.reset", {})')
        for person in (olena, taras, latecomer):
            await person.sees()


async def test_who_comes_after_a_replacement_sees_just_what_the_others_see(
    served: Served, site: str, tmp_path: Path
) -> None:
    async with lesson_at(served, site, tmp_path) as lesson:
        olena = await lesson.enter(OLENA)
        taras = await lesson.enter(TARAS)
        await taras.draw("diamond", (300, 300), (420, 380))
        await olena.sees("diamond")
        await equal(olena, taras)  # or taras would finish it afterwards
        # Behind the diamond, of one index with it: Excalidraw would change it.
        elements = "[{...page.api.getSceneElements()[0], id: '~new', x: 9, version: 1}]"
        send = f'page.board.command("board.snapshot.send", {{elements: {elements}}})'
        await olena.tab.run(send)
        latecomer = await lesson.enter(OLENA)  # who never saw the first one
        for person in (olena, taras, latecomer):
            await person.tab.until("page.api.getSceneElements()[0]?.id === '~new'")
            await person.sees("diamond")
        await equal(olena, taras, latecomer)


async def test_who_may_only_look_and_what_is_too_large_leave_the_board_as_it_is(
    served: Served, site: str, tmp_path: Path
) -> None:
    async with lesson_at(served, site, tmp_path) as lesson:
        olena = await lesson.enter(OLENA)
        taras = await lesson.enter(TARAS, "&loose")
        await taras.draw("rectangle", (300, 300), (420, 380))
        await olena.sees("rectangle")
        lesson.allow(TARAS, "view")
        await taras.tab.until("!page.board.canDraw")
        await taras.draw("freedraw", *LINE)
        await taras.sees("rectangle")
        await taras.tab.mouse("move", 200, 200)
        await olena.tab.until("page.api.getAppState().collaborators.size === 1")
        await taras.tab.close()
        await olena.tab.until("page.api.getAppState().collaborators.size === 0")
        assert await olena.tab.run(KINDS) == "rectangle"

        taras = await lesson.enter(TARAS, "&bytes=200000")
        await taras.tab.until("page.api.getAppState().viewModeEnabled")
        lesson.allow(TARAS, "draw")
        await taras.tab.until("!page.api.getAppState().viewModeEnabled")
        await taras.sees("rectangle")  # the board is loaded
        await taras.tab.run(f"{CHANGE}((e) => [e, {{...e, id: 'big', {BIG}}}])")
        await taras.tab.until("page.told.refused.length")
        await taras.draw("ellipse", (300, 400), (420, 480))
        await olena.sees("rectangle", "ellipse")
        assert await taras.tab.run("page.told.refused") == ["too_large"]
        assert await taras.tab.run("page.api.getSceneElements().length") == 3
        gone = "{...e, isDeleted: e.id === 'big', version: e.version + 1}"
        await taras.tab.run(f"{CHANGE}((e) => [{gone}])")
        await olena.sees("rectangle", "ellipse")
        await equal(olena, taras)
