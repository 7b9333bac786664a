"""``rtserver serve`` as a process: its start, its signals, its end."""

import asyncio
import json
import os
import resource
import signal
import socket
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.client import open_socket
from tests.patience import PATIENCE
from tests.processes import wait_until
from tests.rtserver.accounts.key_files import jwk
from tests.rtserver.cli_runs import Process, serving

# A connection that is never answered lasts until the drain is over.
SLOW_DRAIN = 30


def status(url, token=""):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def jwks(kid):
    key = {"kty": "OKP", "crv": "Ed25519", "kid": kid}
    key["x"] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    return json.dumps({"keys": [key]})


TELL_OF_GARBAGE_AT_THE_END = """
import atexit, gc
from rtserver.cli.main import main
from tests.patience import PATIENCE
def tell():
    # Some 2000 objects are those of requests at work, which go by themselves.
    print(gc.isenabled(), gc.get_freeze_count() > 10_000, gc.get_threshold()[0] > 2_000)
atexit.register(tell)
exit(main(["serve", "--port", "0"]))
"""


def test_garbage_is_collected_but_not_among_what_the_start_has_made(cli):
    with Process(cli, program=("-c", TELL_OF_GARBAGE_AT_THE_END)) as server:
        server.wait_for("listening on")
        server.signal(signal.SIGTERM)

        assert server.ended() == 0
        assert server.out.read_text() == "True True True\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_in_order(cli, number):
    with serving(cli) as server:
        assert status(f"{server.url}/readyz") == 200
        server.signal(number)

        assert server.ended() == 0
        assert f"{number.name}: stopping" in server.log


def test_the_address_is_the_one_value_on_stdout(cli):
    with serving(cli, "--json", "--host", "localhost") as server:
        server.wait_for("url", server.out)

        assert json.loads(server.out.read_text()) == {"url": server.url}
        assert server.url.startswith("http://localhost:")


def test_a_second_signal_ends_it_at_once(cli):
    cli.set(server_drain_seconds=SLOW_DRAIN)
    with serving(cli) as server, unanswering(server.url):
        server.signal(signal.SIGTERM)
        server.wait_for("SIGTERM: stopping")
        server.signal(signal.SIGTERM)

        assert server.ended() == 128 + signal.SIGTERM


