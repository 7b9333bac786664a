"""What was about to be sent, and what was, kept in a file beside the database.

Between a mail's last byte and the commit a process may be killed. These lines tell the
next one which mails were sent, and of which nobody knows.
"""

import os
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from store.fields import to_micros
from store.records import MailRecord

_MOST_BYTES = 1 << 20


class Try(NamedTuple):
    """One try to send one mail of one school's database.

    ``since`` is the moment of the first one, in microseconds: ``rtserver outbox retry``
    has ``attempt`` begin at 1 again.
    """

    school: str
    mail_id: int
    since: int
    attempt: int

    @classmethod
    def of(cls, school: str, mail: MailRecord) -> "Try":
        """Name the try for which a mail was leased."""
        since = to_micros(mail.first_at or mail.created_at)
        return cls(school, mail.id, since, mail.attempts)


class SentJournal:
    """Survives a killed process, which is all it is for; a power cut it needn't."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[Collection[Try], Collection[Try]]:
        """Give the tries that were sent, and those that may have been."""
        found: dict[str, set[Try]] = {"sent": set(), "begun": set()}
        with suppress(OSError):
            for line in self._path.read_text("ascii", "replace").splitlines():
                what, one = _read(line)
                if one is not None:
                    found[what].add(one)
        return found["sent"], found["begun"] - found["sent"]

    def begin(self, one: Try) -> None:
        """Note a mail whose last byte is sent next."""
        self._add("begun", one)

    def end(self, one: Try) -> None:
        """Note a mail that was taken."""
        self._add("sent", one)

    def trim(self) -> None:
        """Begin anew when the file has grown; everything in it is committed."""
        with suppress(OSError):
            if self._path.stat().st_size > _MOST_BYTES:
                self._path.unlink()

    def _add(self, what: str, one: Try) -> None:
        """Add a line, at once; a full disk costs only this protection."""
        line = f"{what} {one.school} {one.mail_id} {one.since} {one.attempt}\n"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(self._path, flags, 0o600)
            try:
                os.write(file, line.encode())
            finally:
                os.close(file)


def _read(line: str) -> tuple[str, Try | None]:
    """Read one line; None for what is none, such as one that was cut."""
    match line.split(" "):
        case [("sent" | "begun") as what, school, *numbers] if len(
            numbers
        ) == 3 and all(number.isdecimal() for number in numbers):
            return what, Try(school, *map(int, numbers))
    return "", None
