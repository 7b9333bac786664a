"""A tutor who makes a board what it was, again and again, over a killed server."""

import asyncio
import json
import random
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.board_ordeal import BoardOrdeal
from tests.patience import PATIENCE
from tests.served import Lesson, Served

BACK = 60  # steps
PAUSE = 0.1


class Restorer:
    """Restores until the ordeal ends, once at least; ``restored`` counts that."""

    def __init__(self, served: Served, lesson: Lesson, rng: random.Random) -> None:
        self.restored = 0
        self._served = served
        self._lesson = lesson
        self._rng = rng

    async def run(self, ordeal: BoardOrdeal) -> None:
        """Go back by some steps, wherever the board is by now."""
        while not (ordeal.ending and self.restored):
            seq = max(0, ordeal.position - self._rng.randrange(BACK))
            try:
                await asyncio.to_thread(self._restore, seq)
                self.restored += 1
            except (OSError, HTTPException) as error:
                # Away, or merged or pruned meanwhile; nothing else is a refusal.
                assert getattr(error, "code", 404) in (404, 503), error
                if isinstance(error, HTTPError):
                    error.close()
            await asyncio.sleep(PAUSE)

    def _restore(self, seq: int) -> None:
        token = self._served.token(self._lesson.members[0])
        url = f"{self._served.url}/api/boards/{self._lesson.id}/restore/"
        headers = {"Authorization": f"Bearer {token}"}
        headers["Content-Type"] = "application/json"
        body = json.dumps({"seq": seq}).encode()
        with urlopen(Request(url, body, headers), timeout=PATIENCE) as answer:
            assert json.load(answer)["seq"] > seq
