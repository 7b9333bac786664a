"""The room of the classroom page while its board is still on the way."""

import json
from pathlib import Path

import pytest

from tests.browser.page import press, says, served, texts, violations
from tests.browser.room_page import LESSON, WAITS, Held
from tests.browser.tabs import Browser
from tests.browser.test_classroom import demo
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

EN = texts("en")
WRITES = "document.querySelector('textarea[name=message]')"
TOOLS = "document.querySelector('.room-board [role=toolbar]')"
HAND = "document.querySelector('header [aria-pressed]').getBoundingClientRect().x"
MENU = "document.querySelector('header [aria-haspopup]')"
SENT = """[...document.querySelectorAll('[role=log] [data-seq]')]
  .some(({innerText}) => innerText.includes('Good morning!'))"""
NAMED = "document.querySelector('template[data-stage=room]').content.children.length"


async def test_chat_and_hand_wait_for_no_board_which_moves_neither_them_nor_the_focus(
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
        assert await tab.run(f"!{TOOLS} && !{MENU}")
        hand = await tab.run(HAND)

        await held.let_go()
        await tab.until(f"{TOOLS} && {MENU} && !{WAITS}")
        await tab.write("ting")
        assert await tab.run(f"{WRITES}.value") == "I am writing"
        assert await tab.run(f"document.activeElement === {WRITES}")
        assert await tab.run(HAND) == hand


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
