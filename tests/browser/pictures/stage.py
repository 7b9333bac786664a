"""Where a picture is set up: a demo school, and tabs in which its people are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.browser.page import (
    DESKTOP,
    keeping_its_port,
    press,
    says,
    shown,
    speak,
    texts,
    turn_to,
)
from tests.browser.tabs import Browser, Tab
from tests.browser.test_classroom import demo
from tests.served import Served

POPPED = "!!document.querySelector(':is([role=menu], [role=listbox], [role=grid])')"
DIALOG = "[role$=dialog]:not(.excalidraw *)"
LESSON = 1  # of the demo school: Olena's, and on just now


class Stage:
    """One browser over one school, whose people all speak one language."""

    def __init__(self, browser: Browser, served: Served, language: str) -> None:
        self.browser = browser
        self.served = served
        self.language = language
        self.words = texts(language)
        self._tabs: list[Tab] = []
        self.people = {
            mail.partition("@")[0]: person for mail, person in demo(served).items()
        }

    def start(self) -> None:
        self.served.start()
        for who in self.people:
            speak(self.served, self.id(who), self.language)

    def restart(self) -> None:
        """Have the server run, whether it was killed or not."""
        self.served.stop()
        self.served.start()

    def join(self, who: str, name: str) -> None:
        """Add a student to the school."""
        body = {
            "name": name,
            "email": f"{who}@demo.example",
            "role": "student",
            "locale": self.language,
            "timezone": "Europe/Kyiv",
        }
        self.people[who] = self.api("iryna", "POST", "/api/users/", body)

    def id(self, who: str) -> int:
        person: int = self.people[who]["id"]
        return person

    def text(self, key: str, **values: object) -> str:
        """Return the page's words, with what is filled in."""
        found = self.words[key]
        for name, value in values.items():
            found = found.replace(f"{{{{{name}}}}}", str(value))
        return found

    def api(self, who: str, method: str, path: str, body: object = None) -> Any:
        """Send somebody's request, beside what their pages do; return its answer."""
        headers = {
            "Authorization": f"Bearer {self.served.token(self.id(who))}",
            "Content-Type": "application/json",
        }
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.served.url + path, data, headers, method=method)
        with urlopen(request) as answer:
            return json.loads(answer.read() or "null")

    async def guest(self, path: str = "/") -> Tab:
        """Open the page as somebody who isn't signed in."""
        tab = await self._open()
        await tab.go(f"{self.served.url}/")
        await shown(tab)
        await tab.run(f"localStorage.setItem('rtserver language', '{self.language}')")
        await tab.go("about:blank")
        await tab.go(f"{self.served.url}{path}")
        await shown(tab)
        return tab

    async def member(self, who: str, path: str = "/") -> Tab:
        """Open a page of the shell as somebody of the school."""
        tab = await self._open()
        await tab.go(f"{self.served.url}/#demo={self.served.token(self.id(who))}")
        await tab.until("document.querySelector('header nav')")
        await turn_to(tab, path)
        return tab

    async def leave(self) -> None:
        """Close all that is open."""
        while self._tabs:
            await self._tabs.pop().close()

    async def _open(self) -> Tab:
        tab = await self.browser.open("about:blank")
        await tab.look(width=DESKTOP[0], height=DESKTOP[1])
        self._tabs.append(tab)
        return tab

    async def press(self, tab: Tab, key: str, **values: object) -> None:
        await press(tab, self.text(key, **values))

    async def says(self, tab: Tab, key: str, **values: object) -> None:
        await says(tab, self.text(key, **values))

    async def close(self, tab: Tab) -> None:
        """Shut what a button has opened: it stays where it is when the screen turns."""
        if await tab.run(POPPED):
            await tab.key("Escape")
            await tab.until(f"!{POPPED}")

    async def opens(self, tab: Tab, selector: str = DIALOG) -> None:
        await tab.until(f"document.querySelector({json.dumps(selector)})")


@contextmanager
def school(
    browser: Browser, folder: Path, language: str, **settings: Any
) -> Iterator[Stage]:
    """A demo school of its own, served until its pictures are taken."""
    folder.mkdir()
    served = keeping_its_port(folder, **settings)
    stage = Stage(browser, served, language)
    stage.start()
    try:
        yield stage
    finally:
        served.stop()
