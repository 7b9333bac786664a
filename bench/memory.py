"""What an idle connection costs: resident bytes, signed in and subscribed to chat."""

import argparse
import asyncio
from urllib.parse import urlsplit

from bench import stage, wsload
from tests.served import Served, found

PER_USER = 10
MEMBERS = 10


async def measure(connections: int) -> dict:
    """Open the connections, let them be, and give wsload's figures."""
    with stage.folder() as at:
        served = Served(at, f"sqlite:///{at / 'rtserver.db'}")
        count = connections // PER_USER // MEMBERS
        lessons = await found(served.settings, lessons=count, members=MEMBERS)
        users = [id for lesson in lessons for id in lesson.members]
        rows = [f"{served.token(id)}\t{id}\n" for id in users]
        (at / "users").write_text("".join(rows))
        served.start()
        try:
            return await asyncio.to_thread(
                wsload.run,
                urlsplit(served.url).port,
                served.pid,
                conns=connections,
                path="/ws",
                header="Authorization: Bearer {1}",
                hello='{"type":"subscribe","id":1,"channel":"chat:user:{2}"}',
                ready='"positions"',
                table=at / "users",
                settle=3,
                warmup=0,
                duration=0.1,
            )
        finally:
            served.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(stage.machine())
    print("connections   before MB   with them MB   bytes each   opened in s")
    costs = []
    for _ in range(options.runs):
        run = asyncio.run(measure(options.connections))
        before, after = run["rss0_kb"] / 1024, run["rss_idle_kb"] / 1024
        costs.append(run["bytes_per_conn"])
        print(
            f"{run['ready']:11}{before:12.1f}{after:15.1f}{costs[-1]:13.0f}"
            f"{run['connect_s']:14.2f}",
            flush=True,
        )
    print(f"median: {stage.median(costs):.0f} bytes a connection")
    return 0
