"""The room of the classroom page while its board is still on the way."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.browser.page import press, says, served, texts, violations
from tests.browser.room_page import LESSON
from tests.browser.tabs import Browser, Tab
from tests.browser.test_classroom import demo
from tests.patience import PATIENCE
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

EN = texts("en")
WRITES = "document.querySelector('textarea[name=message]')"
WAITS = "document.querySelector('main [aria-busy=true] [role=status]')"
TOOLS = "document.querySelector('.room-board [role=toolbar]')"
SENT = """[...document.querySelectorAll('[role=log] [data-seq]')]
  .some(({innerText}) => innerText.includes('Good morning!'))"""
NAMED = "document.querySelector('template[data-stage=room]').content.children.length"


class Held:
    """The script of the board, kept back until it is let go."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._asked: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def hold(self) -> None:
        self._tab.listen(self._take)
        patterns = [{"urlPattern": "*/page/assets/board-*.js"}]
        await self._tab.call("Fetch.enable", patterns=patterns)

    async def let_go(self) -> None:
        async with asyncio.timeout(PATIENCE):
            request = await self._asked
        await self._tab.call("Fetch.continueRequest", requestId=request)

    def _take(self, method: str, params: dict[str, Any]) -> None:
        if method == "Fetch.requestPaused":
            self._asked.set_result(params["requestId"])


async def test_chat_and_hand_wait_for_no_board_which_leaves_the_focus_where_it_is(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    served.start()
    token = served.token(people["emma@demo.example"]["id"])
    async with Browser(tmp_path) as browser:
        tab = await browser.open("about:blank")
        await tab.look(width=1280, height=800)
        held = Held(tab)
        await held.hold()
        await tab.go(f"{served.url}/lessons/{LESSON}#demo={token}")
        await tab.until(f"{WAITS}?.innerText === {json.dumps(EN['board.loading'])}")
        assert await violations(tab) == []

        await tab.run(f"{WRITES}.focus()")
        await tab.write("Good morning!")
        await tab.key("Enter")
        await tab.until(SENT)
        await press(tab, EN["room.hand"])
        await tab.until("document.querySelector('header [aria-pressed=true]')")
        await says(tab, EN["people.here_one"].replace("{{count}}", "1"), hidden=True)
        await tab.run(f"{WRITES}.focus()")
        await tab.write("I am wri")
        assert await tab.run(f"!{TOOLS}")

        await held.let_go()
        await tab.until(f"{TOOLS} && !{WAITS}")
        await tab.write("ting")
        assert await tab.run(f"{WRITES}.value") == "I am writing"
        assert await tab.run(f"document.activeElement === {WRITES}")


async def test_a_guest_is_brought_nothing_that_is_for_members(
    served: Served, tmp_path: Path
) -> None:
    demo(served)
    served.start()
    async with Browser(tmp_path) as browser:
        tab = await browser.open(f"{served.url}/lessons/{LESSON}")
        await tab.until("document.querySelector('[name=email]')")
        assert await tab.run(NAMED) > 0
        assert not await tab.run("document.querySelector('head > link[href*=room-]')")
