"""How the server is doing, for admins alone."""

import pytest

from rtserver import __version__
from rtserver.accounts.api_keys import ApiKeys
from store import outbox_leases
from store.transaction import Transaction
from tests.app_fixtures import MakeSchool
from tests.fakes import FakeClock
from tests.school import School

PATHS = ["/api/admin/status/", "/api/admin/outbox/"]


async def test_the_status_counts_people_connections_and_mails(
    make_school: MakeSchool,
) -> None:
    clock = FakeClock()
    school = await make_school(clock=clock)
    admin, olena = await school.admin(), await school.person("Olena", "tutor")
    for _ in range(2):
        await school.connect(olena)
    clock.advance(90)

    told = await school.http("GET", "/api/admin/status/", admin)

    assert (told.status, told.json) == (
        200,
        {
            "online": 1,
            "connections": 2,
            "mails": {"due": 0, "dead": 0},
            "version": __version__,
            "uptime": 90,
        },
    )


async def test_dead_mails_are_listed_with_the_reason(school: School) -> None:
    admin, sofia = await school.admin(), await school.person("Sofia")
    # Held, as long as she may get it otherwise.
    await school.connect(sofia)
    await school.lesson(students=[sofia])
    await school.services.db.write(_give_up, school.services.clock.now())

    dead = await school.http("GET", "/api/admin/outbox/?state=dead", admin)
    due = await school.http("GET", "/api/admin/outbox/?state=due", admin)
    all_open = await school.http("GET", "/api/admin/outbox/?limit=1", admin)
    status = await school.http("GET", "/api/admin/status/", admin)

    [mail] = dead.json["results"]
    assert (mail["state"], mail["last_error"]) == ("dead", "550 no such user")
    assert (mail["user_id"], mail["email"]) == (sofia, "sofia@example.org")
    assert due.json == {"results": [], "next": None}
    assert all_open.json["results"] == [mail]
    assert status.json["mails"] == {"due": 0, "dead": 1}


def _give_up(tx: Transaction, now: object) -> None:
    """Let the one mail fail for good."""
    from store.models_mail import Mail

    [row] = tx.rows(Mail.select(Mail.id))
    tx.write(Mail.update(state="dead", held=False, ended_at=now))
    outbox_leases.note(
        tx, row["id"], at=now, outcome="refused", reply="550 no such user"
    )


@pytest.mark.parametrize("path", PATHS)
async def test_it_is_for_admins_alone(sqlite_school: School, path: str) -> None:
    school = sqlite_school
    keys = ApiKeys(school.services.db, school.services.clock)
    _, key = await keys.add("portal")
    olena = school.token(await school.person("Olena", "tutor"))
    platform = {"Authorization": f"Api-Key {key}"}

    for reply in (
        await school.http("GET", path, olena),
        await school.http("GET", path, headers=platform),
    ):
        assert (reply.status, reply.json["code"]) == (403, "forbidden")


@pytest.mark.parametrize("query", ["state=waiting", "state=", "limit=0", "cursor=x"])
async def test_a_bad_query_is_refused(sqlite_school: School, query: str) -> None:
    admin = await sqlite_school.admin()

    reply = await sqlite_school.http("GET", f"/api/admin/outbox/?{query}", admin)

    assert (reply.status, reply.json["code"]) == (400, "bad_request")
