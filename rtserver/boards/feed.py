"""Open ``board:lesson:{id}`` for the lesson's accepted members (contract 2.4)."""

from typing import Any, NamedTuple

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.boards.missed import missed_events
from rtserver.delivery.channels import Channel, board_channel, board_stream
from rtserver.delivery.replay import NOTHING, Missed, Replay, ReplayLimits
from rtserver.delivery.session import Session
from rtserver.delivery.subscriptions import SubscribeRequest, SubscribeResult
from rtserver.errors import RtError
from rtserver.input import decode
from rtserver.input.field_types import Seq
from store import facts, lessons, members
from store.database import Database
from store.gathered_reads import GatheredReads
from store.transaction import Transaction


class _BoardQuery(NamedTuple):
    """One who subscribes, and what they said beside the channel."""

    actor: Actor
    since: int | None
    epoch: str | None


class _BoardState(NamedTuple):
    """A board at the moment of the read; ``recovery``: empty unless asked for."""

    seq: int
    epoch: str
    board: str
    cancelled: bool
    recovery: dict[str, Any]
    missed: Missed = NOTHING


class BoardFeed:
    """The position, one's own right, and every event since the last one seen.

    Those who open a board at once are read for together: a class that comes back
    missed the same, and it is read once.
    """

    def __init__(self, db: Database, limits: ReplayLimits) -> None:
        self._reads = GatheredReads[int, _BoardQuery, _BoardState](
            db,
            lambda tx, lesson_id, asked: (
                _BoardReading(tx, lesson_id, asked, limits).state
            ),
            RtError,
        )

    def authorize(self, session: Session, channel: Channel) -> None:
        """Leave it to ``open``, which reads the right at the same moment."""

    async def open(
        self, session: Session, channel: Channel, request: SubscribeRequest
    ) -> SubscribeResult:
        since = None
        if request.since is not None:
            since = decode.decode_part(request.since, Seq, prefix="payload.since")
        asked = _BoardQuery(session.actor, since, request.epoch)
        read = await self._reads.read(channel.id, asked)
        ack: dict[str, Any] = {
            "channel": channel.name,
            "seq": read.seq,
            "epoch": read.epoch,
            "board": read.board,
            **read.recovery,
        }
        return SubscribeResult(
            ack,
            {board_stream(channel.id): read.seq},
            read.missed,
            read_only=read.cancelled,
            may_draw=read.board == "draw",
        )


class _BoardReading:
    """One reading transaction over a board, for all who open it just then."""

    def __init__(
        self,
        tx: Transaction,
        lesson_id: int,
        asked: list[_BoardQuery],
        limits: ReplayLimits,
    ) -> None:
        user_ids = {each.actor.require_user() for each in asked}
        self._tx = tx
        self._lesson_id = lesson_id
        self._limits = limits
        self._lesson = lessons.get(tx, lesson_id)
        self._people = members.acting_among(tx, lesson_id, user_ids)
        self._epoch = facts.epoch(tx)
        self._replays: dict[int, tuple[Replay, Missed]] = {}

    def state(self, asked: _BoardQuery) -> _BoardState:
        """Return what somebody gets of it; raises as ``rights.require``."""
        member = self._people.get(asked.actor.require_user())
        lesson = rights.require(asked.actor, self._lesson, member, Right.VIEW_BOARD)
        may_draw = rights.allows(asked.actor, member, Right.DRAW_BOARD)
        board = "draw" if may_draw else "view"
        state = _BoardState(
            lesson.board_seq, self._epoch, board, lesson.status == "cancelled", {}
        )
        if asked.since is None:
            return state
        if asked.epoch not in (None, self._epoch):
            return state._replace(recovery=Replay(reason="epoch").recovery)
        replay, missed = self._replayed(asked.since, lesson.board_seq)
        return state._replace(recovery=replay.recovery, missed=missed)

    def _replayed(self, since: int, head: int) -> tuple[Replay, Missed]:
        """Read what was missed, or give what another one missed just as well."""
        known = self._replays.get(since)
        if known is None:
            replay = missed_events(self._tx, self._lesson_id, since, head, self._limits)
            missed = Missed(board_channel(self._lesson_id), replay.events)
            known = self._replays[since] = replay, missed
        return known
