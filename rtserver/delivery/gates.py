"""A gate per durable stream: its events pass in the order of their seq, each once.

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
from store.errors import StoreUnavailable

log = logging.getLogger(__name__)

PATIENCE = 0.05
RETRY = 0.5
IDLE = 60.0


class Numbered(Protocol):
    """An event of a stream."""

    @property
    def stream(self) -> str: ...
    @property
    def seq(self) -> int: ...


class Gap(NamedTuple):
    """What the database holds after a seq; ``events`` is None when it is too much.

    With ``states`` they tell what there is by now to whoever has seen up to that seq,
    in place of the changes that led to it.
    """

    events: Sequence[Numbered] | None
    head: int
    states: bool = False


class Source(Protocol):
    """Where streams are read from."""

    async def after(self, stream: str, seq: int) -> Gap: ...
    async def heads(self, streams: Sequence[str]) -> Mapping[str, int]: ...


class Delivery(Protocol):
    """Where events go once it is their turn."""

    def deliver(self, event: Any) -> None:
        """Deliver an event; never raises."""

    def lost(self, stream: str) -> None:
        """Tell of a gap that can't be filled."""


class Topics(Protocol):
    """What has to know which streams are followed here, as the bus has."""

    def follow(self, topic: str) -> None: ...
    def unfollow(self, topic: str) -> None: ...


class _Gate:
    """``base``: from here on everything passed; ``known``: it goes at least so far."""

    __slots__ = (
        "base",
        "delivered",
        "filler",
        "followers",
        "known",
        "reached",
        "stream",
        "touched",
        "waiting",
    )

    def __init__(self, stream: str, base: int, now: float) -> None:
        self.stream = stream
        self.base = self.delivered = self.known = base
        self.followers = 0
        self.waiting: dict[int, Numbered] = {}
        self.reached: list[tuple[int, asyncio.Future[None]]] = []
        self.filler: asyncio.Task[None] | None = None
        self.touched = now


