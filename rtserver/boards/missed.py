"""Recovery of a board out of its journal: what somebody missed (contract 2.4).

Whoever was away gets of each element the last version alone: how it came about is of
no use any more, and may be a hundred times as much.
"""

from collections.abc import Iterable
from dataclasses import replace

from rtserver.boards.codec import decode_elements, encode_elements
from rtserver.boards.events import board_event
from rtserver.delivery.gates import Gap
from rtserver.delivery.publication import RESYNC
from rtserver.delivery.replay import Replay, ReplayLimits
from store import board_journal, board_marks, lessons
from store.records import BoardEntryRecord
from store.transaction import Transaction

# So many times what may be sent is read for it.
READ = 16


def missed_events(
    tx: Transaction, lesson_id: int, since: int, head: int, limits: ReplayLimits
) -> Replay:
    """Return what has to be told after ``since``, up to the board's present seq."""
    if reason := _unreadable(tx, lesson_id, since, head, READ * limits.events):
        return Replay(reason=reason)
    told = Compaction(limits)
    if not told.take(board_journal.backwards(tx, lesson_id, head, since)):
        return Replay(reason="too_many")
    events = [board_event(entry, most=limits.message_bytes) for entry in told.entries()]
    # Who has to load the board anew needs nothing of what was before.
    is_long = any(event.type == RESYNC for event in events)
    return Replay(reason="too_many") if is_long else Replay(events)


def board_gap(tx: Transaction, lesson_id: int, seq: int, limits: ReplayLimits) -> Gap:
    """Read what a board's journal holds after ``seq``: every change as it came.

    A change of this process is acked with its event, so none may be left out.
    """
    head = lessons.board_seqs(tx, [lesson_id]).get(lesson_id, 0)
    if _unreadable(tx, lesson_id, seq, head, limits.events):
        return Gap(None, head)
    events, size = [], 0
    for entry in board_journal.after(tx, lesson_id, seq):
        events.append(board_event(entry, most=limits.message_bytes))
        size += len(entry.elements)
        if size > limits.bytes:
            return Gap(None, head)
    return Gap(events, head)


class Compaction:
    """The changes that are left when each element comes once, as it is at the end.

    Resets and replacements stay, each at its place: what lay before one still says
    which versions it made tombstones of.
    """

    def __init__(self, limits: ReplayLimits) -> None:
        self._limits = limits
        self._kept: list[BoardEntryRecord] = []
        self._bytes = self._read = 0
        self._seen: set[str] = set()

    def take(self, newest_first: Iterable[BoardEntryRecord]) -> bool:
        """Take changes from the newest on; False once more is left than may be sent."""
        for entry in newest_first:
            self._read += len(entry.elements)
            left = self._of_patch(entry) if entry.kind == "patch" else entry
            if left is not None:
                self._kept.append(left)
                self._bytes += len(left.elements)
            if not self._fits():
                return False
        return True

    def entries(self) -> list[BoardEntryRecord]:
        """Return what is left, in order."""
        return self._kept[::-1]

    def _fits(self) -> bool:
        most = self._limits
        fits = len(self._kept) <= most.events and self._bytes <= most.bytes
        return fits and self._read <= READ * most.bytes

    def _of_patch(self, entry: BoardEntryRecord) -> BoardEntryRecord | None:
        elements = decode_elements(entry.elements)
        last = [each for each in elements if each.id not in self._seen]
        self._seen.update(each.id for each in last)
        if len(last) == len(elements):
            return entry  # byte for byte as it was told
        return replace(entry, elements=encode_elements(last)) if last else None


def _unreadable(
    tx: Transaction, lesson_id: int, since: int, head: int, events: int
) -> str:
    """Return why what lies behind a position can't be read, or nothing."""
    if since > head:
        return "ahead"
    if since == head:
        return ""
    if since < board_marks.get(tx, lesson_id).trimmed:
        return "trimmed"
    # One more than may be is enough to know that they are too many.
    size = board_journal.extent(tx, lesson_id, since, limit=events + 1)
    if size.entries > events:
        return "too_many"
    return "trimmed" if size.entries < head - since else ""
