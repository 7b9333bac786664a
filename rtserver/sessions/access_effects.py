"""Effects of a change of rights on the connections of this process."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from rtserver.access.changes import AccessEvent, Membership
from rtserver.accounts.identity import Identity
from rtserver.delivery import wire
from rtserver.delivery.channels import (
    board_channel,
    chat_channel,
    chat_stream,
    room_channel,
)
from rtserver.delivery.gates import Gates
from rtserver.delivery.hub import Hub
from rtserver.delivery.messages import Resync
from rtserver.delivery.publication import to_channel, to_users
from rtserver.delivery.session import Session, Sessions, Subscription
from rtserver.delivery.subscriptions import Subscriptions
from rtserver.metrics.registry import Metrics
from rtserver.presence.status_feed import StatusFeed
from rtserver.rooms.feed import RoomFeed
from rtserver.sessions.revalidation import Revalidation


class AccessEffects:
    """Applies access changes, in their order, as they pass the gate."""

    def __init__(
        self,
        hub: Hub,
        gates: Gates,
        sessions: Sessions,
        subscriptions: Subscriptions,
        status: StatusFeed,
        rooms: RoomFeed,
        identity: Identity,
        revalidation: Revalidation,
        metrics: Metrics,
    ) -> None:
        self._hub = hub
        self._gates = gates
        self._sessions = sessions
        self._subscriptions = subscriptions
        self._status = status
        self._rooms = rooms
        self._identity = identity
        self._revalidation = revalidation
        self._resyncs = metrics.resyncs
        self._effects: Mapping[str, Callable[[AccessEvent], None]] = {
            "joined": self._joined,
            "left": self._left,
            "cancelled": self._cancelled,
            "board": self._board_right,
            "lesson": self._rooms.lesson_changed,
            "renamed": self._rooms.renamed,
            "held": self._held,
            "decided": self._decided,
            "user": self._account,
            "login": self._account,
        }

    def apply(self, event: AccessEvent) -> None:
        """Apply one change; a kind without an effect here is passed over."""
        effect = self._effects.get(event.kind)
        if effect is not None:
            effect(event)

    def _joined(self, event: AccessEvent) -> None:
        member, payload = _membership(event)
        others = [id for id in member.recipients if id != event.user_id]
        self._hub.deliver(to_users("chat.joined", payload, event.ts, others))
        # Before their copy, which says from which seq on they get everything.
        for session, subscription in self._chats(event.user_id):
            self._follow(session, subscription, event, member.seq)
        start = {**payload, "seq": member.seq}
        self._hub.deliver(to_users("chat.joined", start, event.ts, [event.user_id]))
        self._status.regroup({*member.recipients, event.user_id})

    def _left(self, event: AccessEvent) -> None:
        member, payload = _membership(event)
        self._hub.deliver(to_users("chat.left", payload, event.ts, member.recipients))
        stream = chat_stream(_lesson(event))
        for _, subscription in self._chats(event.user_id):
            if stream in subscription.streams:
                subscription.forget(stream)
                self._gates.unfollow(stream)
        self._status.regroup({*member.recipients, event.user_id})
        for session in self._sessions.of_user(event.user_id):
            for channel in (board_channel, room_channel):
                name = channel(_lesson(event))
                self._subscriptions.revoke(session, name, "removed")
        self._rooms.removed(_lesson(event), event.user_id)

    def _cancelled(self, event: AccessEvent) -> None:
        board = board_channel(_lesson(event))
        for session in self._sessions:
            subscription = session.subscription_to(board)
            if subscription is not None:
                subscription.read_only = True
        self._status.regroup(event.data["recipients"])

    def _board_right(self, event: AccessEvent) -> None:
        payload = {"user_id": event.user_id, "board": event.data["board"]}
        channel = board_channel(_lesson(event))
        for session in self._sessions.of_user(event.user_id):
            subscription = session.subscription_to(channel)
            if subscription is not None:
                subscription.may_draw = payload["board"] == "draw"
        self._hub.deliver(to_channel("board.rights", payload, event.ts, channel))

    def _held(self, event: AccessEvent) -> None:
        # Read back, what was decided since has nothing to tell any more.
        if (message := event.data.get("message")) is not None:
            people = event.data["recipients"]
            self._hub.deliver(to_users("chat.held.new", message, event.ts, people))

    def _decided(self, event: AccessEvent) -> None:
        data = event.data
        payload = {
            "held_id": data["held_id"],
            "lesson_id": _lesson(event),
            "approved": data["approved"],
            "message_id": data["message_id"],
            "by": data["by"],
        }
        people = data["recipients"]
        self._hub.deliver(to_users("chat.held.decided", payload, event.ts, people))

    def _account(self, event: AccessEvent) -> None:
        if not event.data.get("active", True):
            self._rooms.deactivated(event.user_id)
        # What is kept of them for a second would pass the check.
        self._identity.forget(event.user_id)
        self._revalidation.check_soon(event.user_id)

    def _follow(
        self,
        session: Session,
        subscription: Subscription,
        event: AccessEvent,
        position: int,
    ) -> None:
        stream = chat_stream(_lesson(event))
        if stream in subscription.streams:
            return
        if self._gates.follow(stream, position):
            subscription.streams += (stream,)
        else:
            # Something behind the start passed here before this user was known.
            frame = wire.frame(Resync(subscription.channel))
            self._hub.tell(session.connection, frame)
            self._resyncs.inc()

    def _chats(self, user_id: int) -> Iterator[tuple[Session, Subscription]]:
        """Yield the user's subscriptions to their chat, also those being opened.

        The position of such a one may have been read before the change.
        """
        name = chat_channel(user_id)
        for session in self._sessions.of_user(user_id):
            subscription = session.subscription_to(name)
            if subscription is not None:
                yield session, subscription


def _membership(event: AccessEvent) -> tuple[Membership, dict[str, Any]]:
    member = msgspec.convert(event.data, Membership)
    return member, {
        "lesson_id": _lesson(event),
        "user_id": event.user_id,
        "name": member.name,
        "role": member.role,
        "by": member.by,
    }


def _lesson(event: AccessEvent) -> int:
    assert event.lesson_id is not None
    return event.lesson_id
