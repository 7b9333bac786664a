"""The units: hardened, understood by systemd, and fitting what they start."""

import os
import re
import shlex
import sys
import time
from datetime import date

import pytest

from rtserver.process import file_limit
from rtserver.settings.model import Settings
from tests.deploy.tools import DEPLOY, run, settings, tool

ROOT = DEPLOY.parent

SERVERS = ("rtserver.service", "rtserver@.service")
BACKUP = "rtserver-backup.service"
UNITS = (*SERVERS, BACKUP)


@pytest.mark.parametrize("unit", UNITS)
def test_unit_is_hardened(unit):
    analyze = tool("systemd-analyze")
    limits = ["--offline=true", "--threshold=15"]

    code, said = run(analyze, "security", *limits, DEPLOY / unit)

    assert code == 0, said


@pytest.mark.parametrize("unit", [*UNITS, "rtserver-backup.timer"])
def test_systemd_understands_every_line(unit, tmp_path):
    analyze = tool("systemd-analyze")
    # It wants to see the programs and what a timer starts; of a template, an instance.
    for name in {unit, unit.replace(".timer", ".service")}:
        text = (DEPLOY / name).read_text().replace("/usr/local/lib/rtserver/", "/bin/")
        file = tmp_path / name.replace("@", "@8081")
        file.write_text(text.replace("/bin/rtserver", "/bin/true"))
    file = tmp_path / unit.replace("@", "@8081")

    code, said = run(analyze, "verify", file)

    lines = [line for line in said.splitlines() if str(tmp_path) in line]
    assert (code, lines) == (0, []), said


def test_the_units_differ_only_in_what_names_the_port():
    one, several = (set(settings(unit)) for unit in SERVERS)

    differing = {key for key, _ in one ^ several}
    assert differing == {
        "[Unit]Description",
        "[Service]ExecStart",
        "[Service]SyslogIdentifier",
    }


def test_the_limits_fit_the_settings():
    unit, defaults = dict(settings("rtserver.service")), Settings()

    needed = file_limit.needed(defaults.limits.connections)
    assert int(unit["[Service]LimitNOFILE"]) >= needed
    assert int(unit["[Service]TimeoutStopSec"]) >= 3 * defaults.server.drain_seconds
    assert unit["[Service]StateDirectoryMode"] == "0700"


@pytest.mark.parametrize("unit", UNITS)
def test_no_core_holds_what_was_in_memory(unit):
    assert dict(settings(unit))["[Service]LimitCORE"] == "0"


@pytest.mark.parametrize("unit", SERVERS)
def test_a_server_that_grows_is_ended_before_the_machine_is_full(unit):
    found = dict(settings(unit))

    assert found["[Service]MemoryMax"] == "50%"
    assert found["[Service]Restart"] == "on-failure"


@pytest.mark.parametrize("unit", UNITS)
def test_the_secret_is_taken_from_where_systemd_puts_it(unit):
    found = settings(unit)

    name, _, _ = dict(found)["[Service]LoadCredential"].partition(":")
    place = f"RTSERVER_AUTH_SECRET_FILE=/run/credentials/%n/{name}"
    assert ("[Service]Environment", place) in found


def test_the_backup_is_as_shut_in_as_the_server():
    server, backup = dict(settings(SERVERS[0])), dict(settings(BACKUP))

    keys = [key for key in server if re.search(r"Protect|Private|Restrict|Call", key)]
    assert {key: backup.get(key) for key in keys if backup.get(key) != server[key]} == {
        "[Service]RestrictAddressFamilies": "AF_UNIX"
    }


def test_the_nightly_backup_is_made_and_old_ones_go(tmp_path):
    database, folder = tmp_path / "data" / "rtserver.db", tmp_path / "backups"
    folder.mkdir()
    ages = {"daily-old.db": 30, "daily-new.db": 3, "own.db": 30}
    ages |= {"before-upgrade-1.db": 30, "before-upgrade-2.db": 3}
    cut_off = {".daily-x.db.1.part": 2, ".daily-x.db.1.part-journal": 2}
    files = {f"{name}.files": days for name, days in ages.items()}
    for name, days in (ages | files | cut_off).items():
        if name in files:
            (folder / name).mkdir()
            (folder / name / "f_1").touch()
        else:
            (folder / name).touch()
        os.utime(folder / name, (time.time() - days * 86400,) * 2)
    environ = {"RTSERVER_SERVER_DATA_DIR": str(database.parent)}
    program = [sys.executable, "-m", "rtserver"]
    (tmp_path / "config.ini").write_text("")
    assert run(*program, "migrate", env=environ, cwd=ROOT)[0] == 0

    for command in commands(BACKUP, tmp_path, program):
        code, said = run("sh", "-c", command, env=environ | {"KEEP_DAYS": "14"})
        assert code == 0, said

    today = f"daily-{date.today()}.db"
    kept = {today, "daily-new.db", "own.db", "before-upgrade-2.db"}
    beside = {f"{name}.files" for name in kept}
    assert {path.name for path in folder.iterdir()} == kept | beside


def test_the_nightly_backup_knows_the_passwords_of_the_server(tmp_path):
    given, kept = tmp_path / "given", tmp_path / "credentials"
    for file in (given / "secret", kept / "smtp.password"):
        file.parent.mkdir()
        file.write_text("a password, or a secret of as many letters as it needs")
    (tmp_path / "config.ini").write_text(
        "[smtp]\nhost = localhost\nsender = s@school.example\nusername = school\n"
    )
    (tmp_path / "backups").mkdir()
    environ = {"RTSERVER_SERVER_DATA_DIR": str(tmp_path / "data")}
    program = [sys.executable, "-m", "rtserver"]
    assert run(*program, "migrate", env=environ, cwd=ROOT)[0] == 0

    command = next(commands(BACKUP, tmp_path, program))
    environ["CREDENTIALS_DIRECTORY"] = str(given)
    known = run("sh", "-c", command, env=environ)
    (given / "redis.url").write_text("redis://127.0.0.1")
    of_a_drop_in = run("sh", "-c", command, env=environ)

    assert known[0] == 0, known
    assert of_a_drop_in[0] == 2 and "[smtp] username" in of_a_drop_in[1]


def commands(unit, machine, program):
    """Return what a unit runs, as a shell takes it, with a folder for the machine."""
    places = {
        "/usr/local/lib/rtserver/rtserver": f"env -C {ROOT} {shlex.join(program)}",
        "/etc/rtserver": str(machine),
        "/var/backups/rtserver": str(machine / "backups"),
        "$$": "$",
        "%%": "%",
        "-name daily-*.db.files": "-name 'daily-*.db.files'",
        "-name before-upgrade-*.db.files": "-name 'before-upgrade-*.db.files'",
        "-name daily-*.db ": "-name 'daily-*.db' ",
        "-name before-upgrade-*.db ": "-name 'before-upgrade-*.db' ",
        "-name .daily-*.part*": "-name '.daily-*.part*'",
    }
    for key, command in settings(unit):
        if key.startswith("[Service]ExecStart"):
            for shown, meant in places.items():
                command = command.replace(shown, meant)
            yield command
