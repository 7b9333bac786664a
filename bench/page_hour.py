"""An hour in the room: what of the page's memory grows while others draw, and stays.

Time is compressed. The heap is that of V8 after two collections, at some moments of
the hour; in the end a page that has only just come to the same board has it, too: what
is above that was kept of the hour itself.
"""

import argparse
import asyncio

from bench.page_board import come_in
from bench.page_stage import School, browser, others_draw, school
from tests.browser.room_page import BLACK, SEEN, board
from tests.browser.tabs import Tab

MB = 2**20
PARTS = 6
CURSORS = 5.0  # a second of the hour, of each person
TARGETS = "the heap grows by <= 20 MB in an hour"


async def heap(tab: Tab) -> float:
    """Return the MB of a page's heap that are in use, once all garbage is gone."""
    for _ in range(2):
        await tab.call("HeapProfiler.collectGarbage")
    return float((await tab.call("Runtime.getHeapUsage"))["usedSize"]) / MB


async def measure(at: School, minutes: float, speed: float) -> list[float]:
    async with browser() as opened:
        tab = await come_in(opened, at, 3)
        sizes = [await heap(tab)]
        for part in range(PARTS):
            seconds = minutes * 60 / PARTS
            await others_draw(at, seconds, speed, CURSORS, part)
            sizes.append(await heap(tab))
        await tab.close()
        fresh = await come_in(opened, at, 3)
        await fresh.until(f"{SEEN % BLACK} > 0")
        return [*sizes, await heap(fresh)]


def tell(options: argparse.Namespace) -> None:
    print(f"{options.minutes:g} minutes at {options.speed:g} times the pace; {TARGETS}")
    with school() as at:
        *sizes, fresh = asyncio.run(measure(at, options.minutes, options.speed))
        count = len(board(at.served, at.lesson.members[3]))
    for part, size in enumerate(sizes):
        print(f"after {part * options.minutes / PARTS:4.0f} minutes {size:7.1f} MB")
    print(f"who comes then to {count} elements: {fresh:.1f} MB", flush=True)
