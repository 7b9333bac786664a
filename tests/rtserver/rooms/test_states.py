from datetime import UTC, datetime, timedelta

from rtserver.rooms.contract import Seat, SeatState
from rtserver.rooms.states import RoomStates

TEN = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


def test_a_room_is_in_the_order_of_entering_and_then_of_ids():
    states = RoomStates()
    for user_id, seconds in ((1, 5), (9, 0), (2, 5)):
        states.put(Seat(3, user_id), SeatState(TEN + timedelta(seconds=seconds)))

    assert list(states.room(3)) == [9, 1, 2]


def test_what_is_removed_is_forgotten_with_its_empty_room():
    states = RoomStates()
    states.put(Seat(3, 1), SeatState(TEN))
    states.put(Seat(4, 1), SeatState(TEN))

    states.remove(Seat(3, 1))
    states.remove(Seat(3, 1))

    assert Seat(3, 1) not in states
    assert states.get(Seat(3, 1)) is None
    assert list(states.seats()) == [Seat(4, 1)] == states.seats_of(1)
