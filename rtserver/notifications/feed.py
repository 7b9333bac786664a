"""Open ``notifications:user:{id}``, and watch what is flushed on it (contract 2.4)."""

from functools import partial
from typing import Any, NamedTuple

from rtserver.delivery.channels import Channel, notification_stream, parse_stream
from rtserver.delivery.gates import Gap
from rtserver.delivery.hub import Hub
from rtserver.delivery.messages import Publication
from rtserver.delivery.replay import Missed, Replay, ReplayLimits
from rtserver.delivery.session import Session
from rtserver.delivery.subscriptions import SubscribeRequest, SubscribeResult
from rtserver.errors import Forbidden
from rtserver.input import decode
from rtserver.input.field_types import Seq
from rtserver.notifications.held import HeldMails, LiveConnection, Span
from rtserver.notifications.notices import event_of
from store import facts, notifications
from store.database import Database
from store.gathered_reads import GatheredReads
from store.transaction import Transaction


class _FeedQuery(NamedTuple):
    """One who subscribes, and what they said beside the channel."""

    user_id: int
    since: int | None
    epoch: str | None


class _FeedState(NamedTuple):
    """A feed at the moment of the read; ``replay`` is None unless it was asked for."""

    seq: int
    epoch: str
    unread: int
    replay: Replay | None


class NotificationFeed:
    """The position, and every notification since the last one seen."""

    def __init__(
        self, db: Database, limits: ReplayLimits, hub: Hub, held: HeldMails
    ) -> None:
        self._reads = GatheredReads[None, _FeedQuery, _FeedState](
            db, lambda tx, _, asked: _FeedReading(tx, asked, limits).state
        )
        self._hub = hub
        self._held = held
        # The latest that waits for a connection while its subscription is opened.
        self._waiting: dict[LiveConnection, int] = {}

    def authorize(self, session: Session, channel: Channel) -> None:
        if channel.id != session.user_id:
            raise Forbidden()

    async def open(
        self, session: Session, channel: Channel, request: SubscribeRequest
    ) -> SubscribeResult:
        since = None
        if request.since is not None:
            since = decode.decode_part(request.since, Seq, prefix="payload.since")
        asked = _FeedQuery(session.user_id, since, request.epoch)
        read = await self._reads.read(None, asked)
        ack: dict[str, Any] = {
            "channel": channel.name,
            "seq": read.seq,
            "epoch": read.epoch,
            "unread": read.unread,
        }
        first, replay = read.seq + 1, read.replay or Replay()
        if read.replay is not None:
            ack |= replay.recovery
            if not replay.reason:
                first = (since or 0) + 1
        flushed = partial(self._flushed, session.connection, session.user_id)
        return SubscribeResult(
            ack,
            {notification_stream(session.user_id): read.seq},
            Missed(channel.name, replay.events),
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
                self._forget_ended()
                self._waiting[subscriber] = event.seq
            else:
                self._held.queued(subscriber, span)

    def _forget_ended(self) -> None:
        """Let go of those whose connection was over before their subscription stood."""
        for connection in [each for each in self._waiting if each.closing]:
            del self._waiting[connection]

    def _flushed(
        self, connection: LiveConnection, user_id: int, first: int, last: int
    ) -> None:
        """Do the same for what was missed, and for what waited meanwhile."""
        last = max(last, self._waiting.pop(connection, 0))
        if first <= last:
            self._held.queued(connection, Span(user_id, first, last))


def missed_notifications(
    tx: Transaction, user_id: int, since: int, head: int, limits: ReplayLimits
) -> Replay:
    """Read what came after ``since``, unless it is too much, pruned or lies ahead."""
    if since > head:
        return Replay(reason="ahead")
    found = notifications.since(tx, user_id, since, limit=limits.events + 1)
    events = [event_of(record) for record in found]
    size = sum(len(event.payload) for event in events)
    if len(events) > limits.events or size > limits.bytes:
        return Replay(reason="too_many")
    if len(events) < head - since:
        return Replay(reason="trimmed")
    return Replay(events)


def notification_gap(
    tx: Transaction, user_id: int, seq: int, limits: ReplayLimits
) -> Gap:
    """Read what a user's notifications hold after ``seq``."""
    head = notifications.heads(tx, [user_id]).get(user_id, 0)
    missed = missed_notifications(tx, user_id, seq, head, limits)
    lost = missed.reason in ("too_many", "trimmed")
    return Gap(None if lost else missed.events, head)


class _FeedReading:
    """One reading transaction for all who open their channels just then."""

    def __init__(
        self, tx: Transaction, asked: list[_FeedQuery], limits: ReplayLimits
    ) -> None:
        user_ids = {each.user_id for each in asked}
        self._tx = tx
        self._limits = limits
        self._epoch = facts.epoch(tx)
        self._heads = notifications.heads(tx, user_ids)
        self._unread = notifications.unread_by_user(tx, user_ids)

    def state(self, asked: _FeedQuery) -> _FeedState:
        """Return what somebody gets of their channel."""
        user_id, since, epoch = asked
        head = self._heads.get(user_id, 0)
        state = _FeedState(head, self._epoch, self._unread.get(user_id, 0), None)
        if since is None:
            return state
        if epoch not in (None, self._epoch):
            return state._replace(replay=Replay(reason="epoch"))
        return state._replace(
            replay=missed_notifications(self._tx, user_id, since, head, self._limits)
        )
