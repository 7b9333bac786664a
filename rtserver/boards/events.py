"""What a board's journal says, as its subscribers hear it (contract 2.4)."""

import msgspec

from rtserver.delivery.channels import board_channel, board_stream
from rtserver.delivery.gates import Gap
from rtserver.delivery.messages import Publication
from rtserver.delivery.replay import Replay, ReplayLimits
from store import board_journal, lessons
from store.records import BoardEntryRecord
from store.transaction import Transaction

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


def missed_events(
    tx: Transaction, lesson_id: int, since: int, head: int, limits: ReplayLimits
) -> Replay:
    """Return the events after ``since``, up to the board's present seq."""
    if since > head:
        return Replay(reason="ahead")
    if since == head:
        return Replay()
    oldest = board_journal.oldest(tx, lesson_id)
    if oldest is None or oldest > since + 1:
        return Replay(reason="trimmed")
    # One more than may be sent is enough to know that they are too many.
    size = board_journal.extent(tx, lesson_id, since, limit=limits.events + 1)
    if size.entries > limits.events or size.bytes > limits.bytes:
        return Replay(reason="too_many")
    entries = board_journal.since(tx, lesson_id, since, limit=limits.events)
    return Replay([board_event(entry) for entry in entries])


def board_gap(tx: Transaction, lesson_id: int, seq: int, limits: ReplayLimits) -> Gap:
    """Read what a board's journal holds after ``seq``."""
    head = lessons.board_seqs(tx, [lesson_id]).get(lesson_id, 0)
    missed = missed_events(tx, lesson_id, seq, head, limits)
    return Gap(None if missed.reason else missed.events, head)
