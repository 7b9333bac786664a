"""Somebody in a lesson's room of the classroom page, and what is on their board."""

import asyncio
import json
from typing import Any
from urllib.request import Request, urlopen

from tests.browser.page import texts
from tests.browser.tabs import Browser, Tab
from tests.browser.watch import Watch
from tests.patience import PATIENCE
from tests.served import Served

LESSON = 1  # of the demo school: it is on
READY = """document.querySelector('.room-board canvas.static') &&
  !document.querySelector('[aria-busy=true]')"""
# What is said of the board in its place.
WAITS = "document.querySelector('main [aria-busy=true] [role=status]')"
# Pixels of the drawing, which lies on nothing: the paper is behind the canvas.
SEEN = """(() => {
  const canvas = document.querySelector('.room-board canvas.static');
  const all = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let n = 0; n < all.data.length; n += 4) {
    const [r, g, b, a] = all.data.subarray(n, n + 4);
    if (a > 200 && (%s)) count++;
  }
  return count;
})()"""
# Whether the board's history shows something.
PAST = """(() => {
  const canvas = document.querySelector('[role=dialog] canvas.static');
  const {width, height} = canvas;
  const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
  return data.some((value, n) => value !== data[n % 4]);
})()"""
BLACK, RED = "r < 60 && g < 60 && b < 60", "r > 200 && g < 60 && b < 60"
DROP = """new Promise((done) => {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, {width: 300, height: 200});
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#ff0000';
  pen.fillRect(0, 0, 300, 200);
  canvas.toBlob((blob) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([blob], 'red.png', {type: 'image/png'}));
    const at = {clientX: 400, clientY: 450, bubbles: true, cancelable: true};
    const target = document.querySelector('.room-board canvas.interactive');
    target.dispatchEvent(new DragEvent('drop', {...at, dataTransfer}));
    done();
  }, 'image/png');
})"""
KEPT = """new Promise((done) => {
  const opening = indexedDB.open('rtserver board');
  opening.onsuccess = () => {
    const rows = opening.result.transaction('SHELF').objectStore('SHELF').count();
    rows.onsuccess = () => { opening.result.close(); done(rows.result); };
  };
})"""


class Held:
    """What a tab asks for once, such as the board's script, kept back until let go."""

    def __init__(self, tab: Tab, pattern: str = "*/page/assets/board-*.js") -> None:
        self._tab = tab
        self._pattern = pattern
        self._asked: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def hold(self) -> None:
        self._tab.listen(self._take)
        patterns = [{"urlPattern": self._pattern}]
        await self._tab.call("Fetch.enable", patterns=patterns)

    async def let_go(self) -> None:
        async with asyncio.timeout(PATIENCE):
            request = await self._asked
        await self._tab.call("Fetch.continueRequest", requestId=request)
        await self._tab.call("Fetch.disable")

    def _take(self, method: str, params: dict[str, Any]) -> None:
        if method == "Fetch.requestPaused":
            self._asked.set_result(params["requestId"])


class Person:
    """One person's page, in the language that they speak."""

    def __init__(self, tab: Tab, language: str, watch: Watch) -> None:
        self.tab = tab
        self.words = texts(language)
        self.watch = watch

    async def draw(self, *points: tuple[int, int]) -> None:
        """Draw with what is in the hand."""
        await self.tab.mouse("move", *points[0])
        await self.tab.mouse("press", *points[0])
        for point in points[1:]:
            await self.tab.mouse("move", *point)
        await self.tab.mouse("release", *points[-1])

    async def stroke(self, y: int) -> None:
        """Draw a line across the board, at a height of the window."""
        await self.draw(*((200 + 20 * n, y) for n in range(15)))

    async def sees(self, colour: str, *, at_least: int = 1) -> None:
        await self.tab.until(f"{SEEN % colour} >= {at_least}")

    async def sees_no(self, colour: str) -> None:
        await self.tab.until(f"{SEEN % colour} === 0")

    async def keeps(self, count: int, shelf: str = "strokes") -> None:
        """Wait until the browser keeps so many changes, or pictures, of anybody."""
        async with asyncio.timeout(PATIENCE):
            while await self.tab.run(KEPT.replace("SHELF", shelf)) != count:
                await asyncio.sleep(0.05)

    async def ink(self, colour: str) -> int:
        """Return of how many pixels what is seen in a colour is."""
        count: int = await self.tab.run(SEEN % colour)
        return count

    async def has_tools(self, *, some: bool = True) -> None:
        found = "document.querySelector('.room-board [role=toolbar]')"
        await self.tab.until(found if some else f"!{found}")


async def come_in(
    browser: Browser, served: Served, user_id: int, language: str
) -> Person:
    """Open a lesson's room, and wait until its board is there."""
    tab = await browser.open("about:blank")
    await tab.look(width=1280, height=800)
    watch = await Watch().over(tab)
    await tab.go(f"{served.url}/lessons/{LESSON}#demo={served.token(user_id)}")
    person = Person(tab, language, watch)
    await tab.until(
        READY.replace("{more}", "!document.querySelector('[aria-busy=true]')")
    )
    return person


def board(served: Served, user_id: int) -> list[dict[str, Any]]:
    """Return what is on the board, as the server has it."""
    headers = {"Authorization": f"Bearer {served.token(user_id)}"}
    request = Request(f"{served.url}/api/boards/{LESSON}/", headers=headers)
    with urlopen(request) as answer:
        elements = json.loads(answer.read())["elements"]
    return [each for each in elements if not each.get("isDeleted")]


def clean(served: Served, *people: Person) -> bool:
    """Whether pages asked nobody but the server, and nothing went wrong there."""
    assert [person.watch.wrong(served.url) for person in people] == [[]] * len(people)
    return all(person.watch.hosts for person in people)
