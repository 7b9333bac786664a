"""The simplest connections and ends of a delivery, which write everything down."""

import json
from collections.abc import Iterator
from typing import Any

from rtserver.access.actor import Actor
from rtserver.delivery.hub import Hub
from rtserver.delivery.session import Session, Subscription


class FakeConnection:
    """A connection that keeps what it is sent."""

    closing = False

    def __init__(self, id: str = "c_1") -> None:
        self.id = id
        self.frames: list[bytes] = []
        self.latest: dict[str, bytes] = {}
        self.volatile: list[bytes] = []
        self.closed: list[int] = []

    def send(self, frame: bytes) -> None:
        self.frames.append(frame)

    def send_latest(self, key: str, frame: bytes) -> None:
        self.latest[key] = frame

    def send_volatile(self, frame: bytes) -> None:
        self.volatile.append(frame)

    def send_stream(self, stream: Iterator[bytes], size: int) -> None:
        self.frames += stream

    def close(self, code: int, reason: str) -> None:
        self.closed.append(int(code))

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(frame[frame.index(b"{") :]) for frame in self.frames]


class Delivered:
    """An end of a delivery that keeps the events, or hands them to a hub."""

    def __init__(self, hub: Hub | None = None) -> None:
        self.events: list[Any] = []
        self.deliver = hub.deliver if hub is not None else self.events.append
        self.gaps: list[str] = []

    def lost(self, stream: str) -> None:
        self.gaps.append(stream)


def signed_in(connection: Any, actor: Actor, *channels: str) -> Session:
    """Return a session that is subscribed to channels, whatever it follows there."""
    unused: Any = None
    session = Session(connection, actor, unused, unused)
    session.subscriptions = {name: Subscription(name) for name in channels}
    return session


def live(hub: Hub, name: str, connection: FakeConnection) -> FakeConnection:
    """Subscribe a connection that gets its events at once."""
    hub.start_buffering(name, connection)
    hub.flush(name, connection)
    return connection
