"""Transports of finished mails: to the mail server, or as files into a folder."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from rtserver.mail.draft import FinishedMail
from rtserver.settings.model import Settings


class SendingFailed(Exception):
    """A mail that wasn't taken, or of which nobody knows whether it was.

    ``final``: it will never be taken. ``doubtful``: it may have been. ``about_server``:
    other mails would fare alike just now.
    """

    def __init__(
        self,
        reply: str,
        *,
        final: bool = False,
        doubtful: bool = False,
        about_server: bool = False,
    ) -> None:
        super().__init__(reply)
        self.reply = reply
        self.final = final
        self.doubtful = doubtful
        self.about_server = about_server


class Transport(Protocol):
    """A way on which mails leave; used for one mail at a time."""

    async def send(
        self, mail: FinishedMail, name: str, begin: Callable[[], Awaitable[None]]
    ) -> str:
        """Hand over a mail; return the answer, or raise ``SendingFailed``.

        ``name`` is the same whenever the same mail is sent again. ``begin`` is awaited
        before the moment from which on nobody can tell whether it was taken; what it
        raises ends the try.
        """

    def rest(self) -> None:
        """Let go of what needn't be held while no mail waits."""

    def close(self) -> None:
        """Let go of everything."""


class FolderTransport:
    """A transport that writes each mail into a file of its own, to be looked at."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(
        self, mail: FinishedMail, name: str, begin: Callable[[], Awaitable[None]]
    ) -> str:
        # There is no doubtful moment: done again it gives the same file.
        return await asyncio.to_thread(self._write, mail, name)

    def rest(self) -> None:
        """Hold nothing."""

    def close(self) -> None:
        """Hold nothing."""

    def _write(self, mail: FinishedMail, name: str) -> str:
        path = self._folder / f"{name}.eml"
        begun = path.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            with open(os.open(begun, flags, 0o600), "wb") as file:
                file.write(mail.raw)
            begun.replace(path)
        except OSError as error:
            raise SendingFailed(
                f"{self._folder}: {error.strerror}", about_server=True
            ) from None
        return f"written to {path.name}"


def transport_of(settings: Settings) -> Transport:
    """Return the way that the settings choose."""
    if settings.smtp.host:
        # Where mails are written into files nothing of this is in memory.
        from rtserver.mail.smtp import SmtpTransport

        return SmtpTransport(settings.smtp)
    return FolderTransport(settings.outbox_dir)
