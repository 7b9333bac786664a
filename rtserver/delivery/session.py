"""A signed-in connection, and the registry of all that are signed in here."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from rtserver.access.actor import Actor
from rtserver.accounts.tokens import Claims
from rtserver.delivery.hub import Hub
from rtserver.delivery.subscriber import Subscriber
from rtserver.errors import CloseCode, Disconnect


class Subscription:
    """One channel of a session; ``streams`` are those that it follows.

    Through one that is ``read_only`` nothing is told to others either. ``may_draw``:
    whether its user draws on that board; None until it is known.
    """

    __slots__ = ("channel", "may_draw", "read_only", "streams")

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.read_only = False
        self.may_draw: bool | None = None
        self.streams: tuple[str, ...] = ()

    def forget(self, stream: str) -> None:
        """Follow a stream no more."""
        self.streams = tuple(each for each in self.streams if each != stream)


class SessionOwner(Protocol):
    """The command loop, as a session sees it."""

    def end(self, code: CloseCode, reason: str) -> None:
        """Close the connection, and drop the commands that wait."""


class Session:
    """A signed-in connection, with who is on it and what it is subscribed to.

    ``pending_revalidations`` counts the changes after which its rights have yet to be
    checked.
    """

    __slots__ = (
        "_opening",
        "_owner",
        "actor",
        "claims",
        "connection",
        "pending_revalidations",
        "subscriptions",
        "user_id",
    )

    def __init__(
        self,
        connection: Subscriber,
        actor: Actor,
        claims: Claims,
        owner: SessionOwner,
    ) -> None:
        self.connection = connection
        self._owner = owner
        self.pending_revalidations = 0
        self.actor = actor
        self.user_id = actor.require_user()
        self.claims = claims
        self.subscriptions: dict[str, Subscription] = {}
        self._opening: dict[str, Subscription] | None = None  # seldom any

    def begin_opening(self, subscription: Subscription) -> None:
        """Note a subscription whose position is being read."""
        self._opening = {**(self._opening or {}), subscription.channel: subscription}

    def end_opening(self, subscription: Subscription) -> None:
        """Forget that it is being opened, whether or not it is open now."""
        left = {**(self._opening or {})}
        left.pop(subscription.channel, None)
        self._opening = left or None

    def subscription_to(self, channel: str) -> Subscription | None:
        """Return the subscription to a channel, be it open or being opened."""
        found = self.subscriptions.get(channel)
        if found is None and self._opening is not None:
            return self._opening.get(channel)
        return found

    def end(self, code: CloseCode, reason: str) -> None:
        """Close it, and drop the commands that wait."""
        self._owner.end(code, reason)


class Sessions:
    """The registry of this process's sessions; ``hub`` knows their subscriptions."""

    def __init__(self, hub: Hub, *, per_user: int) -> None:
        self._hub = hub
        self._per_user = per_user
        self._users: dict[int, dict[str, Session]] = {}
        self._connections: dict[str, Session] = {}

    def __len__(self) -> int:
        return len(self._connections)

    def __bool__(self) -> bool:
        return bool(self._connections)

    def __iter__(self) -> Iterator[Session]:
        yield from list(self._connections.values())

    def add(self, session: Session) -> None:
        """Register a session; raises ``Disconnect`` over the limit per user."""
        sessions = self._users.setdefault(session.user_id, {})
        if len(sessions) >= self._per_user:
            raise Disconnect(
                CloseCode.TOO_MANY_CONNECTIONS,
                "too many connections of this user: close another one first",
            )
        sessions[session.connection.id] = session
        self._connections[session.connection.id] = session

    def remove(self, session: Session) -> None:
        """Forget a session; harmless when it isn't there."""
        sessions = self._users.get(session.user_id, {})
        if sessions.pop(session.connection.id, None) is None:
            return
        del self._connections[session.connection.id]
        if not sessions:
            del self._users[session.user_id]

    def of_user(self, user_id: int) -> list[Session]:
        return list(self._users.get(user_id, {}).values())

    def of_users(self, user_ids: Iterable[int]) -> list[Session]:
        return [session for user_id in user_ids for session in self.of_user(user_id)]

    def subscribed(self, channel: str) -> list[Session]:
        """Return those who are subscribed to a channel, and not merely about to be."""
        ids = [subscriber.id for subscriber in self._hub.subscribers(channel)]
        known = [self._connections[id] for id in ids if id in self._connections]
        return [session for session in known if channel in session.subscriptions]

    def user_ids(self) -> list[int]:
        """Return the users with a connection here."""
        return list(self._users)
