"""What a command works with: its arguments, the console, settings, services."""

import argparse
import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rtserver.checks import hints
from rtserver.cli.console import Console
from rtserver.settings.load import load
from rtserver.settings.model import Settings

if TYPE_CHECKING:
    from rtserver.services import Services
    from store.database import Database


class Failed(Exception):
    """The failure of a command; the message is a sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Context:
    """One call of the command line: its arguments, and what it works with."""

    args: argparse.Namespace
    console: Console
    environ: Mapping[str, str]

    @property
    def config(self) -> str | None:
        """The path of the configuration file, if one was named."""
        path: str | None = self.args.config
        return path if path is not None else self.environ.get("RTSERVER_CONFIG") or None

    def settings(self) -> Settings:
        """Load the settings, or raise ``SettingsError``."""
        return load(self.config, self.environ)

    def with_services(self, command: "Command") -> int:
        """Run a command over an opened database; a server may be running meanwhile."""
        asyncio.run(self._run(command))
        return 0

    async def _run(self, command: "Command") -> None:
        async with opened(self.settings()) as services:
            await command(self, services)


Command = Callable[[Context, "Services"], Awaitable[None]]


def over_services(command: Command) -> Callable[[Context], int]:
    """Return a command that opens the services which another one needs."""
    return lambda context: context.with_services(command)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator["Services"]:
    """Yield services over the database, which is created or migrated if need be."""
    from rtserver.clock import Clock
    from rtserver.wiring.services import build

    services = build(settings, Clock())
    try:
        async with migrated(services.db, settings):
            yield services
    finally:
        services.accounts.passwords.close()


@asynccontextmanager
async def migrated(db: "Database", settings: Settings) -> AsyncIterator[list[str]]:
    """Open a database; yield the names of the migrations that this applied."""
    from store.errors import StoreUnavailable

    try:
        try:
            applied = await db.open()
        except StoreUnavailable as error:
            raise Failed(unreachable(settings, error)) from None
        yield applied
    finally:
        await db.close()


def unreachable(settings: Settings, error: BaseException) -> str:
    """Return why the database can't be opened, in the driver's words, and a hint."""
    driver = error.__cause__ or error.__context__ or error
    reason = next(iter(str(driver).strip().splitlines()), str(error))
    return (
        f"[database] url: {settings.database_url} can't be opened ({reason}). "
        + hints.database(reason)
    )
