"""What everybody sets for oneself: name, language, mails, a calendar's address."""

from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.browser.page import (
    enter,
    fill,
    keeping_its_port,
    press,
    says,
    speak,
    texts,
    turn_to,
)
from tests.browser.tabs import Browser
from tests.browser.test_classroom import demo

pytestmark = pytest.mark.long

EN, UK = texts("en"), texts("uk")
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>'
WISH = "document.querySelector('main [type=checkbox]')"
ADDRESS = "document.querySelector('input[value$=\".ics\"]')"
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


def feed(url: str) -> str:
    """Return what a calendar's program gets."""
    with urlopen(url) as answer:
        text: str = answer.read().decode()
    return text
