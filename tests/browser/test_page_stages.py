"""Parts of the classroom page that are on the way still, or don't come."""

import json
from pathlib import Path

import pytest

from tests.browser.page import (
    block,
    enter,
    press,
    says,
    served,
    speak,
    texts,
    violations,
)
from tests.browser.room_page import BLACK, LESSON, READY, WAITS, Held, come_in
from tests.browser.tabs import Browser, Tab
from tests.browser.test_classroom import demo
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

EN = texts("en")
WRITES = "document.querySelector('textarea[name=message]')"
TOOLS = "document.querySelector('.room-board [role=toolbar]')"
HAND = "document.querySelector('header [aria-pressed]').getBoundingClientRect().x"
MENU = "document.querySelector('header [aria-haspopup]')"
HEADING = "document.querySelector('h1')?.innerText"
STYLED = "[...document.styleSheets].some(({href}) => href?.includes('/board-'))"
# As a mistake in the board would.
BREAK = """const pen = CanvasRenderingContext2D.prototype;
  window.save = pen.save;
  pen.save = () => { throw new Error("The pen is broken."); }"""
MEND = "void (CanvasRenderingContext2D.prototype.save = window.save)"
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


async def test_a_room_does_without_a_board_that_does_not_come_and_gets_it_later(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    served.start()
    token = served.token(people["emma@demo.example"]["id"])
    async with Browser(tmp_path) as browser:
        tab = await browser.open("about:blank")
        await block(tab, "*/page/assets/board-*")
        await tab.go(f"{served.url}/lessons/{LESSON}#demo={token}")
        await says(tab, EN["board.not_come"])
        assert await violations(tab) == []
        await tab.run(f"{WRITES}.focus()")
        await tab.write("Good morning!")
        await tab.key("Enter")
        await tab.until(SENT)
        await press(tab, EN["room.hand"])
        await tab.until("document.querySelector('header [aria-pressed=true]')")

        await press(tab, EN["app.again"])
        await says(tab, EN["app.reload"])  # the browser might remember what failed
        assert await violations(tab) == []
        await tab.run(f"{WRITES}.focus()")
        await tab.write("I am writing")
        await block(tab)
        await press(tab, EN["app.again"])
        await tab.until(f"{TOOLS} && {MENU} && !{WAITS} && {READY}")
        assert await tab.run(STYLED)
        assert await tab.run(f"{WRITES}.value") == "I am writing"


async def test_a_board_that_breaks_takes_nothing_else_along_and_is_built_anew(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    served.start()
    async with Browser(tmp_path) as browser:
        emma = await come_in(browser, served, people["emma@demo.example"]["id"], "en")
        await emma.has_tools()
        await emma.stroke(300)
        await emma.keeps(0)
        await emma.tab.run(BREAK)
        await emma.draw((200, 400), (300, 400))
        await says(emma.tab, EN["board.broken"])
        assert await violations(emma.tab) == []
        await emma.tab.run(f"{WRITES}.focus()")
        await emma.tab.write("Good morning!")
        await emma.tab.key("Enter")
        await emma.tab.until(SENT)

        await emma.tab.run(MEND)
        await press(emma.tab, EN["app.again"])
        await emma.has_tools()
        await emma.sees(BLACK)


async def test_a_page_or_dialog_that_does_not_come_leaves_the_others(
    served: Served, tmp_path: Path
) -> None:
    admin = demo(served)["iryna@demo.example"]["id"]
    served.start()
    speak(served, admin, "en")
    async with Browser(tmp_path) as browser:
        tab = await enter(browser, served, admin)
        await block(tab, "*/page/assets/SchoolPage-*", "*/page/assets/school-*")
        await press(tab, EN["nav.admin"])
        await says(tab, EN["app.not_come.title"])
        assert await violations(tab) == []
        await press(tab, EN["nav.notifications"])
        await tab.until(f"{HEADING} === {json.dumps(EN['nav.notifications'])}")
        await press(tab, EN["nav.admin"])
        await comes(tab, f"{HEADING} === {json.dumps(EN['nav.admin'])}")
        assert await tab.run("document.activeElement.tagName") == "H1"

        await block(tab, "*/page/assets/PersonDialog-*")
        await press(tab, EN["everyone.new"])
        await says(tab, EN["app.not_come.title"])
        assert await violations(tab) == []
        await tab.key("Escape")
        await tab.until("!document.querySelector('[role=dialog]')")
        await says(tab, "emma@demo.example")
        await press(tab, EN["everyone.new"])
        await comes(tab, "document.querySelector('[role=dialog] [name=email]')")


@pytest.mark.parametrize("stage", ["client", "member", "room"])
async def test_a_stage_that_does_not_come_is_asked_for_again(
    served: Served, tmp_path: Path, stage: str
) -> None:
    people = demo(served)
    served.start()
    token = served.token(people["emma@demo.example"]["id"])
    async with Browser(tmp_path) as browser:
        tab = await browser.open("about:blank")
        await block(tab, f"*/page/assets/{stage}-*")
        await tab.go(f"{served.url}/lessons/{LESSON}#demo={token}")
        if stage == "client":  # without it nobody is known to be signed in
            await says(tab, EN["app.offline.title"])
            await block(tab)
            await tab.run("dispatchEvent(new Event('online'))")
            await tab.until(f"{HEADING} === 'Fractions'")
        else:
            await comes(tab, f"{HEADING} === 'Fractions'")


async def test_a_page_whose_words_do_not_come_says_so_in_each_language(
    served: Served, tmp_path: Path
) -> None:
    served.start()
    async with Browser(tmp_path) as browser:
        tab = await browser.open("about:blank")
        await block(tab, "*/page/assets/guest-*")
        await tab.go(f"{served.url}/")
        for language in (EN, texts("uk")):
            await says(tab, language["app.reload"])
        assert await violations(tab) == []

        await block(tab)
        await press(tab, EN["app.reload"])
        await says(tab, EN["sign_in.title"])


async def comes(tab: Tab, seen: str) -> None:
    """Have what didn't come asked for again, once it may; wait until it is seen."""
    await says(tab, EN["app.again"])
    await block(tab)
    await press(tab, EN["app.again"])
    await tab.until(seen)


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
