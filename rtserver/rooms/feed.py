"""The channel ``room:lesson:{id}``: who is in the room, and what they signal."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from rtserver.access import changes as access
from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.changes import AccessEvent
from rtserver.access.rights import Right
from rtserver.clock import rfc3339
from rtserver.delivery import wire
from rtserver.delivery.channels import ROOM, Channel, parse, room_channel
from rtserver.delivery.gates import Gates
from rtserver.delivery.hub import Hub
from rtserver.delivery.messages import Publication, Resync
from rtserver.delivery.publication import to_channel
from rtserver.delivery.session import Session, Sessions
from rtserver.delivery.subscriptions import SubscribeRequest, SubscribeResult
from rtserver.errors import Forbidden, RtError, Unavailable
from rtserver.metrics.registry import Metrics
from rtserver.rooms.contract import RoomChange, RoomRegister, Seat, SeatState
from rtserver.rooms.keeper import AttendanceKeeper
from rtserver.rooms.lessons import Lesson, RoomLessons, tutors
from rtserver.views import lesson_view
from store import access_changes, lessons, members
from store.database import Database
from store.gathered_reads import GatheredReads
from store.transaction import Transaction

# Each reads a newer lesson; one that is changed faster can't be entered just now.
_ATTEMPTS = 5


class _LessonRead(NamedTuple):
    """A lesson at one moment, and how far the stream ``access`` was then."""

    seq: int
    lesson: Lesson


class RoomFeed:
    """The feed of the rooms: whoever subscribes to one is in it, and is told of it.

    Each process tells its own connections what its register knows and what comes on the
    stream ``access``, so nothing of this goes over the bus. An ack has all that is
    known, so its subscriber isn't sent what came while it was made.
    """

    def __init__(
        self,
        db: Database,
        hub: Hub,
        gates: Gates,
        sessions: Sessions,
        register: RoomRegister,
        keeper: AttendanceKeeper,
        metrics: Metrics,
    ) -> None:
        self._reads = GatheredReads[int, Actor, _LessonRead](db, _read, RtError)
        self._hub = hub
        self._gates = gates
        self._sessions = sessions
        self._register = register
        self._keeper = keeper
        self._resyncs = metrics.resyncs
        self._lessons = RoomLessons(hub)
        # Whose connections here are subscribed, by channel and connection id.
        self._seated: dict[tuple[str, str], Seat] = {}

    def authorize(self, session: Session, channel: Channel) -> None:
        """Leave it to ``open``, which reads the right."""

    async def open(
        self, session: Session, channel: Channel, request: SubscribeRequest
    ) -> SubscribeResult:
        name, seat = channel.name, Seat(channel.id, session.user_id)
        # Before anything is told: nobody is in a room who may not.
        await self._reads.read(channel.id, session.actor)
        self._enter(session, name, seat)
        await self._register.settle(seat)
        # Unless told when they came: they were in before, or the shared state is away.
        self._keeper.hold(seat)
        lesson = await self._lesson(session.actor, channel)
        # What was buffered is in the ack; what comes from now on, behind it.
        self._hub.drop_buffered(name, session.connection)
        ack = {"channel": name, "lesson": lesson, **self._room(channel.id)}
        return SubscribeResult(ack, {})

    def unsubscribed(self, name: str, connection_id: str) -> None:
        """Let go of a channel that a connection no longer has, of whatever kind."""
        if not any(self._hub.subscribers(name)):
            self._lessons.forget(name)
        seat = self._seated.pop((name, connection_id), None)
        if seat is not None:
            self._keeper.part(seat)
            self._register.leave(seat, connection_id)

    def removed(self, lesson_id: int, user_id: int) -> None:
        """Have somebody out at once who isn't a member any more."""
        self._register.evict(Seat(lesson_id, user_id))

    def deactivated(self, user_id: int) -> None:
        """Have somebody out of every room at once."""
        for seat in self._register.seats_of(user_id):
            self._register.evict(seat)

    def lesson_changed(self, event: AccessEvent) -> None:
        """Tell a changed lesson to those in its room; who leads has to be a tutor."""
        lesson = self._lessons.changed(event)
        self._tell_lesson(lesson, event)
        leader = self._register.leader(lesson["id"])
        if leader is not None and leader not in tutors(lesson):
            self._register.depose(Seat(lesson["id"], leader))

    def renamed(self, event: AccessEvent) -> None:
        """Tell the lessons of somebody who has another name."""
        for lesson in self._lessons.renamed(event):
            self._tell_lesson(lesson, event)

    def changed(self, change: RoomChange) -> None:
        """Tell a change to the connections here."""
        self._keeper.changed(change)
        for publication in _events(change):
            self._hub.deliver(publication)

    def lost(self) -> None:
        """Have all subscribers subscribe again: changes were missed."""
        for session in self._sessions:
            for name in session.subscriptions:
                if parse(name).kind == ROOM:
                    self._hub.tell(session.connection, wire.frame(Resync(name)))
                    self._resyncs.inc()

    def _enter(self, session: Session, name: str, seat: Seat) -> None:
        connection = session.connection
        if connection.closing or not self._hub.is_subscribed(name, connection):
            raise Forbidden()  # over, or revoked, while the right was read
        if (name, connection.id) not in self._seated:
            self._keeper.join(seat)
        self._seated[name, connection.id] = seat
        self._register.join(seat, connection.id)

    async def _lesson(self, actor: Actor, channel: Channel) -> Lesson:
        """Read a lesson as it is at this process's place in the stream ``access``.

        So what is told of it later is newer, and nothing falls between.
        """
        for _ in range(_ATTEMPTS):
            read = await self._reads.read(channel.id, actor)
            await self._gates.wait_for(access.STREAM, read.seq)
            if self._lessons.note(channel.name, read.seq, read.lesson):
                return read.lesson
        raise Unavailable()

    def _tell_lesson(self, lesson: Lesson, event: AccessEvent) -> None:
        channel = room_channel(lesson["id"])
        payload = {"lesson": lesson}
        self._hub.deliver(to_channel("lesson.changed", payload, event.ts, channel))

    def _room(self, lesson_id: int) -> dict[str, Any]:
        states = self._register.states(lesson_id).items()
        present = [
            {
                "user_id": user_id,
                "entered_at": rfc3339(state.entered_at),
                **_signals(state),
            }
            for user_id, state in states
        ]
        return {"present": present, "lead": self._register.leader(lesson_id)}


