"""Opening the page with nothing kept: bytes, and seconds until it can be used.

The page's clock is that of the browser, on loopback, its processor slowed down four
times, as Lighthouse does. *Usable* is when what one came for is there and the main
thread has got round to a task of its own after that: the field for the address; in the
room, where one writes and who is here, or the tools of the board, which comes last.
Until then: CPU is what that thread took, TBT what its tasks took above 50 ms each.
"""

import argparse
import asyncio
from typing import Any, NamedTuple

from bench import stage
from bench.page_board import spent
from bench.page_stage import School, browser, school

SLOWED = 4
SIGNING_IN = "document.querySelector('[name=email]')"
ROOM = """document.querySelector('[name=message]') &&
  document.querySelector('header [data-initials]')"""
BOARD = "document.querySelector('.room-board [role=toolbar]')"
WATCH = """(() => {
  const seen = window.seen = {fcp: 0, lcp: 0, cls: 0, tasks: [], usable: 0};
  const take = {
    paint: ({name, startTime}) =>
      name === "first-contentful-paint" && (seen.fcp = startTime),
    "largest-contentful-paint": ({startTime}) => (seen.lcp = startTime),
    "layout-shift": ({value, hadRecentInput}) => hadRecentInput || (seen.cls += value),
    longtask: ({startTime, duration}) => seen.tasks.push([startTime, duration]),
  };
  for (const type of Object.keys(take))
    new PerformanceObserver((list) => list.getEntries().forEach(take[type]))
      .observe({type, buffered: true});
  const look = () => {
    if (!(WANTED)) return requestAnimationFrame(look);
    setTimeout(() => (seen.usable = performance.now()));
  };
  look();
})()"""
QUIET = """new Promise((done) => requestIdleCallback(() => setTimeout(done, 500)))
  .then(() => seen)"""
TARGETS = "usable <= 2 s; by gzip, signing in <= 120 KB and the room <= 750 KB"


class Figures(NamedTuple):
    """Bytes that came, and milliseconds; the shift has no unit."""

    bytes: float
    cpu: float
    fcp: float
    lcp: float
    tbt: float
    cls: float
    usable: float


async def loaded(url: str, wanted: str, slowed: int) -> Figures:
    """Open a page in a browser that has never been there."""
    came = 0

    def take(method: str, params: dict[str, Any]) -> None:
        nonlocal came
        if method == "Network.loadingFinished":
            came += params["encodedDataLength"]

    async with browser(on_all_cores=True) as opened:
        tab = await opened.open("about:blank")
        await tab.look(width=1280, height=800)
        tab.listen(take)
        await tab.call("Network.enable")
        await tab.call("Page.enable")
        source = WATCH.replace("WANTED", wanted)
        await tab.call("Page.addScriptToEvaluateOnNewDocument", source=source)
        await tab.call("Emulation.setCPUThrottlingRate", rate=slowed)
        await tab.call("Performance.enable", timeDomain="threadTicks")
        await tab.go(url)
        await tab.until("window.seen?.usable")
        cpu = 1000 * (await spent(tab))["TaskDuration"]
        seen = await tab.run(QUIET)
    return Figures(bytes=came, cpu=cpu, tbt=blocked(seen), **_times(seen))


def _times(seen: dict[str, Any]) -> dict[str, float]:
    return {name: seen[name] for name in ("fcp", "lcp", "cls", "usable")}


def blocked(seen: dict[str, Any]) -> float:
    """Return the ms above 50 of each task that began before the page was usable."""
    tasks = [took for began, took in seen["tasks"] if began < seen["usable"]]
    return sum(took - 50 for took in tasks)


class Page(NamedTuple):
    """Where somebody goes, and what they want there."""

    name: str
    url: str
    wanted: str


def pages(at: School) -> tuple[Page, ...]:
    return (
        Page("signing in", f"{at.served.url}/", SIGNING_IN),
        Page("the room", at.address(3), ROOM),
        Page("its board", at.address(3), BOARD),
    )


def tell(options: argparse.Namespace) -> None:
    print(f"slowed {options.slowed} times, medians of {options.runs}; {TARGETS}")
    print("page            KB   FCP ms   LCP ms   TBT ms     CLS   CPU ms  usable ms")
    with school() as at:
        for name, url, wanted in pages(at):
            runs = [
                asyncio.run(loaded(url, wanted, options.slowed))
                for _ in range(options.runs)
            ]
            f = Figures(*map(stage.median, map(list, zip(*runs, strict=True))))
            print(
                f"{name:12}{f.bytes / 1000:6.0f}{f.fcp:9.0f}{f.lcp:9.0f}{f.tbt:9.0f}"
                f"{f.cls:8.3f}{f.cpu:9.0f}{f.usable:11.0f}",
                flush=True,
            )
