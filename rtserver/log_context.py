"""The context of a line of log: the request or connection that it came from.

Tasks and callbacks take both along from where they were made, so whoever logs need
not know. Lines about another connection than the one at work name it: ``about``.
"""

import logging
from collections.abc import Mapping
from contextvars import ContextVar
from random import getrandbits
from typing import Any, Final

REQUEST: Final[ContextVar[str]] = ContextVar("request", default="")
CONNECTION: Final[ContextVar[str]] = ContextVar("connection", default="")


def new_request_id() -> str:
    """Return 16 hex digits, which are nobody's secret.

    For the system's own random numbers the other threads would be let in each time.
    """
    return f"{getrandbits(64):016x}"


def about(**what: Any) -> dict[str, Any]:
    """Return the ``extra`` of a line that is about something certain."""
    return {"about": what}


def subject(record: logging.LogRecord) -> Mapping[str, Any]:
    """Return what a line is about, by name; called where it was logged."""
    found: dict[str, Any] = dict(getattr(record, "about", ()))
    for name, variable in (("request", REQUEST), ("connection", CONNECTION)):
        if value := variable.get():
            found.setdefault(name, value)
    return found
