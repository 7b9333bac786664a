"""The cost of long answers: memory till they are sent, however slowly they are taken,
and time to make them."""

import asyncio
from typing import TYPE_CHECKING, Any

import tornado.web

from rtserver.access.actor import Actor

if TYPE_CHECKING:
    from rtserver.services import Services


class TurnTaker(tornado.web.RequestHandler):
    """A handler of which a user's requests wait for their turn, unread until then.

    A turn lasts until the answer is sent, or nobody is there to take it. What is
    answered at length counts as several requests.
    """

    services: "Services"
    actor: Actor
    # What goes out piece by piece may take long, and is little in memory.
    answers_in_pieces = False
    _turn: asyncio.Semaphore | None = None

    async def take_turn(self) -> None:
        """Wait until it is this request's turn; a platform's has no need to."""
        user_id = self.actor.user_id
        if user_id is not None and not self.answers_in_pieces:
            turn = self.services.turns.of(user_id)
            await turn.acquire()
            self._turn = turn

    def write(self, chunk: Any) -> None:
        super().write(chunk)
        if self._turn is not None:
            self.services.budgets.spend_answer(self.actor, len(chunk))

    def finish(self, chunk: Any = None) -> "asyncio.Future[None]":
        sent = super().finish(chunk)
        if sent.done():
            self._end_turn()
        else:
            sent.add_done_callback(lambda _: self._end_turn())
        return sent

    def on_connection_close(self) -> None:
        super().on_connection_close()
        self._end_turn()

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.release()
