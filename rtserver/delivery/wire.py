"""Messages as bytes ready for the socket (contract 2.2)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from rtserver.delivery.messages import (
    Ack,
    CommandId,
    Error,
    Resync,
    Unsubscribed,
    Welcome,
)
from rtserver.delivery.publication import RESYNC, Publication
from rtserver.delivery.subscriber import Subscriber
from rtserver.edge.frames import build_text, build_text_parts, text_head
from rtserver.errors import RtError

MAX_PIECE = 65_536  # of a payload that is sent as the socket drains

_encode: Final = msgspec.json.Encoder().encode


def frame(message: Ack | Error | Resync | Unsubscribed | Welcome) -> bytes:
    """Build the frame of a message of the server's own, which is no event."""
    return build_text(_encode(message))


def error(id: CommandId, error: RtError, channel: str | None = None) -> bytes:
    """Build the answer to a command that failed."""
    payload = {"code": error.code, "message": error.message, **error.extra}
    if channel is not None:
        payload["channel"] = channel
    return frame(Error(id, payload))


def ack_stream(id: CommandId, payload: Iterable[bytes]) -> Iterator[bytes]:
    """Build the frames of an ack whose payload's JSON comes in pieces."""
    return build_text_parts(_ack_parts(id, payload))


def send_ack(
    connection: Subscriber, id: CommandId, payload: Mapping[str, Any], *, long: str
) -> None:
    """Send an ack whose list ``long``, of raw JSON, may be a long one.

    That goes out as the socket drains: so it doesn't make its reader a slow one.
    """
    items = payload.get(long, ())
    size = sum(memoryview(raw).nbytes for raw in items)
    if size < MAX_PIECE:
        connection.send(frame(Ack(id, payload)))
        return
    head = {name: payload[name] for name in payload if name != long}
    connection.send_stream(ack_stream(id, object_parts(head, long, items)), size)


def object_parts(
    head: Mapping[str, Any], name: str, items: Iterable[Any]
) -> Iterator[bytes]:
    """Build an object's JSON, whose last field is a long list, in pieces of 64 KiB.

    ``items`` are JSON, as bytes or Raw.
    """
    pieces, size = [_encode(head)[:-1] + b',"%b":[' % name.encode()], 0
    for index, item in enumerate(items):
        data = bytes(item)
        pieces.append(b"," + data if index else data)
        size += len(data)
        if size >= MAX_PIECE:
            yield b"".join(pieces)
            pieces, size = [], 0
    yield b"".join([*pieces, b"]}"])


class _Written:
    """The moment that was written last: events of one tick share it."""

    __slots__ = ("text", "ts")

    def __init__(self) -> None:
        self.ts: datetime | None = None
        self.text = b""

    def of(self, ts: datetime) -> bytes:
        if ts is not self.ts:
            self.ts, self.text = ts, _encode(ts)
        return self.text


_written: Final = _Written()


class EventText:
    """One event's JSON with a gap for the channel, which differs per user in chat."""

    __slots__ = ("_head", "_tail")

    def __init__(self, event: Publication) -> None:
        self._head = _before_channel(event)
        self._tail = _behind_channel(event)

    def frame(self, channel: str) -> bytes:
        """Build the frame for one channel."""
        return _around(channel, self._head, self._tail)

    def size(self, channel: str) -> int:
        """Return how many bytes of JSON that frame has."""
        return len(self._head) + len(channel.encode()) + len(self._tail)


def event_frame(event: Publication, channel: str) -> bytes:
    """Build an event's frame for one channel alone."""
    return _around(channel, _before_channel(event), _behind_channel(event))


def _before_channel(event: Publication) -> bytes:
    return b'{"type":"%s","channel":"' % event.type.encode()


def _behind_channel(event: Publication) -> bytes:
    if event.type == RESYNC:
        return b'"}'
    ts, payload = _written.of(event.ts), event.payload
    if event.seq:
        return b'","seq":%d,"ts":%s,"payload":%s}' % (event.seq, ts, payload)
    return b'","ts":%s,"payload":%s}' % (ts, payload)


def _around(channel: str, before: bytes, behind: bytes) -> bytes:
    name = channel.encode()
    head = text_head(len(before) + len(name) + len(behind))
    return b"".join([head, before, name, behind])


def _ack_parts(id: CommandId, payload: Iterable[bytes]) -> Iterator[bytes]:
    yield b'{"type":"ack","id":%b,"payload":' % _encode(id)
    yield from payload
    yield b"}"
