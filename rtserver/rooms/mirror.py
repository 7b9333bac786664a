"""A process's own copy of all rooms."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from rtserver.presence.mirror import Mirror
from rtserver.rooms.contract import Reaction, RoomChange, Seat, SeatState
from rtserver.rooms.states import Lead, RoomStates

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
# The time of entering, the hand's, and the reaction; times in ms since 1970.
_State = tuple[int, int | None, Reaction | None]


class RoomDiff(msgspec.Struct, frozen=True):
    """A change as published to every process; seats are "<lesson>:<user>"."""

    epoch: str
    version: int
    at: int
    entered: dict[str, _State]
    signalled: dict[str, _State]
    leads: dict[str, Lead | None]
    left: list[str]


class RoomSnapshot(NamedTuple):
    """All rooms at one version."""

    epoch: str
    version: int
    held_ms: int
    states: Mapping[Seat, SeatState]
    leads: Mapping[int, Lead]


_decode = msgspec.json.Decoder(RoomDiff).decode
_state = msgspec.json.Decoder(_State).decode
_lead = msgspec.json.Decoder(Lead).decode


class RoomMirror(Mirror[RoomDiff, RoomSnapshot, RoomChange]):
    """A replica of all rooms."""

    def __init__(self) -> None:
        super().__init__()
        self.states = RoomStates()

    def decode(self, message: bytes) -> RoomDiff:
        return _decode(message)

    def snapshot(self, reply: Sequence[Any]) -> RoomSnapshot:
        epoch, version, held_ms, states, leads = reply
        return RoomSnapshot(
            epoch.decode(),
            version,
            held_ms,
            {_seat(k.decode()): _read(_state(v)) for k, v in _pairs(states)},
            {int(lesson): _lead(lead) for lesson, lead in _pairs(leads)},
        )

    def _take(self, diff: RoomDiff) -> RoomChange | None:
        entered = self._put_states(diff.entered)
        signalled = self._put_states(diff.signalled)
        # Who was brought back after an outage, and was known here all the time.
        for seat in [seat for seat, was in entered.items() if was is not None]:
            signalled.setdefault(seat, entered.pop(seat))
        changed = [seat for seat, was in signalled.items() if was != self._of(seat)]
        change = RoomChange(
            from_ms(diff.at),
            entered={seat: self._of(seat) for seat in entered},
            signalled={seat: self._of(seat) for seat in changed},
            leads=self._put_leads(diff.leads),
            left=self._take_out(diff.left),
        )
        return change if any(change[1:]) else None

    def _put(self, snapshot: RoomSnapshot, *, forget: bool) -> None:
        if forget:
            self.states = RoomStates()
        for seat, state in snapshot.states.items():
            self.states.put(seat, state)
        self.states.leads |= snapshot.leads

    def _of(self, seat: Seat) -> SeatState:
        state = self.states.get(seat)
        assert state is not None
        return state

    def _put_states(self, told: Mapping[str, _State]) -> dict[Seat, SeatState | None]:
        """Put states; return what each was before."""
        before: dict[Seat, SeatState | None] = {}
        for name, state in told.items():
            seat = _seat(name)
            before[seat] = self.states.get(seat)
            self.states.put(seat, _read(state))
        return before

    def _put_leads(self, told: Mapping[str, Lead | None]) -> dict[int, int | None]:
        """Put who leads; return the leaders of the lessons where that changes."""
        changed: dict[int, int | None] = {}
        for lesson_id, lead in ((int(name), lead) for name, lead in told.items()):
            if self.states.leads.get(lesson_id) != lead:
                changed[lesson_id] = lead.user_id if lead else None
            self.states.leads.pop(lesson_id, None)
            if lead is not None:
                self.states.leads[lesson_id] = lead
        return changed

    def _take_out(self, told: Sequence[str]) -> list[Seat]:
        left = [seat for seat in map(_seat, told) if seat in self.states]
        for seat in left:
            self.states.remove(seat)
        return left


def from_ms(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MS


def to_ms(moment: datetime) -> int:
    return (moment - _EPOCH) // _MS


def _seat(name: str) -> Seat:
    lesson_id, _, user_id = name.partition(":")
    return Seat(int(lesson_id), int(user_id))


def _read(state: _State) -> SeatState:
    entered_at, hand, reaction = state
    up = from_ms(hand) if hand is not None else None
    return SeatState(from_ms(entered_at), up, reaction)


def _pairs(flat: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    return zip(flat[::2], flat[1::2], strict=True)
