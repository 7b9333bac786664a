"""Rooms and attendance: people with two devices that reload at random, servers killed.

Exits with 1 if a screen ends with another room than the others, is told of anybody
twice, or if the attendance isn't what was seen.
"""

import argparse
import asyncio

from bench import stage
from tests.room_ordeal import TIMES, Outcome, RoomOrdeal
from tests.served import Served, found
from tests.services import Redis


async def rooms(people: int, seconds: float, kills: int, seed: int) -> Outcome:
    """Return what became of it, over two processes on PostgreSQL and Redis."""
    redis = Redis().start()
    try:
        with stage.folder() as at, stage.database("postgresql", at) as url:
            servers = []
            for number in range(2):
                (at / str(number)).mkdir()
                more = {**TIMES, "redis_url": redis.url}
                servers.append(Served(at / str(number), url, **more))
            return await ordeal(servers, people, seconds, kills, seed)
    finally:
        redis.stop()


async def ordeal(
    servers: list[Served], people: int, seconds: float, kills: int, seed: int
) -> Outcome:
    servers[0].start().stop()  # makes the tables
    [lesson] = await found(servers[0].settings, lessons=1, members=people + 1)
    for served in servers:
        served.start()
    try:
        return await RoomOrdeal(servers, lesson, seed).run(seconds, kills)
    finally:
        for served in servers:
            served.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print(stage.machine())
    done = asyncio.run(rooms(args.people, args.seconds, args.kills, args.seed))
    print(f"visits {done.visits}, told to each screen {done.told}, kills {done.kills}")
    print("\n".join(done.faults) or "nothing was wrong")
    return 1 if done.faults else 0
