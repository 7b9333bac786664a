"""Subscribe connections to channels, and lose or double no event (contract 2.4).

While a subscription is opened, the channel's events wait for that connection. Its
position and what it missed are read at one moment; once the gate has passed that
position, the waiting events behind it follow the replay.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from itertools import starmap
from typing import Any, NamedTuple, Protocol

import msgspec

from rtserver.callbacks import ignore
from rtserver.delivery import channels, wire
from rtserver.delivery.channels import Channel
from rtserver.delivery.command_result import CommandResult
from rtserver.delivery.gates import Gates
from rtserver.delivery.hub import Hub
from rtserver.delivery.messages import Publication, Unsubscribed
from rtserver.delivery.replay import NOTHING, Missed
from rtserver.delivery.session import Session, Subscription
from rtserver.errors import Forbidden, LimitExceeded, NotSubscribed, Unavailable

# Each reads a newer position; whom the stream still outruns won't catch up in time.
_ATTEMPTS = 5


class SubscribeRequest(NamedTuple):
    """A client's wishes beside the channel; None where it didn't say."""

    since: msgspec.Raw | None
    epoch: str | None


class SubscribeResult(NamedTuple):
    """A channel at one moment: the ack, its streams' positions, and what was missed.

    ``fit`` makes an event that waited one for whoever has seen up to a position.
    ``then`` is called once what was missed is queued, and what waited meanwhile.
    ``read_only``, ``may_draw``: see Subscription.
    """

    ack: Mapping[str, Any]
    positions: Mapping[str, int]
    missed: Missed = NOTHING
    then: Callable[[], None] = lambda: None
    fit: Callable[[Publication, int], Publication] = lambda event, position: event
    read_only: bool = False
    may_draw: bool = False


class StreamSnapshot(NamedTuple):
    """A stream as it is at ``seq``, and how to tell that at its place in the stream."""

    stream: str
    seq: int
    tell: Callable[[], None]


class Feed(Protocol):
    """The way in which one kind of channel is opened."""

    def authorize(self, session: Session, channel: Channel) -> None:
        """Refuse whoever can't have the channel, before anything is read."""

    async def open(
        self, session: Session, channel: Channel, request: SubscribeRequest
    ) -> SubscribeResult:
        """Read the channel at one moment."""


