"""What ends a link to choose a password by, and who may send one."""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rtserver.accounts.api_keys import ApiKeys
from rtserver.clock import Clock
from rtserver.privacy.erase import Eraser
from store.models_accounts import PasswordLink
from tests.app_fixtures import MakeSchool
from tests.fakes import FakeClock
from tests.flows.account_links import (
    EMAIL,
    PASSWORD,
    account_mails,
    choose,
    forget,
    invite,
    mailed,
)
from tests.flows.mailing import Mailing
from tests.mail_server import MailServer
from tests.rtserver.accounts.key_files import pem
from tests.school import School

Ending = Callable[[School, int], Awaitable[Any]]


def patched(**change: Any) -> Ending:
    async def end(school: School, user: int) -> Any:
        path = f"/api/users/{user}/"
        return await school.http("PATCH", path, await school.admin(), change)

    return end


async def chosen_by_another_link(school: School, user: int) -> Any:
    links, db = school.services.accounts.links, school.services.db
    made = await db.write(links.of_command, user, users=[user])
    return await choose(school, made.token, password="by another link")


async def locked_out_and_let_in_again(school: School, user: int) -> Any:
    await patched(is_active=False)(school, user)
    return await patched(is_active=True)(school, user)


async def erased(school: School, user: int) -> Any:
    await patched(is_active=False)(school, user)
    services = school.services
    account = await services.accounts.users.find(str(user))
    eraser = Eraser(
        services.db,
        services.clock,
        defaults=school.settings.notifications,
        folder=school.settings.outbox_dir,
        purge=services.files.removal.purge,
    )
    await eraser.erase(account)


@pytest.mark.parametrize(
    "end",
    [
        patched(password="set by an admin"),
        patched(email="other@example.org"),
        chosen_by_another_link,
        locked_out_and_let_in_again,
        erased,
    ],
)
async def test_a_link_ends_with(
    database_url: str, mailing: Mailing, mail_server: MailServer, end: Ending
) -> None:
    school = await mailing(database_url)
    sofia = await school.person("Sofia", password="the forgotten one")
    await forget(school)
    token = await mailed(mail_server)

    await end(school, sofia)
    reply = await choose(school, token, password=PASSWORD)

    assert (reply.status, reply.json["errors"][0]["path"]) == (400, "token")


@pytest.mark.parametrize(
    "change", [{"email": "SOFIA@Example.org"}, {"name": "Sofiia", "role": "tutor"}]
)
async def test_other_changes_leave_a_link(
    mailing: Mailing, mail_server: MailServer, change: dict[str, str]
) -> None:
    school = await mailing()
    sofia = await school.person("Sofia", password="the forgotten one")
    await forget(school)
    token = await mailed(mail_server)

    await patched(**change)(school, sofia)

    assert (await choose(school, token, password=PASSWORD)).status == 200


class Hurried(FakeClock):
    """A clock whose time of day alone stands still until told otherwise."""

    def monotonic(self) -> float:
        return Clock().monotonic()


@pytest.mark.parametrize(("invited", "seconds"), [(False, 3600), (True, 604_800)])
async def test_a_link_counts_for_its_time(
    mailing: Mailing, mail_server: MailServer, *, invited: bool, seconds: int
) -> None:
    clock = Hurried()
    school = await mailing(clock=clock)
    sofia = await school.person("Sofia")
    await (invite(school, sofia) if invited else forget(school))
    token = await mailed(mail_server)

    clock.advance(seconds - 1)
    in_time = await choose(school, token)
    clock.advance(1)
    late = await choose(school, token)

    assert (in_time.status, late.status) == (200, 400)


async def test_expired_links_are_deleted_after_a_while(
    make_school: MakeSchool,
) -> None:
    clock = Hurried()
    school = await make_school(clock=clock)
    sofia = await school.person("Sofia")
    links, db = school.services.accounts.links, school.services.db
    await db.write(links.of_command, sofia)
    clock.advance(3601)
    await db.write(links.of_command, sofia)

    await school.services.retention.prune()

    kept = await db.read(lambda tx: tx.rows(PasswordLink.select()))
    assert [row["created_at"] for row in kept] == [clock.now()]


async def test_managers_invite_who_has_no_password(
    mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing()
    sofia = await school.person("Sofia")
    taras = await school.person("Taras", password=PASSWORD)
    stranger = await school.http(
        "POST", f"/api/users/{sofia}/invite/", school.token(taras)
    )

    statuses = [(await invite(school, id)).status for id in (sofia, taras, 999)]
    await mailed(mail_server)

    assert (stranger.status, statuses) == (403, [202, 409, 404])
    assert mail_server.taken[0].recipients == [EMAIL]
    assert await account_mails(school) == [("account.invited", "sent")]


async def test_an_api_key_invites_no_admin(make_school: MakeSchool) -> None:
    school = await make_school()
    boss = await school.person("Boss", "admin")
    sofia = await school.person("Sofia")
    _, key = await ApiKeys(school.services.db, school.services.clock).add("Portal")
    headers = {"Authorization": f"Api-Key {key}"}

    async def invited(user: int) -> int:
        path = f"/api/users/{user}/invite/"
        return (await school.http("POST", path, headers=headers)).status

    assert [await invited(boss), await invited(sofia)] == [403, 202]


async def test_an_invitation_that_waits_is_dropped_once_there_is_a_password(
    mailing: Mailing, mail_server: MailServer
) -> None:
    mail_server.fault["RCPT"] = "450 4.2.0 later"
    school = await mailing()
    sofia = await school.person("Sofia")
    await invite(school, sofia)
    await invite(school, sofia)

    await patched(password="set by an admin")(school, sofia)

    assert await account_mails(school) == [("account.invited", "dropped")] * 2


@pytest.mark.parametrize(
    "body", [{"password": "a password of hers"}, {"is_active": False}]
)
async def test_nobody_is_made_and_invited_who_couldnt_use_it(
    make_school: MakeSchool, body: dict[str, Any]
) -> None:
    school = await make_school()
    person = {"email": EMAIL, "name": "Sofia", "role": "student", "invite": True}

    reply = await school.http(
        "POST", "/api/users/", await school.admin(), person | body
    )

    assert (reply.status, reply.json["errors"][0]["path"]) == (422, "invite")
    assert await school.services.accounts.users.find(EMAIL) is None


async def test_where_no_tokens_are_given_out_there_are_no_links(
    make_school: MakeSchool, tmp_path: Path
) -> None:
    key = Ed25519PrivateKey.generate()
    (tmp_path / "key.pem").write_bytes(pem(key))
    school = await make_school(
        auth_algorithms="EdDSA", auth_public_key_file=tmp_path / "key.pem"
    )
    boss = await school.person("Boss", "admin")
    claims = {"sub": str(boss), "exp": int(time.time()) + 60}
    admin = jwt.encode(claims, key, algorithm="EdDSA")
    person = {"email": EMAIL, "name": "Sofia", "role": "student", "invite": True}

    replies = [
        await forget(school),
        await choose(school, "x"),
        await school.http("POST", f"/api/users/{boss}/invite/", admin),
        await school.http("POST", "/api/users/", admin, person),
    ]

    assert [reply.status for reply in replies] == [404] * 4
