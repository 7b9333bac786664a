"""Logging: where lines go, and how they look (``[logging]``)."""

import logging
import sys
import traceback
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from rtserver.clock import rfc3339
from rtserver.log_context import subject
from rtserver.settings.errors import ConfigError, SettingsError
from rtserver.settings.model import LoggingSettings

# What others log below warnings isn't for us to keep: Peewee's queries quote people's
# rows, Tornado's notes quote requests.
OWN = ("rtserver", "handlers", "store")
# What no line tells, and so isn't looked up for any: it takes a fifth of a line's time.
_UNTOLD = {
    "_srcfile": None,
    "logThreads": False,
    "logMultiprocessing": False,
    "logProcesses": False,
    "logAsyncioTasks": False,  # Python 3.12
}


class TextFormatter(logging.Formatter):
    """One line for people, and further ones for where an exception came from.

    What it is about stands at the end: ``request=… connection=… user=…``.
    """

    def format(self, record: logging.LogRecord) -> str:
        told = "".join(f" {name}={value}" for name, value in subject(record).items())
        text = f"{record.levelname} {record.name} {record.getMessage()}"
        trail = f"\n{_trail(record.exc_info)}" if record.exc_info else ""
        return f"{_time(record)} {text}{told}{trail}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line: ``ts``, ``level``, ``logger``, ``message``.

    Then what it is about: ``request``, ``connection``, ``user``; and the ``figures``
    of the message.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "ts": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _sayable(record.getMessage()),
            **subject(record),
            **getattr(record, "figures", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = _sayable(_trail(record.exc_info))
        return msgspec.json.encode(line).decode()


class LogFile(logging.FileHandler):
    """A file that others may move away, as logrotate does."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", errors="backslashreplace")

    def reopen(self) -> None:
        """Go on in a file of the same name; on ``OSError`` the old one stays."""
        old = self.setStream(self._open())
        if old is not None:
            old.close()


class Logs:
    """Logging as it is while ``with`` lasts; what was before comes back after."""

    def __init__(self, handler: logging.Handler, level: int) -> None:
        self._handler = handler
        self._level = level
        self._before: dict[str | None, int] = {}
        self._looked_up: dict[str, Any] = {}

    @classmethod
    def of(cls, settings: LoggingSettings) -> Self:
        """Log as the settings say; ``SettingsError`` if the file can't be written."""
        handler = _handler(settings.file)
        as_json = settings.format == "json"
        handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
        return cls(handler, logging.getLevelNamesMapping()[settings.level.upper()])

    @classmethod
    def for_command(cls) -> Self:
        """Log troubles to stderr; the server's file is the server's alone."""
        handler = logging.StreamHandler()
        handler.setFormatter(TextFormatter())
        return cls(handler, logging.WARNING)

    def __enter__(self) -> Self:
        self._set(None, max(self._level, logging.WARNING))
        for name in OWN:
            self._set(name, self._level)
        logging.getLogger().addHandler(self._handler)
        for name in _UNTOLD:
            self._looked_up[name] = getattr(logging, name, None)
        vars(logging).update(_UNTOLD)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        vars(logging).update(self._looked_up)
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()
        for name, level in self._before.items():
            logging.getLogger(name).setLevel(level)

    def reopen(self) -> None:
        """Begin the log's file anew, if there is one; may raise ``OSError``."""
        if isinstance(self._handler, LogFile):
            self._handler.reopen()

    def _set(self, name: str | None, level: int) -> None:
        logger = logging.getLogger(name)
        self._before[name] = logger.level
        logger.setLevel(level)


def _handler(path: Path | None) -> logging.Handler:
    if path is None:
        return logging.StreamHandler(sys.stderr)
    try:
        return LogFile(path)
    except OSError as error:
        problem = f"{path} can't be written: {error.strerror}."
        advice = "Check its rights, or name another file."
        raise SettingsError([ConfigError("logging", "file", problem, advice)]) from None


def _time(record: logging.LogRecord) -> str:
    whole = int(record.created)
    digits = f".{int(1000 * (record.created - whole)):03d}"
    return f"{_second(whole)}{digits.removesuffix('.000')}Z"


@lru_cache(maxsize=1)  # of several lines a second, and to write one takes 2 µs
def _second(moment: int) -> str:
    return rfc3339(datetime.fromtimestamp(moment, UTC)).removesuffix("Z")


def _trail(exc_info: Any) -> str:
    """Return where an exception came from; its own text may quote people's data."""
    kind, _, trace = exc_info
    return "".join([*traceback.format_tb(trace), kind.__name__])


def _sayable(text: str) -> str:
    """Escape lone surrogates, which UTF-8 has no bytes for."""
    return text.encode("utf-8", "backslashreplace").decode()
