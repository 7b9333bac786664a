"""Kill the server with SIGKILL, again and again, under load: is anything lost?

Three writers post with client_ids and send again what isn't answered; a watcher
follows on a socket and recovers by ``since``; or, with ``--files``, three lanes upload
and delete files. Exits with 1 on any loss.
"""

import argparse
import asyncio
import random

from bench import stage
from tests.file_ordeal import FileOrdeal, FileVerdict
from tests.ordeal import Ordeal, Round
from tests.served import Served, found

MEMBERS = 4  # three write, one watches


async def kill(database: str, kills: int, seed: int):
    """Return the verdict over so many kills; a line for each goes to stdout."""
    with stage.folder() as at, stage.database(database, at) as url:
        served = Served(at, url, limits_replay=1_000_000, limits_replay_bytes=2**30)
        [lesson] = await found(served.settings, lessons=1, members=MEMBERS)
        served.start()
        try:
            ordeal = Ordeal(served, lesson, random.Random(seed))
            return await ordeal.run(kills, Table().add)
        finally:
            served.stop()


async def kill_files(database: str, kills: int, seed: int) -> FileVerdict:
    """Return the verdict over so many kills during uploads."""
    with stage.folder() as at, stage.database(database, at) as url:
        served = Served(at, url)
        [lesson] = await found(served.settings, lessons=1, members=1)
        served.start()
        try:
            return await FileOrdeal(served, lesson, random.Random(seed)).run(kills)
        finally:
            served.stop()


class Table:
    """Prints the rounds as they end."""

    def __init__(self) -> None:
        self._kills = 0
        print("kill     acked      seen    away s")

    def add(self, last: Round) -> None:
        self._kills += 1
        numbers = f"{self._kills:4}{last.acked:10}{last.seen:10}{last.away:10.2f}"
        print(numbers, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=stage.DATABASES, action="append")
    parser.add_argument("--kills", type=int, default=25)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--files", action="store_true", help="uploads, not messages")
    options = parser.parse_args()
    print(stage.machine())
    good = True
    for database in options.database or stage.DATABASES:
        print(f"\n{database}, seed {options.seed}")
        if options.files:
            told = asyncio.run(kill_files(database, options.kills, options.seed))
            good = good and told.good
            print(told)
            continue
        verdict = asyncio.run(kill(database, options.kills, options.seed))
        good = good and verdict.good
        print(f"{verdict.acked} acked, {verdict.resent} tries again", end=", ")
        print(f"{verdict.found_again} found stored already", end="; ")
        print(f"lost {verdict.lost}, doubled {verdict.doubled}", end=", ")
        print(f"holes {verdict.holes}, seen wrongly {verdict.misseen}")
    return 0 if good else 1
