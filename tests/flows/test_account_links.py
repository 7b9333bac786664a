"""Accounts that open by mail: who forgot the password, and who is invited."""

import asyncio
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.app_fixtures import MakeSchool
from tests.flows.account_links import (
    EMAIL,
    LINK,
    PASSWORD,
    account_mails,
    choose,
    forget,
    invite,
    mailed,
    sign_in,
)
from tests.flows.mailing import Mailing
from tests.mail_server import MailServer
from tests.school import until


async def test_who_forgot_the_password_chooses_another_and_is_signed_in(
    database_url: str, mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing(database_url)
    sofia = await school.person("Sofia", password="the forgotten one")
    before = (await sign_in(school, "the forgotten one")).json

    asked = await forget(school, "SOFIA@example.org")
    token = await mailed(mail_server)
    shown = await choose(school, token)
    chosen = await choose(school, token, password=PASSWORD)
    me = await school.http("GET", "/api/users/me/", chosen.json["access"])
    old = await school.http("GET", "/api/users/me/", before["access"])

    assert (asked.status, asked.json) == (202, {})
    assert (shown.status, shown.json) == (200, {"name": "Sofia", "email": EMAIL})
    assert chosen.json.keys() == {"access", "refresh", "expires_in"}
    assert (me.json["id"], old.status) == (sofia, 401)
    assert (await sign_in(school)).status == 200
    assert (await sign_in(school, "the forgotten one")).status == 401


async def test_of_two_who_use_a_link_at_once_one_wins(
    database_url: str, mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing(database_url)
    await school.person("Sofia", password="the forgotten one")
    await forget(school)
    token = await mailed(mail_server)

    passwords = [f"{PASSWORD} {number}" for number in range(6)]
    replies = await asyncio.gather(
        *(choose(school, token, password=password) for password in passwords)
    )

    assert sorted(reply.status for reply in replies) == [200, 400, 400, 400, 400, 400]
    for reply, password in zip(replies, passwords, strict=True):
        assert (await sign_in(school, password)).status == (
            200 if reply.status == 200 else 401
        )


async def test_a_refused_password_spends_nothing(
    mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing()
    await school.person("Sofia")
    await forget(school)
    token = await mailed(mail_server)

    short = await choose(school, token, password="short")
    again = await choose(school, token, password=PASSWORD)
    spent = await choose(school, token)

    assert (short.status, short.json["errors"][0]["path"]) == (422, "password")
    assert again.status == 200
    assert (spent.status, spent.json["code"]) == (400, "bad_request")
    assert spent.json["errors"][0]["path"] == "token"


@pytest.mark.parametrize("body", [{}, {"password": PASSWORD}])
async def test_a_token_of_nobodys_is_400(
    make_school: MakeSchool, body: dict[str, str]
) -> None:
    school = await make_school()

    reply = await choose(school, "rtl_" + "x" * 43, **body)

    assert reply.status == 400
    assert [fault["path"] for fault in reply.json["errors"]] == ["token"]


async def test_whoever_asks_is_answered_alike_and_only_who_may_sign_in_gets_a_mail(
    database_url: str, mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing(database_url)
    await school.person("Taras", password=PASSWORD)
    await school.person("Nobody")
    gone = await school.person("Gone", password=PASSWORD)
    await school.http(
        "PATCH", f"/api/users/{gone}/", await school.admin(), {"is_active": False}
    )

    asked = ("gone@example.org", "stranger@example.org", "no address", "\x00")
    replies = [await forget(school, email) for email in asked]
    replies += [await forget(school, f"{name}@example.org") for name in KNOWN]
    await until(lambda: len(mail_server.taken) == len(KNOWN))

    assert {(reply.status, reply.text) for reply in replies} == {(202, "{}")}
    assert {taken.recipients[0] for taken in mail_server.taken} == {
        f"{name}@example.org" for name in KNOWN
    }
    assert await account_mails(school) == [("account.password", "sent")] * 2


KNOWN = ("taras", "nobody")


async def test_known_and_unknown_are_limited_alike(make_school: MakeSchool) -> None:
    school = await make_school(limits_logins_per_minute=2)
    await school.person("Sofia", password=PASSWORD)

    async def statuses(email: str) -> list[int]:
        return [(await forget(school, email)).status for _ in range(3)]

    assert await statuses(EMAIL) == await statuses("stranger@example.org")
    assert (await statuses("third@example.org"))[2] == 429
    assert (await sign_in(school)).status == 200


async def test_within_the_pause_an_account_gets_one_mail(
    mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing()
    await school.person("Sofia", password=PASSWORD)

    await asyncio.gather(*(forget(school) for _ in range(5)))
    await mailed(mail_server)
    # Served one after the other: once this one's is there, those before are settled.
    await school.person("Taras")
    await forget(school, "taras@example.org")
    await mailed(mail_server, 2)

    assert await account_mails(school) == [("account.password", "sent")] * 2


async def test_who_has_no_mail_server_finds_the_mail_as_a_file_and_no_log_has_it(
    make_school: MakeSchool,
) -> None:
    school = await make_school(server_base_url="https://school.example")
    made = await school.http(
        "POST",
        "/api/users/",
        await school.admin(),
        {"email": EMAIL, "name": "Sofia", "role": "student", "invite": True},
    )
    folder = school.settings.outbox_dir
    await until(lambda: folder.is_dir() and list(folder.glob("*.eml")))

    (file,) = folder.glob("*.eml")
    token = LINK.search(_text(file))
    assert token is not None
    school.keep_private(token[1])
    assert (await choose(school, token[1], password=PASSWORD)).status == 200
    assert (made.status, "invite" in made.json) == (201, False)
    assert (await invite(school, made.json["id"])).status == 409


def _text(file: Path) -> str:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


async def test_mails_that_open_accounts_cant_be_switched_off(
    mailing: Mailing, mail_server: MailServer
) -> None:
    school = await mailing()
    sofia = await school.person("Sofia")
    await forget(school)
    await mailed(mail_server)

    message = mail_server.taken[-1].message
    assert "List-Unsubscribe" not in message
    assert "unsubscribe" not in mail_server.taken[-1].html
    token, where = school.token(sofia), "/api/notifications/preferences/"
    known = await school.http("GET", where, token)
    off = {"account.password": {"email": False}}
    refused = await school.http("PUT", where, token, off)
    assert not [event for event in known.json if event.startswith("account.")]
    assert refused.status == 422
