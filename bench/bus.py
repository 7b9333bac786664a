"""What several processes cost: the hop through Redis, and others' events taken in.

``hop``: a message is posted at one process; how much later than its own clients do
those of another process have it? ``foreign``: one process takes chat messages that
another has published, as fast as it can, each for one connection.
"""

import argparse
import asyncio
import itertools
import json
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import redis

from bench import stage
from bench.http_client import Busy, open_lanes, post
from rtserver.delivery.bus_messages import pack
from rtserver.delivery.publication import to_users
from tests.client import open_socket
from tests.rtserver.edge_fakes import text
from tests.served import Lesson, Served, found
from tests.services import Redis

TARGETS = "hop p50 < 5 ms; ≥ 15000 foreign events/s"
NODE = "bench-node-0"
MARK = b'"type":"chat.message.new"'
OUTSTANDING = 4000
PIPELINE = 200


@contextmanager
def processes(at, count, **settings):
    """Start a database, a Redis and servers on both; give the servers and the Redis."""
    with stage.database("postgresql", at) as url:
        server = Redis().start()
        served = []
        try:
            for number in range(count):
                folder = at / str(number)
                folder.mkdir()
                served.append(Served(folder, url, redis_url=server.url, **settings))
            yield served, server
        finally:
            for each in served:
                each.stop()
            server.stop()


async def chatting(served, user_id):
    socket = await open_socket(served.url, served.token(user_id))
    await socket.next("welcome")
    await socket.call("subscribe", f"chat:user:{user_id}")
    return socket


async def hop(options):
    """Return how much later, in ms, a message arrives at another process's client."""
    with stage.folder() as at, processes(at, 2) as (two, _):
        [lesson] = await found(two[0].settings, lessons=1, members=2)
        for served in two:
            served.start()
        sockets = [
            await chatting(served, user_id)
            for served, user_id in zip(two, lesson.members, strict=True)
        ]
        await asyncio.sleep(0.5)
        return await hops(two[0], lesson, sockets, options.messages)


async def hops(served, lesson: Lesson, sockets, count):
    async def arrivals(socket):
        times = []
        for _ in range(count):
            await socket.next("chat.message.new")
            times.append(time.perf_counter())
        return times

    heard = asyncio.gather(*(arrivals(socket) for socket in sockets))
    numbers = itertools.count()
    token = served.token(lesson.members[0])

    def make():
        body = {"lesson_id": lesson.id, "text": f"message {next(numbers)}"}
        return post(served.url, "/api/chat/messages/", token, json.dumps(body).encode())

    for _ in range(count):
        busy = Busy()
        busy.stopped = True
        [lane] = await open_lanes(served.url, busy, [make])
        await lane.done
        await asyncio.sleep(0.005)
    own, other = await heard
    for socket in sockets:
        await socket.close()
    return sorted(1000 * (b - a) for a, b in zip(own, other, strict=True))


class Counting(asyncio.Protocol):
    """Counts the messages that come over one connection."""

    def __init__(self, total):
        self.total = total
        self.rest = b""

    def data_received(self, data):
        data = self.rest + data
        self.total.add(data.count(MARK))
        self.rest = data[-len(MARK) + 1 :]


class Total:
    """How many messages came, over all connections."""

    def __init__(self):
        self.delivered = 0
        self.more = asyncio.Event()

    def add(self, count):
        self.delivered += count
        self.more.set()

    async def reaches(self, count):
        while self.delivered < count:
            self.more.clear()
            await self.more.wait()


async def listen(served, user_id, total):
    host, port = served.url.removeprefix("http://").split(":")
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_connection(lambda: Counting(total), host, port)
    transport.write(
        b"GET /ws HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"Authorization: Bearer %s\r\n\r\n" % served.token(user_id).encode()
    )
    await asyncio.sleep(0.05)
    frame = {"type": "subscribe", "id": 1, "channel": f"chat:user:{user_id}"}
    transport.write(text(json.dumps(frame).encode()))
    return transport


def message(lesson: Lesson, seq: int) -> bytes:
    """Build what another process would publish for one message."""
    author = {"id": lesson.members[0], "name": "Member 0"}
    now = datetime.now(UTC)
    payload = {
        "id": seq, "lesson_id": lesson.id, "seq": seq, "created_seq": seq,
        "author": author, "text": "Сьогодні розв'язуємо рівняння, x² = 4",
        "created_at": now, "edited_at": None, "deleted": False, "client_id": None,
    }  # fmt: skip
    event = to_users(
        "chat.message.new", payload, now, lesson.members,
        stream=f"chat:{lesson.id}", seq=seq,
    )  # fmt: skip
    return NODE.encode() + pack(event)


async def foreign(options):
    """Return events a second, events per second of CPU, and bytes per event."""
    with stage.folder() as at, stage.on_core(1), processes(at, 1) as ([served], server):
        lessons = await found(served.settings, lessons=options.lessons, members=1)
        with stage.on_core(0):
            served.start()
        total = Total()
        for lesson in lessons:
            await listen(served, lesson.members[0], total)
        await asyncio.sleep(0.5)
        rounds = range(1, options.events // len(lessons) + 1)
        commands = [
            ("PUBLISH", f"rtserver:0:bus:chat:{lesson.id}", message(lesson, seq))
            for seq in rounds
            for lesson in lessons
        ]
        size = sum(map(len, commands[0][1:]))
        return (*await blast(served, server, commands, total), size)


async def blast(served, server, commands, total):
    client = redis.asyncio.Redis.from_url(server.url)
    began, cpu = time.perf_counter(), stage.cpu_seconds(served.pid)
    for start in range(0, len(commands), PIPELINE):
        await total.reaches(start - OUTSTANDING)
        pipe = client.pipeline(transaction=False)
        for command in commands[start : start + PIPELINE]:
            pipe.execute_command(*command)
        await pipe.execute()
    try:
        async with asyncio.timeout(10):
            await total.reaches(len(commands))
    except TimeoutError:
        sys.exit(f"{len(commands) - total.delivered} events are lost")
    took = time.perf_counter() - began
    await client.aclose()
    used = stage.cpu_seconds(served.pid) - cpu
    return len(commands) / took, len(commands) / used


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=300)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--lessons", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(stage.machine())
    print(TARGETS)
    later = asyncio.run(hop(options))
    p50, p99 = (later[int(len(later) * part)] for part in (0.5, 0.99))
    print(f"hop: p50 {p50:.2f} ms, p99 {p99:.2f} ms")
    runs = [asyncio.run(foreign(options)) for _ in range(options.runs)]
    rate, per_cpu, size = (stage.median(list(each)) for each in zip(*runs, strict=True))
    print(f"foreign: {rate:.0f} events/s, {per_cpu:.0f}/cpu s, {size:.0f} bytes each")
    return 0 if p50 < 5 and rate >= 15_000 else 1


if __name__ == "__main__":
    sys.exit(main())
