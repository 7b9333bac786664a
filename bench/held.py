"""Walk at random through a moderated chat: does anybody see what they may not?

Not a speed. People post, approve, reject, edit, delete, change the mode, come, go and
read it all, beside a model of who may see and do what; every frame, answer, mail,
export, row, figure and line of log is looked through. Fails at the first surprise.
"""

import argparse
import asyncio
import random

from bench import stage
from tests.chat_walk import ChatWalk
from tests.chat_watch import SETTINGS
from tests.log_watch import watching
from tests.school import School, settings_for


async def held(database: str, actions: int, seed: int) -> list[str]:
    """Take the walk; return what leaked."""
    with stage.folder() as at, stage.database(database, at) as url, watching() as log:
        school = School(settings_for(at, url, **SETTINGS), None, log.keep_private)
        await school.start()
        try:
            walk = await ChatWalk(school, seed).open()
            await walk.run(actions)
        finally:
            await school.stop()
        print(", ".join(f"{name} {number}" for name, number in walk.done.items()))
        return [*walk.leaks, *log.leaks()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=stage.DATABASES, action="append")
    parser.add_argument("--actions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    print(stage.machine())
    good = True
    for database in options.database or stage.DATABASES:
        print(f"\n{database}, seed {options.seed}", flush=True)
        leaks = asyncio.run(held(database, options.actions, options.seed))
        good = good and not leaks
        print(f"{options.actions} actions, {len(leaks)} leaks", *leaks[:9], sep="\n")
    return 0 if good else 1
