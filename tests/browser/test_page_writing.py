"""One's own messages in a lesson's room: written, changed and deleted."""

from pathlib import Path

import pytest

from tests.browser.page import DESKTOP, press, served, speak, texts
from tests.browser.tabs import Browser
from tests.browser.test_classroom import demo
from tests.browser.test_page_chat import (
    LAST,
    LOG,
    WRITES,
    begin,
    enter,
    press_in,
    said,
    shows,
    write,
)
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

EN = texts("en")
# It is seen for some seconds alone, in which a busy machine may not look.
NOTE = """window.wrote = false;
  new MutationObserver(() => { window.wrote ||= SEEN; })
    .observe(document.body, {childList: true, characterData: true, subtree: true})"""


async def test_what_one_changes_or_deletes_is_so_for_all_and_who_writes_is_seen(
    served: Served, tmp_path: Path
) -> None:
    people = demo(served)
    served.start()
    ids = {name: people[f"{name}@demo.example"]["id"] for name in ("olena", "emma")}
    speak(served, ids["olena"], "en")
    async with Browser(tmp_path) as browser:
        olena = await enter(browser, served, ids["olena"], DESKTOP)
        emma = await enter(browser, served, ids["emma"], DESKTOP)
        writes = shows(EN["chat.typing_one"].replace("{{names}}", "Emma Wilson"))
        await write(olena, "2/3 + 1/6 = 1/2")
        await said(emma, "2/3 + 1/6 = 1/2")
        await olena.run(NOTE.replace("SEEN", writes))
        await begin(emma, "I thi")
        await olena.until("wrote")

        await begin(olena, "Next")
        await olena.run(f"{LAST}.click()")
        await press(olena, EN["chat.edit"])
        await olena.until(f"{WRITES}.value === '2/3 + 1/6 = 1/2'")
        await olena.run(f"{WRITES}.select()")
        await olena.write("2/3 + 1/6 = 5/6")
        await press(olena, EN["action.save"])
        await said(emma, "2/3 + 1/6 = 5/6")
        await said(emma, EN["chat.edited"])
        assert not await emma.run(f"{LOG}.innerText.includes('1/2')")
        await olena.until(f"{WRITES}.value === 'Next'")  # what one was at

        await olena.run(f"{LAST}.click()")
        await press(olena, EN["chat.delete"])
        await press_in(olena, "[role=alertdialog]", EN["chat.delete"])
        await emma.until(f"!{LOG}.innerText.includes('5/6')")
        assert await emma.run(f"{WRITES}.value") == "I thi"

        await olena.until(f"!{writes}")  # that was some seconds ago
        await olena.run("window.wrote = false")
        await emma.write("nk so")
        await olena.until("wrote")
        await press(emma, EN["chat.send"])
        await said(olena, "I think so")
        assert not await olena.run(writes)
