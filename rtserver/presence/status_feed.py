"""The channel ``status:users``: who is online, and each change, to whom may know."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from rtserver.access.actor import Actor
from rtserver.clock import rfc3339
from rtserver.delivery import wire
from rtserver.delivery.channels import STATUS, Channel
from rtserver.delivery.hub import Hub
from rtserver.delivery.messages import Publication, Resync
from rtserver.delivery.session import Session, Sessions
from rtserver.delivery.subscriber import Subscriber
from rtserver.delivery.subscriptions import SubscribeRequest, SubscribeResult
from rtserver.errors import log_unexpected
from rtserver.metrics.registry import Metrics
from rtserver.presence.contract import Presence, PresenceChange
from rtserver.presence.visibility import Visibility
from store.errors import StoreUnavailable

log = logging.getLogger(__name__)

RETRY_SECONDS = 0.5
GATHER_SECONDS = 0.1
MAX_TOGETHER = 1000

_encode = msgspec.json.Encoder().encode


class _StatusEvent(NamedTuple):
    """A change of one user; ``number`` counts all changes that this process saw."""

    number: int
    user_id: int
    publication: Publication


class StatusFeed:
    """The feed of ``status:users``: passes presence on to the subscribers here.

    A change is sent a moment after it is known: those of a crowd are gathered, and who
    may see whom by their lessons has to be read. An ack has all that is known, changes
    that still wait included, so its subscriber isn't sent those.
    """

    def __init__(
        self,
        hub: Hub,
        sessions: Sessions,
        presence: Presence,
        visibility: Visibility,
        metrics: Metrics,
    ) -> None:
        self._hub = hub
        self._sessions = sessions
        self._presence = presence
        self._visibility = visibility
        self._resyncs = metrics.resyncs
        # Who is online, encoded once for all who see everyone; until the next change.
        self._everyone: msgspec.Raw | None = None
        # So many events are known; the last of them wait to be sent.
        self._known = 0
        self._waiting: list[_StatusEvent] = []
        # So many were known when a connection got its ack: it is sent no earlier ones.
        # Forgotten as soon as none of those waits any more.
        self._covered: dict[Subscriber, int] = {}
        self._wake = asyncio.Event()

    def authorize(self, session: Session, channel: Channel) -> None:
        """Let everybody in: ``open`` and the events show only whom they may see."""

    async def open(
        self, session: Session, channel: Channel, request: SubscribeRequest
    ) -> SubscribeResult:
        await self._presence.settle(session.user_id)  # people see themselves online
        online = await self._online_for(session)
        # What was buffered while that was read is in it, or isn't for this user to see.
        # What comes from now on is buffered until the ack is out.
        self._hub.drop_buffered(channel.name, session.connection)
        if self._waiting:
            self._covered[session.connection] = self._known
        return SubscribeResult({"channel": channel.name, "online_ids": online}, {})

    async def online(self, actor: Actor, user_ids: Iterable[int]) -> set[int]:
        """Return those of some users who are online, as far as an actor may know."""
        online = self._presence.online(user_ids)
        return await self._visibility.visible(actor, online) if online else online

    def changed(self, change: PresenceChange) -> None:
        """Send a change, soon, to those who may know."""
        events = _events(change, self._known)
        self._known += len(events)
        self._waiting += events
        self._everyone = None
        self._wake.set()

    def lost(self) -> None:
        """Have all subscribers subscribe again: changes were missed."""
        self._waiting = []
        self._covered.clear()
        self._everyone = None
        self._resync(self._sessions)

    def regroup(self, user_ids: Iterable[int]) -> None:
        """Have users subscribe again: whom they may see has changed."""
        if not self._visibility.everyone:
            self._resync(self._sessions.of_users(user_ids))

    async def run(self) -> None:
        """Send what waits, then gather for a moment: a crowd goes out in one piece."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                try:
                    await self.send_some()
                except StoreUnavailable:
                    await asyncio.sleep(RETRY_SECONDS)
                except Exception as error:
                    log_unexpected(log, error, "sending who is online")
                    self.lost()
                await asyncio.sleep(GATHER_SECONDS)

    async def send_some(self) -> None:
        """Send what waits: as much as may go together, the oldest first."""
        events = self._waiting[:MAX_TOGETHER]
        if not events:
            return
        if self._visibility.everyone:
            self._send_to_everyone(events)
        else:
            waiting = self._waiting
            user_ids = {event.user_id for event in events}
            audiences = await self._visibility.audiences(user_ids)
            if self._waiting is not waiting:
                return  # ``lost`` came meanwhile: all subscribe again, and see all
            for connection, some in self._by_connection(events, audiences).items():
                self._hub.deliver_together(some, to=[connection])
        # Only now: an ack while the audiences were read had these in it, and its
        # connection was entered into _covered because they still waited.
        del self._waiting[: len(events)]
        sent = self._known - len(self._waiting)
        self._covered = {c: seen for c, seen in self._covered.items() if seen > sent}

    def _send_to_everyone(self, events: list[_StatusEvent]) -> None:
        publications = [event.publication for event in events]
        self._hub.deliver_together(publications, but=self._covered)
        # These had some of the events in their acks.
        for connection, seen in self._covered.items():
            if some := [each.publication for each in events if each.number >= seen]:
                self._hub.deliver_together(some, to=[connection])

    def _by_connection(
        self, events: list[_StatusEvent], audiences: Mapping[int, set[int]]
    ) -> dict[Subscriber, list[Publication]]:
        """Return for each connection the events that are for it."""
        managers = [each for each in self._sessions if each.actor.manages]
        by_connection: dict[Subscriber, list[Publication]] = {}
        for event in events:
            audience = self._sessions.of_users(audiences[event.user_id])
            for connection in {each.connection for each in [*audience, *managers]}:
                if event.number >= self._covered.get(connection, 0):
                    by_connection.setdefault(connection, []).append(event.publication)
        return by_connection

    async def _online_for(self, session: Session) -> Any:
        if self._visibility.everyone:
            if self._everyone is None:
                online = sorted(self._presence.everyone())
                self._everyone = msgspec.Raw(_encode(online))
            return self._everyone
        if session.actor.manages:
            return sorted(self._presence.everyone())
        seen = await self._visibility.seen_by(session.user_id)
        return sorted(self._presence.online(seen))

    def _resync(self, sessions: Iterable[Session]) -> None:
        frame = wire.frame(Resync(STATUS))
        for session in sessions:
            if self._hub.is_subscribed(STATUS, session.connection):
                self._hub.tell(session.connection, frame)
                self._resyncs.inc()


def _events(change: PresenceChange, first: int) -> list[_StatusEvent]:
    moved = [(user_id, True) for user_id in change.online]
    moved += [(user_id, False) for user_id in change.offline]
    at = rfc3339(change.at).encode()
    return [
        _StatusEvent(
            number,
            user_id,
            Publication(
                type="user.online" if online else "user.offline",
                payload=b'{"user_id":%d,"at":"%b"}' % (user_id, at),
                ts=change.at,
                channel=STATUS,
            ),
        )
        for number, (user_id, online) in enumerate(moved, first)
    ]
