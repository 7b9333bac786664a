"""A worker that is killed again and again loses no mail, and doubles none."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from rtserver.accounts.requests import UserBody
from rtserver.clock import Clock
from rtserver.wiring.services import build
from store import outbox
from store.database import Database
from tests.mail_school import with_own_mail
from tests.mail_server import MailServer
from tests.patience import PATIENCE
from tests.school import SYSTEM
from tests.served import Served

ROUNDS = 10
PEOPLE = 12
SEED = 5


@pytest.fixture
def server() -> Iterator[MailServer]:
    server = MailServer().start()
    yield server
    server.stop()


@pytest.fixture
def served(tmp_path: Path, database_url: str, server: MailServer) -> Iterator[Served]:
    served = Served(
        tmp_path,
        database_url,
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_security="none",
        smtp_sender="School <no-reply@school.example>",
        server_base_url="https://school.example",
        notifications_templates_dir=with_own_mail(tmp_path / "own"),
    )
    yield served
    served.stop()


@pytest.mark.long
async def test_worker_killed_again_and_again_loses_no_mail_and_doubles_none(
    served: Served, server: MailServer
) -> None:
    chance = random.Random(SEED)
    admin, users = await furnish(served)
    for number in range(ROUNDS):
        served.start()
        await notify(served, admin, users, number)
        await asyncio.sleep(chance.uniform(0.0, 0.25))
        served.kill()
    served.start()
    kept = await settled(served)
    served.kill()

    counts = copies(server)
    doubtful = {mail.id for mail in kept if mail.state == "dead"}
    assert len(kept) == ROUNDS * PEOPLE
    assert not [
        mail.id for mail in kept if not counts[mail.id] and mail.id not in doubtful
    ]
    assert max(counts.values()) == 1, counts.most_common(5)
    assert len(doubtful) <= ROUNDS


async def settled(served: Served) -> list[Any]:
    """Wait until no mail waits any more; give what is known of each."""
    database = Database(served.settings.database_url.reveal(), deadline=30)
    await database.open()
    states = ("waiting", "leased", "sent", "dropped", "dead")
    async with asyncio.timeout(2 * PATIENCE):
        while True:
            mails = await database.read(
                lambda tx: outbox.page(tx, states=states, after=0, limit=1000)
            )
            if not [mail for mail in mails if mail.state in states[:2]]:
                break
            await asyncio.sleep(0.2)
    await database.close()
    return mails


def copies(server: MailServer) -> Counter[int]:
    """Count how often each mail was taken, by its id."""
    ids = (taken.message["Message-ID"].split("-")[1] for taken in server.taken)
    return Counter(map(int, ids))


async def furnish(served: Served) -> tuple[int, list[int]]:
    """Make an admin and people; give their ids."""
    services = build(served.settings, Clock())
    await services.db.open()
    roles = ["admin"] + ["student"] * PEOPLE
    made = [
        await services.accounts.users.create(
            SYSTEM, UserBody(email=f"u{n}@example.org", name=f"User {n}", role=role)
        )
        for n, role in enumerate(roles)
    ]
    await services.db.close()
    services.accounts.passwords.close()
    return made[0].id, [user.id for user in made[1:]]


async def notify(served: Served, admin: int, users: list[int], number: int) -> None:
    """Notify everybody; acked, it has to reach them all."""
    body = {
        "event": "report.ready",
        "user_ids": users,
        "data": {"n": number},
        "idempotency_key": f"round-{number}",
    }
    request = HTTPRequest(
        served.url + "/api/notifications/",
        "POST",
        headers={
            "Authorization": f"Bearer {served.token(admin)}",
            "Content-Type": "application/json",
        },
        body=json.dumps(body),
    )
    client = AsyncHTTPClient(force_instance=True)
    try:
        assert (await client.fetch(request)).code == 202
    finally:
        client.close()
