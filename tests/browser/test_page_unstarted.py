"""What the classroom page says where it doesn't start, in each language at once."""

from pathlib import Path

import pytest

from tests.browser.page import block, press, says, served, texts, violations
from tests.browser.tabs import Browser, Tab
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

LANGUAGES = EN, UK = texts("en"), texts("uk")
SCRIPTS = "*/page/assets/*.js"
STANDS = "document.readyState === 'complete' && document.querySelector('.unstarted')"
SEEN = "document.querySelector('h1').checkVisibility({visibilityProperty: true})"
DELAYS = "document.getAnimations().map((each) => each.effect.getTiming().delay)"
AFTER_A_WHILE = "document.getAnimations().map((each) => each.finish()).length"
STYLED = "getComputedStyle(document.querySelector('.unstarted')).display === 'flex'"
NEEDS = ("This page needs JavaScript.", "Цій сторінці потрібен JavaScript.")


@pytest.mark.parametrize("blocked", [SCRIPTS, "*/early-*.js", "*/start-*.js"])
async def test_a_page_whose_first_script_does_not_come_says_so_after_a_while(
    served: Served, tmp_path: Path, blocked: str
) -> None:
    served.start()
    async with Browser(tmp_path) as browser:
        tab = await browser.open("about:blank")
        await block(tab, blocked)
        await tab.go(f"{served.url}/lessons/1")
        await tab.until(STANDS)
        assert not await tab.run(SEEN)  # it might be on its way still
        assert await tab.run(DELAYS) == [10_000]

        await tab.run(AFTER_A_WHILE)
        await tells(tab)
        if blocked == SCRIPTS:
            assert await violations(tab) == []
        await block(tab)
        await press(tab, UK["app.reload"])
        await says(tab, EN["sign_in.title"])
        assert await tab.run("location.pathname") == "/lessons/1"
        assert not await tab.run("document.querySelector('.unstarted')")


async def test_it_is_said_at_once_where_not_even_styles_come(
    served: Served, tmp_path: Path
) -> None:
    served.start()
    async with Browser(tmp_path) as browser:
        tab = await browser.open("about:blank")
        await block(tab, "*/page/*")
        await tab.go(f"{served.url}/")
        await tells(tab)
        assert not await tab.run(STYLED)
        await block(tab)
        await press(tab, EN["app.reload"])
        await says(tab, EN["sign_in.title"])


async def test_a_link_of_a_mail_outlives_a_page_that_did_not_start(
    served: Served, tmp_path: Path
) -> None:
    served.start()
    async with Browser(tmp_path) as browser:
        tab = await browser.open("about:blank")
        await block(tab, "*/start-*.js")
        await tab.go(f"{served.url}/password#rtl_sample")
        await tab.until(STANDS)
        await tab.run("void (window.before = true)")
        await press(tab, EN["app.reload"])
        await tab.until(f"!window.before && {STANDS}")
        assert await tab.run("location.hash") == "#rtl_sample"


async def test_without_scripts_the_page_says_at_once_that_it_needs_them(
    served: Served, tmp_path: Path
) -> None:
    served.start()
    async with Browser(tmp_path) as browser:
        tab = await browser.open("about:blank")
        await tab.call("Emulation.setScriptExecutionDisabled", value=True)
        await tab.go(f"{served.url}/")
        await tab.until(f"{STANDS} && {STYLED}")
        await tells(tab)
        for words in NEEDS:
            await says(tab, words)
        assert await tab.run(DELAYS) == []

        await tab.call("Emulation.setScriptExecutionDisabled", value=False)
        await press(tab, EN["app.reload"])
        await says(tab, EN["sign_in.title"])


async def tells(tab: Tab) -> None:
    """Wait until it is said in each language, with a link to try again."""
    for words in ("This page couldn't be loaded", "Не вдалося завантажити сторінку"):
        await says(tab, words)
    for language in LANGUAGES:
        await says(tab, language["app.reload"])
