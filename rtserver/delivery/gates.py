"""A gate per durable stream: a reorder buffer that fills its gaps from the database.

The next event passes at once. A later one waits a moment for its predecessor; then
the gap is read from the database and delivered first. So order holds whichever
process wrote what, and nothing is lost to a bus or to a process that died.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from rtserver.clock import Clock
from rtserver.delivery.gate import Gate, Numbered
from store.errors import StoreUnavailable

log = logging.getLogger(__name__)

# What the bus may take longer for a predecessor: sooner, most gaps fill themselves.
GAP_SECONDS = 0.05
RETRY_SECONDS = 0.5
# So long the gate of a stream that nobody follows is kept, to recognize duplicates.
IDLE_SECONDS = 60.0


class Gap(NamedTuple):
    """A stream's events after a seq, from the database; None when they are too many.

    ``states=True``: the events are the current state of changed rows (compacted), told
    as to somebody who has seen up to that seq; not each change that led to it.
    """

    events: Sequence[Numbered] | None
    head: int
    states: bool = False


class StreamSource(Protocol):
    """The place that streams are read from."""

    async def after(self, stream: str, seq: int) -> Gap: ...
    async def heads(self, streams: Sequence[str]) -> Mapping[str, int]: ...
    async def told(self, stream: str) -> None:
        """Wait until what was committed here, and may have been read, was offered."""


class Delivery(Protocol):
    """The delivery of events once it is their turn; neither may raise."""

    def deliver(self, event: Any) -> None: ...
    def lost(self, stream: str) -> None:
        """Tell of a gap that can't be filled."""


class Topics(Protocol):
    """One that has to know which streams are followed here, as the bus has."""

    def follow(self, topic: str) -> None: ...
    def unfollow(self, topic: str) -> None: ...


