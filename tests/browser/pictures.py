"""Take pictures of the classroom page: ``python -m tests.browser.pictures FOLDER``.

Each page in each language, in light and in dark, as on a phone and on a desktop, of a
demo school of its own. To be looked at after a change of the design; none is kept here.
"""

import asyncio
import itertools
import sys
import tempfile
from pathlib import Path

from tests.browser.page import (
    DESKTOP,
    PHONE,
    enter,
    keeping_its_port,
    press,
    settled,
    shown,
    speak,
    texts,
    turn_to,
)
from tests.browser.tabs import Browser, Tab
from tests.browser.test_classroom import demo
from tests.served import Served

SIZES = {"phone": PHONE, "desktop": DESKTOP}
# Who looks at which page, and what they press there first, by the keys of texts.
PAGES = {
    "lessons": ("olena", "/", ()),
    "plan": ("olena", "/", ("plan.new",)),
    "invited": ("oliver", "/", ()),
    "past": ("olena", "/past", ()),
    "news": ("olena", "/notifications", ()),
    "profile": ("taras", "/profile", ()),
    "people": ("iryna", "/school", ()),
    "status": ("iryna", "/school/status", ()),
    "mails": ("iryna", "/school/mails", ()),
    "room": ("olena", "/lessons/1", ()),
}


async def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        school = Path(scratch)
        served = keeping_its_port(school)
        people = {mail.partition("@")[0]: p["id"] for mail, p in demo(served).items()}
        served.start()
        try:
            async with Browser(school) as browser:
                for language in ("en", "uk"):
                    await guest(browser, served, folder, language)
                    for name, (who, *steps) in PAGES.items():
                        speak(served, people[who], language)
                        tab = await enter(browser, served, people[who])
                        await one(tab, folder, f"{name}-{language}", language, *steps)
                        await tab.close()
        finally:
            served.stop()


async def guest(browser: Browser, served: Served, folder: Path, language: str) -> None:
    tab = await browser.open(f"{served.url}/")
    await shown(tab)
    await tab.run(f"localStorage.setItem('rtserver language', '{language}')")
    await tab.go(f"{served.url}/?")
    await one(tab, folder, f"sign-in-{language}", language, "/", ())
    await tab.close()


async def one(
    tab: Tab,
    folder: Path,
    name: str,
    language: str,
    path: str,
    presses: tuple[str, ...],
) -> None:
    """Take a page's pictures, in each look and size."""
    await turn_to(tab, path)
    for key in presses:
        await press(tab, texts(language)[key])
        await tab.until("document.querySelector('[role=dialog]')")
    for dark, size in itertools.product((False, True), SIZES):
        await tab.look(width=SIZES[size][0], height=SIZES[size][1], dark=dark)
        await shown(tab)
        await settled(tab)
        look = "dark" if dark else "light"
        await tab.picture(folder / f"{name}-{look}-{size}.png")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
