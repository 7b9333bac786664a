"""The ack of a change that takes a seq: sent at its event's place in the stream.

Its life, from ``handlers.board_commands`` down and back up:

1. The command opens a ``PendingAck`` around the change, saying how to send the ack.
2. The change carries its ``send`` along, as ``on_delivered``, into the writer's thread.
3. There the event is emitted as an ``EventWithAck``; ``on_delivered`` has by then been
   given the outcome that it acks.
4. After the commit the event passes its gate, and the local delivery calls
   ``on_delivered`` behind it, on the loop. A gap that holds it isn't filled from the
   database before. Where nobody followed the stream, the publisher calls it.
5. The command has waited for that, so that the next one of this connection is served
   after it; and at most for the database's deadline.

A change that takes no seq has no event: the service calls ``on_delivered`` itself.
"""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple, Self

from rtserver.delivery.messages import Publication
from rtserver.errors import Unavailable
from store.errors import StoreUnavailable


class EventWithAck(NamedTuple):
    """An event whose author is acked once it has been delivered in this process.

    Other processes get the event alone. Not for a stream whose gaps are states (see
    ``Gap``): there the stored copy passes in its place, and nobody would be acked.
    """

    event: Publication
    on_delivered: Callable[[], None]

    @property
    def stream(self) -> str:
        return self.event.stream

    @property
    def seq(self) -> int:
        return self.event.seq


class PendingAck:
    """One command's ack: sent at most once, and never after its ``with`` block."""

    __slots__ = ("_send", "_sent")

    def __init__(self, send: Callable[[Any], None]) -> None:
        self._send = send
        self._sent: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        acked = self._sent.done() and not self._sent.cancelled()
        # The command may have failed meanwhile, and was answered with that: an ack that
        # comes too late finds the future done.
        self._sent.cancel()
        # At the deadline the event may be told before the command hears that it was
        # late. It is committed and acked then, and nothing is answered twice.
        return acked and isinstance(error, StoreUnavailable)

    def send(self, payload: Any) -> None:
        """Send the ack; to be called on the loop."""
        if not self._sent.done():
            self._sent.set_result(None)
            self._send(payload)

    async def sent(self, seconds: float) -> None:
        """Wait until it is sent; raises ``Unavailable`` if that takes too long."""
        try:
            async with asyncio.timeout(seconds):
                await self._sent
        except TimeoutError:
            raise Unavailable() from None
