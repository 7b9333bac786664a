"""The hub: who gets what, and what waits while a subscription is opened."""

from datetime import UTC, datetime
from typing import Any

from rtserver.delivery.hub import Hub
from rtserver.delivery.listeners import Listeners
from rtserver.delivery.messages import Publication
from rtserver.delivery.publication import to_users
from tests.rtserver.delivery_fakes import FakeConnection, live

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def event(seq: int = 0, **more: Any) -> Publication:
    payload = b'{"n":%d}' % seq
    channel = more.pop("channel", "board:lesson:3")
    return Publication("board.patch", payload, NOW, channel=channel, seq=seq, **more)


def test_event_goes_to_the_subscribers_of_its_channel_alone() -> None:
    hub = Hub()
    here = live(hub, "board:lesson:3", FakeConnection())
    elsewhere = live(hub, "board:lesson:4", FakeConnection())

    hub.deliver(event(7))

    assert here.events == [
        {
            "type": "board.patch",
            "channel": "board:lesson:3",
            "seq": 7,
            "ts": "2026-11-23T10:00:00Z",
            "payload": {"n": 7},
        }
    ]
    assert elsewhere.events == []


def test_event_without_seq_has_none_on_the_wire() -> None:
    hub = Hub()
    listener = live(hub, "board:lesson:3", FakeConnection())

    hub.deliver(event())

    assert "seq" not in listener.events[0]


def test_event_to_users_names_each_ones_own_channel() -> None:
    hub = Hub()
    listeners = {id: live(hub, f"chat:user:{id}", FakeConnection()) for id in (7, 8)}

    hub.deliver(to_users("chat.typing", {}, NOW, [7, 8, 9]))

    for id, listener in listeners.items():
        assert [e["channel"] for e in listener.events] == [f"chat:user:{id}"]


def test_sender_is_left_out_live_or_held() -> None:
    hub = Hub()
    sender, other = FakeConnection("c_sender"), FakeConnection("c_other")
    for listener in (sender, other):
        live(hub, "board:lesson:3", listener)

    hub.deliver(event(1, sender="c_sender"))
    hub.start_buffering("board:lesson:3", sender)
    hub.deliver(event(2, sender="c_sender"))
    hub.flush("board:lesson:3", sender)

    assert sender.events == []
    assert len(other.events) == 2


def test_latest_event_goes_out_under_its_key() -> None:
    hub = Hub()
    listener = live(hub, "board:lesson:3", FakeConnection())

    hub.deliver(event(latest="cursor:7"))

    assert list(listener.latest) == ["cursor:7"]
    assert listener.frames == []


def test_volatile_event_is_sent_as_such_and_counted() -> None:
    hub = Hub()
    listener = live(hub, "board:lesson:3", FakeConnection())

    hub.deliver(event(volatile=True))

    assert (len(listener.volatile), listener.frames) == (1, [])
    assert (hub.counters.volatile, hub.counters.durable) == (1, 0)


def test_volatile_events_fill_no_buffer() -> None:
    hub = Hub(buffer_bytes=100_000)
    listener = FakeConnection()
    hub.start_buffering("board:lesson:3", listener)
    for _ in range(2000):
        hub.deliver(event(volatile=True, channel="board:lesson:3"))
    hub.deliver(event(1))
    hub.flush("board:lesson:3", listener)

    assert listener.closed == []
    assert [e["seq"] for e in listener.events] == [1]
    assert len(listener.volatile) + hub.counters.dropped == 2000


def test_held_events_follow_in_order_when_released() -> None:
    hub = Hub()
    listener = FakeConnection()
    hub.start_buffering("board:lesson:3", listener)
    for seq in (1, 2, 3):
        hub.deliver(event(seq))

    assert listener.events == []
    hub.flush("board:lesson:3", listener, lambda held: held if held.seq > 1 else None)
    hub.deliver(event(4))

    assert [e["seq"] for e in listener.events] == [2, 3, 4]


def test_holding_twice_keeps_what_waits() -> None:
    hub = Hub()
    listener = FakeConnection()
    hub.start_buffering("board:lesson:3", listener)
    hub.deliver(event(1))
    hub.start_buffering("board:lesson:3", listener)

    hub.flush("board:lesson:3", listener)

    assert [e["seq"] for e in listener.events] == [1]


def test_removed_subscriber_gets_nothing_more_held_or_not() -> None:
    hub = Hub()
    gone, held = live(hub, "board:lesson:3", FakeConnection()), FakeConnection()
    hub.start_buffering("board:lesson:3", held)
    hub.deliver(event(1))
    gone.frames.clear()

    hub.remove("board:lesson:3", gone)
    hub.remove("board:lesson:3", held)
    hub.flush("board:lesson:3", held)
    hub.deliver(event(2))

    assert gone.events == []
    assert held.events == []
    assert hub.subscriptions() == 0


def test_too_much_waiting_closes_that_connection_alone() -> None:
    hub = Hub(buffer_bytes=200)
    held, other = FakeConnection(), live(hub, "board:lesson:3", FakeConnection())
    hub.start_buffering("board:lesson:3", held)

    for seq in range(1, 5):
        hub.deliver(event(seq))

    assert 4002 in held.closed
    assert other.closed == []
    assert len(other.events) == 4


def test_of_latest_events_that_wait_the_newest_one_alone_is_kept() -> None:
    hub, listener = Hub(buffer_bytes=1000), FakeConnection()
    hub.start_buffering("board:lesson:3", listener)

    for _ in range(100):
        hub.deliver(event(0, latest="cursor:7"))
        hub.deliver(event(0, latest="cursor:8"))
    hub.deliver(event(1))
    hub.flush("board:lesson:3", listener)

    assert listener.closed == []
    assert listener.latest.keys() == {"cursor:7", "cursor:8"}
    assert [each["seq"] for each in listener.events] == [1]


def test_something_is_said_between_the_waiting_events_around_a_seq() -> None:
    hub, listener = Hub(), FakeConnection()
    hub.start_buffering("board:lesson:3", listener)
    for seq in (4, 5, 6):
        hub.deliver(event(seq))

    hub.flush_around("board:lesson:3", listener, 5, lambda: listener.send(b'{"x":1}'))
    hub.deliver(event(7))

    assert [each.get("seq") for each in listener.events] == [4, 5, None, 6, 7]


def test_whoever_is_no_longer_subscribed_is_noticed_once() -> None:
    gone = list[tuple[str, str]]()
    hub = Hub(listeners=Listeners(unsubscribed=lambda *who: gone.append(who)))
    one = live(hub, "room:lesson:3", FakeConnection("c_1"))
    two = FakeConnection("c_2")
    hub.start_buffering("room:lesson:3", two)

    for each in (one, two, one):
        hub.remove("room:lesson:3", each)

    assert gone == [("room:lesson:3", "c_1"), ("room:lesson:3", "c_2")]


def test_last_one_to_leave_a_channel_is_noticed_once() -> None:
    empty = list[str]()
    hub = Hub(listeners=Listeners(emptied=empty.append))
    one, two = (
        live(hub, "board:lesson:3", FakeConnection(id)) for id in ("c_1", "c_2")
    )

    hub.remove("board:lesson:3", one)
    assert (empty, hub.is_subscribed("board:lesson:3", two)) == ([], True)
    hub.remove("board:lesson:3", two)
    hub.remove("board:lesson:3", two)

    assert (empty, hub.is_subscribed("board:lesson:3", two)) == (
        ["board:lesson:3"],
        False,
    )
