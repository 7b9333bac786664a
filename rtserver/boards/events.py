"""Events of a board's journal, as its subscribers hear them (contract 2.4)."""

import msgspec

from rtserver.delivery.channels import board_channel, board_stream
from rtserver.delivery.publication import RESYNC, Publication
from rtserver.delivery.wire import EventText
from store.records import BoardEntryRecord

_decode_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode

TYPES = {
    "patch": "board.patch",
    "reset": "board.reset",
    "replace": "board.snapshot.send",
    "restore": "board.snapshot.send",
}


def board_event(
    entry: BoardEntryRecord, sender: str = "", *, most: int | None = None
) -> Publication:
    """Build the event of one change; its elements go on byte for byte.

    ``sender`` is the connection that made it, where that is known. What was restored
    may be over ``most`` bytes: then its readers are told to load the board anew.
    """
    payload = b'"user_id":%d}' % entry.user_id
    if entry.kind == "reset":
        payload = b"{" + payload
    else:
        payload = b'{"elements":%b,%b' % (entry.elements, payload)
    event = Publication(
        TYPES[entry.kind],
        payload,
        entry.at,
        channel=board_channel(entry.lesson_id),
        stream=board_stream(entry.lesson_id),
        seq=entry.seq,
        sender=sender,
    )
    if entry.kind != "restore" or fits(event, most):
        return event
    return event.told_as(RESYNC, b'{"user_id":%d}' % entry.user_id)


def fits(event: Publication, most: int | None) -> bool:
    """Return whether an event's frame is no longer than it may be."""
    return most is None or EventText(event).size(event.channel) <= most


def signed(payload: bytes, user_id: int) -> bytes:
    """Add to a client's payload who sent it; the rest goes on byte for byte.

    ``payload`` is a checked JSON object with a field in it, but no ``user_id``.
    """
    return b'{"user_id":%d,%b' % (user_id, payload[1:])


def unsigned(payload: bytes) -> bytes:
    """Leave a ``user_id`` of the client's own out, however its key is written."""
    fields = _decode_fields(payload)
    del fields["user_id"]
    return _encode(fields)
