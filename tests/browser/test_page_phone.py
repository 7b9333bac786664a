"""The room on a phone: what is selected is given another look, as there is room for."""

import base64
import hashlib
from pathlib import Path

import pytest

from handlers.page import POLICY
from tests.browser.page import BUILT, PHONE, press, served
from tests.browser.room_page import BLACK, SEEN, board, clean, come_in
from tests.browser.tabs import Browser
from tests.browser.test_page_room import start
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

IOS_STYLE = "@layer {\n  * {\n    overscroll-behavior: contain;\n  }\n}"
BAR = "[...document.querySelectorAll('[role=toolbar]')].at(-1)"
NAMED = f"[...{BAR}.querySelectorAll('button')].find((each) => each.ariaLabel === '%s')"
PINK = "r > 200 && g < 140 && b < 140"
FITS = f"""(() => {{
  const {{left, right}} = {BAR}.getBoundingClientRect();
  return left >= 0 && right <= innerWidth;
}})()"""


async def test_what_is_selected_gets_another_colour_width_and_opacity(
    served: Served, tmp_path: Path
) -> None:
    ids = start(served)
    async with Browser(tmp_path) as browser:
        olena = await come_in(browser, served, ids["olena"], "uk")
        taras = await come_in(browser, served, ids["taras"], "uk")
        await taras.tab.look(width=PHONE[0], height=PHONE[1])
        await taras.has_tools()
        await taras.draw(*((80 + 20 * n, 300) for n in range(10)))
        await olena.sees(BLACK)
        words = taras.words
        await press(taras.tab, words["board.more_tools"])
        await press(taras.tab, words["tool.select"])
        await taras.draw((180, 300))
        await taras.tab.until(f"{BAR}.ariaLabel === '{words['selection.look']}'")
        assert await taras.tab.run(FITS)
        for menu, choice in (
            ("board.colour", "colour.1"),
            ("selection.width", "width.3"),
            ("selection.opacity", "selection.percent"),
        ):
            name = words[choice].replace("{{number}}", "70")
            await taras.tab.run(f"{NAMED % words[menu]}.click()")
            await press(taras.tab, name)
        await olena.tab.until(f"{SEEN % PINK} > 0")
        await olena.sees_no(BLACK)
        await taras.keeps(0)
        [stroke] = board(served, ids["taras"])
        assert clean(served, olena, taras)

    look = stroke["strokeColor"], stroke["strokeWidth"], stroke["opacity"]
    assert look == ("#e03131", 8, 70)


def test_the_policy_lets_pass_the_style_that_dialogs_need_on_ios() -> None:
    if not BUILT.exists():
        pytest.skip("the classroom page isn't built: make web")
    scripts = (BUILT.parent / "assets").glob("*.js")
    assert any(IOS_STYLE in each.read_text("utf-8") for each in scripts)
    digest = base64.b64encode(hashlib.sha256(IOS_STYLE.encode()).digest())
    assert f"'sha256-{digest.decode()}'" in POLICY
