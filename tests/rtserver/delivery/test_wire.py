"""Messages as they lie on the wire: each frame whole, or in pieces."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from rtserver.delivery import wire
from rtserver.delivery.messages import Ack, Publication, Resync, Unsubscribed, Welcome
from rtserver.delivery.wire import MAX_PIECE, EventText
from rtserver.edge.frames import build_text
from rtserver.errors import Invalid, RateLimited
from tests.rtserver.delivery_fakes import FakeConnection

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def body(frame: bytes) -> Any:
    return json.loads(frame[frame.index(b"{") :])


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (Ack(7, {"seq": 1}), b'{"type":"ack","id":7,"payload":{"seq":1}}'),
        (Ack("a", {}), b'{"type":"ack","id":"a","payload":{}}'),
        (Resync("status:users"), b'{"type":"resync","channel":"status:users"}'),
        (Welcome({"protocol": 1}), b'{"type":"welcome","payload":{"protocol":1}}'),
        (
            Unsubscribed("board:lesson:3", {"reason": "removed"}),
            b'{"type":"unsubscribed","channel":"board:lesson:3",'
            b'"payload":{"reason":"removed"}}',
        ),
    ],
)
def test_message_of_the_servers_own_is_one_frame(message: Any, text: bytes) -> None:
    assert wire.frame(message) == build_text(text)


def test_error_tells_its_code_and_what_is_wrong_where() -> None:
    error = Invalid.at("payload.seq", "expected an integer")

    assert body(wire.error(7, error)) == {
        "type": "error",
        "id": 7,
        "payload": {
            "code": "bad_request",
            "message": "payload.seq: expected an integer",
            "errors": [{"path": "payload.seq", "message": "expected an integer"}],
        },
    }


def test_error_of_a_channels_command_names_the_channel() -> None:
    error = body(wire.error(None, RateLimited(0.5), "chat:user:7"))

    assert error["id"] is None
    assert error["payload"]["channel"] == "chat:user:7"
    assert error["payload"]["retry_after"] == 0.5


def test_event_is_one_text_for_all_but_for_the_channel() -> None:
    payload = '{"text":"Вітаю"}'.encode()
    text = EventText(Publication("chat.message.new", payload, NOW, seq=4))

    for channel in ("chat:user:7", "chat:user:8"):
        assert body(text.frame(channel)) == {
            "type": "chat.message.new",
            "channel": channel,
            "seq": 4,
            "ts": "2026-11-23T10:00:00Z",
            "payload": {"text": "Вітаю"},
        }


def acked(size: int) -> tuple[FakeConnection, bytes]:
    """Ack a change that lost against elements of so many bytes together."""
    connection: Any = FakeConnection()
    raw = [msgspec.Raw(b'"%b"' % (b"x" * (size // 4 - 2))) for _ in range(4)]
    wire.send_ack(connection, 7, {"seq": 1, "current": raw}, long="current")
    return connection, wire.frame(Ack(7, {"seq": 1, "current": raw}))


def test_short_ack_is_sent_as_one_frame() -> None:
    connection, whole = acked(MAX_PIECE - 100)

    assert connection.frames == [whole]


def test_long_ack_says_the_same_in_frames_that_go_out_one_by_one() -> None:
    connection, whole = acked(3 * MAX_PIECE)

    assert len(connection.frames) > 2
    assert json.loads(b"".join(map(text_of, connection.frames))) == body(whole)


def text_of(frame: bytes) -> bytes:
    """Return what one of the server's frames holds."""
    head = {126: 4, 127: 10}.get(frame[1], 2)
    return frame[head:]


@pytest.mark.parametrize("count", [0, 1, 5])
def test_object_with_a_long_list_is_whole_however_many_pieces_it_takes(
    count: int,
) -> None:
    items = [b'{"n":%d,"pad":"%b"}' % (n, b"x" * 40_000) for n in range(count)]

    parts = list(wire.object_parts({"seq": 1}, "elements", items))

    read = json.loads(b"".join(parts))
    assert [each["n"] for each in read["elements"]] == list(range(count))
    assert read["seq"] == 1
    assert all(len(part) < MAX_PIECE + 41_000 for part in parts)
