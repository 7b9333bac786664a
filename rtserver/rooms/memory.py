"""The rooms within one process."""

import asyncio
from collections.abc import Collection, Iterator, Mapping

from rtserver import tasks
from rtserver.clock import Clock
from rtserver.presence.connections import GracedConnections
from rtserver.presence.contract import sweep_seconds
from rtserver.rooms.contract import RoomChange, RoomListener, Seat, SeatState, Signal
from rtserver.rooms.states import Lead, RoomStates


class MemoryRooms:
    """The rooms for a process that is alone: nothing is shared, nothing missed."""

    def __init__(self, clock: Clock, *, leave_grace: float) -> None:
        self._clock = clock
        self._grace = leave_grace
        self._connections = GracedConnections[Seat](clock, leave_grace)
        self._states = RoomStates()
        self._task: asyncio.Task[None] | None = None
        self._listener: RoomListener | None = None

    def join(self, seat: Seat, connection_id: str) -> None:
        if self._connections.add(seat, connection_id):
            now = self._clock.now()
            state = SeatState(now)
            self._states.put(seat, state)
            self._tell(RoomChange(now, entered={seat: state}))

    def leave(self, seat: Seat, connection_id: str) -> None:
        self._connections.discard(seat, connection_id)
        self._end_lead(seat, connection_id)

    def evict(self, seat: Seat) -> None:
        self._connections.end(seat)
        if seat in self._states:
            self._tell_left([seat])

    def depose(self, seat: Seat) -> None:
        if self._states.leader(seat.lesson_id) == seat.user_id:
            self._end_lead(seat, self._states.leads[seat.lesson_id].connection_id)

    def seats_of(self, user_id: int) -> list[Seat]:
        return self._states.seats_of(user_id)

    def present(self, lesson_id: int) -> list[int]:
        return list(self._states.room(lesson_id))

    def states(self, lesson_id: int) -> Mapping[int, SeatState]:
        return self._states.room(lesson_id)

    def leader(self, lesson_id: int) -> int | None:
        return self._states.leader(lesson_id)

    def seats(self) -> Iterator[Seat]:
        return self._states.seats()

    async def signal(self, seats: Collection[Seat], signal: Signal) -> None:
        now = self._clock.now()
        changed: dict[Seat, SeatState] = {}
        for seat in seats:
            before = self._states.get(seat)
            after = before and signal.applied_to(before, now)
            if after is not None and after != before:
                changed[seat] = after
                self._states.put(seat, after)
        if changed:
            self._tell(RoomChange(now, signalled=changed))

    async def lead(self, seat: Seat, connection_id: str, *, on: bool) -> None:
        lead = Lead(seat.user_id, connection_id)
        if not on:
            self._end_lead(seat, connection_id)
        elif (
            self._connections.has(seat, connection_id)
            and self._states.leads.get(seat.lesson_id) != lead
        ):
            self._states.leads[seat.lesson_id] = lead
            leads = {seat.lesson_id: seat.user_id}
            self._tell(RoomChange(self._clock.now(), leads=leads))

    async def settle(self, seat: Seat) -> None:
        """Return at once: whoever has joined is in."""

    def sweep(self) -> None:
        """Tell of those whose grace is over."""
        if gone := self._connections.take_due():
            self._tell_left(gone)

    async def start(self, listener: RoomListener) -> None:
        self._listener = listener
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            await tasks.cancel(self._task)

    def _tell_left(self, seats: Collection[Seat]) -> None:
        ended: dict[int, int | None] = {}
        for seat in seats:
            self._states.remove(seat)
            # Of those whose connection is gone nobody leads; who is evicted still may.
            if self._states.leader(seat.lesson_id) == seat.user_id:
                del self._states.leads[seat.lesson_id]
                ended[seat.lesson_id] = None
        self._tell(RoomChange(self._clock.now(), left=seats, leads=ended))

    def _end_lead(self, seat: Seat, connection_id: str) -> None:
        lead = Lead(seat.user_id, connection_id)
        if self._states.leads.get(seat.lesson_id) == lead:
            del self._states.leads[seat.lesson_id]
            self._tell(RoomChange(self._clock.now(), leads={seat.lesson_id: None}))

    def _tell(self, change: RoomChange) -> None:
        if self._listener is not None:
            self._listener.changed(change)

    async def _run(self) -> None:
        pause = sweep_seconds(self._grace, self._grace)
        while True:
            await asyncio.sleep(pause)
            self.sweep()
