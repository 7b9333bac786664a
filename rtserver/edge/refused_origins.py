"""The log of web pages that may not use this server, for who has to allow them."""

import logging
from collections.abc import Callable

from rtserver.edge.origins import header_origin

log = logging.getLogger(__name__)

INTERVAL = 60.0
# A page that is turned away says so in its own console; a flood of names isn't news.
MAX_PER_INTERVAL = 20


class RefusedOrigins:
    """The origins that were refused: each is logged once a minute, and few of them."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._told: set[str] = set()
        self._since = monotonic()

    def note(self, header: str) -> None:
        """Log the origin of a page that was refused just now."""
        now = self._monotonic()
        if now - self._since >= INTERVAL:
            self._told.clear()
            self._since = now
        origin = header_origin(header) or "null"
        if origin in self._told or len(self._told) >= MAX_PER_INTERVAL:
            return
        self._told.add(origin)
        log.warning(
            "origin %s isn't in server.allowed_origins: browsers keep its pages from "
            "this server; add it there if they are yours",
            origin,
        )
