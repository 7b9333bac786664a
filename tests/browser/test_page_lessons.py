"""A tutor and a student with the classroom page open: a lesson planned and answered."""

import json
from pathlib import Path

import pytest

from tests.browser.page import (
    ask,
    block,
    enter,
    fill,
    press,
    says,
    served,
    texts,
    turn_to,
)
from tests.browser.room_page import Held
from tests.browser.tabs import Browser, Tab
from tests.browser.test_classroom import demo
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

EN, UK = texts("en"), texts("uk")
ASKED = "document.querySelector('[role=alertdialog]')"
LISTED = "document.querySelector('[role=dialog] ul')?.innerText.includes('Emma Wilson')"
FOUND = "document.querySelector('[role=listbox]')?.innerText"
TITLE = "Дроби та відсотки"


async def test_a_lesson_is_planned_answered_moved_and_cancelled_before_both_eyes(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    served.start()
    async with Browser(tmp_path) as browser:
        olena = await enter(browser, served, people["olena@demo.example"]["id"])
        emma = await enter(browser, served, people["emma@demo.example"]["id"])

        await press(olena, UK["plan.new"])
        await fill(olena, "title", TITLE)
        await pick(olena, "emm", "Emma Wilson")
        await press(olena, UK["plan.go"])
        await says(olena, TITLE)
        await says(emma, EN["lesson.invitation"])
        await press(emma, EN["lesson.accept"])
        await emma.until(f"{row(TITLE)} && !document.querySelector('[id^=invitation]')")

        await press(olena, UK["lesson.menu"].replace("{{title}}", TITLE))
        await press(olena, UK["lesson.change"])
        await fill(olena, "title", "Відсотки")
        await press(olena, UK["action.save"])
        await olena.until(row("Відсотки"))
        await press(olena, UK["lesson.menu"].replace("{{title}}", "Відсотки"))
        await press(olena, UK["lesson.cancel"])
        await press(olena, UK["cancel.go"])
        await says(emma, EN["lesson.cancelled"])
        await emma.until(row("Відсотки"))

        await turn_to(emma, "/notifications")
        await says(emma, "cancelled")


async def test_messages_are_counted_as_they_come_and_read_elsewhere(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    served.start()
    ids = {name: people[f"{name}@demo.example"]["id"] for name in ("olena", "sofiia")}
    async with Browser(tmp_path) as browser:
        sofiia = await enter(browser, served, ids["sofiia"])
        counted = UK["lesson.unread_few"].replace("{{count}}", "4")
        await says(sofiia, counted, hidden=True)

        body = {"lesson_id": 1, "text": "Хто готовий?"}
        ask(served, ids["olena"], "POST", "/api/chat/messages/", body)
        more = UK["lesson.unread_many"].replace("{{count}}", "5")
        await says(sofiia, more, hidden=True)


async def test_a_page_tells_when_the_server_is_gone_and_goes_on_when_it_is_back(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    served.start()
    async with Browser(tmp_path) as browser:
        emma = await enter(browser, served, people["emma@demo.example"]["id"])

        served.kill()
        await says(emma, EN["connection.waiting"])
        served.start()
        await emma.until("!document.querySelector('[role=status] p')")
        lesson = {
            "title": "Sums",
            "starts_at": "2036-01-01T10:00:00Z",
            "ends_at": "2036-01-01T11:00:00Z",
            "members": [{"email": "emma@demo.example", "role": "student"}],
        }
        ask(served, people["olena@demo.example"]["id"], "POST", "/api/lessons/", lesson)
        await says(emma, "Sums")


async def test_a_tutor_is_asked_before_somebody_is_out_and_a_tutor_stays(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    served.start()
    async with Browser(tmp_path) as browser:
        olena = await enter(browser, served, people["olena@demo.example"]["id"])
        emma = await enter(browser, served, people["emma@demo.example"]["id"])
        await emma.until(row("Fractions"))
        await press(olena, UK["lesson.menu"].replace("{{title}}", "Fractions"))
        await press(olena, UK["lesson.people"])
        take_out = UK["people.remove"].replace("{{name}}", "Emma Wilson")
        await press(olena, take_out)
        title = UK["people.take_out_title"].replace("{{name}}", "Emma Wilson")
        await olena.until(f"{ASKED}?.innerText.includes({json.dumps(title)})")
        await press(olena, UK["action.cancel"])
        await olena.until(LISTED)
        await press(olena, take_out)
        await olena.until(ASKED)
        await olena.key("Escape")
        await olena.until(LISTED)
        assert await emma.run(f"!!{row('Fractions')}")

        await press(olena, take_out)
        await press(olena, UK["people.take_out"])
        await olena.until(f"{LISTED} === false")
        await emma.until(f"!{row('Fractions')}")

        await press(olena, UK["people.remove"].replace("{{name}}", "Олена Шевченко"))
        await press(olena, UK["people.take_out"])
        await says(olena, UK["people.last_tutor"])


async def test_who_is_sought_is_nobody_only_once_that_is_answered(
    served: Served, tmp_path: Path
) -> None:
    olena = demo(served)["olena@demo.example"]["id"]
    served.start()
    async with Browser(tmp_path) as browser:
        tab = await enter(browser, served, olena)
        await press(tab, UK["plan.new"])
        await tab.until("document.querySelector('[role=combobox]')")
        held = Held(tab, "*/api/people/*")
        await held.hold()
        await seek(tab, "emm")
        await tab.until(f"{FOUND} === {json.dumps(UK['people.seeking'])}")
        await held.let_go()
        await tab.until(f"{FOUND}?.includes('Emma Wilson')")

        await seek(tab, "xyz")
        await tab.until(f"{FOUND} === {json.dumps(UK['people.nobody'])}")
        await block(tab, "*/api/people/*")
        await seek(tab, "emma")
        await tab.until(f"{FOUND} === {json.dumps(UK['problem.disconnected'])}")


async def seek(tab: Tab, text: str) -> None:
    """Write a piece of somebody's name, instead of what is there."""
    await tab.run("document.querySelector('[role=combobox]').focus()")
    await tab.run("document.querySelector('[role=combobox]').select()")
    await tab.write(text)


async def pick(tab: Tab, text: str, name: str) -> None:
    """Find somebody by a piece of the name, and take them."""
    await tab.run("document.querySelector('[role=combobox]').focus()")
    await tab.write(text)
    option = (
        "[...document.querySelectorAll('[role=option]')]"
        f".find((each) => each.innerText.includes({name!r}))"
    )
    await tab.until(option)
    await tab.run(f"{option}.click()")


def row(title: str) -> str:
    """Find a lesson, in the list of a day, or open since it begins soon."""
    return (
        "[...document.querySelectorAll('article :is(h2, h3)')]"
        f".find((each) => each.innerText === {title!r})"
    )
