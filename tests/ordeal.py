"""A server that is killed under load, again and again, and what is left afterwards."""

import asyncio
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from rtserver_client import Backoff, Client, Subscription
from tests.patience import PATIENCE
from tests.served import Lesson, Served

LANES = 4
AWAY = 0.01  # how long to wait before a server that is gone is tried again


@dataclass
class Verdict:
    """What was found at the end; everything from ``lost`` on has to be 0."""

    acked: int
    resent: int
    found_again: int
    lost: int
    doubled: int
    holes: int
    misseen: int

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.holes or self.misseen)


class Round(NamedTuple):
    """One kill: what was acked and seen before it, and the seconds until the return."""

    acked: int
    seen: int
    away: float


class Api:
    """The HTTP side, as one user has it; what isn't answered is sent again."""

    def __init__(self, served: Served, user_id: int, rng: random.Random) -> None:
        self._served = served
        self._rng = rng
        self._headers = {
            "Authorization": f"Bearer {served.token(user_id)}",
            "Content-Type": "application/json",
        }
        self._http = AsyncHTTPClient(force_instance=True, max_clients=LANES)
        self.resent = 0

    async def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send a request until it is answered; give the status and the JSON."""
        raw = None if body is None else json.dumps(body)
        while True:
            with suppress(OSError, HTTPClientError):
                status, reply = await self._once(method, path, raw)
                if status != 503:
                    return status, json.loads(reply)
            self.resent += 1
            await asyncio.sleep(AWAY)

    async def changes(self, lesson_id: int) -> tuple[list[dict[str, Any]], int]:
        """Return all messages of a lesson in the order of their seq, and its seq."""
        messages: list[dict[str, Any]] = []
        page: dict[str, Any] = {"seq": 0, "next": True}
        while page["next"]:
            query = f"?lesson_id={lesson_id}&since={page['seq']}&limit=100"
            status, page = await self.send("GET", f"/api/chat/changes/{query}")
            assert status == 200, page
            messages += page["results"]
        return messages, page["seq"]

    async def _once(self, method: str, path: str, raw: str | None) -> tuple[int, bytes]:
        url = self._served.url + path
        # Now and then a client gives up too early, and the answer is lost on its way.
        hasty = self._rng.random() < 0.1
        timeout = self._rng.uniform(0.002, 0.04) if hasty else 5.0
        request = HTTPRequest(url, method, self._headers, raw, request_timeout=timeout)
        response = await self._http.fetch(request, raise_error=False)
        return response.code, response.body

    def close(self) -> None:
        self._http.close()


class Writer:
    """Posts message after message, several at a time, each until it is answered."""

    def __init__(self, api: Api, lesson_id: int, name: str) -> None:
        self.acked: dict[str, dict[str, Any]] = {}
        self.found_again = 0
        self.heard = asyncio.Event()
        self.stopped = False
        self._api = api
        self._lesson_id = lesson_id
        self._names = (f"{name}-{number}" for number in itertools.count())

    async def run(self) -> None:
        await asyncio.gather(*(self._lane() for _ in range(LANES)))

    async def _lane(self) -> None:
        while not self.stopped:
            client_id = next(self._names)
            body = {
                "lesson_id": self._lesson_id,
                "text": f"text of {client_id}",
                "client_id": client_id,
            }
            status, message = await self._api.send("POST", "/api/chat/messages/", body)
            assert status in (200, 201), message
            self.found_again += status == 200
            self.acked[client_id] = message
            self.heard.set()


class Watcher:
    """Follows a user's chat by the client, and keeps what it passed on."""

    def __init__(self, served: Served, user_id: int, lesson_id: int) -> None:
        self.seen: list[dict[str, Any]] = []
        self.heard = asyncio.Event()
        self._lesson_id = lesson_id
        self._served = served
        self._user_id = user_id
        self._client: Client
        self._chat: Subscription

    @property
    def position(self) -> int:
        position: int = self._chat.position.get(str(self._lesson_id), 0)
        return position

    async def start(self) -> None:
        """Subscribe; from then on everything is seen, whatever happens."""
        token, backoff = self._served.token(self._user_id), Backoff(AWAY, AWAY)
        self._client = Client(self._served.url, lambda fresh: token, backoff=backoff)
        channel = f"chat:user:{self._user_id}"
        self._chat = self._client.subscribe(channel, self._take)
        await self._client.connect()
        await self._chat.ready

    def moved(self) -> None:
        """Hear that the server has another address."""
        self._client.url = self._served.url

    async def subscribed(self) -> None:
        """Wait until the chat is followed, also after a loss."""
        while not self._chat.is_live:
            await asyncio.sleep(AWAY)

    async def reach(self, seq: int) -> None:
        """Wait until everything up to a seq has been seen."""
        while self.position < seq:
            await asyncio.sleep(AWAY)

    async def stop(self) -> None:
        await self._client.close()

    def _take(self, event: dict[str, Any]) -> None:
        self.seen.append(event["payload"])
        self.heard.set()


