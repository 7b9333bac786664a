"""``rtserver top``: what running servers do just now, from their ``/metrics``."""

import time
from collections.abc import Sequence
from shutil import get_terminal_size

from rtserver.cli.context import Context, Failed
from rtserver.cli.top_page import page
from rtserver.cli.top_scrape import Scrape, scrape_all
from rtserver.cli.top_view import view_of
from rtserver.settings.server_url import local_url

# Columns and lines where there is no terminal.
NO_TERMINAL = (200, 24)
PATIENCE = 5.0


def top(context: Context) -> int:
    """Print the figures between two scrapes: a page, or one JSON value."""
    args, console = context.args, context.console
    urls = [url.rstrip("/") for url in args.urls] or [_own_url(context)]
    first = scrape_all(urls, PATIENCE)
    _require_one(first)
    time.sleep(args.interval)
    second = scrape_all(urls, PATIENCE)
    _require_one(second)
    view = view_of(first, second, time.time())
    # Under watch the width stands in COLUMNS, which this function believes first.
    width = get_terminal_size(NO_TERMINAL).columns
    console.answer(view, "\n".join(page(view, width=width)))
    return 0


def _require_one(scrapes: Sequence[Scrape]) -> None:
    """Fail if no process has figures; where only some have none, the page says why."""
    if all(scrape.error for scrape in scrapes):
        raise Failed(" ".join(scrape.error for scrape in scrapes))


def _own_url(context: Context) -> str:
    """Return the address where this machine reaches its own server."""
    server = context.settings().server
    if not server.port:
        raise Failed("[server] port is 0, any free one: name the server by --url.")
    return local_url(server)
