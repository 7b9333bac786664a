"""Read durable streams back from the database, to fill the gates' gaps."""

from collections.abc import Mapping, Sequence

from rtserver.access import changes as access
from rtserver.boards.missed import board_gap
from rtserver.chat import held_events
from rtserver.chat.events import chat_gap
from rtserver.clock import Clock
from rtserver.delivery.channels import (
    board_stream,
    chat_stream,
    notification_stream,
    parse_stream,
)
from rtserver.delivery.gates import Gap
from rtserver.delivery.replay import ReplayLimits
from rtserver.notifications.feed import notification_gap
from store import access_changes, lessons, notifications
from store.database import Database
from store.records import AccessChangeRecord
from store.transaction import Transaction

_PAGE = 1000


class Streams:
    """The source of every gate: chats, boards, notifications and ``access``."""

    def __init__(self, db: Database, clock: Clock, limits: ReplayLimits) -> None:
        self._db = db
        self._clock = clock
        self._limits = limits

    async def heads(self, streams: Sequence[str]) -> Mapping[str, int]:
        """Return the present seq of each stream."""
        return await self._db.read(_heads, streams)

    async def after(self, stream: str, seq: int) -> Gap:
        """Return what a stream holds after ``seq``."""
        if stream == access.STREAM:
            changes = await self._db.read(_access_changes, seq)
            now = self._clock.now()
            events = [access.event_of(change, now) for change in changes]
            return Gap(events, events[-1].seq if events else seq)
        kind, id = parse_stream(stream)
        return await self._db.read(_GAPS[kind], id, seq, self._limits)

    async def told(self, stream: str) -> None:
        """Wait until what was committed here of a stream has passed its gate."""
        await self._db.told(lambda event: getattr(event, "stream", "") == stream)


def _access_changes(tx: Transaction, seq: int) -> list[AccessChangeRecord]:
    return held_events.completed(tx, access_changes.since(tx, seq, _PAGE))


_GAPS = {"chat": chat_gap, "board": board_gap, "notifications": notification_gap}


def _heads(tx: Transaction, streams: Sequence[str]) -> dict[str, int]:
    ids: dict[str, list[int]] = {kind: [] for kind in _GAPS}
    for kind, id in map(parse_stream, streams):
        if kind in ids:
            ids[kind].append(id)
    chats = lessons.chat_seqs(tx, ids["chat"])
    boards = lessons.board_seqs(tx, ids["board"])
    heads = {chat_stream(id): seq for id, seq in chats.items()}
    heads |= {board_stream(id): seq for id, seq in boards.items()}
    people = notifications.heads(tx, ids["notifications"])
    heads |= {notification_stream(id): seq for id, seq in people.items()}
    if access.STREAM in streams:
        heads[access.STREAM] = access_changes.head(tx)
    return heads