class Subscriptions:
    """Opens and closes the subscriptions of every session here."""

    def __init__(
        self,
        hub: Hub,
        gates: Gates,
        feeds: Mapping[str, Feed],
        *,
        limit: int,
        deadline: float,
        replayed: Callable[[int, int], None] = ignore,
    ) -> None:
        """``replayed`` hears how many events a user was sent again."""
        self._hub = hub
        self._gates = gates
        self._feeds = feeds
        self._limit = limit
        self._deadline = deadline
        self._replayed = replayed
        # How often what was missed was asked for, by kind of channel and outcome.
        self.recoveries: Counter[tuple[str, str]] = Counter()

    async def subscribe(
        self, session: Session, name: str, request: SubscribeRequest
    ) -> CommandResult:
        """Open a channel; on failure everything is as it was before."""
        channel = channels.parse(name)
        name = channel.name  # the same text for all
        feed = self._feeds[channel.kind]
        feed.authorize(session, channel)
        known = session.subscriptions.get(name)
        if known is None and len(session.subscriptions) >= self._limit:
            raise LimitExceeded(
                f"At most {self._limit} subscriptions a connection: unsubscribe first."
            )
        subscription = known or Subscription(name)
        # Before anything is read, so that no event falls between.
        self._hub.start_buffering(name, session.connection)
        # Who changes rights has to find it, though it isn't open yet.
        session.begin_opening(subscription)
        try:
            async with asyncio.timeout(self._deadline):
                result = await self._open(feed, session, channel, request, subscription)
        # Cancelled, too: nothing may go on being followed for nobody.
        except BaseException as error:
            self._give_up(session, subscription, was_open=known is not None)
            if isinstance(error, TimeoutError):
                raise Unavailable() from None
            raise
        finally:
            session.end_opening(subscription)
        if not self._is_subscribed(session, name):
            # The connection is over, or its right to the channel: see revoke().
            self._give_up(session, subscription, was_open=False)
            raise Forbidden()
        session.subscriptions[name] = subscription
        subscription.read_only |= result.read_only
        if subscription.may_draw is None:  # no change of it has passed since
            subscription.may_draw = result.may_draw
        self._count_recovery(channel.kind, result.ack)
        return CommandResult(result.ack, lambda: self._go_live(session, name, result))

    def unsubscribe(self, session: Session, name: str) -> None:
        """Close a channel; harmless when it isn't open."""
        channels.parse(name)
        self._hub.remove(name, session.connection)
        subscription = session.subscriptions.pop(name, None)
        if subscription is not None:
            self._unfollow(subscription)

    def revoke(self, session: Session, name: str, reason: str) -> None:
        """Take a channel away and say so; one that is being opened fails to open."""
        if not self._hub.is_subscribed(name, session.connection):
            return
        is_open = name in session.subscriptions
        self.unsubscribe(session, name)
        if is_open:
            told = Unsubscribed(name, {"channel": name, "reason": reason})
            self._hub.tell(session.connection, wire.frame(told))

    async def tell_between(
        self, session: Session, name: str, read: Callable[[], Awaitable[StreamSnapshot]]
    ) -> None:
        """Read an open channel's stream, and tell it before anything newer is told."""
        if name not in session.subscriptions:
            # Taken away before this was its turn: nothing may begin to wait for it.
            raise NotSubscribed()
        self._hub.start_buffering(name, session.connection)
        try:
            async with asyncio.timeout(self._deadline):
                snapshot = await read()
                await self._gates.wait_for(snapshot.stream, snapshot.seq)
        except BaseException as error:
            self._hub.flush(name, session.connection)
            if isinstance(error, TimeoutError):
                raise Unavailable() from None
            raise
        # Unsubscribed or revoked meanwhile, and so is what waited.
        if name not in session.subscriptions:
            raise Forbidden()
        connection = session.connection
        self._hub.flush_around(name, connection, snapshot.seq, snapshot.tell)

    def drop(self, session: Session) -> None:
        """Close all channels of a session that is over."""
        for name in list(session.subscriptions):
            self.unsubscribe(session, name)

    async def _open(
        self,
        feed: Feed,
        session: Session,
        channel: Channel,
        request: SubscribeRequest,
        subscription: Subscription,
    ) -> SubscribeResult:
        for _ in range(_ATTEMPTS):
            result = await feed.open(session, channel, request)
            if self._follow(subscription, result.positions):
                positions = result.positions.items()
                for stream, seq in positions:
                    await self._gates.wait_for(stream, seq)
                # Else a gap that stays was told of before this connection could hear.
                if all(starmap(self._gates.is_complete_from, positions)):
                    return result
        raise Unavailable()

    def _follow(self, subscription: Subscription, positions: Mapping[str, int]) -> bool:
        followed = frozenset(subscription.streams)
        for stream, seq in positions.items():
            # Followed since an earlier attempt, or by what this renews: all that came
            # since has been delivered, or waits.
            if stream in followed:
                continue
            if not self._gates.follow(stream, seq):
                return False
            subscription.streams += (stream,)
        return True

    def _unfollow(self, subscription: Subscription) -> None:
        streams, subscription.streams = subscription.streams, ()
        for stream in streams:
            self._gates.unfollow(stream)

    def _give_up(
        self, session: Session, subscription: Subscription, *, was_open: bool
    ) -> None:
        """Leave a subscription that was open as it was; undo one that wasn't."""
        name, connection = subscription.channel, session.connection
        if was_open and self._is_subscribed(session, name):
            self._hub.flush(name, connection)
            return
        self._hub.remove(name, connection)
        session.subscriptions.pop(name, None)
        self._unfollow(subscription)

    def _is_subscribed(self, session: Session, name: str) -> bool:
        connection = session.connection
        return not connection.closing and self._hub.is_subscribed(name, connection)

    def _count_recovery(self, kind: str, ack: Mapping[str, Any]) -> None:
        if "recovered" in ack:
            outcome = "replayed" if ack["recovered"] else ack["reason"]
            self.recoveries[kind, outcome] += 1

    def _go_live(self, session: Session, name: str, result: SubscribeResult) -> None:
        """Send what was missed, then what waited, then whatever comes."""
        missed = result.missed
        if missed.events:
            # As the socket drains: much that was missed makes nobody too slow.
            session.connection.send_stream(missed.frames(), missed.size)
            self._hub.counters.durable += len(missed.events)
            self._replayed(session.user_id, len(missed.events))

        def shown(event: Publication) -> Publication | None:
            # What the position covers is in the ack or the replay already.
            position = result.positions.get(event.stream, -1)
            return result.fit(event, position) if event.seq > position else None

        self._hub.flush(name, session.connection, shown)
        result.then()
