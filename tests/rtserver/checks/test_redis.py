"""The check of Redis."""

import socket

import redis

from rtserver.checks.redis import refusal
from tests.processes import free_port

REDIS = "[redis] url"


def failure(cli):
    """Return the one line of a check that fails."""
    done = cli.run("check")
    (line,) = (line for line in done.out.splitlines() if line.startswith("FAIL"))
    assert done.code == 1
    return line


def test_a_redis_that_does_not_run(cli):
    cli.set(redis_url=f"redis://127.0.0.1:{free_port()}/0")

    line = failure(cli)

    assert REDIS in line and "systemctl start redis-server" in line


def test_a_wrong_password_of_redis(cli, own_redis):
    with redis.Redis(port=own_redis.port) as client:
        client.config_set("requirepass", "right")
    cli.set(redis_url=f"redis://:geheim@127.0.0.1:{own_redis.port}/0")

    line = failure(cli)

    assert REDIS in line and "url = redis://:PASSWORD@host:6379/0" in line
    assert "geheim" not in line


def test_a_redis_that_answers_is_no_failure(redis_url: str) -> None:
    assert refusal(redis_url) == ""


def test_a_redis_that_accepts_and_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"

        assert "Timeout" in refusal(url, seconds=0.2)
