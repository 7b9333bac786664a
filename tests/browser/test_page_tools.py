"""The tools of a lesson's board, in one person's hand and before another one's eyes."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.browser.page import press, served
from tests.browser.room_page import BLACK, board, clean, come_in
from tests.browser.tabs import Browser
from tests.browser.test_page_interrupted import begin
from tests.browser.test_page_room import start
from tests.patience import PATIENCE
from tests.served import Served

__all__ = ["served"]
pytestmark = pytest.mark.long

SHAPES = ["line", "arrow", "rectangle", "ellipse", "diamond"]


async def test_what_each_tool_does_is_seen_by_others_a_stroke_before_it_ends(
    served: Served, tmp_path: Path
) -> None:
    ids = start(served)
    async with Browser(tmp_path) as browser:
        olena = await come_in(browser, served, ids["olena"], "uk")
        taras = await come_in(browser, served, ids["taras"], "uk")
        await olena.has_tools()
        await begin(olena)
        await taras.sees(BLACK)  # while the pen is down
        await olena.tab.mouse("release", 480, 300)
        await holds(served, ids["olena"], ["freedraw"])

        await press(olena.tab, olena.words["tool.undo"])
        await taras.sees_no(BLACK)
        await press(olena.tab, olena.words["tool.redo"])
        await taras.sees(BLACK)
        await press(olena.tab, olena.words["tool.eraser"])
        await olena.draw(*((300, 280 + 10 * n) for n in range(5)))
        await taras.sees_no(BLACK)
        await holds(served, ids["olena"], [])

        await press(olena.tab, olena.words["tool.marker"])
        await olena.stroke(400)
        [mark] = await holds(served, ids["olena"], ["freedraw"])
        look = mark["strokeColor"], mark["strokeWidth"], mark["opacity"]
        assert look == ("#fab005", 8, 40)  # broad, and what it marks is seen
        for shape in SHAPES:
            await press(olena.tab, olena.words["board.more_tools"])
            await press(olena.tab, olena.words[f"tool.{shape}"])
            await olena.draw((600, 200), (640, 240), (700, 300))
        await holds(served, ids["olena"], ["freedraw", *SHAPES])
    assert clean(served, olena, taras)


async def holds(served: Served, user_id: int, types: list[str]) -> list[dict[str, Any]]:
    """Wait until the server's board has elements of just these types."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = board(served, user_id)
            if sorted(each["type"] for each in found) == sorted(types):
                return found
            await asyncio.sleep(0.05)