class Gates:
    """The gates of all streams; ``topics`` are those of streams with followers here."""

    def __init__(
        self, source: Source, delivery: Delivery, topics: Topics, clock: Clock
    ) -> None:
        self._source = source
        self._deliver = delivery.deliver
        self._lost = delivery.lost
        self._topics = topics
        self._clock = clock
        # Gaps read back from the database so far, and those that were too large.
        self.filled = self.lost_gaps = 0
        self._gates: dict[str, _Gate] = {}
        self._unsure: set[str] = set()
        self._comparing: asyncio.Task[None] | None = None

    def offer(self, event: Numbered) -> bool:
        """Let an event pass in its turn; False if it has passed already."""
        gate = self._gates.get(event.stream)
        if gate is None:
            gate = self._open(event.stream, event.seq - 1)
        gate.touched = self._clock.monotonic()
        if event.seq <= gate.delivered:
            return False
        if event.seq > gate.delivered + 1 and not gate.followers:
            # Nobody relies on what lies between; whoever follows later is told.
            gate.base = gate.delivered = event.seq - 1
        gate.waiting[event.seq] = event
        gate.known = max(gate.known, event.seq)
        self._pass_on(gate)
        return True

    def follow(self, stream: str, position: int) -> bool:
        """Rely on the stream from ``position`` on.

        False when something behind that position may have been missed here: read
        the position again, it has moved.
        """
        gate = self._gates.get(stream) or self._open(stream, position)
        if position < gate.base:
            return False
        if not gate.followers and position > gate.delivered:
            gate.base = gate.delivered = position
            self._pass_on(gate)
        gate.followers += 1
        if gate.followers == 1:
            self._topics.follow(stream)
        return True

    def covers(self, stream: str, position: int) -> bool:
        """Return whether all that lies behind a followed position passes here."""
        gate = self._gates.get(stream)
        return gate is not None and position >= gate.base

    def unfollow(self, stream: str) -> None:
        """Take one ``follow`` back."""
        gate = self._gates.get(stream)
        if gate is not None and gate.followers:
            gate.followers -= 1
            gate.touched = self._clock.monotonic()
            if not gate.followers:
                self._topics.unfollow(stream)

    def followed(self) -> list[str]:
        """Return the streams that somebody follows here."""
        return [gate.stream for gate in self._gates.values() if gate.followers]

    async def reach(self, stream: str, seq: int) -> None:
        """Wait until the stream has passed ``seq`` here, filling gaps as needed."""
        gate = self._gates.get(stream) or self._open(stream, seq)
        if gate.delivered >= seq:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        gate.reached.append((seq, future))
        self._expect(gate, seq)
        await future

    async def compare(self) -> None:
        """Compare the followed streams with the database, and fill what is missing."""
        self._forget_idle()
        await self._compare(self._gates)

    def compare_soon(self, streams: Iterable[str]) -> None:
        """Compare some streams, from which events may have been lost, at once."""
        self._unsure.update(streams)
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
            gate = self._gates.get(stream)
            if gate is not None and gate.followers:
                self._expect(gate, head)

    def _open(self, stream: str, base: int) -> _Gate:
        gate = _Gate(stream, base, self._clock.monotonic())
        self._gates[stream] = gate
        return gate

    def _expect(self, gate: _Gate, seq: int) -> None:
        gate.known = max(gate.known, seq)
        self._pass_on(gate)

    def _pass_on(self, gate: _Gate) -> None:
        """Deliver what is next, and see to what is missing before the rest."""
        while (event := gate.waiting.pop(gate.delivered + 1, None)) is not None:
            gate.delivered = event.seq
            self._deliver(event)
        self._tell_reached(gate)
        if gate.known > gate.delivered and gate.filler is None:
            gate.filler = asyncio.create_task(self._fill(gate))

    def _tell_reached(self, gate: _Gate) -> None:
        if not gate.reached:
            return
        still: list[tuple[int, asyncio.Future[None]]] = []
        for seq, future in gate.reached:
            if seq > gate.delivered and not future.done():
                still.append((seq, future))
            elif not future.done():
                future.set_result(None)
        gate.reached = still

    async def _fill(self, gate: _Gate) -> None:
        try:
            await asyncio.sleep(PATIENCE)
            while gate.known > gate.delivered:
                since = gate.delivered
                try:
                    gap = await self._source.after(gate.stream, since)
                except StoreUnavailable:
                    await asyncio.sleep(RETRY)
                    continue
                # Else what it tells may have passed by now: a message as new, of which
                # the edit is missing.
                if gate.delivered == since:
                    self._close_gap(gate, gap)
        finally:
            gate.filler = None

    def _close_gap(self, gate: _Gate, gap: Gap) -> None:
        if gap.events is None:
            self._skip_gap(gate, gap.head)
        elif gap.head > gate.delivered:
            self.filled += 1
        for event in gap.events or ():
            if event.seq > gate.delivered:
                gate.delivered = event.seq
                # The one that waits knows more: its sender, and whom to answer. But
                # it may tell an edit of what is new to those who missed the rest.
                waited = gate.waiting.pop(event.seq, event)
                self._deliver(event if gap.states else waited)
        # A seq may be missing in the database's present state: it was superseded.
        gate.delivered = max(gate.delivered, gap.head)
        # What was announced beyond the head was never committed.
        gate.known = max(gate.delivered, max(gate.waiting, default=0))
        for seq in [seq for seq in gate.waiting if seq <= gate.delivered]:
            del gate.waiting[seq]
        self._pass_on(gate)

    def _skip_gap(self, gate: _Gate, head: int) -> None:
        """Tell of a hole that stays, and pass on what is known of it."""
        log.warning("a gap is too large to fill: %s", gate.stream.split(":")[0])
        self.lost_gaps += 1
        self._lost(gate.stream)
        # Authors wait for their answers, which come with their events.
        for seq in sorted(seq for seq in gate.waiting if seq <= head):
            gate.delivered = seq
            self._deliver(gate.waiting.pop(seq))
        gate.base = max(gate.base, head)

    def _forget_idle(self) -> None:
        limit = self._clock.monotonic() - IDLE
        idle = [
            gate.stream
            for gate in self._gates.values()
            if not gate.followers and not gate.filler and gate.touched < limit
        ]
        for stream in idle:
            del self._gates[stream]
