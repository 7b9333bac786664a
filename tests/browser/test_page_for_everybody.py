"""Each page and state of the classroom page, as axe-core and a keyboard meet it."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.browser.page import (
    DESKTOP,
    enter,
    press,
    served,
    shown,
    speak,
    texts,
    turn_to,
    violations,
)
from tests.browser.room_page import READY
from tests.browser.tabs import Browser, Tab
from tests.browser.test_classroom import demo
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long


class State(NamedTuple):
    """A page, what is pressed on it, by the keys of texts, and what that opens."""

    path: str
    presses: tuple[str, ...] = ()
    opens: str = "h1"


# Of who uses a screen reader the focus is outside for a moment after something opens.
LOST = """(() => {
  document.activeElement.blur();
  const escape = {key: "Escape", bubbles: true, cancelable: true};
  document.body.dispatchEvent(new KeyboardEvent("keydown", escape));
})()"""
# What has the focus: its name, counts and more line by line.
FOCUSED = """((it) => it === document.body ? []
  : (it.ariaLabel ?? it.innerText).trim().split("\\n"))(document.activeElement)"""
ON_HEADING = "document.activeElement.tagName === 'H1'"
MANY = 60
OPEN = "document.querySelectorAll('[role=dialog]').length"  # a menu lies in one, too

GUEST = (State("/"), State("/", ("sign_in.forgot",)))
TUTOR = (
    State("/"),
    State("/", ("plan.new",), "[role=dialog]"),
    State("/", ("lesson.menu",), "[role=menu]"),
    State("/", ("lesson.menu", "lesson.people"), "[role=dialog]"),
    State("/", ("lesson.menu", "lesson.change"), "[role=dialog]"),
    State("/", ("lesson.menu", "lesson.cancel"), "[role=alertdialog]"),
    State("/past"),
    State("/notifications"),
    State("/profile"),
    State("/profile", ("menu.open",), "[role=menu]"),
    State("/nowhere"),
)


ADMIN = (
    State("/school"),
    State("/school", ("everyone.new",), "[role=dialog]"),
    State("/school", ("import.title",), "[role=dialog]"),
    State("/school", ("everyone.menu",), "[role=menu]"),
    State("/school/status"),
    State("/school/mails"),
)
STUDENT = (State("/"), State("/past"), State("/notifications"), State("/profile"))


class People(NamedTuple):
    """Who looks at the pages, and the tutor's lesson."""

    language: str
    tutor: str
    lesson: str
    student: str
    admin: str


PEOPLE = (
    People("en", "james", "English conversation", "oliver", "iryna"),  # who is invited
    People("uk", "olena", "Fractions", "taras", "iryna"),  # which is on
)


@pytest.mark.parametrize("people", PEOPLE, ids=lambda people: people.language)
async def test_axe_finds_nothing_on_any_page(
    served: Served, tmp_path: Path, people: People
) -> None:
    school = demo(served)
    served.start()
    async with Browser(tmp_path) as browser:
        tab = await browser.open("about:blank")
        await tab.go(f"{served.url}/")
        await shown(tab)
        await tab.run(f"localStorage.setItem('rtserver language', '{people.language}')")
        await tab.go(f"{served.url}/?")
        found = await through(tab, GUEST, people, "")
        for who, states in (
            (people.tutor, TUTOR),
            (people.student, STUDENT),
            (people.admin, ADMIN),
        ):
            person = school[f"{who}@demo.example"]
            speak(served, person["id"], people.language)
            await tab.go("about:blank")
            await tab.go(f"{served.url}/#demo={served.token(person['id'])}")
            await tab.until("document.querySelector('header')")
            found |= await through(tab, states, people, person["name"])

    assert found == {}


async def through(
    tab: Tab, states: tuple[State, ...], people: People, name: str
) -> dict[State, list[str]]:
    """Bring a page into each state; return what is wrong there."""
    found = {}
    for state in states:
        await turn_to(tab, state.path)
        for key in state.presses:
            text = texts(people.language)[key].replace("{{title}}", people.lesson)
            await press(tab, text.replace("{{name}}", name))
        await tab.until(f"document.querySelector('{state.opens}')")
        found[state] = await violations(tab)
        if state.opens != "h1":
            await tab.key("Escape")
            await tab.until(f"!document.querySelector('{state.opens}')")
    return {state: wrong for state, wrong in found.items() if wrong}


async def test_escape_closes_what_was_opened_last_while_nothing_has_the_focus(
    served: Served, tmp_path: Path
) -> None:
    olena = demo(served)["olena@demo.example"]["id"]
    served.start()
    async with Browser(tmp_path) as browser:
        speak(served, olena, "en")
        tab = await enter(browser, served, olena)
        await press(tab, texts("en")["plan.new"])
        await tab.until(f"{OPEN} === 1")
        await tab.run("document.querySelector('[role=dialog] [aria-haspopup]').click()")
        for left in (1, 0):
            await tab.until(f"{OPEN} === {left + 1}")
            await tab.run(LOST)
            await tab.until(f"{OPEN} === {left}")

        menu = texts("en")["lesson.menu"].replace("{{title}}", "Fractions")
        await press(tab, menu)
        await tab.until(f"{OPEN} === 1")
        await tab.run(LOST)
        await tab.until(f"{OPEN} === 0")


async def test_who_has_only_a_keyboard_teaches_and_never_loses_the_focus(
    served: Served, tmp_path: Path
) -> None:
    olena = demo(served)["olena@demo.example"]
    served.start()
    words = texts("en")
    speak(served, olena["id"], "en")
    async with Browser(tmp_path) as browser:
        tab = await enter(browser, served, olena["id"])
        await tab.look(width=DESKTOP[0], height=DESKTOP[1])
        await walk(tab, words["lesson.join"])
        await has_focus(tab, "Fractions")  # the room's heading
        await tab.until(READY)

        await walk(tab, words["room.hand"])
        await walk(tab, words["room.chat"])
        await walk(tab, words["room.people"], by="ArrowRight")
        await walk(tab, words["people.lower_of"].replace("{{name}}", olena["name"]))
        await has_focus(tab, words["reaction.yes"])  # what follows, in the panel
        await walk(tab, words["board.menu"])
        await walk(tab, words["lead.start"], by="ArrowDown")
        await has_focus(tab, words["board.menu"])
        await walk(tab, words["lead.stop"])
        await has_focus(tab, words["tool.pen"])
        await walk(tab, words["board.menu"])
        await walk(tab, words["board.outline"], by="ArrowDown")
        await tab.until("document.querySelector('[role=dialog] [slot=title]')")
        await tab.key("Escape")
        await has_focus(tab, words["board.menu"])
        await walk(tab, words["room.close_panel"])
        await has_focus(tab, words["room.open_panel"])

        await walk(tab, words["room.leave"])
        await tab.until(ON_HEADING)
        await walk(tab, words["nav.notifications"])
        await tab.until(ON_HEADING)
        await walk(tab, words["news.read_all"])
        await tab.until(ON_HEADING)


async def walk(tab: Tab, name: str, *, by: str = "Tab") -> None:
    """Go from one thing to the next until one of a name has the focus; press it."""
    met: list[str] = []
    for _ in range(MANY):
        await tab.key(by)
        met += (last := await tab.run(FOCUSED))
        if name in last:
            return await tab.key("Enter")
    raise AssertionError(f"no way to {name}, only to {met}")


async def has_focus(tab: Tab, name: str) -> None:
    """Wait until what has the focus is of a name."""
    await tab.until(f"{FOCUSED}.includes({json.dumps(name)})")
