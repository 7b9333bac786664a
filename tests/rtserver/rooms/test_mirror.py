"""A process's copy of all rooms."""

from typing import Any

from rtserver.rooms.contract import Seat, SeatState
from rtserver.rooms.mirror import RoomDiff, RoomMirror, RoomSnapshot, from_ms, to_ms
from rtserver.rooms.states import Lead

TARAS, SOFIA = Seat(3, 5), Seat(3, 4)
ENTERED = 1_764_000_000_123


def diff(version: int, epoch: str = "a", **more: Any) -> RoomDiff:
    plain: dict[str, Any] = {"entered": {}, "signalled": {}, "leads": {}, "left": []}
    return RoomDiff(epoch, version, ENTERED, **plain | more)


def loaded(**states: Any) -> RoomMirror:
    mirror = RoomMirror()
    found = {TARAS: SeatState(from_ms(ENTERED))}
    assert mirror.load(RoomSnapshot("a", 4, 0, found, {3: Lead(5, "c_1")}))
    return mirror


def test_milliseconds_are_kept() -> None:
    assert to_ms(from_ms(ENTERED)) == ENTERED


def test_coming_and_going_is_read() -> None:
    mirror = loaded()

    change = mirror.apply(
        diff(5, entered={"3:4": (ENTERED, None, None)}, left=["3:5", "3:9"])
    )

    assert change is not None
    assert change.entered == {SOFIA: SeatState(from_ms(ENTERED))}
    assert (change.left, change.at) == ([TARAS], from_ms(ENTERED))
    assert list(mirror.states.seats()) == [SOFIA]


def test_whoever_is_brought_back_is_told_only_if_that_differs() -> None:
    mirror = loaded()

    same = mirror.apply(diff(1, "b", entered={"3:5": (ENTERED, None, None)}))
    other = mirror.apply(diff(2, "b", entered={"3:5": (ENTERED, None, "yes")}))

    assert same is None
    assert other is not None
    assert (other.entered, set(other.signalled)) == ({}, {TARAS})


def test_a_lead_is_told_when_it_changes() -> None:
    mirror = loaded()

    same = mirror.apply(diff(5, leads={"3": Lead(5, "c_1")}))
    ended = mirror.apply(diff(6, leads={"3": None}))
    gone = mirror.apply(diff(7, leads={"3": None}))

    assert same is None and gone is None
    assert ended is not None and ended.leads == {3: None}


def test_a_snapshot_forgets_only_when_all_had_the_time_to_come_back() -> None:
    mirror = loaded()
    found = {SOFIA: SeatState(from_ms(ENTERED))}

    mirror.load(RoomSnapshot("b", 1, 2000, found, {}))
    both = set(mirror.states.seats())
    mirror.load(RoomSnapshot("b", 2, 0, found, {}))

    assert both == {TARAS, SOFIA}
    assert set(mirror.states.seats()) == {SOFIA}
    assert mirror.states.leader(3) is None


def test_what_redis_replies_is_read() -> None:
    states = [b"3:5", b'[1764000000123,1764000000124,"help"]']

    read = RoomMirror().snapshot([b"a", 7, 0, states, [b"3", b'[5,"c_1"]']])

    entered, hand = from_ms(ENTERED), from_ms(ENTERED + 1)
    assert read.states == {TARAS: SeatState(entered, hand, "help")}
    assert read.leads == {3: Lead(5, "c_1")}