def _read(
    tx: Transaction, lesson_id: int, actors: list[Actor]
) -> Callable[[Actor], _LessonRead]:
    """Read a lesson once, for each of some who may be in its room."""
    user_ids = {actor.require_user() for actor in actors}
    acting = members.acting_among(tx, lesson_id, user_ids)
    lesson, everybody = lessons.get(tx, lesson_id), members.of_lesson(tx, lesson_id)
    shown = msgspec.to_builtins(lesson and lesson_view(lesson, everybody))
    read = _LessonRead(access_changes.head(tx), shown)

    def of(actor: Actor) -> _LessonRead:
        member = acting.get(actor.require_user())
        rights.require(actor, lesson, member, Right.ENTER_ROOM)
        return read

    return of


def _events(change: RoomChange) -> Iterator[Publication]:
    """Build a change's events: coming first, leaving last."""
    at = rfc3339(change.at)

    def event(type: str, lesson_id: int, **payload: Any) -> Publication:
        return to_channel(type, payload, change.at, room_channel(lesson_id))

    for (lesson_id, user_id), state in change.entered.items():
        # As the acks name it: who came while Redis was away did so before the change.
        entered_at = rfc3339(state.entered_at)
        yield event("room.entered", lesson_id, user_id=user_id, at=entered_at)
    for (lesson_id, user_id), state in change.signalled.items():
        signals = _signals(state)
        yield event("room.reaction", lesson_id, user_id=user_id, **signals)
    for lesson_id, leader in change.leads.items():
        yield event("room.lead", lesson_id, user_id=leader)
    for lesson_id, user_id in change.left:
        yield event("room.left", lesson_id, user_id=user_id, at=at)


def _signals(state: SeatState) -> dict[str, str | None]:
    hand = rfc3339(state.hand) if state.hand is not None else None
    return {"hand": hand, "reaction": state.reaction}
