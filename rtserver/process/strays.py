"""Exceptions that nobody caught: logged without what they may quote.

Python would print the text of exceptions, and what functions were called with.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rtserver.errors import log_unexpected

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

log = logging.getLogger(__name__)

# By the key of what it was: the messages that quote it. All others are fixed words.
_QUOTED = {
    "handle": "a callback of the event loop",
    "asyncgen": "the end of an asynchronous generator",
}


@contextmanager
def logged(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Log what is caught neither on the loop nor in threads, nor in clearing away."""
    before = threading.excepthook, sys.unraisablehook
    loop.set_exception_handler(_on_loop)
    threading.excepthook, sys.unraisablehook = _in_thread, _clearing_away
    try:
        yield
    finally:
        threading.excepthook, sys.unraisablehook = before


def _on_loop(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    quoted = next((words for key, words in _QUOTED.items() if key in context), None)
    where = quoted or context["message"]
    if (error := context.get("exception")) is not None:
        log_unexpected(log, error, where)
    else:
        log.error("%s", where)


def _in_thread(args: threading.ExceptHookArgs) -> None:
    if isinstance(args.exc_value, Exception):
        name = args.thread.name if args.thread is not None else "that is over"
        log_unexpected(log, args.exc_value, f"the thread {name}")


def _clearing_away(args: "UnraisableHookArgs") -> None:
    if args.exc_value is not None:
        log_unexpected(log, args.exc_value, "clearing away")
