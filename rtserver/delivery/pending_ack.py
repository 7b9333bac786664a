"""The ack of a change that takes a seq: sent at its event's place in the stream.

Its life, from ``handlers.board_commands`` down and back up:

1. The command opens ``PendingAcks`` around the change, saying how to send an ack.
2. The change carries their ``send`` along, as ``on_delivered``, into the writer's
   thread.
3. There the event is emitted as an ``EventWithAck``; ``on_delivered`` has by then been
   given the outcome that it acks, and those of the changes of its run before it.
4. After the commit the event passes its gate, and the local delivery calls
   ``on_delivered`` behind it, on the loop. A gap that holds it isn't filled from the
   database before. Where nobody followed the stream, the publisher calls it.
5. The command has waited for that, so that the next one of this connection is served
   after it; and at most for the database's deadline.

A change that takes no seq has no event: it is acked with the next one of its run that
has, or by the command at the end (``handlers.patch_run``).
"""

import asyncio
from collections.abc import Callable, Sequence
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


class PendingAcks:
    """The acks of changes that are made together, in their order.

    Each is sent at most once, and none after the ``with`` block.
    """

    __slots__ = ("_awaited", "_count", "_number", "_open", "_send", "_sent")

    def __init__(self, send: Callable[[Any], None], count: int = 1) -> None:
        self._send = send
        self._count = count
        self._number = self._awaited = 0
        self._open = True
        self._sent: asyncio.Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        # The commands may have failed meanwhile, and were answered with that: an ack
        # that comes too late finds this closed.
        self._open = False
        # At the deadline the events may be told before the commands hear that they were
        # late. They are committed and acked then, and nothing is answered twice.
        return self._number == self._count and isinstance(error, StoreUnavailable)

    def send(self, outcomes: Sequence[Any]) -> None:
        """Send the acks that aren't sent yet of these: all outcomes from the first on.

        To be called on the loop.
        """
        if not self._open:
            return
        for outcome in outcomes[self._number :]:
            self._number += 1
            self._send(outcome)
        if self._sent is not None and self._number >= self._awaited:
            if not self._sent.done():  # the command gives up in this turn of the loop
                self._sent.set_result(None)
            self._sent = None

    async def sent(self, count: int, seconds: float) -> None:
        """Wait until so many are sent; raises ``Unavailable`` if it takes too long."""
        if self._number >= count:
            return
        self._awaited = count
        self._sent = sent = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await sent
        except TimeoutError:
            raise Unavailable() from None
