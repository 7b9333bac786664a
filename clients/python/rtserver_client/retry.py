"""Commands that failed, and repeating those that may be repeated unchanged."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")

# After "disconnected" and "timeout", as after "unavailable", it may have happened.
TEMPORARY = frozenset(
    {"rate_limited", "unavailable", "offline", "disconnected", "timeout"}
)


class CommandError(Exception):
    """The failure of a command.

    ``code`` is the server's, or the client's own: ``offline``, ``disconnected``,
    ``timeout``, ``closed``. ``retry_after`` is in seconds, with ``rate_limited``.
    """

    def __init__(self, code: str, message: str = "", **more: Any) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.retry_after: float | None = more.get("retry_after")
        self.details: Mapping[str, Any] = more

    @property
    def temporary(self) -> bool:
        """Whether it may succeed later, unchanged."""
        return self.code in TEMPORARY


class Backoff(NamedTuple):
    """The seconds between attempts: full jitter under a bound that doubles."""

    base: float = 0.5
    cap: float = 30.0

    def delay(self, attempt: int) -> float:
        bound: float = min(self.cap, self.base * 2 ** min(attempt, 32))
        return random.random() * bound


async def retry(
    work: Callable[[], Awaitable[T]],
    *,
    attempts: int | None = None,
    backoff: Backoff = Backoff(),  # noqa: B008 - it is immutable
) -> T:
    """Repeat what failed temporarily, until it is answered.

    Only for what may happen twice without harm: a chat message with a ``client_id``,
    a board's elements with their versions.
    """
    attempt = 0
    while True:
        try:
            return await work()
        except CommandError as error:
            attempt += 1
            if not error.temporary or attempt == attempts:
                raise
            wait = (error.retry_after or 0) + backoff.delay(attempt - 1)
        await asyncio.sleep(wait)
