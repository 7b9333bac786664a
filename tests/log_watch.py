"""A watch over all lines of log: nobody's words, names or secrets may be in them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from rtserver.process.logs import OWN

# What every secret of ours begins with: tokens (JWT), refresh tokens, Api-Keys, links.
SECRETS = ("eyJ", "rtr_", "rtk_", "rtl_")
# Shorter words may be in a line by chance.
MIN_LENGTH = 5


class LogWatch(logging.Handler):
    """Keeps what is logged; ``private`` are the words to look for in the end."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.private: set[str] = set(SECRETS)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # asyncio quotes what it runs, in its debug mode; others' notes aren't kept.
        if record.name.partition(".")[0] in OWN or (
            record.levelno >= logging.WARNING and record.name != "asyncio"
        ):
            self.lines.append(f"{record.getMessage()} {record.args} {_told(record)}")

    def keep_private(self, *words: str) -> None:
        """Look for these too, if they are long enough to be known."""
        self.private.update(word for word in words if len(word) >= MIN_LENGTH)

    def leaks(self) -> list[str]:
        """Return the lines that hold something private."""
        return [
            line for line in self.lines if any(word in line for word in self.private)
        ]


@contextmanager
def watching() -> Iterator[LogWatch]:
    """Watch everything that our own code logs, down to the last detail."""
    watch = LogWatch()
    levels = {name: logging.getLogger(name).level for name in OWN}
    logging.getLogger().addHandler(watch)
    for name in OWN:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        yield watch
    finally:
        logging.getLogger().removeHandler(watch)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


def _told(record: logging.LogRecord) -> str:
    """Return the text of an exception and of its causes, without the lines of code."""
    error = record.exc_info[1] if record.exc_info else None
    told: list[str] = []
    while error is not None and len(told) < 20:
        told.append(repr(error))
        error = error.__cause__ or error.__context__
    return " ".join(told)
