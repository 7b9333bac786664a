"""``rtserver check``: what it finds, and how it says so."""

import errno
import os
import pwd
import time
from dataclasses import replace

import pytest

from rtserver.checks import hints, machine, suite
from rtserver.checks.outcome import CheckFailed
from rtserver.process import file_limit
from rtserver.settings.model import Settings
from store.exclusive import sqlite_path
from tests.rtserver.cli_runs import Cli


@pytest.fixture
def cli(tmp_path):
    return Cli(tmp_path)


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


def test_every_check_is_in_the_json(cli):
    found = cli.value("check")

    outside = [*(name for name, *_ in suite.OUTSIDE), "idle"]
    names = ["settings", *(name for name, _ in suite.CHECKS), *outside]
    assert [check["name"] for check in found] == names
    assert all(check["ok"] is True and check["message"] for check in found)


def test_every_mistake_in_the_settings_is_a_failure(cli):
    cli.set(server_port="80a", auth_max_ttl="soon")

    lines = failures(cli)

    assert len(lines) == 2
    assert "[server] port" in lines[0] and "[auth] max_ttl" in lines[1]


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


@pytest.mark.parametrize(("ahead", "way"), [(60, "behind"), (-60, "ahead of")])
def test_a_clock_far_from_the_databases_is_wrong(ahead, way):
    with pytest.raises(CheckFailed, match=f"60 s {way}"):
        machine.clock_by_database(ahead)


def test_a_folder_that_cannot_be_written_is_told_with_what_helps(tmp_path):
    missing = tmp_path / "a b" / "data"
    ourselves = pwd.getpwuid(os.geteuid()).pw_name
    for code, folder, cure in (
        (errno.EACCES, tmp_path, f": chown -R {ourselves}: {tmp_path},"),
        (errno.EACCES, missing, f": mkdir -p '{missing}' && chown -R {ourselves}: '"),
        (errno.ENOSPC, tmp_path, "Make room there"),
        (errno.EROFS, tmp_path, "Mount it for writing"),
    ):
        assert cure in hints.folder(folder, OSError(code, ""))


@pytest.mark.parametrize("reason", ["database or disk is full", "disk I/O error"])
def test_a_database_on_a_full_disk_is_told_as_that(reason):
    assert "Make room on its disk" in hints.database(reason)


def test_a_disk_that_is_nearly_full_is_named(tmp_path):
    with pytest.raises(CheckFailed, match=r"data_dir: only 100 MiB"):
        machine.room(tmp_path, 100 * machine.MIB)


def test_the_limit_on_files_is_told_as_that_of_the_command(settings):
    limits = replace(settings.limits, connections=1)

    said = machine.files(replace(settings, limits=limits))

    assert "to this command" in said and "LimitNOFILE" in said


def test_the_machines_limit_on_files_is_what_counts(settings):
    fitting = file_limit.highest() - file_limit.RESERVE
    for connections, fits in ((fitting, True), (fitting + 1, False)):
        limits = replace(settings.limits, connections=connections)
        result = _result(machine.files, replace(settings, limits=limits))
        assert result is fits


def _result(check, settings):
    try:
        return bool(check(settings))
    except CheckFailed:
        return False
