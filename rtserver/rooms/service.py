"""The commands of a room (contract 2.3): signal something, and lead."""

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.errors import Forbidden
from rtserver.rooms.contract import RoomRegister, Seat, Signal
from store import lessons, members
from store.database import Database
from store.transaction import Transaction


class Rooms:
    """The rooms; whoever asks is in the one in question, and needs the right now."""

    def __init__(self, db: Database, register: RoomRegister) -> None:
        self._db = db
        self._register = register

    async def signal(self, actor: Actor, lesson_id: int, signal: Signal) -> None:
        """Signal something oneself."""
        await self._require(actor, lesson_id, Right.SIGNAL)
        seat = Seat(lesson_id, actor.require_user())
        await self._register.signal([seat], signal)

    async def clear(
        self, actor: Actor, lesson_id: int, signal: Signal, user_id: int | None
    ) -> None:
        """Lower hands and clear reactions, as a tutor: somebody's, or all (None)."""
        if not signal.only_clears:
            raise Forbidden("Everybody raises their hand and reacts for themselves.")
        await self._require(actor, lesson_id, Right.CLEAR_SIGNALS)
        whose = self._register.present(lesson_id) if user_id is None else [user_id]
        seats = [Seat(lesson_id, each) for each in whose]
        await self._register.signal(seats, signal)

    async def lead(
        self, actor: Actor, lesson_id: int, connection_id: str, *, on: bool
    ) -> None:
        """Have a connection of one's own lead the room, or no longer."""
        seat = Seat(lesson_id, actor.require_user())
        await self._require(actor, lesson_id, Right.LEAD_ROOM)
        await self._register.lead(seat, connection_id, on=on)
        if on:
            await self._confirm_lead(actor, seat)

    async def _confirm_lead(self, actor: Actor, seat: Seat) -> None:
        """Take the lead back from who ceased to be a tutor while they got it."""
        try:
            await self._require(actor, seat.lesson_id, Right.LEAD_ROOM)
        except BaseException:
            self._register.depose(seat)
            raise

    async def _require(self, actor: Actor, lesson_id: int, right: Right) -> None:
        await self._db.read(_require, actor, lesson_id, right)


def _require(tx: Transaction, actor: Actor, lesson_id: int, right: Right) -> None:
    member = members.acting(tx, lesson_id, actor.require_user())
    rights.require(actor, lessons.get(tx, lesson_id), member, right)
