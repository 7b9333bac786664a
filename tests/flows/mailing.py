"""What tests ask of mails that a school has sent to a mail server."""

import asyncio
from collections.abc import Awaitable, Callable

from store import outbox
from store.records import MailRecord
from tests.mail_server import MailServer, Taken
from tests.patience import PATIENCE
from tests.school import School

Mailing = Callable[..., Awaitable[School]]

STATES = ("waiting", "leased", "sent", "dropped", "dead")
# How long a mail is held back for whoever is connected: ``presence.ttl``.
HOLD = 1.5
STUDENTS = {"sofia@example.org", "taras@example.org"}


def received(mail_server: MailServer, subject: str) -> list[Taken]:
    """Return the students' mails whose subject begins so."""
    return [
        taken
        for taken in mail_server.taken
        if taken.message["Subject"].startswith(subject)
        and taken.recipients[0] in STUDENTS
    ]


async def mails_to(school: School, *user_ids: int) -> list[MailRecord]:
    """Give what is known of all mails to these people, once none waits any more."""
    async with asyncio.timeout(PATIENCE):
        while True:
            page = {"states": STATES, "after": 0, "limit": 1000}
            mails = await school.services.db.read(outbox.page, **page)
            theirs = [mail for mail in mails if mail.user_id in user_ids]
            if not any(mail.state in ("waiting", "leased") for mail in theirs):
                return theirs
            await asyncio.sleep(0.02)
