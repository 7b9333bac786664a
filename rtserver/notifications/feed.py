"""Open ``notifications:user:{id}``, and watch what is flushed on it (contract 2.4)."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from rtserver.delivery.channels import Channel, notification_stream, parse_stream
from rtserver.delivery.gates import Gap
from rtserver.delivery.hub import Hub
from rtserver.delivery.publication import Publication, ReplayLimits
from rtserver.delivery.session import Session
from rtserver.delivery.subscriptions import Asked, Opening
from rtserver.edge.connection import Connection
from rtserver.errors import Forbidden
from rtserver.input import decode
from rtserver.input.field_types import Seq
from rtserver.notifications.held import HeldMails, Span
from rtserver.notifications.notices import event_of
from store import facts, notifications
from store.database import Database
from store.transaction import Transaction


class Missed(NamedTuple):
    """The rest of a user's stream after a seq; with a ``reason`` it isn't given."""

    events: Sequence[Publication]
    reason: str = ""


class _Read(NamedTuple):
    """One moment's read; ``missed`` is None unless it was asked for."""

    seq: int
    epoch: str
    missed: Missed | None


class NotificationFeed:
    """The position, and every notification since the last one seen."""

    def __init__(
        self, db: Database, limits: ReplayLimits, hub: Hub, held: HeldMails
    ) -> None:
        self._db = db
        self._limits = limits
        self._hub = hub
        self._held = held
        # The latest that waits for a connection while its subscription is opened.
        self._waiting: WeakKeyDictionary[Any, int] = WeakKeyDictionary()

    def authorize(self, session: Session, channel: Channel) -> None:
        if channel.id != session.user_id:
            raise Forbidden()

    async def open(self, session: Session, channel: Channel, asked: Asked) -> Opening:
        since = None
        if asked.since is not None:
            since = decode.decode(bytes(asked.since), Seq, prefix="payload.since")
        read = await self._db.read(
            _read, session.user_id, since, asked.epoch, self._limits
        )
        ack: dict[str, Any] = {
            "channel": channel.name,
            "seq": read.seq,
            "epoch": read.epoch,
        }
        first, replay = read.seq + 1, read.missed.events if read.missed else ()
        if read.missed is not None:
            ack["recovered"] = not read.missed.reason
            if read.missed.reason:
                ack["reason"] = read.missed.reason
            else:
                first = (since or 0) + 1
        flushed = partial(self._flushed, session.connection, session.user_id)
        return Opening(
            ack,
            {notification_stream(session.user_id): read.seq},
            replay,
            partial(flushed, first, read.seq),
        )

    def delivered(self, event: Publication) -> None:
        """See to it that the mail is dropped once a connection here has its event."""
        kind, user_id = parse_stream(event.stream)
        if kind != "notifications":
            return
        span = Span(user_id, event.seq, event.seq)
        live = set(self._hub.live(event.channel))
        for subscriber in self._hub.subscribers(event.channel):
            if subscriber not in live:
                self._waiting[subscriber] = event.seq
            elif isinstance(subscriber, Connection):
                self._held.queued(subscriber, span)

    def _flushed(
        self, connection: Connection, user_id: int, first: int, last: int
    ) -> None:
        """Do the same for what was missed, and for what waited meanwhile."""
        last = max(last, self._waiting.pop(connection, 0))
        if first <= last:
            self._held.queued(connection, Span(user_id, first, last))


def missed_notifications(
    tx: Transaction, user_id: int, since: int, head: int, limits: ReplayLimits
) -> Missed:
    """Read what came after ``since``, unless it is too much, pruned or lies ahead."""
    if since > head:
        return Missed((), "ahead")
    found = notifications.since(tx, user_id, since, limit=limits.events + 1)
    events = [event_of(record) for record in found]
    size = sum(len(bytes(event.payload)) for event in events)
    if len(events) > limits.events or size > limits.bytes:
        return Missed((), "too_many")
    if len(events) < head - since:
        return Missed((), "trimmed")
    return Missed(events)


def notification_gap(
    tx: Transaction, user_id: int, seq: int, limits: ReplayLimits
) -> Gap:
    """Read what a user's notifications hold after ``seq``."""
    head = notifications.heads(tx, [user_id]).get(user_id, 0)
    missed = missed_notifications(tx, user_id, seq, head, limits)
    lost = missed.reason in ("too_many", "trimmed")
    return Gap(None if lost else missed.events, head)


def _read(
    tx: Transaction,
    user_id: int,
    since: int | None,
    epoch: str | None,
    limits: ReplayLimits,
) -> _Read:
    head = notifications.heads(tx, [user_id]).get(user_id, 0)
    known = facts.epoch(tx)
    if since is None:
        return _Read(head, known, None)
    if epoch not in (None, known):
        return _Read(head, known, Missed((), "epoch"))
    missed = missed_notifications(tx, user_id, since, head, limits)
    return _Read(head, known, missed)
