"""The states of all rooms, as this process knows them."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rtserver.rooms.contract import Seat, SeatState


class Lead(NamedTuple):
    """A room's leader, and their connection."""

    user_id: int
    connection_id: str


class RoomStates:
    """The states of all who are in a room, by lesson and user, and who leads where."""

    def __init__(self) -> None:
        self._rooms: dict[int, dict[int, SeatState]] = {}
        self.leads: dict[int, Lead] = {}

    def __contains__(self, seat: Seat) -> bool:
        return seat.user_id in self._rooms.get(seat.lesson_id, ())

    def get(self, seat: Seat) -> SeatState | None:
        return self._rooms.get(seat.lesson_id, {}).get(seat.user_id)

    def put(self, seat: Seat, state: SeatState) -> None:
        self._rooms.setdefault(seat.lesson_id, {})[seat.user_id] = state

    def remove(self, seat: Seat) -> None:
        """Forget somebody's state; harmless when it isn't there."""
        room = self._rooms.get(seat.lesson_id, {})
        room.pop(seat.user_id, None)
        if not room:
            self._rooms.pop(seat.lesson_id, None)

    def room(self, lesson_id: int) -> Mapping[int, SeatState]:
        """Return the states of a room by user, in the order of entering."""
        return in_order(self._rooms.get(lesson_id, {}))

    def seats(self) -> Iterator[Seat]:
        for lesson_id, room in self._rooms.items():
            for user_id in room:
                yield Seat(lesson_id, user_id)

    def seats_of(self, user_id: int) -> list[Seat]:
        rooms = self._rooms.items()
        return [Seat(id, user_id) for id, room in rooms if user_id in room]

    def leader(self, lesson_id: int) -> int | None:
        lead = self.leads.get(lesson_id)
        return lead.user_id if lead is not None else None

    def leading(self) -> Iterator[tuple[Seat, str]]:
        """Yield the seats and the connections that lead."""
        for lesson_id, lead in self.leads.items():
            yield Seat(lesson_id, lead.user_id), lead.connection_id


def in_order(states: Mapping[int, SeatState]) -> Mapping[int, SeatState]:
    """Return states by user in the order of entering."""
    found = states.items()
    return dict(sorted(found, key=lambda each: (each[1].entered_at, each[0])))
