"""An erasure while another process commits late (PostgreSQL)."""

import asyncio
from contextlib import closing

import psycopg2

from tests.rtserver.privacy import traces
from tests.rtserver.privacy.marked_school import EMAIL, MARKS, NAME, marked_school

_TOLD = """INSERT INTO notifications (user_id, seq, event, data, created_at)
VALUES (%s, 1000, 'x.y', %s, 0)"""


async def test_what_is_committed_late_under_a_low_id_is_cleaned(
    postgres_url, make_school
):
    marked = await marked_school(await make_school(postgres_url))
    await marked.school.say(marked.zoryna, marked.lesson, "hello")
    with closing(psycopg2.connect(postgres_url)) as link:
        late = link.cursor()
        late.execute(_TOLD, (marked.olena, f'{{"who":"{NAME}"}}'))
        # The erasure gets no further than to the messages.
        late.execute("SELECT 1 FROM messages FOR UPDATE")
        await tell(marked)
        erasing = asyncio.create_task(marked.erase())
        while traces.in_rows(postgres_url, EMAIL):
            await asyncio.sleep(0.05)
        link.commit()

    await erasing

    assert traces.in_rows(postgres_url, *MARKS) == []


async def tell(marked):
    """Notify of something else, under a higher id."""
    body = {"event": "x.y", "user_ids": [marked.olena], "data": {}}
    admin = await marked.school.admin()
    reply = await marked.school.http("POST", "/api/notifications/", admin, body)
    assert reply.status == 202
