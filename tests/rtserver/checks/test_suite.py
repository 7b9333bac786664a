"""``rtserver check``: what it finds, and how it says so."""

import os
import time
from dataclasses import replace

import pytest

from rtserver.checks import suite
from rtserver.checks.outcome import CheckFailed
from rtserver.settings.model import Settings
from store.exclusive import sqlite_path


@pytest.fixture
def settings(tmp_path):
    server = replace(Settings().server, data_dir=tmp_path)
    return replace(Settings(), server=server)


def failures(cli):
    done = cli.run("check")
    lines = done.out.splitlines()
    assert done.code == (1 if any(line.startswith("FAIL") for line in lines) else 0)
    return [line for line in lines if line.startswith("FAIL")]


def test_a_new_place_is_fine_and_nothing_is_made_in_it(cli):
    done = cli.run("check")

    assert done.code == 0
    assert {line.split()[0] for line in done.out.splitlines()} == {"ok", "skip"}
    assert not cli.data.exists()


def test_a_database_in_use_is_fine(cli):
    cli.add_user("Olena")

    assert failures(cli) == []
    assert "up to date" in cli.run("check").out


def test_everything_that_cannot_be_reached_is_named_at_once(cli):
    cli.set(
        database_url="postgresql://rt:geheim@127.0.0.1:1/school",
        redis_url="redis://:geheim@127.0.0.1:1",
        smtp_host="127.0.0.1",
        smtp_port=1,
        smtp_sender="school@example.org",
        limits_connections=1_000_000_000,
    )

    lines = failures(cli)

    keys = ("[database] url", "[redis] url", "[smtp] host", "[limits] connections")
    assert all(key in line for key, line in zip(keys, lines, strict=True))
    assert "geheim" not in "".join(lines)


def test_postgresql_and_redis_that_answer_are_fine(cli, postgres_url, redis_url):
    cli.set(database_url=postgres_url, redis_url=redis_url)

    out = cli.run("check").out

    assert "FAIL" not in out
    assert "will apply: 0001_foundation" in out
    assert "of the database's" in out


def test_a_secret_too_short_is_named(cli):
    cli.data.mkdir(0o700)
    (cli.data / "secret").write_text("short")
    (cli.data / "secret").chmod(0o600)

    assert "[auth] secret" in failures(cli)[0]


def test_a_clock_behind_the_files_is_wrong(settings):
    path = sqlite_path(settings.database_url.reveal())
    path.touch()
    os.utime(path, (time.time() + 3600,) * 2)

    with pytest.raises(CheckFailed, match="future"):
        suite.clock(settings)
