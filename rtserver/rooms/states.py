"""What is known in this process of all rooms."""

from collections.abc import Iterator, Mapping

from rtserver.rooms.contract import Seat, SeatState


class RoomStates:
    """The states of all who are in a room, by lesson and user, and who leads where."""

    def __init__(self) -> None:
        self._rooms: dict[int, dict[int, SeatState]] = {}
        self.leads: dict[int, int] = {}

    def __len__(self) -> int:
        return sum(map(len, self._rooms.values()))

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
        found = self._rooms.get(lesson_id, {}).items()
        return dict(sorted(found, key=lambda each: (each[1].entered_at, each[0])))

    def seats(self) -> Iterator[Seat]:
        for lesson_id, room in self._rooms.items():
            for user_id in room:
                yield Seat(lesson_id, user_id)

    def seats_of(self, user_id: int) -> list[Seat]:
        rooms = self._rooms.items()
        return [Seat(id, user_id) for id, room in rooms if user_id in room]