class Ordeal:
    """Writers and a watcher in one lesson, over a server that is killed meanwhile."""

    def __init__(self, served: Served, lesson: Lesson, rng: random.Random) -> None:
        *authors, observer = lesson.members
        self._served = served
        self._lesson_id = lesson.id
        self._rng = rng
        self._apis = [Api(served, user_id, rng) for user_id in authors]
        self._writers = [
            Writer(api, lesson.id, f"writer{number}")
            for number, api in enumerate(self._apis)
        ]
        self._watcher = Watcher(served, observer, lesson.id)

    async def run(
        self, rounds: int, tell: Callable[[Round], None] = lambda _: None
    ) -> Verdict:
        """Kill the server so many times, at random moments; then see what is left.

        Before every other kill, and after the last, each writer was acked something.
        """
        await self._watcher.start()
        async with asyncio.TaskGroup() as group:
            writing = [group.create_task(writer.run()) for writer in self._writers]
            for number in range(rounds):
                await self._subscribed()
                # Not each time, so that it is also killed while they come back.
                if number % 2 == 0:
                    await self._all_acked()
                await self._moment()
                tell(await self._kill())
            await self._all_acked()
            for writer in self._writers:
                writer.stopped = True
            await asyncio.wait(writing)
            messages, seq = await self._apis[0].changes(self._lesson_id)
            await asyncio.wait_for(self._watcher.reach(seq), PATIENCE)
        await self._watcher.stop()
        for api in self._apis:
            api.close()
        return self._judge(messages, seq)

    async def _subscribed(self) -> None:
        await asyncio.wait_for(self._watcher.subscribed(), PATIENCE)

    async def _all_acked(self) -> None:
        """Wait until something more was acked to each writer, however slow that is."""
        before = [(writer, len(writer.acked)) for writer in self._writers]
        async with asyncio.timeout(PATIENCE):
            while any(len(writer.acked) == acked for writer, acked in before):
                await asyncio.sleep(AWAY)

    async def _moment(self) -> None:
        """Wait for some moment, or for the one when somebody has just been told."""
        await asyncio.sleep(self._rng.uniform(0.02, 0.5))
        told = self._rng.choice([*self._writers, self._watcher, None])
        if told is not None:
            told.heard.clear()
            await asyncio.wait_for(told.heard.wait(), PATIENCE)

    async def _kill(self) -> Round:
        before = sum(len(writer.acked) for writer in self._writers)
        killed = time.monotonic()
        self._served.kill()
        await asyncio.to_thread(self._served.start)
        self._watcher.moved()
        return Round(before, self._watcher.position, time.monotonic() - killed)

    def _judge(self, messages: list[dict[str, Any]], seq: int) -> Verdict:
        by_id = {message["id"]: message for message in messages}
        acked = [m for writer in self._writers for m in writer.acked.values()]
        times = Counter(message["client_id"] for message in messages)
        numbers = enumerate(messages, 1)
        pairs = itertools.zip_longest(self._watcher.seen, messages)
        return Verdict(
            acked=len(acked),
            resent=sum(api.resent for api in self._apis),
            found_again=sum(writer.found_again for writer in self._writers),
            lost=sum(by_id.get(message["id"]) != message for message in acked),
            doubled=sum(times.values()) - len(times),
            holes=seq - len(messages) + sum(m["created_seq"] != n for n, m in numbers),
            misseen=sum(seen != stored for seen, stored in pairs),
        )
