"""People in a lesson's room of the classroom page, who draw with each other."""

import json
from pathlib import Path

import pytest

from tests.browser.album import Album
from tests.browser.page import (
    BUILT,
    ask,
    enter,
    press,
    says,
    served,
    speak,
    turn_to,
    violations,
)
from tests.browser.room_page import (
    BLACK,
    DROP,
    LESSON,
    PAST,
    READY,
    RED,
    SEEN,
    Person,
    board,
    clean,
    come_in,
)
from tests.browser.tabs import Browser
from tests.browser.test_classroom import demo
from tests.browser.test_page_chat import WRITES
from tests.browser.test_page_size import packed
from tests.browser.watch import Watch
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

PAPER = """parseFloat(
  document.querySelector('.room-board').style.getPropertyValue('--paper-x'))"""
WHEEL = """document.querySelector('.room-board canvas.interactive').dispatchEvent(
  new WheelEvent('wheel', {deltaX: 240, deltaY: 0, bubbles: true, cancelable: true}))"""
COUNTED = """(() => {
  const {send} = WebSocket.prototype;
  window.sent = 0;
  WebSocket.prototype.send = function (frame) {
    if (String(frame).includes('"viewport"')) window.sent++;
    return send.call(this, frame);
  };
})()"""
LOADED = """performance.getEntriesByType("resource")
  .map(({name}) => new URL(name).pathname)
  .filter((path) => path.startsWith("/page/"))"""
MAX_BYTES = 750_000  # by gzip
SLIDER = "document.querySelector('[role=dialog] input[type=range]')"
# As a hand moves it: React hears of what the browser's own setter has done.
TO_START = f"""(() => {{
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  set.call({SLIDER}, '0');
  {SLIDER}.dispatchEvent(new Event('input', {{bubbles: true}}));
}})()"""


