"""``/api/boards/{lesson_id}/…`` (contract 3.3)."""

from typing import Any

import msgspec
import tornado.iostream

from handlers.base import ApiHandler
from handlers.operations import Query, operation, page_of
from handlers.parameters import MAX_ID
from rtserver.boards.history import StepsView
from rtserver.boards.view import BoardView
from rtserver.errors import Conflict, Forbidden
from rtserver.input.field_types import Seq
from rtserver.views import Time


class SnapshotView(msgspec.Struct, frozen=True):
    """A board as it is at ``seq``."""

    seq: int
    epoch: str
    elements: list[dict[str, Any]]
    taken_at: Time


AT = Query(
    "at",
    "Tutors: as it was at this seq, or at the nearest kept step before it; 0: empty.",
    Seq,
)


class Restore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wish to restore; ``if_seq``: where the board has to be, else 409."""

    seq: Seq
    if_seq: Seq | None = None


class RestoredView(msgspec.Struct, frozen=True):
    """The change that made the board what it was."""

    seq: int


class BoardHandler(ApiHandler):
    @operation(
        "accepted members", {200: SnapshotView}, query=(AT,), errors=(Forbidden,)
    )
    async def get(self, lesson_id: str) -> None:
        """Read the board, as it is at `seq`."""
        view = await self._view(self.path_id(lesson_id))
        self.set_header("Content-Type", "application/json; charset=utf-8")
        # As it is taken off, so it needs no room at once.
        for chunk in view.chunks():
            self.write(chunk)
            try:
                await self.flush()
            except tornado.iostream.StreamClosedError:
                return  # they have gone, which is no fault of ours to log
        self.finish()

    async def _view(self, lesson_id: int) -> BoardView:
        boards = self.services.boards
        if self.query("at") is None:
            return await boards.service.view(self.actor, lesson_id)
        seq = self.query_int("at", minimum=0, maximum=MAX_ID, default=0)
        return await boards.history.view(self.actor, lesson_id, seq)


class BoardHistoryHandler(ApiHandler):
    @operation(
        "the lesson's tutors",
        {200: StepsView},
        query=page_of("steps"),
        errors=(Forbidden,),
    )
    async def get(self, lesson_id: str) -> None:
        """List the steps that are kept of the board's history, newest first."""
        history = await self.services.boards.history.steps(
            self.actor,
            self.path_id(lesson_id),
            cursor=self.query("cursor"),
            limit=self.page_size(),
        )
        self.reply(history)


class BoardRestoreHandler(ApiHandler):
    @operation(
        "the lesson's tutors",
        {200: RestoredView},
        body=Restore,
        errors=(Forbidden, Conflict),
        example={"seq": 0},
    )
    async def post(self, lesson_id: str) -> None:
        """Make the board what it was at a seq, as a new change."""
        self.actor.require_user()
        id, boards = self.path_id(lesson_id), self.services.boards
        wanted = self.body(Restore)
        elements = await boards.history.elements(self.actor, id, wanted.seq)
        size = sum(len(element.raw) for element in elements)
        self.services.budgets.charge_change(self.actor, size)
        seq = await boards.service.restore(self.actor, id, elements, wanted.if_seq)
        self.reply(RestoredView(seq))
