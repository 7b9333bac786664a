"""The refresh token as a cookie: for pages of this server, and for no others."""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest

from tests.app_fixtures import MakeSchool
from tests.patience import PATIENCE
from tests.school import Reply, School

EMAIL, PASSWORD = "olena@example.org", "correct horse battery"
BASE_URL, OWN = "https://school.example/rt", "https://school.example"
ALLOWED = "https://pages.example"
FOREIGN = (
    None,
    "null",
    "",
    "https://evil.example",
    "https://www.school.example",
    "https://school.example.evil.example",
    "http://school.example",
    "https://school.example:8443",
    f"{OWN}, {OWN}",
    f"{OWN}/",
    ALLOWED,
)


@pytest.fixture
def school(io_loop: Any, make_school: MakeSchool) -> School:
    async def start() -> School:
        school = await make_school(
            server_base_url=BASE_URL, server_allowed_origins=ALLOWED
        )
        await school.person("Olena", password=PASSWORD)
        return school

    started: School = io_loop.run_sync(start, timeout=PATIENCE)
    return started


async def post(
    school: School,
    path: str,
    body: Any,
    *,
    origin: str | None = OWN,
    cookie: str | None = None,
) -> Reply:
    headers = {"Origin": origin} if origin is not None else {}
    if cookie is not None:
        headers["Cookie"] = f"rtserver_refresh={cookie}; other=1"
    return await school.http("POST", f"/api/auth/{path}/", body=body, headers=headers)


def sign_in(school: School, origin: str | None = OWN, **more: Any) -> Any:
    body = {"email": EMAIL, "password": PASSWORD, "cookie": True, **more}
    return post(school, "token", body, origin=origin)


def refresh(school: School, cookie: str | None, **more: Any) -> Any:
    return post(school, "token/refresh", {}, cookie=cookie, **more)


def morsel(reply: Reply) -> "Morsel[str]":
    """Return the one cookie that an answer sets."""
    (header,) = reply.headers.get_list("Set-Cookie")
    return SimpleCookie(header)["rtserver_refresh"]


async def signed_in(school: School, **more: Any) -> str:
    return morsel(await sign_in(school, **more)).value


async def test_the_token_is_in_the_cookie_and_not_in_the_body(school: School) -> None:
    reply = await sign_in(school)

    cookie = morsel(reply)
    assert (reply.status, reply.json.keys()) == (200, {"access", "expires_in"})
    assert cookie.value.startswith("rtr_")
    assert (cookie["path"], cookie["samesite"]) == ("/api/auth/", "Strict")
    assert cookie["httponly"] and cookie["secure"]
    assert not any(cookie[name] for name in ("max-age", "expires", "domain"))


async def test_remembered_it_lasts_as_long_as_the_login_and_so_do_successors(
    school: School,
) -> None:
    first = morsel(await sign_in(school, remember=True))
    second = morsel(await refresh(school, first.value))

    assert first["max-age"] == second["max-age"] == "2592000"
    assert first.value != second.value


async def test_over_plain_http_it_isnt_secure_and_pages_of_this_machine_get_it(
    make_school: MakeSchool,
) -> None:
    school = await make_school()
    await school.person("Olena", password=PASSWORD)
    port = school.services.port

    reply = await sign_in(school, f"http://localhost:{port}")
    elsewhere = await sign_in(school, f"http://localhost:{port + 1}")

    assert (reply.status, morsel(reply)["secure"]) == (200, "")
    assert elsewhere.status == 403


async def test_a_refresh_takes_the_cookie_and_sets_its_successor(
    school: School,
) -> None:
    cookie = await signed_in(school)

    reply = await refresh(school, cookie)

    assert (reply.status, reply.json.keys()) == (200, {"access", "expires_in"})
    assert morsel(reply).value not in ("", cookie)
    assert not morsel(reply)["max-age"]
    assert (await refresh(school, morsel(reply).value)).status == 200


