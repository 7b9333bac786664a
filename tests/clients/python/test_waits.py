"""What the client of our own waits for, and for how long."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import tornado.httpserver
import tornado.netutil
import tornado.web
from tornado.websocket import WebSocketHandler

from rtserver_client import Client, CommandError, retry

BOARD = "board:lesson:3"
TIMEOUT = 0.5


class SlowBoard(WebSocketHandler):
    """A server whose snapshots take longer than any other answer, as on a slow line."""

    connections = 0

    def open(self) -> None:
        type(self).connections += 1
        self.held: list[str] | None = None

    def on_message(self, message: str | bytes) -> None:
        frame = json.loads(message)
        if frame["type"] == "board.snapshot.request":
            self.held = []
            asyncio.get_running_loop().call_later(4 * TIMEOUT, self.release)
        payload = {"channel": BOARD, "seq": 1, "epoch": "e", "elements": []}
        self.say({"type": "ack", "id": frame["id"], "payload": payload})
        if frame["type"] == "auth":
            now = datetime.now(UTC)
            times = {"server_time": now, "token_expires_at": now + timedelta(hours=1)}
            told = {name: f"{time:%Y-%m-%dT%H:%M:%SZ}" for name, time in times.items()}
            limits = {"subscriptions": 64, "message_bytes": 262_144}
            about = {"heartbeat_interval": TIMEOUT, "limits": limits, **told}
            self.say({"type": "welcome", "payload": about})

    def say(self, frame: dict[str, Any]) -> None:
        text = json.dumps(frame)
        if self.held is None:
            self.write_message(text)
        else:
            self.held.append(text)

    def release(self) -> None:
        held, self.held = self.held, None
        for text in held or ():
            self.write_message(text)


@asynccontextmanager
async def at_the_slow_board() -> AsyncIterator[Client]:
    """Connect to a server of that kind."""
    [listener] = tornado.netutil.bind_sockets(0, "127.0.0.1")
    own = type("Own", (SlowBoard,), {})
    server = tornado.httpserver.HTTPServer(tornado.web.Application([("/ws", own)]))
    server.add_socket(listener)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    client = Client(url, lambda fresh: "token", timeout=TIMEOUT)
    await client.connect()
    try:
        yield client
        assert own.connections == 1
    finally:
        await client.close()
        server.stop()


async def test_snapshot_that_takes_long_is_waited_for_as_is_what_stands_behind_it():
    async with at_the_slow_board() as client:
        board = client.subscribe(BOARD, lambda event: None)
        await board.ready

        snapshot, behind = await asyncio.gather(
            board.command("board.snapshot.request"), client.command("ping")
        )

    assert snapshot["elements"] == []
    assert behind


async def test_client_that_was_closed_connects_no_more() -> None:
    client = Client("http://127.0.0.1:9", lambda fresh: "token")
    await client.close()
    tasks = asyncio.all_tasks()

    with pytest.raises(CommandError, match="closed: 1000"):
        await client.connect()

    assert asyncio.all_tasks() == tasks


async def test_command_that_waits_for_a_channel_fails_when_the_client_is_closed():
    client = Client("http://127.0.0.1:9", lambda fresh: "token")
    board = client.subscribe(BOARD, lambda event: None)
    waiting = asyncio.create_task(retry(lambda: board.command("board.reset")))
    await asyncio.sleep(0)  # it has tried once

    await client.close()

    with pytest.raises(CommandError, match=f"closed: {BOARD}"):
        await waiting
