"""The connections that are in use right now, so that one that hangs can be severed."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import peewee

from store.engine import sever

_GIVING_BACK = 0.01  # seconds until one looks again whether all was given back


class BorrowedConnections:
    """The pool's connections that threads have borrowed, and since when.

    A thread borrows one at a time. Safe to use from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lent: dict[int, tuple[float, Any]] = {}  # by the borrower's thread id
        self._ended = False

    def __len__(self) -> int:
        return len(self._lent)

    @contextmanager
    def borrow(self, engine: peewee.Database) -> Iterator[None]:
        """Hold a connection of the pool in this thread; wait if none is free."""
        with engine.connection_context():
            thread = threading.get_ident()
            with self._lock:
                if self._ended:
                    raise peewee.InterfaceError("the database is closed")
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

    def end(self, engine: Any, patience: float) -> None:
        """Lend nothing any more, sever what is lent, and close the pool's connections.

        Those that aren't given back within ``patience`` seconds stay open: SQLite's,
        closed below a thread that uses it, would take the whole process down.
        """
        with self._lock:
            self._ended = True
        until = time.monotonic() + patience
        # Again and again: an interrupt ends one statement, and there may be a next.
        while self._lent and time.monotonic() < until:
            self.sever_stale(0)
            time.sleep(_GIVING_BACK)
        if self._lent:
            engine.close_idle()
        else:
            engine.close_all()
