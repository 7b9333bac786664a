"""The context of a command: its arguments, the console, settings, services."""

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

    def with_services(self, command: "Command", *, makes: bool = False) -> int:
        """Run a command over an opened database; a server may be running meanwhile.

        Only one that ``makes`` something makes the database, too, where there is none.
        """
        settings = self.settings()
        if not makes:
            _require_database(settings)
        asyncio.run(self._run(command, settings))
        return 0

    async def _run(self, command: "Command", settings: Settings) -> None:
        async with opened(settings) as services:
            await command(self, services)


Command = Callable[[Context, "Services"], Awaitable[None]]


def over_services(command: Command, *, makes: bool = False) -> Callable[[Context], int]:
    """Return a command that opens the services which another one needs."""
    return lambda context: context.with_services(command, makes=makes)


def _require_database(settings: Settings) -> None:
    """Refuse to work in a wrong folder, rather than to find nothing in a new one."""
    from store.errors import StoreUnavailable
    from store.probe import is_there

    url = settings.database_url
    try:
        there = is_there(url.reveal())
    except StoreUnavailable as error:
        raise Failed(unreachable(settings, error)) from None
    if not there:
        raise Failed(
            f"[database] url: there is no database of rtserver at {url} yet. Name the "
            "server's settings (--config FILE), or change to its folder; rtserver "
            "init makes a new school."
        )


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator["Services"]:
    """Yield services over the database, which is created or migrated if need be.

    They sign nothing that lasts: a command that does so makes the secret by itself.
    """
    from rtserver.clock import Clock
    from rtserver.settings.secret_file import passing_secret
    from rtserver.wiring.services import build

    services = build(settings, Clock(), passing_secret(settings))
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
    url = settings.database_url
    return f"[database] url: {url} can't be opened ({error}). " + hints.database(
        str(error), url.reveal()
    )
