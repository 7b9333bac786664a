"""The form of an event on its way to other processes.

A topic is the name of the stream whose followers want the event; JSON, since events
hold JSON already that goes on as it is.
"""

import msgspec

from rtserver.access.changes import STREAM, AccessEvent
from rtserver.delivery.messages import Publication

Event = Publication | AccessEvent

_encode = msgspec.json.Encoder().encode
_publication = msgspec.json.Decoder(Publication).decode
_access = msgspec.json.Decoder(AccessEvent).decode


def topic_of(event: Event) -> str:
    """Name the topic of an event; empty when it is for this process alone."""
    if isinstance(event, Publication):
        return event.stream or event.topic
    return event.stream


def pack(event: Event) -> bytes:
    return _encode(event)


def unpack(topic: str, message: bytes) -> Event:
    """Read what ``pack`` has written; raises ``msgspec.DecodeError`` on anything else.

    The payload stays as it was written, for whoever receives it in the end.
    """
    return _access(message) if topic == STREAM else _publication(message)
