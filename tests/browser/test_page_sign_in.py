"""Signing in on the classroom page: by keyboard, by a mailed link, and out again."""

import asyncio
import email
import email.policy
import json
import re
from pathlib import Path

import pytest

from tests.browser import chromium
from tests.browser.page import (
    choose,
    enter,
    fill,
    keeping_its_port,
    press,
    says,
    served,
    shown,
    speak,
    texts,
    turn_to,
)
from tests.browser.tabs import Browser, Tab
from tests.browser.test_classroom import demo
from tests.patience import PATIENCE
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

EN, UK = texts("en"), texts("uk")
ONLINE = (
    f"document.body.innerText.split({json.dumps(EN['everyone.online'])}).length - 1"
)
SIGNED_IN = "document.querySelector('header nav')"


async def test_a_guest_asks_nobody_else_and_sees_no_mistake(
    served: Served, tmp_path: Path
) -> None:
    served.start()

    seen = await chromium.visit(f"{served.url}/", tmp_path)

    assert EN["sign_in.title"] in seen.dom
    assert seen.console == []
    assert seen.hosts == {served.url.removeprefix("http://")}


async def test_a_school_shows_itself_in_its_own_words_and_colour(
    served: Served, tmp_path: Path
) -> None:
    (tmp_path / "texts.json").write_text('{"en": {"sign_in.title": "Welcome back!"}}')
    school = keeping_its_port(
        tmp_path,
        web_texts_file=tmp_path / "texts.json",
        school_name="Sunflower",
        school_color="#ffd43b",
    )
    try:
        seen = await chromium.visit(f"{school.start().url}/", tmp_path)
    finally:
        school.stop()

    assert "Welcome back!" in seen.dom and "Sunflower" in seen.dom
    # Nobody could read white on this yellow.
    assert "--accent: light-dark(#ffd43b, " in seen.dom
    assert "--on-accent: light-dark(#1" in seen.dom


async def test_who_has_only_a_keyboard_signs_in_and_stays_so(
    served: Served, tmp_path: Path
) -> None:
    person = demo(served)["emma@demo.example"]
    served.start()
    async with Browser(tmp_path) as browser:
        tab = await browser.open(f"{served.url}/past")
        await shown(tab)

        await to_field(tab, "email")
        await tab.write(person["email"])
        await to_field(tab, "password")
        await tab.write("wrong")
        await tab.key("Enter")
        await says(tab, EN["sign_in.wrong"])
        await fill(tab, "password", person["password"])
        await tab.key("Enter")
        await tab.until(SIGNED_IN)
        assert await tab.run("location.pathname") == "/past"  # where they wanted to

        await tab.run("location.reload()")
        await tab.until(SIGNED_IN)
        other = await browser.open(f"{served.url}/")
        await other.until(SIGNED_IN)
        assert "ey" not in await tab.run("JSON.stringify({...localStorage})")

        await press(tab, EN["menu.open"].replace("{{name}}", person["name"]))
        await press(tab, EN["menu.sign_out"])
        for each in (tab, other):
            await each.until("document.querySelector('[name=password]')")


async def test_who_forgot_the_password_chooses_another_by_mail(
    served: Served, tmp_path: Path
) -> None:
    demo(served)
    served.start()
    async with Browser(tmp_path) as browser:
        tab = await browser.open(f"{served.url}/")
        await shown(tab)
        await press(tab, "Українська")
        await press(tab, UK["sign_in.forgot"])
        await fill(tab, "email", "taras@demo.example")
        await press(tab, UK["forgot.go"])
        await says(tab, UK["forgot.done.title"])

        link = await mailed_link(served.folder / "data" / "outbox", "taras")
        await tab.go(f"{served.url}/password#{link}")
        await says(tab, UK["password.greeting"].replace("{{name}}", "Тарас Бондар"))
        assert await tab.run("location.hash") == ""
        await fill(tab, "password", "short")
        await press(tab, UK["password.go"])
        await says(tab, UK["password.weak"])
        await fill(tab, "password", "борщ і хліб")
        await press(tab, UK["password.go"])
        await tab.until(SIGNED_IN)

        await tab.go("about:blank")
        await tab.go(f"{served.url}/password#{link}")
        await says(tab, UK["password.bad.title"])


async def test_who_is_invited_chooses_a_password_by_the_link_and_is_in(
    served: Served, tmp_path: Path
) -> None:
    admin = demo(served)["iryna@demo.example"]["id"]
    served.start()
    speak(served, admin, "en")
    async with Browser(tmp_path / "school") as office, Browser(tmp_path) as home:
        desk = await enter(office, served, admin)
        await turn_to(desk, "/school")
        await press(desk, EN["everyone.new"])
        await fill(desk, "name", "Grace Hopper")
        await fill(desk, "email", "grace@school.example")
        await choose(desk, "role", "tutor")
        await choose(desk, "locale", "uk")
        await press(desk, EN["action.save"])
        await says(desk, "grace@school.example")

        link = await mailed_link(served.folder / "data" / "outbox", "grace")
        tab = await home.open(f"{served.url}/password#{link}")
        await says(tab, EN["password.greeting"].replace("{{name}}", "Grace Hopper"))
        await fill(tab, "password", "four small words more")
        await press(tab, EN["password.go"])
        await tab.until(SIGNED_IN)
        await says(tab, UK["plan.new"])  # as what she is invited, in her language
        await desk.until(f"{ONLINE} === 2")

        await press(tab, UK["menu.open"].replace("{{name}}", "Grace Hopper"))
        await press(tab, UK["menu.sign_out"])
        await fill(tab, "email", "grace@school.example")
        await fill(tab, "password", "four small words more")
        await tab.key("Enter")
        await tab.until(SIGNED_IN)


async def to_field(tab: Tab, name: str) -> None:
    """Press Tab until a field has the focus."""
    for _ in range(12):
        await tab.key("Tab")
        if await tab.run("document.activeElement.name") == name:
            return
    raise AssertionError(f"no way by Tab to {name}")


async def mailed_link(outbox: Path, name: str) -> str:
    """Wait for somebody's mail, and return the token of its link."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for file in outbox.glob("*.eml"):
                mail = email.message_from_bytes(
                    file.read_bytes(), policy=email.policy.default
                )
                body = mail.get_body(("plain",)).get_content()
                found = re.search(r"/password#(\S+)", body)
                if found and f"<{name}@" in mail["To"]:
                    return found[1]
            await asyncio.sleep(0.1)
