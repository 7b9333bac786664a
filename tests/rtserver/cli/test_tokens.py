"""``rtserver token``."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import jwt
import pytest

from rtserver.clock import parse_rfc3339
from tests.rtserver.cli_runs import Cli


@pytest.fixture
def cli(tmp_path):
    cli = Cli(tmp_path)
    cli.add_user("Olena")
    return cli


def claims(cli, token):
    secret = (cli.data / "secret").read_text().strip()
    return jwt.decode(token, secret, algorithms=["HS256"])


@pytest.mark.parametrize("user", ["1", "OLENA@example.org"])
def test_the_token_stands_alone_on_stdout(cli, user):
    done = cli.run("token", user)

    assert (done.code, done.err) == (0, "")
    assert claims(cli, done.out.strip())["sub"] == "1"


def test_ttl_decides_when_the_token_ends(cli):
    value = cli.value("token", "1", "--ttl", "3600")

    left = parse_rfc3339(value["expires_at"]) - datetime.now(UTC)
    assert timedelta(seconds=3590) < left < timedelta(seconds=3602)
    assert claims(cli, value["token"])["exp"] == int(
        parse_rfc3339(value["expires_at"]).timestamp()
    )


def test_ttl_above_what_the_server_takes_is_refused(cli):
    done = cli.run("token", "1", "--ttl", "86401")

    assert (done.code, done.out) == (2, "")
    assert "[auth] max_ttl" in done.err


def test_without_hs256_there_is_no_token(cli, tmp_path):
    public = tmp_path / "keys.json"
    public.write_text(
        '{"keys": [{"kty": "OKP", "crv": "Ed25519",'
        ' "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}'
    )
    cli.set(auth_algorithms="EdDSA", auth_jwks_file=public)

    done = cli.run("token", "1")

    assert (done.code, done.out) == (1, "")
    assert "HS256" in done.err


def test_a_deactivated_user_gets_no_token(cli):
    cli.run("user", "deactivate", "1")

    done = cli.run("token", "1")

    assert (done.code, done.out) == (1, "")
    assert "deactivated" in done.err


def test_a_token_is_younger_than_the_password_that_was_set_just_before(cli):
    for password in ("the first one\n", "long enough\n"):
        cli.run("user", "passwd", "1", "--password-stdin", stdin=password)
    token = claims(cli, cli.run("token", "1").out.strip())

    with closing(sqlite3.connect(cli.data / "rtserver.db")) as database:
        [[revoked_at]] = database.execute("SELECT revoked_at FROM users WHERE id = 1")
    assert token["iat"] > revoked_at // 10**6
