"""Open ``board:lesson:{id}`` for the lesson's accepted members (contract 2.4)."""

from typing import Any, NamedTuple

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.boards.missed import missed_events
from rtserver.delivery.channels import Channel, board_stream
from rtserver.delivery.replay import Replay, ReplayLimits
from rtserver.delivery.session import Session
from rtserver.delivery.subscriptions import SubscribeRequest, SubscribeResult
from rtserver.input import decode
from rtserver.input.field_types import Seq
from store import facts, lessons, members
from store.database import Database
from store.transaction import Transaction


class _BoardState(NamedTuple):
    """What one moment's read found; ``replay`` is None unless it was asked for."""

    seq: int
    epoch: str
    board: str
    cancelled: bool
    replay: Replay | None = None


class BoardFeed:
    """The position, one's own right, and every event since the last one seen."""

    def __init__(self, db: Database, limits: ReplayLimits) -> None:
        self._db = db
        self._limits = limits

    def authorize(self, session: Session, channel: Channel) -> None:
        """Leave it to ``open``, which reads the right at the same moment."""

    async def open(
        self, session: Session, channel: Channel, request: SubscribeRequest
    ) -> SubscribeResult:
        since = None
        if request.since is not None:
            since = decode.decode_part(request.since, Seq, prefix="payload.since")
        read = await self._db.read(
            _read, session.actor, channel.id, since, request.epoch, self._limits
        )
        ack: dict[str, Any] = {
            "channel": channel.name,
            "seq": read.seq,
            "epoch": read.epoch,
            "board": read.board,
        }
        replay = read.replay or Replay()
        if read.replay is not None:
            ack |= replay.recovery
        positions = {board_stream(channel.id): read.seq}
        return SubscribeResult(
            ack,
            positions,
            replay.events,
            read_only=read.cancelled,
            may_draw=read.board == "draw",
        )


def _read(
    tx: Transaction,
    actor: Actor,
    lesson_id: int,
    since: int | None,
    epoch: str | None,
    limits: ReplayLimits,
) -> _BoardState:
    member = members.acting(tx, lesson_id, actor.require_user())
    lesson = lessons.get(tx, lesson_id)
    lesson = rights.require(actor, lesson, member, Right.VIEW_BOARD)
    may_draw = rights.allows(actor, member, Right.DRAW_BOARD)
    seq, known = lesson.board_seq, facts.epoch(tx)
    board = "draw" if may_draw else "view"
    found = _BoardState(seq, known, board, lesson.status == "cancelled")
    if since is None:
        return found
    replay = Replay(reason="epoch")
    if epoch in (None, known):
        replay = missed_events(tx, lesson_id, since, seq, limits)
    return found._replace(replay=replay)
