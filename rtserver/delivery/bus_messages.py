"""The form of an event on its way to other processes.

A topic is the name of the stream whose followers want the event; JSON, since events
hold JSON already that goes on as it is.
"""

from datetime import datetime

import msgspec

from rtserver.access.changes import STREAM, AccessEvent
from rtserver.delivery.publication import Publication

Event = Publication | AccessEvent


class _PublicationFields(msgspec.Struct, omit_defaults=True):
    """The fields of a publication; see there."""

    type: str
    payload: msgspec.Raw
    ts: datetime
    channel: str = ""
    user_ids: tuple[int, ...] = ()
    stream: str = ""
    seq: int = 0
    sender: str = ""
    latest: str = ""
    topic: str = ""
    volatile: bool = False


_encode = msgspec.json.Encoder().encode
_decode_fields = msgspec.json.Decoder(_PublicationFields).decode
_access = msgspec.json.Decoder(AccessEvent).decode


def topic_of(event: Event) -> str:
    """Name the topic of an event; empty when it is for this process alone."""
    if isinstance(event, Publication):
        return event.stream or event.topic
    return event.stream


def pack(event: Event) -> bytes:
    if not isinstance(event, Publication):
        return _encode(event)
    return _encode(
        _PublicationFields(
            event.type,
            msgspec.Raw(event.payload),
            event.ts,
            event.channel,
            event.user_ids,
            event.stream,
            event.seq,
            event.sender,
            event.latest,
            event.topic,
            event.volatile,
        )
    )


def unpack(topic: str, message: bytes) -> Event:
    """Read what ``pack`` has written; raises ``msgspec.DecodeError`` on anything else.

    The payload stays as it was written, for whoever receives it in the end.
    """
    return _access(message) if topic == STREAM else _unpacked(_decode_fields(message))


def _unpacked(fields: _PublicationFields) -> Publication:
    return Publication(
        fields.type,
        bytes(fields.payload),
        fields.ts,
        channel=fields.channel,
        user_ids=fields.user_ids,
        stream=fields.stream,
        seq=fields.seq,
        sender=fields.sender,
        latest=fields.latest,
        topic=fields.topic,
        volatile=fields.volatile,
    )
