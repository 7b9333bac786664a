"""One subscription as its channel sees it: its listener, position and end."""

import asyncio
from collections.abc import Callable
from typing import Any

from rtserver_client.position import Event, Opened, Verdict, position_of
from rtserver_client.retry import CommandError

Listener = Callable[[Event], None]


class Follower:
    """A listener of a channel with a position of its own, so that it hears all once.

    ``acked`` is called with each ack, ``gone`` at the end.
    """

    def __init__(
        self,
        channel: str,
        listener: Listener,
        user_id: Callable[[], int | None],
        since: Any = None,
        *,
        acked: Listener = lambda ack: None,
        gone: Callable[[], None] = lambda: None,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[dict[str, Any]] = loop.create_future()
        self.ready.add_done_callback(_retrieved)
        self.ended: CommandError | None = None
        self.listener = listener
        self._acked, self._gone = acked, gone
        self.position = position_of(channel, user_id, since)

    def opened(self, ack: dict[str, Any]) -> Opened:
        """Take in an ack of the channel."""
        return self.position.opened(ack)

    def settle(self, ack: dict[str, Any]) -> None:
        if not self.ready.done():
            self.ready.set_result(ack)
        if self.ended is None:
            self._acked(ack)

    def judge(self, event: Event) -> Verdict:
        return self.position.judge(event)

    def tell(self, event: Event) -> None:
        """Call the listener, unless another one has ended this."""
        if self.ended is None:
            self.listener(event)

    def end(self, error: CommandError) -> None:
        """Note that the subscription is over, and why."""
        self.ended = error
        if not self.ready.done():
            self.ready.set_exception(error)
        self._gone()


def _retrieved(future: asyncio.Future[Any]) -> None:
    """Mark a failure as known: nobody has to wait for it."""
    if not future.cancelled():
        future.exception()
