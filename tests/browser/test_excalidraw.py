"""Two people at one board, in real pages of Excalidraw."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tornado.httpserver
import tornado.netutil
import tornado.web

from tests.browser import chromium
from tests.browser.gate import Gate
from tests.browser.whiteboard import KINDS, OLENA, STROKE, TARAS, equal, lesson_at
from tests.clients import npm
from tests.processes import free_port
from tests.served import Served

pytestmark = pytest.mark.long

PAGE = npm.CLIENTS / "excalidraw" / "test" / "page"


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


# Change each element into others, as Excalidraw's own scripts may.
CHANGE = """((change) => page.api.updateScene({
  elements: page.api.getSceneElements().flatMap(change)}))"""
BIG = 'index: "a9", customData: {text: "x".repeat(140_000)}'
BEFORE = """page.board.on("board.patch",
  () => (page.before ??= page.api.getSceneElements().length))"""
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
        await taras.sees("text", "freedraw")
        served.kill()
        await olena.move(*LINE[20:])
        await olena.tab.mouse("release", *LINE[-1])
        await taras.draw("ellipse", (600, 300), (650, 340))
        served.start()
        three = f"{KINDS}.split(',').sort().join() === 'ellipse,freedraw,text'"
        for person in (olena, taras):
            await person.tab.until(three)
        await taras.tab.until(f"{STROKE}.points.length >= 40")
        await equal(olena, taras)
        points = await taras.tab.run(f"{STROKE}.points.flat()")
        assert points == [round(value, 1) for value in points]


async def test_a_stroke_is_seen_while_it_is_drawn_and_sent_every_2_seconds(
    served: Served, site: str, tmp_path: Path
) -> None:
    async with lesson_at(served, site, tmp_path) as lesson:
        olena = await lesson.enter(OLENA)
        taras = await lesson.enter(TARAS)
        lesson.allow(TARAS, "view")
        await taras.tab.until("page.api.getAppState().viewModeEnabled")

        await taras.tab.run(BEFORE)

        begun = asyncio.get_running_loop().time()
        await olena.draw("freedraw", *LINE[:8], up=False)
        await taras.sees("freedraw")
        while not await taras.tab.run("page.told.patches"):
            await olena.move(*LINE[8:12])
        seen = await taras.tab.run(f"{STROKE}.points.length")
        await olena.move(*LINE[12:20])
        await taras.tab.until(f"{STROKE}.points.length > {seen}")
        await olena.tab.mouse("release", *LINE[19])
        seconds = asyncio.get_running_loop().time() - begun

        await equal(olena, taras)
        assert await taras.tab.run("page.before") == 1
        assert await olena.tab.run("page.told.patches") <= seconds // 2 + 1
        assert await olena.tab.run("page.told.previews") == 0
        assert await taras.tab.run("page.told.previews") >= 3
        await taras.tab.close()
        latecomer = await lesson.enter(TARAS)
        await latecomer.sees("freedraw")
        await equal(olena, latecomer)


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
