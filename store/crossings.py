"""The connections in use right now, so that one that hangs can be broken off."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import peewee

from store.engine import sever


class Crossings:
    """Lends pooled connections to threads, and ends loans that last too long."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[int, tuple[float, Any]] = {}

    def __len__(self) -> int:
        return len(self._open)

    @contextmanager
    def crossing(self, engine: peewee.Database) -> Iterator[None]:
        """Hold a connection of the pool in this thread."""
        with engine.connection_context():
            thread = threading.get_ident()
            with self._lock:
                self._open[thread] = (time.monotonic(), engine.connection())
            try:
                yield
            finally:
                with self._lock:
                    del self._open[thread]

    def break_off(self, older_than: float) -> int:
        """Sever connections lent for more than so many seconds; give their number."""
        limit = time.monotonic() - older_than
        # The lock keeps a connection from going back to the pool while it is cut.
        with self._lock:
            late = [link for since, link in self._open.values() if since < limit]
            for link in late:
                sever(link)
        return len(late)
