"""A computer that several people use: what one of them has drawn, and who sees it."""

import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.browser.page import fill, press, says, served, shown, speak, texts
from tests.browser.room_page import BLACK, LESSON, READY, Person, board
from tests.browser.tabs import Browser
from tests.browser.test_classroom import demo
from tests.browser.watch import Watch
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

EN = texts("en")
ROOM = f"/lessons/{LESSON}"
SIGNED_IN = "document.querySelector('header nav')"
GUEST = "document.querySelector('[name=remember]')"
PUT = """new Promise((done) => {
  const opening = indexedDB.open("rtserver board");
  opening.onsuccess = () => {
    const change = opening.result.transaction("strokes", "readwrite");
    change.objectStore("strokes").put({user: ID, lesson: 1, id: "a", at: Date.now()});
    change.oncomplete = () => { opening.result.close(); done(); };
  };
})"""


async def test_what_one_has_drawn_waits_for_oneself_until_one_signs_out(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    emma, taras = (people[f"{who}@demo.example"] for who in ("emma", "taras"))
    served.start()
    speak(served, taras["id"], "en")
    async with Browser(tmp_path) as browser:
        tab = await browser.open("about:blank")
        await tab.look(width=1280, height=800)
        one = Person(tab, "en", Watch())
        await tab.go(f"{served.url}/")
        await shown(tab)
        await tab.run("localStorage.setItem('rtserver language', 'en')")
        await tab.go(f"{served.url}{ROOM}?")
        await sign_in(one, taras, READY)
        await draw_alone(one, served)

        await tab.call("Network.clearBrowserCookies")  # the login ends by itself
        await tab.go(f"{served.url}{ROOM}")
        await sign_in(one, emma, READY)
        await one.has_tools()
        assert await one.ink(BLACK) == 0
        await leave(one, served, EN["menu.sign_out"])
        assert board(served, emma["id"]) == []

        await tab.go(f"{served.url}{ROOM}")
        await sign_in(one, taras, READY)
        await one.sees(BLACK)
        await one.keeps(0)
        assert len(board(served, emma["id"])) == 1

        await draw_alone(one, served)
        await leave(one, served, EN["menu.sign_out"], EN["sign_out.anyway"])
        await one.keeps(0)


async def test_who_signs_out_on_all_devices_leaves_nothing_on_another_one(
    served: Served, tmp_path: Path
) -> None:
    emma = demo(served)["emma@demo.example"]
    served.start()
    async with Browser(tmp_path) as browser:
        tab = await browser.open("about:blank")
        await tab.go(f"{served.url}/profile")
        one = Person(tab, "en", Watch())
        await sign_in(one, emma, SIGNED_IN)
        await tab.until("document.querySelector('h1')")
        await tab.run(PUT.replace("ID", str(emma["id"])))
        await one.keeps(1)

        body = {key: emma[key] for key in ("email", "password")}
        refresh = post(served, "/api/auth/token/", body)["refresh"]
        post(served, "/api/auth/logout/", {"refresh": refresh, "everywhere": True})
        await tab.until(GUEST)
        await one.keeps(0)


async def sign_in(one: Person, who: dict[str, Any], there: str) -> None:
    await fill(one.tab, "email", who["email"])
    await fill(one.tab, "password", who["password"])
    await one.tab.key("Enter")
    await one.tab.until(f"!{GUEST} && {there}")


async def draw_alone(one: Person, served: Served) -> None:
    """Draw while there is no server, and go away before there is one."""
    await one.has_tools()
    served.kill()
    await one.stroke(300)
    await one.keeps(1)
    await one.tab.go("about:blank")
    served.start()


async def leave(one: Person, served: Served, *names: str) -> None:
    """Sign out on one's own page."""
    await one.tab.go(f"{served.url}/profile")
    await one.tab.until(SIGNED_IN)
    for name in names:
        await press(one.tab, name)
        if name == EN["menu.sign_out"] and len(names) > 1:
            await says(one.tab, EN["sign_out.title"])
    await one.tab.until(GUEST)


def post(served: Served, path: str, body: object) -> Any:
    headers = {"Content-Type": "application/json"}
    request = Request(served.url + path, json.dumps(body).encode(), headers)
    with urlopen(request) as answer:
        return json.loads(answer.read() or "null")
