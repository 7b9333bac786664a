"""An admin's pages: who is there, who comes in by a file, what got lost."""

import json
from pathlib import Path

import pytest

from tests.browser.page import (
    choose,
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
PLANS = f"document.body.innerText.includes({json.dumps(EN['plan.new'])})"
NAMED = "(each) => each.innerText.includes(%r)"
OTHER = "Оксана Лисенко"  # an admin of the demo school, too
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


async def test_a_changed_role_counts_and_the_last_admin_keeps_theirs(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    admin, emma = (people[f"{who}@demo.example"] for who in ("iryna", "emma"))
    served.start()
    speak(served, admin["id"], "en")
    async with Browser(tmp_path) as browser:
        student = await enter(browser, served, emma["id"])
        assert not await student.run(PLANS)
        tab = await enter(browser, served, admin["id"])
        await turn_to(tab, "/school")
        await make(tab, OTHER, "tutor")
        await tab.until("!document.querySelector('[role=dialog]')")
        await make(tab, admin["name"], "tutor")
        await says(tab, EN["everyone.taken_or_last"])
        await tab.key("Escape")
        await make(tab, emma["name"], "admin")
        row = f"[...document.querySelectorAll('li')].find({NAMED % emma['name']})"
        await tab.until(f"{row}.innerText.includes({json.dumps(EN['role.admin'])})")
        await student.run("location.reload()")
        await student.until(PLANS)
        await turn_to(student, "/school")
        await says(student, admin["email"])

        # Now there is another one again.
        await make(tab, admin["name"], "tutor")
        await says(tab, EN["app.not_found.title"])
        await press(tab, EN["nav.lessons"])
        await tab.until(PLANS)


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


async def make(tab: Tab, name: str, role: str) -> None:
    """Change somebody's role, as by hand."""
    await press(tab, EN["everyone.menu"].replace("{{name}}", name))
    await press(tab, EN["everyone.change"])
    await choose(tab, "role", role)
    await press(tab, EN["action.save"])


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