@pytest.mark.parametrize("language", ["en", "uk"])
async def test_two_hold_a_lesson_and_the_tutor_goes_back(
    served: Served, tmp_path: Path, language: str
) -> None:
    ids = start(served)
    album = Album(language)
    async with Browser(tmp_path) as browser:
        for who in ("olena", "taras"):
            speak(served, ids[who], language)
        olena = await come_in(browser, served, ids["olena"], language)
        taras = await come_in(browser, served, ids["taras"], language)
        screens = {"tutor": olena.tab, "student": taras.tab}
        await olena.has_tools()
        await taras.has_tools()
        await album.add("both-are-there", **screens)
        await olena.stroke(200)
        await taras.sees(BLACK)
        first = await olena.ink(BLACK)
        await taras.stroke(300)
        await olena.sees(BLACK, at_least=first + first // 2)
        await album.add("both-draw", **screens)

        await taras.tab.run(DROP)
        await olena.sees(RED, at_least=300)
        await taras.sees(RED, at_least=300)
        await album.add("the-student-adds-a-picture", **screens)
        await ask_aloud(taras, "Чи це дві третини?", olena)
        await album.add("the-student-asks", **screens)

        await press(olena.tab, olena.words["board.menu"])
        await press(olena.tab, olena.words["board.tutors_draw"])
        await says(taras.tab, taras.words["board.only_look"])
        await taras.has_tools(some=False)
        await taras.stroke(600)
        assert len(board(served, ids["taras"])) == 3
        await album.add("only-the-tutor-draws", **screens)

        await look_back(olena)
        await album.add("the-tutor-looks-back", **screens)
        await press(olena.tab, olena.words["past.bring_back"])
        await says(olena.tab, olena.words["past.restored"])
        await taras.sees_no(RED)
        assert len(board(served, ids["taras"])) == 1
        await album.add("the-board-is-as-it-was", **screens)
    assert clean(served, olena, taras)


async def ask_aloud(student: Person, text: str, tutor: Person) -> None:
    """Raise a hand, and write; the tutor sees both."""
    await press(student.tab, student.words["room.hand"])
    await says(tutor.tab, tutor.words["people.hand_up_one"].partition("}}")[2])
    await student.tab.run(f"{WRITES}.focus()")
    await student.tab.write(text)
    await press(student.tab, student.words["chat.send"])
    await says(tutor.tab, text)


async def look_back(tutor: Person) -> None:
    """Open the board's history, in which pictures are seen; go to its beginning."""
    await press(tutor.tab, tutor.words["board.menu"])
    await press(tutor.tab, tutor.words["board.history"])
    await tutor.tab.until(SLIDER)
    now = (SEEN % RED).replace(".room-board", "[role=dialog]")
    await tutor.tab.until(f"{now} > 300")
    await tutor.tab.run(TO_START)
    await tutor.tab.until(PAST)


async def test_what_is_drawn_while_the_server_is_down_survives_a_reload_and_is_merged(
    served: Served, tmp_path: Path
) -> None:
    ids = start(served)
    async with Browser(tmp_path) as browser:
        olena = await come_in(browser, served, ids["olena"], "uk")
        taras = await come_in(browser, served, ids["taras"], "uk")
        await olena.has_tools()
        await taras.has_tools()
        served.kill()
        await taras.stroke(200)
        await olena.stroke(300)
        await olena.sees(BLACK)
        alone = await olena.ink(BLACK)
        one = taras.words["board.waiting_one"].replace("{{count}}", "1")
        await says(taras.tab, one)
        await says(olena.tab, one)
        await taras.keeps(2)
        await taras.tab.run(DROP)
        await taras.keeps(1, "pictures")

        await taras.tab.go("about:blank")
        served.start()
        await taras.tab.go(f"{served.url}/lessons/{LESSON}")
        await taras.has_tools()
        for person in (olena, taras):
            await person.sees(BLACK, at_least=alone + alone // 2)
        await olena.sees(RED, at_least=300)
        await taras.keeps(0)
        await taras.keeps(0, "pictures")

        assert len(board(served, ids["olena"])) == 3
        assert one not in await olena.tab.run("document.body.innerText")
    assert clean(served, olena, taras)


async def test_the_room_costs_no_more_than_it_may(
    served: Served, tmp_path: Path
) -> None:
    ids = start(served)
    async with Browser(tmp_path) as browser:
        taras = await come_in(browser, served, ids["taras"], "uk")
        await taras.has_tools()
        paths = await taras.tab.run(LOADED)

    files = {BUILT.parent / path.removeprefix("/page/") for path in paths}
    assert len(files) > 10
    assert sum(map(packed, {BUILT, *files})) <= MAX_BYTES


async def test_of_two_tabs_of_who_leads_the_one_in_front_says_what_all_see(
    served: Served, tmp_path: Path
) -> None:
    ids = start(served)
    async with Browser(tmp_path) as browser:
        olena = await come_in(browser, served, ids["olena"], "uk")
        taras = await come_in(browser, served, ids["taras"], "uk")
        other = await browser.duplicate(olena.tab)
        await other.until(READY)
        second = Person(other, "uk", Watch())
        await second.has_tools()
        await second.stroke(300)
        for person in (olena, taras):
            await person.sees(BLACK)
        await press(olena.tab, olena.words["board.menu"])
        await press(olena.tab, olena.words["lead.start"])
        for tab in (other, olena.tab):
            await says(tab, olena.words["lead.leading"])
            await tab.run(WHEEL)
        await taras.tab.until(near(await olena.tab.run(PAPER)))

        await other.run(COUNTED)
        emma = await come_in(browser, served, ids["emma"], "en")
        await emma.tab.until(near(await olena.tab.run(PAPER)))
        await other.until("document.querySelector('header [title*=Emma]')")
        assert await other.run("sent") == 0


async def test_all_follow_who_leads_and_who_is_taken_out_is_told(
    served: Served, tmp_path: Path
) -> None:
    ids = start(served)
    async with Browser(tmp_path) as browser:
        olena = await come_in(browser, served, ids["olena"], "uk")
        taras = await come_in(browser, served, ids["taras"], "uk")
        await olena.has_tools()
        await press(olena.tab, olena.words["board.menu"])
        await press(olena.tab, olena.words["lead.start"])
        await says(olena.tab, olena.words["lead.leading"])
        await says(taras.tab, taras.words["lead.unfollow"])
        await olena.tab.run(WHEEL)
        await taras.tab.until(near(await olena.tab.run(PAPER)))

        await taras.tab.run(WHEEL)
        await says(taras.tab, taras.words["lead.follow"])
        await press(taras.tab, taras.words["lead.follow"])
        await taras.tab.until(near(await olena.tab.run(PAPER)))

        member = f"/api/lessons/{LESSON}/members/{ids['taras']}/"
        ask(served, ids["olena"], "DELETE", member, {})
        await says(taras.tab, taras.words["door.gone.title"])
    assert clean(served, olena, taras)


SHUT = """!document.querySelector(
  ':is([role$=dialog], [role=menu]):not(.excalidraw *)')"""
ROOM = f"/lessons/{LESSON}"
# Who looks at what, what they press there, and what that opens.
STATES = (
    ("olena", ROOM, (), "[role=toolbar]"),
    ("olena", ROOM, ("board.more_tools",), "[role=menu]"),
    ("olena", ROOM, ("board.menu",), "[role=menu]"),
    ("olena", ROOM, ("board.menu", "board.outline"), "[role=dialog] li"),
    ("olena", ROOM, ("board.menu", "board.history"), "[role=dialog] input"),
    ("olena", "/lessons/999", (), "h1"),
    ("oliver", "/lessons/3", (), "h1"),
    ("iryna", ROOM, (), "h1"),
)


@pytest.mark.parametrize("language", ["en", "uk"])
async def test_axe_finds_nothing_in_the_room_and_at_its_doors(
    served: Served, tmp_path: Path, language: str
) -> None:
    ids = start(served)
    found = {}
    async with Browser(tmp_path) as browser:
        for who in ("olena", "oliver", "iryna"):
            speak(served, ids[who], language)
        olena = await come_in(browser, served, ids["olena"], language)
        await olena.has_tools()
        await olena.stroke(300)
        await olena.sees(BLACK)
        for who, path, keys, opens in STATES:
            tab = olena.tab
            if who != "olena":
                tab = await enter(browser, served, ids[who])
            await turn_to(tab, path)
            for key in keys:
                await press(tab, olena.words[key])
            await tab.until(f"document.querySelector({json.dumps(opens)})")
            found[who, path, keys] = await violations(tab)
            await tab.key("Escape")
            await tab.until(SHUT)

    assert {state: wrong for state, wrong in found.items() if wrong} == {}


def start(served: Served) -> dict[str, int]:
    """Start the demo school; return its people by the names in their addresses."""
    people = {mail.partition("@")[0]: each["id"] for mail, each in demo(served).items()}
    served.start()
    return people


def near(place: float) -> str:
    """Return a script: is the paper where another screen has it?"""
    return f"Math.abs({PAPER} - {place}) < 2"