class Gates:
    """The gates of all streams; ``topics`` learns which have followers here."""

    def __init__(
        self, source: StreamSource, delivery: Delivery, topics: Topics, clock: Clock
    ) -> None:
        self._source = source
        self._deliver = delivery.deliver
        self._lost = delivery.lost
        self._topics = topics
        self._clock = clock
        # Gaps read back from the database so far, and those that were too large.
        self.filled = self.lost_gaps = 0
        self._gates: dict[str, Gate] = {}
        self._unsure: set[str] = set()
        self._comparing: asyncio.Task[None] | None = None

    def offer(self, event: Numbered) -> bool:
        """Deliver an event in its turn; return False if that has been done already."""
        gate = self._gates.get(event.stream)
        if gate is None:
            gate = self._open(event.stream, event.seq - 1)
        gate.touched = self._clock.monotonic()
        if event.seq <= gate.last_delivered:
            return False
        if event.seq > gate.last_delivered + 1 and not gate.followers:
            # Nobody relies on what lies between: raising the floor instead of filling
            # the gap makes whoever follows from below it read their position again.
            gate.floor = gate.last_delivered = event.seq - 1
        gate.early[event.seq] = event
        gate.highest_known = max(gate.highest_known, event.seq)
        self._deliver_ready(gate)
        return True

    def follow(self, stream: str, position: int) -> bool:
        """Rely on the stream from ``position`` on.

        Return False when something behind that position may have been missed here:
        read the position again, it has moved.
        """
        gate = self._gates.get(stream) or self._open(stream, position)
        if position < gate.floor:
            return False
        if not gate.followers and position > gate.last_delivered:
            # The first follower has what lies before. Whoever read an older position
            # must not follow from there: what came since was never delivered here.
            gate.floor = gate.last_delivered = position
            self._deliver_ready(gate)
        gate.followers += 1
        if gate.followers == 1:
            self._topics.follow(stream)
        return True

    def is_complete_from(self, stream: str, position: int) -> bool:
        """Return whether all that lies behind a followed position is delivered here."""
        gate = self._gates.get(stream)
        return gate is not None and position >= gate.floor

    def unfollow(self, stream: str) -> None:
        """Take one ``follow`` back."""
        gate = self._gates.get(stream)
        if gate is not None and gate.followers:
            gate.followers -= 1
            gate.touched = self._clock.monotonic()
            if not gate.followers:
                self._topics.unfollow(stream)
                # Nobody relies on the predecessors of what waits. Were it to wait on,
                # it would come behind the position of whoever follows next.
                self._deliver_early(gate, gate.highest_known)
                gate.wake_waiters()

    def followed(self) -> list[str]:
        """Return the streams that somebody follows here."""
        return [gate.stream for gate in self._gates.values() if gate.followers]

    async def wait_for(self, stream: str, seq: int) -> None:
        """Wait until the stream was delivered up to ``seq``, filling gaps as needed."""
        gate = self._gates.get(stream) or self._open(stream, seq)
        if gate.last_delivered >= seq:
            return
        delivered = gate.wait_for(seq)
        self._expect(gate, seq)
        await delivered

    async def compare(self) -> None:
        """Compare the followed streams with the database, and fill what is missing."""
        self._forget_idle()
        await self._compare(self._gates)

    def compare_soon(self, streams: Iterable[str]) -> None:
        """Compare some streams, from which events may have been lost, at once."""
        self._unsure.update(streams)
        # One task for all: Redis may give back thousands of topics at once.
        if self._comparing is None:
            self._comparing = asyncio.create_task(self._compare_unsure())

    async def close(self) -> None:
        """Give up every gap that is being filled."""
        tasks = [gate.filler for gate in self._gates.values() if gate.filler]
        if self._comparing is not None:
            tasks.append(self._comparing)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._gates.clear()

    async def _compare_unsure(self) -> None:
        try:
            while self._unsure:
                streams, self._unsure = self._unsure, set()
                with suppress(StoreUnavailable):  # compare() comes again
                    await self._compare(streams)
        finally:
            self._comparing = None

    async def _compare(self, streams: Iterable[str]) -> None:
        gates = [self._gates[stream] for stream in streams if stream in self._gates]
        followed = [gate.stream for gate in gates if gate.followers]
        if not followed:
            return
        for stream, head in (await self._source.heads(followed)).items():
            # It may have been left, or forgotten, while the heads were read.
            gate = self._gates.get(stream)
            if gate is not None and gate.followers:
                self._expect(gate, head)

    def _open(self, stream: str, floor: int) -> Gate:
        gate = Gate(stream, floor, self._clock.monotonic())
        self._gates[stream] = gate
        return gate

    def _expect(self, gate: Gate, seq: int) -> None:
        gate.highest_known = max(gate.highest_known, seq)
        self._deliver_ready(gate)

    def _deliver_ready(self, gate: Gate) -> None:
        """Deliver what is next, and see to what is missing before the rest."""
        while (event := gate.early.pop(gate.last_delivered + 1, None)) is not None:
            # Before the delivery, from within which the gate may be asked.
            gate.last_delivered = event.seq
            self._deliver(event)
        gate.wake_waiters()
        if gate.highest_known > gate.last_delivered and gate.filler is None:
            gate.filler = asyncio.create_task(self._fill(gate))

    async def _fill(self, gate: Gate) -> None:
        try:
            await asyncio.sleep(GAP_SECONDS)
            while gate.highest_known > gate.last_delivered:
                since, expected = gate.last_delivered, gate.highest_known
                try:
                    gap = await self._source.after(gate.stream, since)
                    # An event of this process knows its sender and carries the ack, as
                    # its stored copy doesn't: so it has to come first.
                    await self._source.told(gate.stream)
                except StoreUnavailable:
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                # Otherwise events were delivered while the gap was read: the result is
                # stale, it could announce a message as new after its edit. Read again.
                if gate.last_delivered == since:
                    self._close_gap(gate, gap)
                    gate.settle(expected)
                    self._deliver_ready(gate)
        finally:
            gate.filler = None

    def _close_gap(self, gate: Gate, gap: Gap) -> None:
        if gap.events is None:
            self._skip_gap(gate, gap.head)
        elif gap.head > gate.last_delivered:
            self.filled += 1
        for event in gap.events or ():
            if event.seq > gate.last_delivered:
                gate.last_delivered = event.seq
                # Prefer the waiting event: unlike the stored copy it carries the sender
                # and the ack callback. Not for state gaps (chat): there the stored copy
                # is a compacted state.
                waiting = gate.early.pop(event.seq, event)
                self._deliver(event if gap.states else waiting)
        # A compacted gap need not hold its head: a later change took that row along.
        gate.last_delivered = max(gate.last_delivered, gap.head)

    def _skip_gap(self, gate: Gate, head: int) -> None:
        """Tell of a gap that stays, and deliver what is known of it."""
        log.warning("a gap is too large to fill: %s", gate.stream.split(":")[0])
        self.lost_gaps += 1
        self._lost(gate.stream)
        # Authors wait for their acks, which come with their events.
        self._deliver_early(gate, head)
        gate.floor = max(gate.floor, head)

    def _deliver_early(self, gate: Gate, last: int) -> None:
        """Deliver what waits up to ``last``, without what lies between."""
        for seq in sorted(seq for seq in gate.early if seq <= last):
            gate.floor = gate.last_delivered = seq
            self._deliver(gate.early.pop(seq))

    def _forget_idle(self) -> None:
        limit = self._clock.monotonic() - IDLE_SECONDS
        for gate in list(self._gates.values()):
            if not gate.followers and not gate.filler and gate.touched < limit:
                del self._gates[gate.stream]
