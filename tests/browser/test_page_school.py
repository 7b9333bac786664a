"""An admin's pages: who is there, who comes in by a file, what got lost."""

import json
from pathlib import Path

import pytest

from tests.browser.page import (
    enter,
    fill,
    press,
    says,
    served,
    speak,
    texts,
    turn_to,
)
from tests.browser.tabs import Browser, Tab
from tests.browser.test_classroom import demo
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

EN = texts("en")
WRONG = "email;name;role\nada@school.example;Ada;pirate\nnobody;Bob;student\n"
RIGHT = "email;name;role;invite\nada@school.example;Ada Lovelace;student;true\n"


async def test_people_come_one_by_one_and_by_a_file_and_are_locked_out(
    served: Served, tmp_path: Path
) -> None:
    admin = demo(served)["iryna@demo.example"]["id"]
    served.start()
    speak(served, admin, "en")
    async with Browser(tmp_path) as browser:
        tab = await enter(browser, served, admin)
        await turn_to(tab, "/school")
        await press(tab, EN["everyone.new"])
        await fill(tab, "name", "Grace Hopper")
        await fill(tab, "email", "grace@school.example")
        await press(tab, EN["action.save"])
        await says(tab, "grace@school.example")

        await press(tab, EN["import.title"])
        await give_file(tab, WRONG)
        await says(
            tab, EN["import.wrong_other"].split(";")[0].replace("{{count}}", "2")
        )
        lines = "[...document.querySelectorAll('tbody tr td:first-child')]"
        assert await tab.run(f"{lines}.map((cell) => cell.innerText).join()") == "2,3"
        await says(tab, EN["fault.address"])
        await give_file(tab, RIGHT)
        await says(tab, EN["import.preview"].partition("{")[0])
        await press(tab, EN["import.go"])
        await says(tab, "Ada Lovelace")

        await press(tab, EN["everyone.menu"].replace("{{name}}", "Grace Hopper"))
        await press(tab, EN["everyone.deactivate"])
        await tab.until("document.querySelector('[role=alertdialog]')")
        await press(tab, EN["everyone.deactivate"])
        await says(tab, EN["everyone.inactive"])


async def test_only_admins_have_these_pages(served: Served, tmp_path: Path) -> None:
    student = demo(served)["emma@demo.example"]["id"]
    served.start()
    async with Browser(tmp_path) as browser:
        tab = await enter(browser, served, student)
        await turn_to(tab, "/school")

        await says(tab, EN["app.not_found.title"])
        assert EN["nav.admin"] not in await tab.run(
            "document.querySelector('nav').innerText"
        )


async def give_file(tab: Tab, text: str) -> None:
    """Choose a file, as in the dialog of the system."""
    await tab.until("document.querySelector('[type=file]')")
    await tab.run(
        "{const given = new DataTransfer();"
        f"given.items.add(new File([{json.dumps(text)}], 'people.csv'));"
        "const field = document.querySelector('[type=file]');"
        "field.files = given.files;"
        "field.dispatchEvent(new Event('change', {bubbles: true}))}"
    )
