"""What everybody sets for oneself: name, language, mails, a calendar's address."""

import json
from datetime import datetime
from pathlib import Path
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import pytest

from tests.browser.page import (
    ask,
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
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

EN, UK = texts("en"), texts("uk")
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>'
WISH = "document.querySelector('main [type=checkbox]')"
ADDRESS = "document.querySelector('input[value$=\".ics\"]')"
SIGNED_IN = "document.querySelector('header nav')"
GUEST = "document.querySelector('[name=remember]')"
CURRENT = "document.querySelector('[name=current]')"
WRONG = "document.querySelector('[name=current][aria-invalid=true]')"
WRITES = "document.querySelector('textarea[name=message]')"
# Whether the page was left, for however short a time.
WATCH = f"""window.wasLeft = false;
  new MutationObserver(() => {{ window.wasLeft ||= !!{GUEST}; }})
    .observe(document.body, {{childList: true, subtree: true}})"""
IN_UKRAINIAN = """document.querySelector("[name=locale]").value = "uk" """


async def test_one_sets_name_language_mails_and_a_calendars_address(
    tmp_path: Path,
) -> None:
    (tmp_path / "logo.svg").write_text(LOGO)
    served = keeping_its_port(tmp_path, school_logo_file=tmp_path / "logo.svg")
    olena = demo(served)["olena@demo.example"]["id"]
    try:
        served.start()
        speak(served, olena, "en")
        async with Browser(tmp_path) as browser:
            tab = await enter(browser, served, olena)
            await tab.until("document.querySelector('header img').naturalWidth === 40")
            await turn_to(tab, "/notifications")
            await tab.until(f"{WISH}.checked")
            await tab.run(f"{WISH}.click()")
            await tab.until(f"!{WISH}.checked")  # as the server has it now
            await turn_to(tab, "/profile")
            await press(tab, EN["calendar.make"])
            await tab.until(ADDRESS)
            assert "SUMMARY:Fractions" in feed(await tab.run(f"{ADDRESS}.value"))

            await fill(tab, "name", "Olena S.")
            await tab.run(IN_UKRAINIAN)
            await press(tab, EN["action.save"])
            await says(tab, UK["profile.title"])
            await tab.run("location.reload()")
            menu = UK["menu.open"].replace("{{name}}", "Olena S.")
            await tab.until(f"document.querySelector('[aria-label=\"{menu}\"]')")
            await turn_to(tab, "/notifications")
            await tab.until(f"{WISH} && !{WISH}.checked")
    finally:
        served.stop()


async def test_times_are_those_of_the_zone_that_one_has_chosen(
    served: Served, tmp_path: Path
) -> None:
    olena = demo(served)["olena@demo.example"]["id"]
    served.start()
    speak(served, olena, "en")
    starts_at = datetime.fromisoformat(lesson(served, olena)["starts_at"])
    async with Browser(tmp_path) as browser:
        tab = await enter(browser, served, olena)
        for zone in ("Asia/Tokyo", "America/New_York"):
            await turn_to(tab, "/profile")
            await choose(tab, "timezone", zone)
            await press(tab, EN["action.save"])
            await turn_to(tab, "/")
            await says(tab, f"{starts_at.astimezone(ZoneInfo(zone)):%H:%M}–")
        await tab.run("location.reload()")
        await says(tab, f"{starts_at.astimezone(ZoneInfo(zone)):%H:%M}–")


async def test_another_password_ends_all_other_logins_and_this_page_goes_on(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    emma, olena = people["emma@demo.example"], people["olena@demo.example"]
    served.start()
    async with Browser(tmp_path / "other") as elsewhere, Browser(tmp_path) as browser:
        other = await enter(elsewhere, served, emma["id"])
        tab = await browser.open(f"{served.url}/profile")
        await shown(tab)
        await tab.run(f"{GUEST}.click()")
        await sign_in(tab, emma["email"], emma["password"])
        await tab.until(SIGNED_IN)
        room = await browser.open(f"{served.url}/lessons/1")
        await room.look(width=1280, height=800)
        await room.until(f"{WRITES} && document.querySelector('[role=log]')")
        for each in (tab, room):
            await each.run(WATCH)
        await fill(tab, "current", "wrong")
        await fill(tab, "password", "four small words more")
        await press(tab, EN["profile.password_go"])
        await tab.until(f"document.activeElement === {WRONG}")
        await says(tab, EN["profile.password_wrong"])
        await other.until(SIGNED_IN)

        await fill(tab, "current", emma["password"])
        await press(tab, EN["profile.password_go"])
        await tab.until(f"{CURRENT}.value === ''")
        await other.until(GUEST)
        await turn_to(tab, "/")
        invite(served, olena["id"], emma["id"])
        await says(tab, "Sums")  # it is told by the new login's connection
        body = {"lesson_id": 1, "text": "Are you there?", "client_id": "a"}
        ask(served, olena["id"], "POST", "/api/chat/messages/", body)
        await says(room, "Are you there?")
        for each in (tab, room):
            assert not await each.run("wasLeft")
        await tab.run("location.reload()")
        await tab.until(SIGNED_IN)
        at = [f"{served.url}/api/auth/"]
        cookies = (await tab.call("Network.getCookies", urls=at))["cookies"]
        assert [cookie["session"] for cookie in cookies] == [False]  # remembered

        await sign_in(other, emma["email"], emma["password"])
        await says(other, EN["sign_in.wrong"])
        await sign_in(other, emma["email"], "four small words more")
        await other.until(SIGNED_IN)


async def sign_in(tab: Tab, email: str, password: str) -> None:
    await fill(tab, "email", email)
    await fill(tab, "password", password)
    await tab.key("Enter")


def invite(served: Served, tutor: int, student: int) -> None:
    """Plan a lesson of a tutor with a student, who hears of it."""
    body = {
        "title": "Sums",
        "starts_at": "2036-01-01T10:00:00Z",
        "ends_at": "2036-01-01T11:00:00Z",
        "members": [{"user_id": student, "role": "student"}],
    }
    ask(served, tutor, "POST", "/api/lessons/", body)


def lesson(served: Served, user_id: int) -> dict[str, str]:
    """Return the lesson that is on, as the server has it."""
    headers = {"Authorization": f"Bearer {served.token(user_id)}"}
    with urlopen(Request(f"{served.url}/api/lessons/1/", headers=headers)) as answer:
        found: dict[str, str] = json.loads(answer.read())
    return found


def feed(url: str) -> str:
    """Return what a calendar's program gets."""
    with urlopen(url) as answer:
        text: str = answer.read().decode()
    return text