def unanswering(url):
    """Open a WebSocket that never says anything back."""
    host, port = url.removeprefix("http://").split(":")
    peer = socket.create_connection((host, int(port)))
    peer.sendall(
        b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    assert b"101" in peer.recv(4096)
    return peer


def test_a_second_server_on_one_sqlite_file_is_refused(cli):
    with serving(cli) as first, Process(cli, "serve", "--port", "0") as second:
        assert second.ended() == 1
        assert "Another server is using" in second.log
        assert status(f"{first.url}/healthz") == 200


def refusal(cli, *argv):
    """What a server says that can't start; it exits with 1, and no traceback."""
    with Process(cli, "serve", *argv) as server:
        assert server.ended() == 1
        assert "Traceback" not in server.log
        return server.log


def test_a_taken_port_is_named(cli):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "[server] port" in refusal(cli, "--port", str(taken.getsockname()[1]))


@pytest.mark.parametrize("host", ["192.0.2.1", "a..b"])
def test_a_host_that_is_not_ours_is_named(cli, host):
    assert "[server] host" in refusal(cli, "--host", host, "--port", "0")


def test_an_unreachable_database_is_named(cli):
    cli.set(database_url="postgresql://rt:geheim@127.0.0.1:1/school")

    said = refusal(cli)

    assert "[database] url" in said and "refused" in said
    assert "geheim" not in said


def test_sighup_begins_the_log_anew(cli, tmp_path):
    log = tmp_path / "server.log"
    cli.set(logging_file=log)
    with Process(cli, "serve", "--port", "0") as server:
        server.wait_for("listening on", log)
        log.rename(tmp_path / "server.log.1")
        server.signal(signal.SIGHUP)

        server.wait_for("the log goes on", log)
        assert server.log == ""


def test_sighup_reads_the_keys_again_and_keeps_them_if_it_cannot(cli, tmp_path):
    keys = tmp_path / "keys.json"
    keys.write_text(jwks("first"))
    cli.set(auth_algorithms="EdDSA", auth_jwks_file=keys)
    with serving(cli) as server:
        keys.write_text("no JSON")
        server.signal(signal.SIGHUP)
        server.wait_for("the keys stay as they were")
        keys.write_text(jwks("second"))
        server.signal(signal.SIGHUP)

        server.wait_for("the keys are read again")


async def test_sighup_ends_connections_whose_key_was_taken_away(cli, tmp_path):
    old, new = (Ed25519PrivateKey.generate() for _ in range(2))
    keys, both = tmp_path / "keys.json", [jwk(old, kid="old"), jwk(new, kid="new")]
    keys.write_text(json.dumps({"keys": both}))
    cli.set(auth_algorithms="EdDSA", auth_jwks_file=keys)
    await asyncio.to_thread(cli.add_user, "Olena")
    claims = {"sub": "1", "exp": int(time.time()) + 3600}

    def token(key, kid):
        return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": kid})

    with serving(cli) as server:
        signed = (token(old, "old"), token(new, "new"), token(old, "old"))
        sockets = [await open_socket(server.url, each) for each in signed]
        for socket in sockets:
            await socket.next("welcome")
        await sockets[2].call("auth.refresh", token=token(new, "new"))
        keys.write_text(json.dumps({"keys": both[1:]}))
        server.signal(signal.SIGHUP)

        async with asyncio.timeout(PATIENCE):
            assert await sockets[0].closed() == 4501
        server.wait_for("1 connections ended")
        for socket in sockets[1:]:
            await socket.call("ping")
        for socket in sockets:
            await socket.close()


def test_a_command_beside_the_server_counts_there(cli):
    with serving(cli) as server:
        cli.add_user("Olena")
        token = cli.value("token", "1")["token"]
        assert status(f"{server.url}/api/users/me/", token) == 200

        cli.value("user", "deactivate", "1")

        wait_until(lambda: status(f"{server.url}/api/users/me/", token) == 401, 4)


def test_a_role_that_a_command_takes_counts_there_and_so_does_a_user_let_in_again(cli):
    cli.add_user("Iryna", "admin")
    cli.add_user("Olena", "admin")
    with serving(cli) as server:
        token = cli.value("token", "2")["token"]
        assert status(f"{server.url}/api/users/", token) == 200

        cli.value("user", "role", "2", "tutor")
        wait_until(lambda: status(f"{server.url}/api/users/", token) == 403, 4)

        cli.value("user", "deactivate", "2")
        cli.value("user", "activate", "2")
        fresh = cli.value("token", "2")["token"]
        wait_until(lambda: status(f"{server.url}/api/users/me/", fresh) == 200, 4)


def limited(soft, hard):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize(("soft", "hard", "warned"), [(300, 900, 0), (300, 600, 1)])
def test_the_limit_on_files_is_raised_and_one_too_low_warned_of(
    cli, soft, hard, warned
):
    cli.set(limits_connections=500)
    with Process(cli, "serve", "--port", "0", preexec_fn=limited(soft, hard)) as server:
        server.wait_for("listening on")

        limit = resource.prlimit(server.popen.pid, resource.RLIMIT_NOFILE)
        assert limit == (hard, hard)
        assert server.log.count("LimitNOFILE") == warned


def test_a_signal_during_the_start_ends_it_in_order(cli, own_postgres):
    cli.set(database_url=own_postgres.url_of("postgres"))
    own_postgres.freeze()
    with Process(cli, "serve", "--port", "0") as server:
        wait_until(lambda: connected(server.popen.pid))
        server.signal(signal.SIGTERM)
        server.wait_for("SIGTERM: stopping")

        assert server.ended() == 0


def connected(pid):
    """Return whether a process has a socket besides the two that its loop has."""
    sockets = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # files come and go while it starts
            sockets += "socket:" in os.readlink(link)
    return sockets > 2
