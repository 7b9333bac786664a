"""Limits by user of uploads that are under way at once."""

import asyncio
from collections import Counter
from typing import Final

from rtserver.errors import RateLimited
from rtserver.files.upload import STEP, Upload
from rtserver.limits import Slots

# So many may be under way of one user in this process.
AT_ONCE: Final = 64
_NEXT_SECONDS: Final = 5.0
# So long one waits for those before it.
_PATIENCE: Final = 30.0

MANY = "You have {} uploads under way: wait until one of them is done."
SLOW = "Your uploads before this one take long: wait until one of them is done."


class UnderWay:
    """The uploads of each user that are on their way in this process.

    From its beginning on each keeps a lesson's room, for which others ask in vain. So
    of one user only ``most_bytes`` of a lesson's are kept at once, or one upload; those
    behind wait for their turn, without being read.
    """

    def __init__(self, most_bytes: int, *, patience: float = _PATIENCE) -> None:
        self._most_bytes = most_bytes
        self._patience = patience
        self._slots = Slots(AT_ONCE)
        self._bytes: Counter[tuple[int, int]] = Counter()
        self._waiting: list[asyncio.Future[None]] = []

    async def enter(self, upload: Upload) -> None:
        """Take an upload in once it's its turn; raises RateLimited if that is late."""
        user_id = upload.actor.require_user()
        if not self._slots.take(user_id):
            raise RateLimited(_NEXT_SECONDS, MANY.format(AT_ONCE))
        try:
            async with asyncio.timeout(self._patience):
                await self._turn(upload)
        except TimeoutError:
            self._slots.give_back(user_id)
            raise RateLimited(_NEXT_SECONDS, SLOW) from None
        except BaseException:
            self._slots.give_back(user_id)
            raise
        self._bytes[_place(upload)] += _size(upload)

    def leave(self, upload: Upload) -> None:
        """Let the next ones have the place of an upload that is over."""
        self._slots.give_back(upload.actor.require_user())
        place = _place(upload)
        self._bytes[place] -= _size(upload)
        if not self._bytes[place]:
            del self._bytes[place]
        waiting, self._waiting = self._waiting, []
        for turn in waiting:
            if not turn.done():
                turn.set_result(None)

    async def _turn(self, upload: Upload) -> None:
        place, size = _place(upload), _size(upload)
        while self._bytes[place] and self._bytes[place] + size > self._most_bytes:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            await turn


def _place(upload: Upload) -> tuple[int, int]:
    return upload.actor.require_user(), upload.asked.lesson_id


def _size(upload: Upload) -> int:
    """Return how much of the room an upload keeps before anything of it has come."""
    length = upload.asked.length
    return STEP if length is None else length
