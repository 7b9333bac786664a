"""What ends a stroke, or a lesson, before its time; and what the screens show then."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.page import ask, fill, keeping_its_port, says, served, speak
from tests.browser.room_page import BLACK, LESSON, READY, Person, board, come_in
from tests.browser.tabs import Browser
from tests.browser.test_classroom import demo
from tests.browser.test_page_room import start
from tests.browser.watch import Watch
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

MEMBERS = f"/api/lessons/{LESSON}/members/"
TOLD = "document.querySelector('[role=status] p')"
REFRESHED = """performance.getEntriesByType("resource")
  .filter(({name}) => name.endsWith("/api/auth/token/refresh/")).length"""


@pytest.fixture
def short_lived(served: Served, tmp_path: Path) -> Iterator[Served]:
    """The same, with tokens that end while one draws."""
    server = keeping_its_port(tmp_path, auth_access_ttl=4)
    yield server
    server.stop()


async def test_whoever_may_not_draw_any_more_is_told_under_the_pen(
    served: Served, tmp_path: Path
) -> None:
    ids = start(served)
    for who in ("olena", "taras", "emma"):
        speak(served, ids[who], "en")

    def do(who: str, method: str, path: str, body: object) -> Callable[[], None]:
        return lambda: ask(served, ids[who], method, path, body)

    async with Browser(tmp_path) as browser:
        olena, taras, emma = [
            await come_in(browser, served, ids[who], "en")
            for who in ("olena", "taras", "emma")
        ]
        words = olena.words
        await taras.has_tools()
        quiet = do("olena", "PATCH", MEMBERS, {"board": "view"})
        await interrupt(taras, quiet, words["board.only_look"])
        await taras.sees_no(BLACK)
        assert board(served, ids["olena"]) == []

        ask(served, ids["olena"], "PATCH", MEMBERS, {"board": "draw"})
        await taras.has_tools()
        out = do("olena", "DELETE", f"{MEMBERS}{ids['taras']}/", {})
        await interrupt(taras, out, words["door.gone.title"])

        await emma.has_tools()
        user = f"/api/users/{ids['emma']}/"
        locked = do("iryna", "PATCH", user, {"is_active": False})
        await interrupt(emma, locked, words["sign_in.title"])

        await olena.has_tools()
        cancelled = do("olena", "DELETE", f"/api/lessons/{LESSON}/", {})
        await interrupt(olena, cancelled, words["board.cancelled"])
        await olena.has_tools(some=False)


async def test_a_server_that_dies_under_the_pen_leaves_all_screens_equal(
    served: Served, tmp_path: Path
) -> None:
    ids = start(served)
    async with Browser(tmp_path) as browser:
        olena = await come_in(browser, served, ids["olena"], "uk")
        taras = await come_in(browser, served, ids["taras"], "uk")
        await taras.has_tools()
        await begin(taras)
        served.kill()
        for person in (olena, taras):
            await person.tab.until(TOLD)
        for n in range(15, 25):
            await taras.tab.mouse("move", 200 + 20 * n, 300)
        await taras.tab.call("Page.setWebLifecycleState", state="frozen")
        await olena.stroke(400)
        served.start()
        await olena.tab.until(f"!({TOLD})")
        await taras.tab.call("Page.setWebLifecycleState", state="active")
        await taras.tab.mouse("release", 680, 300)

        own = await taras.ink(BLACK)
        assert own > 0
        await taras.sees(BLACK, at_least=own + own // 4)
        await olena.sees(BLACK, at_least=await taras.ink(BLACK))
        assert await olena.ink(BLACK) == await taras.ink(BLACK)
        strokes = board(served, ids["olena"])
        assert [stroke["height"] for stroke in strokes] == [0, 0]  # nothing moved


async def test_a_token_that_ends_is_followed_by_another_one_unnoticed(
    tmp_path: Path, short_lived: Served
) -> None:
    taras = demo(short_lived)["taras@demo.example"]
    short_lived.start()
    async with Browser(tmp_path) as browser:
        tab = await browser.open("about:blank")
        one = Person(tab, "uk", Watch())
        await tab.look(width=1280, height=800)
        await tab.go(f"{short_lived.url}/lessons/{LESSON}")
        await fill(tab, "email", taras["email"])
        await fill(tab, "password", taras["password"])
        await tab.key("Enter")
        await tab.until(READY)
        await one.has_tools()
        before = await tab.run(REFRESHED)
        await tab.until(f"{REFRESHED} > {before}")
        await one.stroke(300)
        await one.sees(BLACK)
        await one.keeps(0)
        assert len(board(short_lived, taras["id"])) == 1


async def begin(one: Person) -> None:
    """Put the pen down, and draw."""
    await one.tab.mouse("move", 200, 300)
    await one.tab.mouse("press", 200, 300)
    for n in range(15):
        await one.tab.mouse("move", 200 + 20 * n, 300)


async def interrupt(one: Person, happen: Callable[[], None], told: str) -> None:
    """Have something happen under somebody's pen, of which they are told."""
    await begin(one)
    happen()
    await says(one.tab, told)
    await one.tab.mouse("release", 480, 300)
