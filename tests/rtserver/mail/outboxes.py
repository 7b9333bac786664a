"""Mails on their way: due, begun by another process, tried, taken."""

import asyncio

from store import outbox, outbox_leases
from tests.lesson_school import SOFIA, TARAS
from tests.patience import PATIENCE


async def due(school, event="lesson.scheduled", *people, **data):
    """Notify people who are away, so that their mails are due."""
    await school.tell(event, *(people or (SOFIA,)), **data)
    school.clock.advance(121)


async def somebody_elses_sent(school):
    """Wait until another mail has gone: what was due before it has been looked for."""
    await school.tell("lesson.scheduled", TARAS)
    await school.school.run(outbox.release_held, {TARAS.user_id})
    await school.until("sent")


async def leased(school, node="dead"):
    """Have another process begin to send the one mail, and die."""
    await due(school)
    now = school.clock.now()

    def take(tx):
        return outbox_leases.take(tx, node=node, now=now, until=now)

    return await school.school.run(take)


async def attempted(school, times=1):
    """Wait until the one mail was tried so often."""
    async with asyncio.timeout(PATIENCE):
        mail = await school.mail()
        while len(await school.attempts(mail.id)) < times:
            await asyncio.sleep(0.02)


async def taken(server):
    """Wait until the server has taken a mail."""
    async with asyncio.timeout(PATIENCE):
        while not server.taken:
            await asyncio.sleep(0.01)
