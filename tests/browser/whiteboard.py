"""People at one board, in pages of Excalidraw."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from tests.browser.tabs import Browser, Tab
from tests.browser.test_classroom import demo
from tests.patience import PATIENCE
from tests.served import Served

OLENA, TARAS = 1, 2  # the tutor and a student of the demo school's first lesson
# Without what Excalidraw shows of a deleted element, and when it was touched last.
SCENE = """JSON.stringify(page.api.getSceneElements()
  .map(({updated, ...element}) => Object.entries(element).sort()))"""
KINDS = "page.api.getSceneElements().map(({type}) => type).join()"
STROKE = 'page.api.getSceneElements().find(({type}) => type === "freedraw")'


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
