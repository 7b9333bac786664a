"""``/api/boards/{lesson_id}/`` (contract 3.3)."""

from typing import Any

import msgspec
import tornado.iostream

from handlers.base import ApiHandler
from handlers.operations import operation
from rtserver.errors import Forbidden
from rtserver.views import Time


class SnapshotView(msgspec.Struct, frozen=True):
    """A board as it is at ``seq``."""

    seq: int
    epoch: str
    elements: list[dict[str, Any]]
    taken_at: Time


class BoardHandler(ApiHandler):
    @operation("accepted members", {200: SnapshotView}, errors=(Forbidden,))
    async def get(self, lesson_id: str) -> None:
        """Read the board, as it is at `seq`."""
        view = await self.services.boards.service.view(
            self.actor, self.path_id(lesson_id)
        )
        self.set_header("Content-Type", "application/json; charset=utf-8")
        # As it is taken off, so it needs no room at once.
        for chunk in view.chunks():
            self.write(chunk)
            try:
                await self.flush()
            except tornado.iostream.StreamClosedError:
                return  # they have gone, which is no fault of ours to log
        self.finish()
