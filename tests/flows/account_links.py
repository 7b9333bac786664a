"""People who open their account by a link that came by mail."""

import asyncio
import re

from rtserver.mail.events import ACCOUNT_MAILS
from store import outbox
from tests.mail_server import MailServer
from tests.patience import PATIENCE
from tests.school import Reply, School, until

LINK = re.compile(r"https://school\.example/password#(rtl_[A-Za-z0-9_-]+)")
EMAIL, PASSWORD = "sofia@example.org", "a password of mine"
STATES = ("waiting", "leased", "sent", "dropped", "dead")


async def forget(school: School, email: str = EMAIL) -> Reply:
    body = {"email": email}
    return await school.http("POST", "/api/auth/password/forgot/", body=body)


async def choose(school: School, token: str, **body: object) -> Reply:
    return await school.http(
        "POST", "/api/auth/password/", body={"token": token, **body}
    )


async def invite(school: School, user_id: int) -> Reply:
    token = await school.admin()
    return await school.http("POST", f"/api/users/{user_id}/invite/", token)


async def sign_in(
    school: School, password: str = PASSWORD, email: str = EMAIL
) -> Reply:
    body = {"email": email, "password": password}
    return await school.http("POST", "/api/auth/token/", body=body)


async def mailed(server: MailServer, count: int = 1) -> str:
    """Wait for so many mails; return the token of the newest."""
    await until(lambda: len(server.taken) >= count)
    found = LINK.search(server.taken[-1].text)
    assert found is not None
    return found[1]


async def account_mails(school: School) -> list[tuple[str, str]]:
    """Return event and state of every mail about accounts, once none is on its way."""
    page = {"states": STATES, "after": 0, "limit": 100}
    async with asyncio.timeout(PATIENCE):
        while True:
            mails = await school.services.db.read(outbox.page, **page)
            if not any(one.state in ("waiting", "leased") for one in mails):
                break
            await asyncio.sleep(0.02)
    return [(one.event, one.state) for one in mails if one.event in ACCOUNT_MAILS]
