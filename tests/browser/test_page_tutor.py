"""What a tutor does in a lesson's room for those who are in it: before their eyes."""

import asyncio
import itertools
import json
from pathlib import Path

import pytest

from tests.browser.page import ask, keeping_its_port, press, says, served
from tests.browser.room_page import Person, board, clean, come_in
from tests.browser.tabs import Browser
from tests.browser.test_page_chat import turn_to
from tests.browser.test_page_lessons import pick
from tests.browser.test_page_room import start
from tests.patience import PATIENCE
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

TRAIL = """[...document.querySelectorAll('.room-board .SVGLayer path')]
  .some((path) => path.getAttribute('d'))"""
PAPER = """(({backgroundImage, backgroundSize}) =>
    `${backgroundImage.split('linear-gradient').length - 1} ${backgroundSize}`)(
  getComputedStyle(document.querySelector('.room-board')))"""
CALLS = "http://127.0.0.1:9/"  # where nobody answers
JAMES = "james@demo.example"


async def test_a_tutor_points_lets_one_only_look_and_lowers_all_hands(
    served: Served, tmp_path: Path
) -> None:
    ids = start(served)
    async with Browser(tmp_path) as browser:
        olena = await come_in(browser, served, ids["olena"], "uk")
        taras = await come_in(browser, served, ids["taras"], "uk")
        await olena.has_tools()
        assert await olena.tab.run(PAPER) == "2 24px 24px, 24px 24px"  # squared
        await press(olena.tab, olena.words["tool.laser"])
        await points(olena, at=taras)
        assert board(served, ids["olena"]) == []  # it leaves nothing

        await turn_to(olena.tab, olena.words["room.people"])
        menu = olena.words["people.menu"].replace("{{name}}", "Тарас Бондар")
        await press(olena.tab, menu)
        await press(olena.tab, olena.words["people.let_view"])
        await says(taras.tab, taras.words["board.only_look"])
        await taras.has_tools(some=False)
        await press(olena.tab, menu)
        await press(olena.tab, olena.words["people.let_draw"])
        await taras.has_tools()

        for person in (taras, olena):
            await press(person.tab, person.words["room.hand"])
        await press(olena.tab, olena.words["people.lower_all"])
        for person in (taras, olena):
            raise_hand = json.dumps(person.words["room.raise_hand"])
            await person.tab.until(f"document.querySelector('[title={raise_hand}]')")
        assert not await olena.tab.run(
            f"document.body.innerText.includes({json.dumps(olena.words['call.name'])})"
        )
    assert clean(served, olena, taras)


async def test_a_tutor_invites_by_name_and_by_address_and_all_join_the_call(
    tmp_path: Path,
) -> None:
    served = keeping_its_port(tmp_path, calls_url=f"{CALLS}{{room}}")
    try:
        ids = start(served)
        # Tutors find by name those with whom they have a lesson.
        ask(served, ids["oliver"], "POST", "/api/lessons/3/accept/", {})
        async with Browser(tmp_path) as browser:
            olena = await come_in(browser, served, ids["olena"], "uk")
            await turn_to(olena.tab, olena.words["room.people"])
            await press(olena.tab, olena.words["people.find"])
            await olena.tab.until("document.querySelector('[role=combobox]')")
            await pick(olena.tab, "oli", "Oliver Smith")
            listed = "document.querySelector('[role=dialog] ul').innerText"
            await olena.tab.until(f"{listed}.includes('Oliver Smith')")
            await pick(olena.tab, JAMES, JAMES)
            await olena.tab.until(f"{listed}.includes('James Carter')")
            await olena.tab.key("Escape")

            await press(olena.tab, olena.words["call.name"])
            async with asyncio.timeout(PATIENCE):
                while not await opened(browser, CALLS):
                    await asyncio.sleep(0.05)
    finally:
        served.stop()
    assert clean(served, olena)


async def points(person: Person, *, at: Person) -> None:
    """Move the laser, until somebody else sees where it goes."""
    await person.tab.mouse("press", 300, 300)
    seeing = asyncio.create_task(at.tab.until(TRAIL))
    for step in itertools.count():
        await person.tab.mouse("move", 300 + 7 * step % 200, 300 + 3 * step % 90)
        if seeing.done():
            break
    await seeing
    await person.tab.mouse("release", 300, 300)


async def opened(browser: Browser, prefix: str) -> list[str]:
    """Return the addresses of open pages that begin so."""
    targets = (await browser.call("Target.getTargets", {}))["targetInfos"]
    return [each["url"] for each in targets if each["url"].startswith(prefix)]
