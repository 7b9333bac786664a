"""A board of 5,000 elements while others draw: frames, and what they cost the page.

What a frame takes has the neighbours and the drawing by software in it; the page's own
part is the CPU time of its main thread, and the ratio to an empty board.
"""

import argparse
import asyncio
import statistics
from typing import NamedTuple

from bench.page_stage import School, browser, fill, others_draw, school
from tests.browser.tabs import Browser, Tab

ELEMENTS = 5_000
CURSORS = 20.0  # a second, of each person
READY = """document.querySelector('.room-board [role=toolbar]') &&
  document.querySelector('.room-board canvas.static') &&
  !document.querySelector('[aria-busy=true]')"""
# Milliseconds between frames, for so many milliseconds.
FRAMES = """new Promise((done) => {
  const times = [];
  const step = (now) => {
    times.push(now);
    if (now - times[0] < SPAN) requestAnimationFrame(step);
    else done(times.slice(1).map((time, n) => time - times[n]));
  };
  requestAnimationFrame(step);
})"""
SHARES = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration", "TaskDuration")
TARGETS = "5,000 elements while others draw: >= 50 frames/s"


class Figures(NamedTuple):
    """Frames a second, ms of a frame, ms of the main thread's CPU a second."""

    rate: float
    p50: float
    p95: float
    script: float
    thread: float


async def come_in(opened: Browser, at: School, who: int) -> Tab:
    """Open the room as somebody, and wait until they can draw."""
    tab = await opened.open("about:blank")
    await tab.look(width=1280, height=800)
    await tab.go(at.address(who))
    await tab.until(READY)
    return tab


async def watched(tab: Tab, seconds: float) -> Figures:
    """Look at a page's frames for some time."""
    before = await spent(tab)
    took = sorted(await tab.run(FRAMES.replace("SPAN", f"{1000 * seconds}")))
    after = await spent(tab)
    script, thread = (
        1000 * (after[name] - before[name]) / seconds
        for name in ("ScriptDuration", "TaskDuration")
    )
    return Figures(
        rate=1000 / statistics.mean(took),
        p50=took[len(took) // 2],
        p95=took[int(len(took) * 0.95)],
        script=script,
        thread=thread,
    )


async def spent(tab: Tab) -> dict[str, float]:
    """Return the seconds of CPU that the main thread has taken, by what for."""
    metrics = (await tab.call("Performance.getMetrics"))["metrics"]
    return {each["name"]: each["value"] for each in metrics if each["name"] in SHARES}


async def measure(at: School, elements: int, seconds: float) -> tuple[Figures, ...]:
    """Watch the last student's page: while nothing happens, then while others draw."""
    await fill(at, elements)
    async with browser() as opened:
        tab = await come_in(opened, at, 3)
        await tab.call("Performance.enable", timeDomain="threadTicks")
        calm = await watched(tab, seconds)
        drawing = others_draw(at, seconds + 4, 1.0, CURSORS)
        playing = asyncio.create_task(drawing)
        busy = await watched(tab, seconds)
        await playing
        return calm, busy


def tell(options: argparse.Namespace) -> None:
    print(f"{TARGETS}; CPU is the main thread's, in ms a second")
    print("elements  others    frames/s  p50 ms  p95 ms  script CPU  all CPU")
    for elements in (0, options.elements):
        with school() as at:
            both = asyncio.run(measure(at, elements, options.seconds))
        for others, f in zip(("are calm", "draw"), both, strict=True):
            print(
                f"{elements:8}  {others:8}{f.rate:10.1f}{f.p50:8.1f}{f.p95:8.1f}"
                f"{f.script:12.0f}{f.thread:9.0f}",
                flush=True,
            )
