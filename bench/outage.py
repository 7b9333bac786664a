"""Take Redis away from three processes, while people write to each other through them.

Each way: its death for some seconds, 30 s of standing still, its connections cut, its
data flushed. Shown is what acknowledgements took before and since, at the worst of the
processes, and how long after Redis's return everybody had all that was written until
then. Exits with 1 if anything is lost, doubled or out of order, or over the targets.
"""

import argparse
import asyncio
import json
import sys
import time

import redis
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from bench import stage
from bench.bus import chatting, processes
from tests.served import found

TARGETS = "acks p99 + < 200 ms, gaps closed < 3 s after the return, 0 lost, 0 doubled"
PROCESSES = 3
PAUSE = 0.05


async def killed(server, options):
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(options.dead)
    await asyncio.to_thread(server.restart)


async def frozen(server, options):
    await asyncio.to_thread(server.freeze)
    await asyncio.sleep(options.frozen)
    await asyncio.to_thread(server.thaw)


async def cut(server, options):
    client = redis.asyncio.Redis.from_url(server.url)
    for _ in range(10):
        for kind in ("normal", "pubsub"):
            await client.execute_command("CLIENT", "KILL", "TYPE", kind)
        await asyncio.sleep(0.3)
    await client.aclose()


async def flushed(server, options):
    client = redis.asyncio.Redis.from_url(server.url)
    await client.flushall()
    await client.aclose()


class Member:
    """Somebody at one process, who writes, and keeps when each message arrives."""

    def __init__(self, served, user_id, lesson_id):
        self.served = served
        self.user_id = user_id
        self.lesson_id = lesson_id
        self.acks = []
        self.arrived = []

    async def start(self):
        self.socket = await chatting(self.served, self.user_id)
        self.listening = asyncio.create_task(self.listen())

    async def listen(self):
        while True:
            event = await self.socket.events.get()
            if event["type"] == "chat.message.new":
                self.arrived.append((event["seq"], time.monotonic()))

    async def write(self, client, over):
        headers = {
            "Authorization": f"Bearer {self.served.token(self.user_id)}",
            "Content-Type": "application/json",
        }
        body = json.dumps({"lesson_id": self.lesson_id, "text": "still here"})
        url = f"{self.served.url}/api/chat/messages/"
        while not over.is_set():
            began = time.monotonic()
            await client.fetch(HTTPRequest(url, "POST", headers=headers, body=body))
            self.acks.append((began, time.monotonic()))
            await asyncio.sleep(PAUSE)

    async def end(self):
        self.listening.cancel()
        await self.socket.close()


async def outage(happens, options):
    """Return p99 of the acks before and since, the time to repair, what is wrong."""
    with stage.folder() as at, processes(at, PROCESSES) as (served, server):
        settings = served[0].settings
        [lesson] = await found(settings, lessons=1, members=PROCESSES)
        for each in served:
            await asyncio.to_thread(each.start)
        members = [
            Member(each, user_id, lesson.id)
            for each, user_id in zip(served, lesson.members, strict=True)
        ]
        for member in members:
            await member.start()
        return await watched(members, lambda: happens(server, options))


async def watched(members, happens):
    client, over = AsyncHTTPClient(force_instance=True), asyncio.Event()
    writing = [asyncio.create_task(m.write(client, over)) for m in members]
    await asyncio.sleep(5)
    began = time.monotonic()
    await happens()
    back = time.monotonic()
    await asyncio.sleep(4)
    over.set()
    await asyncio.gather(*writing)
    await asyncio.sleep(3)
    for member in members:
        await member.end()
    before = max(p99([b - a for a, b in m.acks if b <= began]) for m in members)
    worst = max(p99([b - a for a, b in m.acks if b > began]) for m in members)
    acked = [end for m in members for _, end in m.acks]
    early = sum(end <= back for end in acked)
    repair = max(0, repaired(members, early) - back)
    return 1000 * before, 1000 * worst, repair, wrong(members, len(acked))


def p99(values):
    return sorted(values)[int(len(values) * 0.99)]


def repaired(members, count):
    """Return when everybody had the first ``count`` messages."""
    return max(at for member in members for seq, at in member.arrived if seq <= count)


def wrong(members, count):
    """Count messages that somebody missed, had twice, or out of order."""
    heard = [[seq for seq, _ in member.arrived] for member in members]
    lost = sum(len(set(range(1, count + 1)) - set(seqs)) for seqs in heard)
    doubled = sum(len(seqs) - len(set(seqs)) for seqs in heard)
    return lost, doubled, sum(seqs != sorted(seqs) for seqs in heard)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dead", type=float, default=5)
    parser.add_argument("--frozen", type=float, default=30)
    options = parser.parse_args()
    print(stage.machine())
    print(TARGETS)
    print(
        f"{'':10}{'before':>8}{'p99 ms':>8}{'repair s':>10}  lost, doubled, disordered"
    )
    fine = True
    for happens in (killed, frozen, cut, flushed):
        before, worst, repair, faults = asyncio.run(outage(happens, options))
        name = happens.__name__
        print(f"{name:10}{before:8.0f}{worst:8.0f}{repair:10.2f}  {faults}")
        fine = fine and worst < before + 200 and repair < 3 and not any(faults)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
