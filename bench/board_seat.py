"""A client on a board; as a program of its own, it measures without being disturbed.

    python -m bench.board_seat ping|look URL TOKEN LESSON

pings all the time, or asks for the whole board every second, until its standard input
ends. Then it prints the seconds that each took, as JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any, Self

from websockets.asyncio.client import connect

from tests.drawing import board


class Seat:
    """A socket on a board that answers one command after the other."""

    def __init__(self, url: str, token: str, lesson: int) -> None:
        self._url = url.replace("http", "ws", 1) + "/ws"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._channel = board(lesson)
        self._number = 0

    async def open(self) -> Self:
        self.socket = await connect(
            self._url,
            additional_headers=self._headers,
            compression=None,
            max_size=None,
            proxy=None,
        )
        await self.call("subscribe", {})
        return self

    async def call(self, type: str, payload: Any) -> str:
        """Send a command; give the text of its answer."""
        self._number += 1
        frame = {"type": type, "id": self._number, "payload": payload}
        await self.socket.send(json.dumps(frame | {"channel": self._channel}))
        begin = f'{{"type":"ack","id":{self._number},'
        async for text in self.socket:
            if str(text).startswith(begin):
                return str(text)
            if str(text).startswith('{"type":"error"'):
                sys.exit(f"the server refused: {text!r}")
        sys.exit("the server hung up")

    async def look(self) -> str:
        """Come, take the whole board, and leave."""
        await self.open()
        text = await self.call("board.snapshot.request", {})
        await self.socket.close()
        return text


async def ping(url: str, token: str, lesson: int) -> Callable[[], Awaitable[Any]]:
    seat = await Seat(url, token, lesson).open()
    return lambda: seat.call("ping", {})


async def look(url: str, token: str, lesson: int) -> Callable[[], Awaitable[Any]]:
    return lambda: Seat(url, token, lesson).look()


async def measure(what: str, url: str, token: str, lesson: str) -> list[float]:
    """Do it again and again until nobody wants to know any more."""
    ended = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    make, pause = {"ping": (ping, 0.001), "look": (look, 1.0)}[what]
    do = await make(url, token, int(lesson))
    took: list[float] = []
    while not ended.done():
        started = time.perf_counter()
        await do()
        took.append(time.perf_counter() - started)
        await asyncio.sleep(pause)
    return took


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(*sys.argv[1:]))))
