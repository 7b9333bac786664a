"""The folder of mails, where there is no mail server: delete those about a person."""

import email
import html
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from rtserver.privacy.redaction import Redaction

# As the worker names them; other files in the folder are somebody else's.
_OURS = re.compile(r"\d{8}-\d{6}-[0-9a-f]+-(\d+)\.(eml|part)")
_FOLD = re.compile(r"\r?\n[ \t]")


def delete_about(folder: Path, redaction: Redaction, ids: Collection[int]) -> int:
    """Delete the mails of these ids, and those that name a person; return how many."""
    deleted = 0
    for path, mail_id in _ours(folder):
        if mail_id in ids or _names(path, redaction):
            with suppress(FileNotFoundError):
                path.unlink()
                deleted += 1
    return deleted


def delete_older(folder: Path, before: datetime) -> int:
    """Delete the mails that were written before a moment; return how many."""
    deleted = 0
    for path, _ in _ours(folder):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                deleted += 1
    return deleted


def _ours(folder: Path) -> Iterator[tuple[Path, int]]:
    for path in sorted(folder.glob("*")):
        if found := _OURS.fullmatch(path.name):
            yield path, int(found[1])


def _names(path: Path, redaction: Redaction) -> bool:
    # Not at the start of every server: Python's e-mail package takes a megabyte.
    from email.policy import default

    try:
        message = email.message_from_bytes(path.read_bytes(), policy=default)
    except FileNotFoundError:
        return False
    return any(redaction.names(text) for text in _texts(message))


def _texts(message: EmailMessage) -> Iterator[str]:
    """Yield what a person would read of a mail: headers, text, HTML, calendar."""
    for name in ("To", "Subject"):
        yield str(message[name] or "")
    for part in message.walk():
        if part.get_content_maintype() == "text":
            # A calendar's long lines are folded.
            yield html.unescape(_FOLD.sub("", part.get_content()))
            yield html.unescape(part.get_content())
