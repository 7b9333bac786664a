"""Open ``chat:user:{id}``: the chats of all lessons that the user takes part in."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from rtserver.chat.events import as_seen_from, chat_event, size_of, within
from rtserver.delivery.channels import Channel, chat_stream
from rtserver.delivery.messages import Publication
from rtserver.delivery.replay import Missed, ReplayLimits
from rtserver.delivery.session import Session
from rtserver.delivery.subscriptions import SubscribeRequest, SubscribeResult
from rtserver.errors import BadRequest, Forbidden
from rtserver.input import decode
from rtserver.input.field_types import Seq
from store import facts, members, messages
from store.database import Database
from store.gathered_reads import GatheredReads
from store.records import MessageRecord
from store.transaction import Transaction


class _ChatQuery(NamedTuple):
    """One who subscribes, and what they said: ``since`` by lesson."""

    user_id: int
    since: Mapping[int, int]
    epoch: str | None


class _ChatState(NamedTuple):
    """Chats at the moment of the read, by lesson; ``failed``: why no replay."""

    positions: dict[int, int]
    epoch: str
    replays: dict[int, list[Publication]]
    failed: dict[int, str]


class ChatFeed:
    """The feed of all chats of a user; foreign lessons in ``since`` are ignored.

    ``limits`` hold for each lesson, ``total_bytes`` for all that are replayed together,
    since they are kept until the client has read them; a single one always fits.
    """

    def __init__(self, db: Database, limits: ReplayLimits, *, total_bytes: int) -> None:
        total = max(total_bytes, limits.bytes)
        self._reads = GatheredReads[None, _ChatQuery, _ChatState](
            db, lambda tx, _, asked: _ChatReading(tx, asked, limits, total).state
        )

    def authorize(self, session: Session, channel: Channel) -> None:
        if channel.id != session.user_id:
            raise Forbidden()

    async def open(
        self, session: Session, channel: Channel, request: SubscribeRequest
    ) -> SubscribeResult:
        since = None if request.since is None else _since(request.since)
        asked = _ChatQuery(session.user_id, since or {}, request.epoch)
        read = await self._reads.read(None, asked)
        ack: dict[str, Any] = {
            "channel": channel.name,
            "positions": {str(id): seq for id, seq in read.positions.items()},
            "epoch": read.epoch,
        }
        if since is not None:
            ack |= _recovery(read.failed)
        positions = {chat_stream(id): seq for id, seq in read.positions.items()}
        replay = [event for events in read.replays.values() for event in events]
        missed = Missed(channel.name, replay)
        return SubscribeResult(ack, positions, missed, fit=as_seen_from)


def _since(raw: msgspec.Raw) -> dict[int, int]:
    """Decode ``{"<lesson_id>": seq, …}``."""
    where = "payload.since"
    since = decode.decode_part(raw, dict[str, Seq], prefix=where)
    for key in since:
        if not (key.isascii() and key.isdecimal() and len(key) <= 16):
            raise BadRequest.at(where, "its keys must be ids of lessons")
    return {int(key): seq for key, seq in since.items()}


def _recovery(failed: Mapping[int, str]) -> dict[str, Any]:
    if not failed:
        return {"recovered": True}
    return {
        "recovered": False,
        "reason": next(iter(failed.values())),
        "not_recovered": {str(id): reason for id, reason in failed.items()},
    }


class _ChatReading:
    """One reading transaction for all who open their chats just then.

    ``total`` bounds the bytes that one of them gets.
    """

    def __init__(
        self, tx: Transaction, asked: list[_ChatQuery], limits: ReplayLimits, total: int
    ) -> None:
        self._tx = tx
        self._limits = limits
        self._total = total
        self._epoch = facts.epoch(tx)
        self._places = members.lessons_of_users(tx, {each.user_id for each in asked})
        self._changed: dict[tuple[int, int], list[MessageRecord]] = {}

    def state(self, asked: _ChatQuery) -> _ChatState:
        """Return what somebody gets of their chats."""
        places = self._places.get(asked.user_id, ())
        positions = {place.lesson_id: place.chat_seq for place in places}
        state, left = _ChatState(positions, self._epoch, {}, {}), self._total
        for lesson_id in sorted(positions.keys() & asked.since.keys()):
            seq = asked.since[lesson_id]
            if asked.epoch is not None and asked.epoch != self._epoch:
                state.failed[lesson_id] = "epoch"
            elif seq > positions[lesson_id]:
                state.failed[lesson_id] = "ahead"
            elif seq < positions[lesson_id]:
                events = None
                if left >= 0:  # otherwise they are too much together: read no more
                    events = self._replay(asked.user_id, lesson_id, seq)
                    left -= size_of(events or ())
                if events is None or left < 0:
                    state.failed[lesson_id] = "too_many"
                else:
                    state.replays[lesson_id] = events
        return state

    def _replay(
        self, user_id: int, lesson_id: int, since: int
    ) -> list[Publication] | None:
        """Return what changed in a lesson, or None when it is too much."""
        if (lesson_id, since) not in self._changed:
            self._changed[lesson_id, since] = messages.changed_since(
                self._tx, lesson_id, since, limit=self._limits.events + 1
            )
        changed = self._changed[lesson_id, since]
        events = [chat_event(message, since, [user_id]) for message in changed]
        return events if within(events, self._limits) else None
