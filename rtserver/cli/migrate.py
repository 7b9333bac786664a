"""``rtserver migrate``: bring the database's tables up to date."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rtserver.cli.context import Context, Failed, migrated
from rtserver.process.logs import Logs
from rtserver.settings.model import Settings
from store import facts, password_links
from store.database import Database
from store.exclusive import AlreadyServed, ServerLock
from store.transaction import Transaction


def migrate(context: Context) -> int:
    """Apply the migrations that are missing, and print their names."""
    settings = context.settings()
    with Logs.for_command():
        if not context.args.new_epoch:
            asyncio.run(_migrate(context, settings))
            return 0
        with _no_server(settings):
            asyncio.run(_migrate(context, settings))
    return 0


async def _migrate(context: Context, settings: Settings) -> None:
    db = Database(settings.database_url.reveal(), pool_size=2)
    async with migrated(db, settings) as applied:
        text = "\n".join(applied) or "The database is up to date."
        value: dict[str, Any] = {"applied": applied}
        if context.args.new_epoch:
            value["epoch"] = facts.new_epoch()
            await db.write(_begin_anew, value["epoch"])
            text += "\nThe epoch is new: who comes back is told to load anew."
        context.console.answer(value, text)


def _begin_anew(tx: Transaction, epoch: str) -> None:
    """Do as ``restore`` does: a link of a backup may be one that was used since."""
    facts.set_epoch(tx, epoch)
    password_links.end_all(tx)


@contextmanager
def _no_server(settings: Settings) -> Iterator[None]:
    """Keep servers off meanwhile: one that runs would go on with the old epoch."""
    lock = ServerLock(settings.database_url.reveal(), shared=False)
    try:
        lock.take()
    except AlreadyServed:
        raise Failed(
            "--new-epoch: a server is running. Stop every one first."
        ) from None
    try:
        yield
    finally:
        lock.release()
