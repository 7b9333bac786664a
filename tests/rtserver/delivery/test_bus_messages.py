"""Events come out of the bus as they went in."""

from datetime import UTC, datetime

import msgspec
import pytest

from rtserver.access.changes import AccessEvent
from rtserver.delivery.bus_messages import pack, topic_of, unpack
from rtserver.delivery.publication import Publication, to_channel, to_users
from rtserver.delivery.wire import EventText

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MESSAGE = to_users(
    "chat.message.new", {"text": "Вітаю! \u2028"}, NOW, [1, 2], stream="chat:3", seq=7
)
TYPING = to_users("chat.typing", {}, NOW, [2], topic="chat:3", latest="typing:3:1")
CURSOR = to_channel(
    "board.cursor.move", {"x": 1.5}, NOW, "board:lesson:3", topic="board:3", sender="c"
)
PREVIEW = to_channel(
    "board.preview", {"n": 0}, NOW, "board:lesson:3", topic="board:3", volatile=True
)
FIELDS = (
    *("type", "payload", "ts", "channel", "user_ids", "stream"),
    *("seq", "sender", "latest", "topic", "volatile"),
)
JOINED = AccessEvent(4, "joined", 7, NOW, 3, {"name": "Ira", "recipients": [1]})


@pytest.mark.parametrize("event", [MESSAGE, TYPING, CURSOR, PREVIEW])
def test_event_comes_out_as_it_went_in(event):
    out = unpack(topic_of(event), pack(event))

    assert isinstance(out, Publication)
    for name in FIELDS:
        assert getattr(out, name) == getattr(event, name), name


def test_access_event_comes_out_as_it_went_in():
    assert unpack(topic_of(JOINED), pack(JOINED)) == JOINED


def test_fields_that_an_event_doesnt_need_are_left_out():
    event = Publication("user.online", b"{}", NOW, channel="status:users")

    assert msgspec.json.decode(pack(event)) == {
        "type": "user.online",
        "payload": {},
        "ts": "2026-11-23T10:00:00Z",
        "channel": "status:users",
    }


def test_frame_is_the_same_byte_for_byte():
    foreign = unpack("chat:3", pack(MESSAGE))

    frames = [EventText(each).frame("chat:user:1") for each in (MESSAGE, foreign)]
    assert frames[0] == frames[1]


@pytest.mark.parametrize(
    "event, topic",
    [(MESSAGE, "chat:3"), (TYPING, "chat:3"), (CURSOR, "board:3"), (JOINED, "access")],
)
def test_topic_is_the_stream_whose_followers_want_it(event, topic):
    assert topic_of(event) == topic


def test_event_without_a_topic_stays_here():
    assert topic_of(to_channel("user.online", {}, NOW, "status:users")) == ""


@pytest.mark.parametrize("message", [b"", b"{}", b"\xff", b'{"type":3}'])
def test_what_is_no_event_is_refused(message):
    with pytest.raises(msgspec.DecodeError):
        unpack("chat:3", message)
