"""Events come out of the bus as they went in."""

from datetime import UTC, datetime

import msgspec
import pytest

from rtserver.access.changes import AccessEvent
from rtserver.delivery.bus_messages import pack, topic_of, unpack
from rtserver.delivery.publication import to_channel, to_users
from rtserver.delivery.wire import EventText

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MESSAGE = to_users(
    "chat.message.new", {"text": "Вітаю! \u2028"}, NOW, [1, 2], stream="chat:3", seq=7
)
TYPING = to_users("chat.typing", {}, NOW, [2], topic="chat:3", latest="typing:3:1")
CURSOR = to_channel(
    "board.cursor.move", {"x": 1.5}, NOW, "board:lesson:3", topic="board:3", sender="c"
)
JOINED = AccessEvent(4, "joined", 7, NOW, 3, {"name": "Ira", "recipients": [1]})


@pytest.mark.parametrize("event", [MESSAGE, TYPING, CURSOR, JOINED])
def test_event_comes_out_as_it_went_in(event):
    assert unpack(topic_of(event), pack(event)) == event


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
