"""Open ``board:lesson:{id}`` for the lesson's accepted members (contract 2.4)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.boards.events import Missed, missed_events
from rtserver.delivery.channels import Channel, board_stream
from rtserver.delivery.publication import Publication, ReplayLimits
from rtserver.delivery.session import Session
from rtserver.delivery.subscriptions import Asked, Opening
from rtserver.input import decode
from rtserver.input.field_types import Seq
from store import facts, lessons, members
from store.database import Database
from store.transaction import Transaction


class _Read(NamedTuple):
    """One moment's read: the position, one's right, and what was missed."""

    seq: int
    epoch: str
    board: str
    recovery: dict[str, Any]
    replay: Sequence[Publication]


class BoardFeed:
    """The position, one's own right, and every event since the last one seen."""

    def __init__(self, db: Database, limits: ReplayLimits) -> None:
        self._db = db
        self._limits = limits

    def authorize(self, session: Session, channel: Channel) -> None:
        """Leave it to ``open``, which reads the right at the same moment."""

    async def open(self, session: Session, channel: Channel, asked: Asked) -> Opening:
        since = None
        if asked.since is not None:
            since = decode.decode(bytes(asked.since), Seq, prefix="payload.since")
        read = await self._db.read(
            _read, session.actor, channel.id, since, asked.epoch, self._limits
        )
        ack = {
            "channel": channel.name,
            "seq": read.seq,
            "epoch": read.epoch,
            "board": read.board,
            **read.recovery,
        }
        return Opening(ack, {board_stream(channel.id): read.seq}, read.replay)


def _read(
    tx: Transaction,
    actor: Actor,
    lesson_id: int,
    since: int | None,
    epoch: str | None,
    limits: ReplayLimits,
) -> _Read:
    member = members.acting(tx, lesson_id, actor.require_user())
    lesson = lessons.get(tx, lesson_id)
    lesson = rights.require(actor, lesson, member, Right.VIEW_BOARD)
    may_draw = rights.allows(actor, member, Right.DRAW_BOARD)
    seq, known = lesson.board_seq, facts.epoch(tx)
    board = "draw" if may_draw else "view"
    if since is None:
        return _Read(seq, known, board, {}, ())
    missed = Missed((), "epoch")
    if epoch in (None, known):
        missed = missed_events(tx, lesson_id, since, seq, limits)
    recovery: dict[str, Any] = {"recovered": not missed.reason}
    if missed.reason:
        recovery["reason"] = missed.reason
    return _Read(seq, known, board, recovery, missed.events)
