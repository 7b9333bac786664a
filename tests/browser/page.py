"""The classroom page in a tab: how tests get in, and what axe finds in it."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.browser import chromium
from tests.browser.tabs import Browser, Tab
from tests.processes import free_port
from tests.served import ROOT, Served

TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"
# The second frame is the first after what scripts do about light and dark.
# One that ends may begin another.
SETTLED = """(async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (;;) {
    await frame().then(frame);
    const moving = document.getAnimations();
    if (!moving.length) return null;
    await Promise.all(moving.map(({finished}) => finished.catch(() => {})));
  }
})()"""
BUILT = ROOT / "templates" / "page" / "index.html"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
# Not what React Aria hides at both ends of what it opens, for screen readers.
PRESSED = ":is(button, a, [role=menuitem], [role=option]):not([tabindex='-1'][style])"
PHONE, DESKTOP = (360, 740), (1280, 800)
# The insides of Excalidraw are not ours.
CHECK = """axe.run({include: [[within]], exclude: [[".excalidraw"]]}, options)
  .then(({violations}) => violations.map(({id, nodes}) =>
    `${id}: ${nodes.map(({html, failureSummary}) => `${html} ${failureSummary}`)
      .join(" ")}`))"""
# What there is to a page doesn't hang on its colours; the rest is found in light.
OF_COLOURS = ["color-contrast", "link-in-text-block"]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server with the page, that keeps its port."""
    chromium.find()
    if not BUILT.exists():
        pytest.skip("the classroom page isn't built: make web")
    server = keeping_its_port(tmp_path)
    yield server
    server.stop()


def keeping_its_port(folder: Path, **overrides: Any) -> Served:
    """A server that pages find again after a restart."""
    server = Served(folder, f"sqlite:///{folder / 'rtserver.db'}", **overrides)
    server.command = (*Served.command[:-1], str(free_port()))
    return server


@cache
def texts(language: str) -> dict[str, str]:
    """Return the page's own words, by their keys."""
    folder = ROOT / "web" / "src" / "texts" / language
    parts = [json.loads(file.read_text("utf-8")) for file in folder.glob("*.json")]
    return {key: text for part in parts for key, text in part.items()}


async def shown(tab: Tab) -> None:
    """Wait until a page stands, and nothing of it is still to come."""
    await tab.until(
        "document.querySelector('h1') && !document.querySelector("
        "':is(.unstarted, [aria-busy=true])')"
    )


async def turn_to(tab: Tab, path: str) -> None:
    """Go to another page as a link would, without loading all anew."""
    await tab.run(f"history.pushState(null, '', {json.dumps(path)})")
    await tab.until(f"location.pathname === {json.dumps(path)}")
    await shown(tab)


async def block(tab: Tab, *patterns: str) -> None:
    """Have what a tab asks for by such addresses fail, and by no others any more."""
    await tab.call("Network.enable")
    await tab.call("Network.setBlockedURLs", urls=list(patterns))


async def press(tab: Tab, name: str) -> None:
    """Press the button or link of a name, once it is there."""
    found = (
        f"[...document.querySelectorAll({json.dumps(PRESSED)})].find((each) =>"
        f" (each.ariaLabel ?? each.textContent).trim() === {json.dumps(name)})"
    )
    await tab.until(found)
    await tab.run(f"{found}.click()")


async def fill(tab: Tab, name: str, text: str) -> None:
    """Write a text into the field of a name, as by hand."""
    await tab.until(f"document.querySelector('[name={name}]')")
    await tab.run(f"document.querySelector('[name={name}]').focus()")
    await tab.run(f"document.querySelector('[name={name}]').select()")
    await tab.write(text)


async def choose(tab: Tab, name: str, value: str) -> None:
    """Choose in the list of a name, as by hand."""
    field = f"document.querySelector('select[name={name}]')"
    await tab.until(field)
    await tab.run(f"void ({field}.value = {json.dumps(value)})")
    assert await tab.run(f"{field}.value") == value
    await tab.run(f"{field}.dispatchEvent(new Event('change', {{bubbles: true}}))")


@cache
def _axe() -> str:
    if not AXE.exists():
        pytest.skip("axe-core isn't installed: make web")
    return AXE.read_text("utf-8")


async def violations(tab: Tab, within: str = "html") -> list[str]:
    """Return what axe finds wrong within a selector, in light and in dark.

    And whether it is too wide for a phone, which a desktop is like at 300 %.
    """
    await tab.run(f"void (window.axe || (() => {{ {_axe()} }})())")
    await tab.look(width=PHONE[0], height=PHONE[1])
    await settled(tab)
    found = ["too wide for a phone"] if await tab.run(TOO_WIDE) else []
    for dark in (False, True):
        await tab.look(width=DESKTOP[0], height=DESKTOP[1], dark=dark)
        await settled(tab)
        options = {"resultTypes": ["violations"]}
        options |= {"runOnly": OF_COLOURS} if dark else {}
        named = f"const within = {json.dumps(within)}, options = {json.dumps(options)}"
        wrong = await tab.run(f"(() => {{ {named}; return {CHECK} }})()")
        found += [f"{'dark' if dark else 'light'}: {each}" for each in wrong]
    return found


async def settled(tab: Tab) -> None:
    """Wait until all that moves has come to rest."""
    await tab.run(SETTLED)


async def enter(browser: Browser, served: Served, user_id: int) -> Tab:
    """Open the page signed in, as the links of ``make run`` do."""
    tab = await browser.open(f"{served.url}/#demo={served.token(user_id)}")
    await tab.until("document.querySelector('header nav')")
    await shown(tab)
    return tab


async def says(tab: Tab, text: str, *, hidden: bool = False) -> None:
    """Wait until a page says something, to screen readers alone if ``hidden``."""
    words = "textContent" if hidden else "innerText"
    await tab.until(f"document.body.{words}.includes({json.dumps(text)})")


def ask(served: Served, user_id: int, method: str, path: str, body: object) -> None:
    """Send somebody's request, beside what their pages do."""
    headers = {
        "Authorization": f"Bearer {served.token(user_id)}",
        "Content-Type": "application/json",
    }
    data = json.dumps(body).encode()
    urlopen(Request(served.url + path, data, headers, method=method)).close()


def speak(served: Served, user_id: int, language: str) -> None:
    """Have somebody choose a language."""
    ask(served, user_id, "PATCH", "/api/users/me/", {"locale": language})
