"""What a board's journal says, as its subscribers hear it (contract 2.4)."""

import msgspec

from rtserver.delivery.channels import board_channel, board_stream
from rtserver.delivery.messages import Publication
from store.records import BoardEntryRecord

TYPES = {
    "patch": "board.patch",
    "reset": "board.reset",
    "replace": "board.snapshot.send",
}


def board_event(entry: BoardEntryRecord, sender: str = "") -> Publication:
    """Build the event of one change; its elements go on byte for byte.

    ``sender`` is the connection that made it, where that is known.
    """
    payload = b'"user_id":%d}' % entry.user_id
    if entry.kind == "reset":
        payload = b"{" + payload
    else:
        payload = b'{"elements":%b,%b' % (entry.elements, payload)
    return Publication(
        type=TYPES[entry.kind],
        payload=msgspec.Raw(payload),
        ts=entry.at,
        channel=board_channel(entry.lesson_id),
        stream=board_stream(entry.lesson_id),
        seq=entry.seq,
        sender=sender,
    )
