"""Sessions over a real hub, gates and subscriptions, and whom they ask."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rtserver.access.actor import Actor
from rtserver.accounts.tokens import Claims
from rtserver.bus.memory import MemoryBus
from rtserver.clock import Clock
from rtserver.delivery.channels import Channel
from rtserver.delivery.gates import Gap, Gates
from rtserver.delivery.hub import Hub
from rtserver.delivery.listeners import Listeners
from rtserver.delivery.session import Session, Sessions
from rtserver.delivery.subscriptions import (
    Feed,
    SubscribeRequest,
    SubscribeResult,
    Subscriptions,
)
from tests.rtserver.delivery_fakes import Delivered, FakeConnection
from tests.tokens import SIGNATURE

NOTHING = SubscribeRequest(None, None)


class Closing:
    """The owner of a session that is served no commands."""

    def __init__(self, connection: Any) -> None:
        self.end = connection.close


class Told:
    """Takes note of what it is called for: ``told.check_soon`` == [7]."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *what: self.calls.append((name, *what))


class KnownUsers:
    """Whose claims still count: those of ``actors``, by user."""

    def __init__(self, *actors: Actor) -> None:
        self.actors = {actor.user_id: actor for actor in actors}
        self.meanwhile = lambda: None
        self.unsigned: set[int] = set()

    def is_signed(self, claims: Claims) -> bool:
        return claims.user_id not in self.unsigned

    async def still_valid(self, held: Collection[Claims]) -> dict[Claims, Actor]:
        self.meanwhile()
        known = self.actors
        return {each: known[each.user_id] for each in held if each.user_id in known}


class OpenFeed:
    """A feed that opens the streams of ``positions``, once it ``may``."""

    def __init__(self) -> None:
        self.positions: dict[str, int] = {}
        self.asked, self.may = asyncio.Event(), asyncio.Event()
        self.may.set()

    def authorize(self, session: Session, channel: Channel) -> None:
        """Let everybody in."""

    async def open(
        self, session: Session, channel: Channel, request: SubscribeRequest
    ) -> SubscribeResult:
        self.asked.set()
        await self.may.wait()
        return SubscribeResult({}, self.positions)


class Quiet:
    """A source whose streams hold what was delivered, and no more."""

    async def after(self, stream: str, seq: int) -> Gap:
        return Gap([], seq)

    async def heads(self, streams: Sequence[str]) -> Mapping[str, int]:
        return {}

    async def told(self, stream: str) -> None:
        pass


class SignedIn:
    """Users signed in here; each subscribes to what they like."""

    def __init__(self, *, per_user: int = 9) -> None:
        self.listeners = Listeners()
        self.hub = Hub(listeners=self.listeners)
        self.sessions = Sessions(self.hub, per_user=per_user)
        self.gates = Gates(Quiet(), Delivered(self.hub), MemoryBus(), Clock())
        self.feed = OpenFeed()
        kinds = ("chat:user", "board:lesson", "room:lesson")
        self.feeds: dict[str, Feed] = dict.fromkeys(kinds, self.feed)
        self.subscriptions = Subscriptions(
            self.hub, self.gates, self.feeds, limit=9, deadline=5.0
        )

    def session(self, user_id: int, *, expires_at: int = 0, role: str = "student"):
        """Return a session that isn't registered yet."""
        connection: Any = FakeConnection(f"c_{user_id}")
        actor = Actor(user_id, "Taras", role)
        claims = Claims(user_id, expires_at, None, None, None, SIGNATURE)
        return Session(connection, actor, claims, Closing(connection))

    def add(self, user_id: int, **more: Any) -> Session:
        session = self.session(user_id, **more)
        self.sessions.add(session)
        return session

    async def subscribe(
        self, session: Session, name: str, *streams: str
    ) -> list[dict[str, Any]]:
        """Subscribe, following streams from their start; return what is then told."""
        self.feed.positions = dict.fromkeys(streams, 0)
        result = await self.subscriptions.subscribe(session, name, NOTHING)
        result.then()
        return events(session)


def events(session: Session) -> list[dict[str, Any]]:
    connection: Any = session.connection
    return connection.events


def closed(session: Session) -> list[int]:
    connection: Any = session.connection
    return connection.closed
