"""The connections that are in use right now, so that one that hangs can be severed."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import peewee

from store.engine import sever


class BorrowedConnections:
    """The pool's connections that threads have borrowed, and since when.

    A thread borrows one at a time. Safe to use from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lent: dict[int, tuple[float, Any]] = {}  # by the borrower's thread id

    def __len__(self) -> int:
        return len(self._lent)

    @contextmanager
    def borrow(self, engine: peewee.Database) -> Iterator[None]:
        """Hold a connection of the pool in this thread; wait if none is free."""
        with engine.connection_context():
            thread = threading.get_ident()
            with self._lock:
                self._lent[thread] = (time.monotonic(), engine.connection())
            try:
                yield
            finally:
                with self._lock:
                    del self._lent[thread]

    def sever_stale(self, older_than: float) -> int:
        """Sever the connections lent for more than so many seconds; return how many.

        Their borrowers' queries fail, as if the connection had been lost.
        """
        limit = time.monotonic() - older_than
        # The lock keeps a connection from going back to the pool while it is cut:
        # else its next borrower would be hit.
        with self._lock:
            stale = [link for since, link in self._lent.values() if since < limit]
            for link in stale:
                sever(link)
        return len(stale)
