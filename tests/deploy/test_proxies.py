"""A school behind nginx or HAProxy, with TLS, as the shipped files set them up."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from websockets.exceptions import InvalidHandshake

from rtserver.checks.suite import CHECKS, all_results
from rtserver.settings.model import Settings
from tests.app_fixtures import MakeSchool
from tests.client import Socket, open_socket
from tests.deploy.proxies import HOST, KINDS, Proxy, ask, write_certificate
from tests.deploy.tools import DEPLOY, run
from tests.processes import free_port
from tests.school import School, until

JSON = {"Content-Type": "application/json"}
SIGNED = "/api/notifications/unsubscribe/"
CALENDAR = "/api/calendar/"


async def come(proxy: Proxy, token: str) -> Socket:
    """Open a socket with a token in its address."""
    path = f"/ws?token={token}"
    return await open_socket(proxy.url, path=path, ssl=proxy.trust)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("upstream", [(8080,), (8081, 8082, 8083)])
def test_the_program_understands_its_file(
    kind: str, upstream: tuple[int, ...], tmp_path: Path
) -> None:
    write_certificate(tmp_path)
    command = KINDS[kind](tmp_path, upstream, 8090, 8443)

    code, said = run(*command, "-t" if kind == "nginx" else "-c")

    assert code == 0, said
    assert "warn" not in said.lower(), said


async def test_a_socket_lives_behind_it_until_the_server_drains(
    sqlite_school: School, proxy: Proxy
) -> None:
    user = await sqlite_school.person("Olena")
    socket = await come(proxy, sqlite_school.token(user))

    assert (await socket.next("welcome"))["payload"]["user"]["id"] == user
    assert await socket.call("ping")
    await sqlite_school.stop()
    assert await socket.closed() == 1012


async def test_no_log_holds_a_token_or_a_signed_address(
    sqlite_school: School, proxy: Proxy
) -> None:
    user = await sqlite_school.person("Olena")
    token = sqlite_school.token(user)
    socket = await come(proxy, token)
    await socket.next("welcome")
    await socket.close()
    assert (await ask(proxy, f"{SIGNED}geheim")).status == 400
    assert (await ask(proxy, f"{CALENDAR}geheim.ics")).status == 404
    assert (await ask(proxy, f"/?token={token}", proxy.plain_url)).status == 308
    await sqlite_school.stop()
    assert (await ask(proxy, f"/ws?token={token}")).status in (502, 503)
    proxy.stop()

    said = proxy.said()

    assert re.search(r"/ws\W.*101 ", said) and f"{SIGNED}-" in said
    assert f"{CALENDAR}-" in said
    assert token not in said and "geheim" not in said


@pytest.mark.parametrize("kind", KINDS)
async def test_rtserver_check_finds_nothing_wrong_with_it(
    kind: str, make_school: MakeSchool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    school = await make_school(server_base_url=f"https://localhost:{port}")
    await school.person("Admin", role="admin")
    (tmp_path / "proxy").mkdir()
    proxy = Proxy(kind, tmp_path / "proxy", school.services.port, tls_port=port)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "proxy" / "fullchain.pem"))

    results = await asyncio.to_thread(all_results, school.settings)
    proxy.stop()

    outside = {result.name: result for result in results[len(CHECKS) :]}
    assert outside.pop("idle").skipped
    assert all(each.ok and not each.skipped for each in outside.values()), outside


async def test_metrics_are_not_seen_from_outside(
    sqlite_school: School, proxy: Proxy
) -> None:
    for path in ("/metrics", "/metrics/", "/%6detrics", "//metrics", "/metrics?x"):
        reply = await ask(proxy, path)

        assert reply.status in (403, 404), path
        assert "rtserver_connections" not in reply.text


async def test_what_a_client_says_of_its_address_counts_for_nothing(
    sqlite_school: School, proxy: Proxy
) -> None:
    statuses = []
    for number in range(Settings().limits.logins_per_minute + 1):
        body = {"email": "olena@example.org", "password": "guessed"}
        says = {"X-Forwarded-For": f"192.0.2.{number}", **JSON}
        login = {"method": "POST", "body": json.dumps(body), "headers": says}
        statuses.append((await ask(proxy, "/api/auth/token/", **login)).status)

    assert statuses[0] == 401
    assert statuses[-1] == 429


async def test_http_leads_to_https_and_asks_for_it_ever_after(
    sqlite_school: School, proxy: Proxy
) -> None:
    away = await ask(proxy, "/api/users/me/", proxy.plain_url)
    there = await ask(proxy, "/healthz")

    assert away.status == 308
    assert away.headers["Location"] == f"https://{HOST}/api/users/me/"
    assert "max-age" in there.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("size", [Settings().limits.body_bytes + 1, 3_000_000])
async def test_what_is_too_large_is_refused_in_the_words_of_the_server(
    sqlite_school: School, proxy: Proxy, size: int
) -> None:
    post = {"method": "POST", "body": b" " * size, "headers": JSON}

    reply = await ask(proxy, "/api/auth/token/", **post)

    assert (reply.status, reply.json["code"]) == (413, "too_large")
    assert reply.headers["Content-Type"].startswith("application/problem+json")


def test_haproxy_does_not_serve_strangers_as_root() -> None:
    lines = (DEPLOY / "haproxy.cfg").read_text().splitlines()

    assert {"    user haproxy", "    group haproxy"} <= set(lines)


@pytest.mark.parametrize("file", ["nginx.conf", "haproxy.cfg"])
def test_a_quiet_socket_is_the_servers_to_end(file: str) -> None:
    pattern = r"(?:proxy_read_timeout|proxy_send_timeout|timeout tunnel) +([0-9]+)s"

    seconds = re.findall(pattern, (DEPLOY / file).read_text())

    assert seconds
    assert all(int(each) > 2 * Settings().presence.heartbeat for each in seconds)


@pytest.mark.parametrize("kind", KINDS)
async def test_one_address_does_not_take_all_connections(
    kind: str, sqlite_school: School, tmp_path: Path
) -> None:
    (tmp_path / "proxy").mkdir()
    proxy = Proxy(kind, tmp_path / "proxy", sqlite_school.services.port, per_address=3)
    user = await sqlite_school.person("Olena")
    token = sqlite_school.token(user)

    sockets = [await come(proxy, token) for _ in range(3)]
    assert [await socket.next("welcome") for socket in sockets]
    with pytest.raises((OSError, EOFError, InvalidHandshake)):
        await come(proxy, token)

    await sockets[0].close()
    await until(lambda: len(sqlite_school.services.clients) == 2)
    sockets.append(await come(proxy, token))
    assert await sockets[-1].next("welcome")
    for socket in sockets[1:]:
        await socket.close()
    proxy.stop()
