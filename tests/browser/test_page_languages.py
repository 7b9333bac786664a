"""A language of the classroom page that is chosen, and whose words don't come."""

import json
from pathlib import Path

import pytest

from tests.browser.page import (
    block,
    choose,
    enter,
    press,
    says,
    served,
    speak,
    texts,
    turn_to,
    violations,
)
from tests.browser.tabs import Browser
from tests.browser.test_classroom import demo
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

EN, UK = texts("en"), texts("uk")
WORDS = "*/page/assets/guest-*"  # those of the other language, since one is there
TOLD = "document.body.innerText"
HEADING = "document.querySelector('h1').innerText"


@pytest.mark.parametrize("way", ["app.again", "app.reload"])
async def test_a_member_is_told_and_tries_again(
    served: Served, tmp_path: Path, way: str
) -> None:
    olena = demo(served)["olena@demo.example"]["id"]
    served.start()
    speak(served, olena, "en")
    async with Browser(tmp_path) as browser:
        tab = await enter(browser, served, olena)
        await turn_to(tab, "/profile")
        await block(tab, WORDS)
        await choose(tab, "locale", "uk")
        await press(tab, EN["action.save"])
        await says(tab, EN["app.language_not_come"])
        assert await violations(tab) == []
        assert await tab.run(HEADING) == EN["profile.title"]
        if way == "app.reload":  # the browser might remember what failed
            await press(tab, EN["app.again"])
            await says(tab, EN["app.reload"])
        await block(tab)
        await press(tab, EN[way])
        await tab.until(f"{HEADING} === {json.dumps(UK['profile.title'])}")
        assert EN["app.language_not_come"] not in await tab.run(TOLD)


async def test_a_guest_is_told_and_chooses_again(
    served: Served, tmp_path: Path
) -> None:
    served.start()
    async with Browser(tmp_path) as browser:
        tab = await browser.open(f"{served.url}/")
        await says(tab, EN["sign_in.title"])
        await block(tab, WORDS)
        await press(tab, "Українська")
        await says(tab, EN["app.language_not_come"])
        assert await violations(tab) == []
        await block(tab)
        await press(tab, "Українська")
        await says(tab, UK["sign_in.title"])
        assert UK["app.language_not_come"] not in await tab.run(
            "document.body.innerText"
        )
