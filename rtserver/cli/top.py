"""``rtserver top``: what running servers do just now, from their ``/metrics``."""

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from rtserver.cli.context import Context, Failed
from rtserver.cli.top_page import page
from rtserver.cli.top_scrape import Scrape, scrape_all
from rtserver.cli.top_view import View, view_of
from rtserver.settings.server_url import local_url

# What no terminal would cut.
WIDE, LONG = 200, 1000
PATIENCE = 5.0


def top(context: Context) -> int:
    """Show the figures until q is pressed; without a terminal, or as JSON, once."""
    args, console = context.args, context.console
    urls = [url.rstrip("/") for url in args.urls] or [_own_url(context)]
    first = scrape_all(urls, PATIENCE)
    _require_one(first)
    if not console.json and console.is_terminal and sys.stdout.isatty():
        _live(urls, args.interval, first)
        return 0
    time.sleep(args.interval)
    second = scrape_all(urls, PATIENCE)
    _require_one(second)
    view = view_of(first, second, time.time())
    lines = [] if console.json else page(view, width=WIDE, height=LONG)
    console.answer(view, "\n".join(lines))
    return 0


def _require_one(scrapes: Sequence[Scrape]) -> None:
    """Fail if none has figures; of some the page says why they have none."""
    if all(scrape.error for scrape in scrapes):
        raise Failed(" ".join(scrape.error for scrape in scrapes))


def _live(urls: Sequence[str], interval: float, before: Sequence[Scrape]) -> None:
    # Only here: there are systems without terminals of this kind.
    from rtserver.cli.top_terminal import Terminal

    with Terminal() as terminal:
        view: View | None = None
        due = time.monotonic() + interval
        while True:
            terminal.show(partial(_lines, view, interval))
            pressed = terminal.key(due - time.monotonic())
            if "q" in pressed.lower():
                return
            if time.monotonic() >= due:
                after = scrape_all(urls, PATIENCE)
                view = view_of(before, after, time.time())
                before, due = after, time.monotonic() + interval


def _lines(view: View | None, interval: float, width: int, height: int) -> list[str]:
    now = datetime.now(UTC)
    head = f"rtserver top   {now:%H:%M:%S} UTC   every {interval:g} s   q quits"
    if view is None:
        shown = [f"the first figures come in {interval:g} s"]
    else:
        shown = page(view, width=width, height=height - 2)
    return [line[:width] for line in (head, "", *shown)][:height]


def _own_url(context: Context) -> str:
    """Return the address where this machine reaches its own server."""
    server = context.settings().server
    if not server.port:
        raise Failed("[server] port is 0, any free one: name the server by --url.")
    return local_url(server)
