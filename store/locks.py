"""The one order in which stream rows are locked, so that processes don't deadlock."""

from collections.abc import Iterable
from typing import Any, Protocol

from store.models import Lesson, User
from store.transaction import Transaction


class Locking(Protocol):
    """A write that names the rows whose streams or rights it will change."""

    @property
    def lessons(self) -> frozenset[int]: ...
    @property
    def users(self) -> frozenset[int]: ...


def take(tx: Transaction, writes: Iterable[Locking]) -> None:
    """Lock the named lessons, then the named users, each by id.

    SQLite's IMMEDIATE transaction has the whole database already.
    """
    if not tx.is_postgres:
        return
    writes = list(writes)
    _lock(tx, Lesson, set().union(*(write.lessons for write in writes)))
    _lock(tx, User, set().union(*(write.users for write in writes)))


def _lock(tx: Transaction, model: Any, ids: set[int]) -> None:
    if ids:
        # NO KEY: rows that refer to a locked one may still be inserted meanwhile.
        tx.rows(
            model.select(model.id)
            .where(model.id.in_(ids))
            .order_by(model.id)
            .for_update("FOR NO KEY UPDATE")
        )
