"""End all connections at a stop, in batches: they shall not come back as one wave."""

import asyncio
from collections.abc import Collection

from rtserver.errors import CloseCode
from rtserver.services import Client

BATCHES = 20
REASON = "the server is restarting"


async def drain(clients: Collection[Client], *, seconds: float, goodbye: float) -> None:
    """Close all clients with 1012, each after the commands that it has sent.

    The batches are spread over at most ``seconds``; few clients go at once. Within
    ``goodbye`` seconds, if that is more, the peers' own close frames have to come.
    """
    waiting = list(clients)
    size = max(1, -(-len(waiting) // BATCHES))
    pause = seconds / BATCHES if len(waiting) > BATCHES else 0.0
    ending: list[asyncio.Task[None]] = []
    for start in range(0, len(waiting), size):
        for client in waiting[start : start + size]:
            ending.append(asyncio.create_task(_end(client)))
        await asyncio.sleep(pause)
    if not ending:
        return
    _, late = await asyncio.wait(ending, timeout=max(seconds, goodbye))
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for client in clients:  # what they asked for hangs; the rest of it is dropped
        client.end(CloseCode.RESTARTING, REASON)


async def _end(client: Client) -> None:
    await client.drain(CloseCode.RESTARTING, REASON)
