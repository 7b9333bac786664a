"""Work with the folder of files, in a thread, and what to tell when it fails."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from rtserver.errors import Unavailable
from rtserver.files.folder import FULL

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


async def on_disk(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a call in a thread; a disk that fails or is full becomes ``Unavailable``.

    What isn't there (``FileNotFoundError``) is left to the caller.
    """
    with disk_failures():
        return await asyncio.to_thread(call, *args, **kwargs)


@contextmanager
def disk_failures() -> Iterator[None]:
    """Make ``Unavailable`` of a disk that fails or is full, as ``on_disk`` does."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        log.error("the folder of files fails: %s", error.strerror)
        full = error.errno in FULL
        what = "has no room for files" if full else "can't reach its files"
        raise Unavailable(f"The server {what} just now: try again later.") from None
