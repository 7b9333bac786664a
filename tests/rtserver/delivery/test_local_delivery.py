"""The end of an event's way: the hub, the author, the listeners, and no exception."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from rtserver.access.actor import Actor
from rtserver.access.changes import AccessEvent
from rtserver.delivery.hub import Hub
from rtserver.delivery.listeners import Listeners
from rtserver.delivery.local_delivery import LocalDelivery
from rtserver.delivery.pending_ack import EventWithAck
from rtserver.delivery.publication import to_users
from rtserver.metrics.registry import Metrics
from tests.rtserver.delivery_fakes import FakeConnection, live, signed_in

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CHANNEL = "chat:user:7"
MESSAGE = to_users("chat.message.new", {}, NOW, [7], stream="chat:3", seq=1)
JOINED = AccessEvent(1, "joined", 7, NOW, 3)


def session(*streams: str) -> Any:
    """Return a session that follows streams over its chat's channel."""
    made = signed_in(FakeConnection(), Actor(7, "Olena", "tutor"), CHANNEL)
    made.subscriptions[CHANNEL].streams = streams
    return made


class Place:
    """A local delivery with one client, and what its listeners were told."""

    def __init__(self, *sessions: Any, **listeners: Callable[[Any], None]) -> None:
        self.told: list[Any] = []
        self.hub = Hub()
        self.client = live(self.hub, CHANNEL, FakeConnection())
        self.metrics = Metrics()
        heard = {"access": self.told.append, "delivered": self.told.append}
        self.local = LocalDelivery(
            self.hub, list(sessions), Listeners(**heard | listeners), self.metrics
        )


def test_event_goes_to_the_connections_and_then_to_who_listens() -> None:
    place = Place(delivered=lambda event: place.told.append(len(place.client.frames)))

    place.local.deliver(MESSAGE)

    assert place.told == [1]


def test_who_listens_hears_nothing_of_what_is_not_numbered() -> None:
    place = Place()

    place.local.deliver(to_users("chat.typing", {}, NOW, [7]))

    assert len(place.client.frames) == 1
    assert place.told == []


def test_author_is_acked_behind_the_event_itself() -> None:
    place = Place()

    place.local.deliver(EventWithAck(MESSAGE, lambda: place.client.send(b'{"ack":1}')))

    assert ["ack" in frame for frame in place.client.events] == [False, True]


def test_author_is_acked_though_somebody_else_can_not_be_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    place, acks = Place(), list[str]()
    place.client.frames = None  # type: ignore[assignment] # fails when it is sent to

    place.local.deliver(EventWithAck(MESSAGE, lambda: acks.append("acked")))

    assert acks == ["acked"]
    assert "delivering an event" in caplog.text


def test_access_change_goes_to_its_listener_alone() -> None:
    place = Place()

    place.local.deliver(JOINED)

    assert place.told == [JOINED]
    assert place.client.frames == []


def test_what_fails_in_a_listener_is_logged_and_goes_no_further(
    caplog: pytest.LogCaptureFixture,
) -> None:
    place = Place(access=lambda event: {}[event.kind])

    place.local.deliver(JOINED)
    place.local.deliver(MESSAGE)

    assert "KeyError" in caplog.text
    assert len(place.client.frames) == 1


def test_gap_that_stays_is_told_to_who_follows_the_stream_and_counted() -> None:
    follower, other = session("chat:3", "chat:4"), session("chat:4")
    place = Place(follower, other)

    place.local.lost("chat:3")

    assert follower.connection.events == [{"type": "resync", "channel": CHANNEL}]
    assert other.connection.events == []
    assert b"rtserver_resyncs_total 1.0" in place.metrics.page("")[0]
