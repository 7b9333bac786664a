"""What was about to be sent, and what was, kept in a file beside the database.

Between a mail's last byte and the commit a process may be killed. These lines tell the
next one which mails were sent, and of which nobody knows.
"""

import fcntl
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from store.fields import to_micros
from store.records import MailRecord

_MOST_BYTES = 1 << 20
_MOST_FILES = 100


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
    """Survives a killed process, which is all it is for; a power cut it needn't.

    Processes that share the folder have a file each, and hold it locked: what a living
    one has begun is in no doubt.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def read(self) -> tuple[Collection[Try], Collection[Try]]:
        """Give the tries that were sent, and those that may have been.

        Those of processes that are gone; and from now on this one has its own file.
        """
        found: dict[str, set[Try]] = {"sent": set(), "begun": set()}
        with suppress(OSError):
            for path in self._paths():
                self._take_over(path, found)
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
            if self._file and os.fstat(self._file.fileno()).st_size > _MOST_BYTES:
                self._file.truncate(0)

    def close(self) -> None:
        """Let others take the file over."""
        if self._file is not None:
            self._file.close()

    def _paths(self) -> Iterator[Path]:
        """Give the files that there are, and one more if they are all held."""
        for number in range(1, _MOST_FILES + 1):
            suffix = f"-{number}" if number > 1 else ""
            path = self._path.with_name(self._path.name + suffix)
            if self._file is not None and not path.exists():
                return
            yield path

    def _take_over(self, path: Path, found: dict[str, set[Try]]) -> None:
        """Read a file that nobody holds, and keep the first such."""
        file = _open(path)
        if not _lock(file):
            file.close()
            return
        for line in path.read_text("ascii", "replace").splitlines():
            what, one = _read(line)
            if one is not None:
                found[what].add(one)
        if self._file is None:
            self._file = file
        else:
            file.close()

    def _add(self, what: str, one: Try) -> None:
        """Add a line, at once; a full disk costs only this protection."""
        line = f"{what} {one.school} {one.mail_id} {one.since} {one.attempt}\n"
        with suppress(OSError, ValueError):  # closed: at a stop that took too long
            self._file = self._file or _open(self._path)
            self._file.write(line.encode())


def _open(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return open(path, "ab", 0, opener=lambda name, flags: os.open(name, flags, 0o600))


def _lock(file: BinaryIO) -> bool:
    """Lock a file until it is closed; False if another process has."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # a file system without locks: for one process it goes without
    return True


def _read(line: str) -> tuple[str, Try | None]:
    """Read one line; None for what is none, such as one that was cut."""
    match line.split(" "):
        case [("sent" | "begun") as what, school, *numbers] if len(
            numbers
        ) == 3 and all(number.isdecimal() for number in numbers):
            return what, Try(school, *map(int, numbers))
    return "", None
