"""Events get their address, and their payload is encoded there and then."""

from datetime import UTC, datetime

from rtserver.delivery.messages import Publication
from rtserver.delivery.publication import to_channel, to_users

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_event_of_a_channel_isnt_numbered_and_stays_here_without_a_topic():
    event = to_channel("user.online", {"user_id": 7}, NOW, "status:users")

    assert (event.channel, event.user_ids) == ("status:users", ())
    assert (event.stream, event.seq, event.topic) == ("", 0, "")
    assert bytes(event.payload) == b'{"user_id":7}'


def test_event_to_users_goes_to_each_once_and_may_be_numbered():
    users = (id for id in [7, 8])

    event = to_users("chat.message.new", {}, NOW, users, stream="chat:3", seq=4)

    assert (event.channel, event.user_ids) == ("", (7, 8))
    assert (event.stream, event.seq) == ("chat:3", 4)


def test_payload_is_what_it_was_when_it_was_published():
    payload = {"x": 1}

    event = to_channel("board.cursor.move", payload, NOW, "board:lesson:3", sender="c")
    payload["x"] = 2

    assert isinstance(event, Publication)
    assert bytes(event.payload) == b'{"x":1}'
    assert event.sender == "c"
