"""The contract of rooms: who is in a lesson's room, counted over all their devices.

- In a room is who has a live connection anywhere that is subscribed to it, or left
  less than the grace ago. ``evict`` ends that at once.
- ``join``, ``leave`` and ``evict`` never wait. What they lead to is told by
  ``changed``, once to every process, whoever noticed it; changes of one moment are
  told together.
- Hand, reaction and entering end when their owner leaves; leading, with the connection
  that leads.
- While the shared state can't be reached, the last one known stands, nothing is told,
  and ``signal`` and ``lead`` raise ``Unavailable``. Once it can be again, ``lost`` says
  if changes may have been missed.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

import msgspec
from msgspec import UNSET, UnsetType

Reaction = Literal["yes", "no", "done", "help"]


class Seat(NamedTuple):
    """One person in one lesson's room, however many devices they have there."""

    lesson_id: int
    user_id: int


class SeatState(msgspec.Struct, frozen=True):
    """Since when somebody is in a room, since when their hand is up, their reaction."""

    entered_at: datetime
    hand: datetime | None = None
    reaction: Reaction | None = None


class Signal(NamedTuple):
    """A hand raised or lowered, a reaction set or cleared (None); unset: as it was."""

    hand: bool | UnsetType = UNSET
    reaction: Reaction | UnsetType | None = UNSET

    @property
    def only_clears(self) -> bool:
        """Return whether this raises no hand and sets no reaction."""
        return self.hand is not True and not isinstance(self.reaction, str)

    def applied_to(self, state: SeatState, now: datetime) -> SeatState:
        """Return the state after this; a hand that is up already keeps its time."""
        hand, reaction = state.hand, state.reaction
        if self.hand is not UNSET:
            hand = (hand or now) if self.hand else None
        if self.reaction is not UNSET:
            reaction = self.reaction
        return SeatState(state.entered_at, hand, reaction)


class RoomChange(NamedTuple):
    """Changes of one moment: who came and went, who signals what, who leads where.

    ``leads`` are leaders by lesson, None where nobody leads any more.
    """

    at: datetime
    entered: Mapping[Seat, SeatState] = {}
    left: Collection[Seat] = ()
    signalled: Mapping[Seat, SeatState] = {}
    leads: Mapping[int, int | None] = {}


class RoomListener(Protocol):
    """A listener to rooms; neither may raise."""

    def changed(self, change: RoomChange) -> None:
        """Handle who came and went, and what they signal."""

    def lost(self) -> None:
        """Handle that changes may have been missed."""


class RoomRegister(Protocol):
    """The register of rooms, as one process sees and changes it."""

    def join(self, seat: Seat, connection_id: str) -> None:
        """Count a connection of this process that is subscribed to the room."""

    def leave(self, seat: Seat, connection_id: str) -> None:
        """Count a connection no more; a second time changes nothing."""

    def evict(self, seat: Seat) -> None:
        """Have somebody out at once: no device here counts any more, nor a grace."""

    def depose(self, seat: Seat) -> None:
        """Have somebody lead their room no more, if it is they who do."""

    def seats_of(self, user_id: int) -> list[Seat]:
        """Return the seats of a user, as far as is known here."""

    def present(self, lesson_id: int) -> list[int]:
        """Return who is in a room, by the time of entering, as far as is known here."""

    def states(self, lesson_id: int) -> Mapping[int, SeatState]:
        """Return the states of those in a room, by user, in the order of entering."""

    def leader(self, lesson_id: int) -> int | None:
        """Return the user who leads in a room, as far as is known here."""

    def seats(self) -> Iterator[Seat]:
        """Yield all seats that are known here."""

    async def signal(self, seats: Collection[Seat], signal: Signal) -> None:
        """Raise or lower hands, set or clear reactions; who isn't in is passed over."""

    async def lead(self, seat: Seat, connection_id: str, *, on: bool) -> None:
        """Have a connection lead its room, or no longer, if it is the one that does.

        One that isn't in the room any more is passed over.
        """

    async def settle(self, seat: Seat) -> None:
        """Wait, for a moment at most, until somebody with a connection here is in."""

    async def start(self, listener: RoomListener) -> None:
        """Begin, and wait a moment for the shared state to be known here."""

    async def stop(self) -> None:
        """Register what is pending, if that can be done soon, and end."""