async def test_signing_out_clears_it_and_ends_the_login(school: School) -> None:
    cookie = await signed_in(school)

    out = await post(school, "logout", {}, cookie=cookie)
    again = await refresh(school, cookie)

    assert (out.status, again.status) == (204, 401)
    for cleared in (morsel(out), morsel(again)):
        assert (cleared.value, cleared["path"]) == ("", "/api/auth/")
        assert parsedate_to_datetime(cleared["expires"]) < datetime.now(UTC)


@pytest.mark.parametrize("cookie", [None, "", "rtr_unknown", "x" * 3000])
async def test_a_refused_one_is_cleared(school: School, cookie: str | None) -> None:
    for path in ("token/refresh", "logout"):
        reply = await post(school, path, {}, cookie=cookie)

        assert (reply.status, reply.json["code"]) == (401, "unauthenticated")
        assert (morsel(reply).value, morsel(reply)["path"]) == ("", "/api/auth/")


@pytest.mark.parametrize("origin", FOREIGN)
async def test_no_other_page_gets_or_uses_it(
    school: School, origin: str | None
) -> None:
    cookie = await signed_in(school)
    links, db = school.services.accounts.links, school.services.db
    link = (await db.write(links.of_command, 1)).token
    choice = {"token": link, "password": "another password", "cookie": True}

    replies = [
        await sign_in(school, origin),
        await post(school, "password", choice, origin=origin),
        await refresh(school, cookie, origin=origin),
        await post(school, "logout", {}, origin=origin, cookie=cookie),
        await post(
            school, "logout", {"everywhere": True}, origin=origin, cookie=cookie
        ),
    ]

    for reply in replies:
        assert (reply.status, reply.json["code"]) == (403, "forbidden")
        assert "Set-Cookie" not in reply.headers
        assert "Access-Control-Allow-Credentials" not in reply.headers
    # Nothing came of it: neither login nor link is spent.
    assert (await refresh(school, cookie)).status == 200
    del choice["cookie"]
    assert (await post(school, "password", choice, origin=None)).status == 200


async def test_a_wrong_password_sets_none(school: School) -> None:
    reply = await sign_in(school, password="another one")

    assert reply.status == 401
    assert "Set-Cookie" not in reply.headers


async def test_a_password_chosen_by_a_link_signs_in_by_cookie_too(
    school: School,
) -> None:
    links, db = school.services.accounts.links, school.services.db
    link = (await db.write(links.of_command, 1)).token
    body = {"token": link, "password": "another password", "cookie": True}

    reply = await post(school, "password", body | {"remember": True})

    assert (reply.status, reply.json.keys()) == (200, {"access", "expires_in"})
    assert morsel(reply)["max-age"] == "2592000"
    assert (await refresh(school, morsel(reply).value)).status == 200


async def test_however_many_tabs_refresh_at_once_and_in_whatever_order_they_hear(
    school: School,
) -> None:
    cookie = await signed_in(school)

    replies = await asyncio.gather(*(refresh(school, cookie) for _ in range(6)))

    assert {reply.status for reply in replies} == {200}
    # Any of them may be what the browser keeps: whichever answer came last.
    for kept in [morsel(reply).value for reply in replies]:
        assert (await refresh(school, kept)).status == 200


async def test_signing_out_everywhere_ends_all_logins_of_the_user(
    school: School,
) -> None:
    phone = await school.http(
        "POST", "/api/auth/token/", body={"email": EMAIL, "password": PASSWORD}
    )
    cookie = await signed_in(school)

    out = await post(school, "logout", {"everywhere": True}, cookie=cookie)
    me = await school.http("GET", "/api/users/me/", phone.json["access"])
    spent = await post(school, "token/refresh", {"refresh": phone.json["refresh"]})

    assert (out.status, morsel(out).value) == (204, "")
    assert (me.status, spent.status) == (401, 401)
