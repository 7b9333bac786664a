"""Messages as bytes ready for the socket (contract 2.2)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from rtserver.delivery.messages import (
    RESYNC,
    Ack,
    CommandId,
    Error,
    Publication,
    Resync,
    Unsubscribed,
    Welcome,
)
from rtserver.delivery.subscriber import Subscriber
from rtserver.edge.frames import build_text, build_text_parts
from rtserver.errors import RtError

MAX_PIECE = 65_536  # of a payload that is sent as the socket drains

_encode = msgspec.json.Encoder().encode


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


class EventText:
    """One event's JSON with a gap for the channel, which differs per user in chat."""

    __slots__ = ("_head", "_tail")

    def __init__(self, publication: Publication) -> None:
        if publication.type == RESYNC:
            self._head, self._tail = b'{"type":"resync","channel":"', b'"}'
            return
        seq = b',"seq":%d' % publication.seq if publication.seq else b""
        self._head = b'{"type":"%s","channel":"' % publication.type.encode()
        self._tail = b'"%s,"ts":%s,"payload":%s}' % (
            seq,
            _encode(publication.ts),
            bytes(publication.payload),
        )

    def frame(self, channel: str) -> bytes:
        """Build the frame for one channel."""
        return build_text(self._head + channel.encode() + self._tail)

    def size(self, channel: str) -> int:
        """Return how many bytes of JSON that frame has."""
        return len(self._head) + len(channel.encode()) + len(self._tail)


def _ack_parts(id: CommandId, payload: Iterable[bytes]) -> Iterator[bytes]:
    yield b'{"type":"ack","id":%b,"payload":' % _encode(id)
    yield from payload
    yield b"}"
