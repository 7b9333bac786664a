"""Where finished mails go: to the mail server, or as files into a folder."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from rtserver.mail.dialogue import Dialogue, SendingFailed
from rtserver.mail.draft import Mail
from rtserver.settings.model import Settings, SmtpSettings

_IDLE_SECONDS = 20.0


class Transport(Protocol):
    """Called from one thread; ``cut`` from any."""

    def send(self, mail: Mail, name: str, begin: Callable[[], None]) -> str:
        """Hand over a mail; give the answer, or raise ``SendingFailed``.

        ``name`` is the same whenever the same mail is sent again. ``begin`` is called
        before the moment from which on nobody can tell whether it was taken.
        """

    def rest(self) -> None:
        """Let go of what needn't be held while no mail waits."""

    def close(self) -> None:
        """Let go of everything."""

    def cut(self) -> None:
        """Break off what is being sent."""


class SmtpTransport:
    """Sends over a connection that is kept while there are mails to send."""

    def __init__(
        self, settings: SmtpSettings, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._monotonic = monotonic
        self._dialogue: Dialogue | None = None
        self._used = 0.0

    def send(self, mail: Mail, name: str, begin: Callable[[], None]) -> str:
        try:
            return self._connected().send(mail, begin)
        except SendingFailed:
            # In whatever state the dialogue is, the next mail begins a new one.
            self._hang_up()
            raise
        finally:
            self._used = self._monotonic()

    def rest(self) -> None:
        if self._dialogue and self._monotonic() - self._used > _IDLE_SECONDS:
            self.close()

    def close(self) -> None:
        self._hang_up()

    def cut(self) -> None:
        if self._dialogue is not None:
            self._dialogue.cut()

    def _connected(self) -> Dialogue:
        if self._dialogue is not None and not self._dialogue.alive():
            self._hang_up()
        if self._dialogue is None:
            # Known before it is open, so that its opening can be cut.
            self._dialogue = Dialogue(self._settings)
            self._dialogue.open()
        return self._dialogue

    def _hang_up(self) -> None:
        dialogue, self._dialogue = self._dialogue, None
        if dialogue is not None:
            dialogue.quit()


class FolderTransport:
    """Writes each mail into a file of its own, to be looked at."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, mail: Mail, name: str, begin: Callable[[], None]) -> str:
        # There is no doubtful moment: done again it gives the same file.
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

    def rest(self) -> None:
        """Hold nothing."""

    def close(self) -> None:
        """Hold nothing."""

    def cut(self) -> None:
        """Take no time."""


def transport_of(settings: Settings) -> Transport:
    """Give the way that the settings choose."""
    if settings.smtp.host:
        return SmtpTransport(settings.smtp)
    return FolderTransport(settings.outbox_dir)
