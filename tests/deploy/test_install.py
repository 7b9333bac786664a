"""``install.sh``, into a folder that stands for a machine."""

import os

import pytest

from rtserver.settings.load import load
from tests.deploy.machine import (
    COMMAND,
    CONFIG,
    LOGROTATE,
    NAMES,
    PROGRAM,
    SECRET,
    UNITS,
    files,
    install,
    mode,
    put,
)
from tests.deploy.tools import DEPLOY, run, tool

SCRIPTS = ("install.sh", "rtserver.sh")


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_scripts_are_sound(script):
    code, said = run(tool("shellcheck"), DEPLOY / script)

    assert code == 0, said


def test_everything_is_put_in_its_place_and_told(machine):
    code, said = install(machine)

    assert code == 0, said
    assert files(machine) == {PROGRAM, COMMAND, CONFIG, SECRET, *UNITS}
    assert all(str(machine / place) in said for place in (PROGRAM, COMMAND, SECRET))
    assert run(machine / PROGRAM) == (0, "first\n")


def test_data_and_secret_are_closed_to_others(machine):
    install(machine)

    assert mode(machine / SECRET) == mode(machine / CONFIG) == 0o640
    assert mode(machine / "var/lib/rtserver") == 0o700
    assert mode(machine / "var/backups/rtserver") == 0o700


def test_the_settings_are_good_ones(machine):
    install(machine, "--base-url", "https://rt.school.example")

    secret = {"RTSERVER_AUTH_SECRET_FILE": str(machine / SECRET)}
    settings = load(str(machine / CONFIG), secret)

    assert settings.server.base_url == "https://rt.school.example"
    assert f"secret_file = /{SECRET}\n" in (machine / CONFIG).read_text()
    assert len((machine / SECRET).read_bytes()) == 64


def test_a_second_time_upgrades_the_program_and_keeps_the_rest(machine):
    install(machine)
    secret = (machine / SECRET).read_bytes()
    (machine / CONFIG).write_text("[server]\nport = 8090\n")
    (machine.parent / "binary").write_text("#!/bin/sh\necho second\n")

    code, said = install(machine, "--base-url", "https://elsewhere.example")

    assert code == 0, said
    assert run(machine / PROGRAM) == (0, "second\n")
    assert (machine / CONFIG).read_text() == "[server]\nport = 8090\n"
    assert (machine / SECRET).read_bytes() == secret


def test_a_secret_that_could_not_be_made_is_made_the_next_time(machine, monkeypatch):
    failing = machine.parent / "bin" / "base64"
    put(failing, "#!/bin/sh\nexit 1\n")
    with monkeypatch.context() as full_disk:
        full_disk.setenv("PATH", str(failing.parent), prepend=os.pathsep)
        code, _ = install(machine)

    assert (code, files(machine) & {SECRET}) == (1, set())
    assert install(machine)[0] == 0
    assert len((machine / SECRET).read_bytes()) == 64


def test_uninstall_keeps_settings_and_data(machine):
    install(machine)
    (machine / "var/lib/rtserver/rtserver.db").touch()

    code, said = install(machine, "--uninstall")

    assert code == 0, said
    assert files(machine) == {CONFIG, SECRET, "var/lib/rtserver/rtserver.db"}


def test_purge_leaves_nothing(machine):
    install(machine)

    install(machine, "--uninstall", "--purge")
    code, said = install(machine, "--uninstall", "--purge")

    assert code == 0, said
    assert files(machine) == set()


@pytest.mark.parametrize("argv", [["--nonsense"], ["--binary"], ["--purge"]])
def test_a_wrong_option_is_a_usage_error(machine, argv):
    code, said = install(machine, *argv)

    assert (code, files(machine)) == (2, set())
    assert "usage: install.sh" in said


def test_a_missing_program_is_told_before_anything_is_done(machine):
    (machine.parent / "binary").unlink()

    code, said = install(machine)

    assert (code, files(machine)) == (1, set())
    assert "make binary" in said


def test_purge_removes_drop_ins_and_the_rotation_of_logs(machine):
    install(machine)
    for name in (*NAMES, "@8081.service"):
        put(machine / f"etc/systemd/system/rtserver{name}.d/override.conf", "[Service]")
    put(machine / LOGROTATE, (DEPLOY / "logrotate.conf").read_text())

    code, said = install(machine, "--uninstall", "--purge")

    assert (code, files(machine)) == (0, set()), said
    assert "rtserver-backup.timer.d\n" in said
    assert f"removing {machine / LOGROTATE}\n" in said


def test_purge_leaves_what_others_made(machine):
    install(machine)
    others = {"etc/systemd/system/rtserver-other.service.d/a.conf", LOGROTATE}
    for name in others:
        put(machine / name, "/var/log/other.log {\n}\n")

    code, said = install(machine, "--uninstall", "--purge")

    assert (code, files(machine)) == (0, others), said
    assert f"leaving {machine / LOGROTATE}" in said


def test_uninstall_alone_keeps_drop_ins_and_the_rotation_of_logs(machine):
    install(machine)
    kept = {"etc/systemd/system/rtserver.service.d/override.conf", LOGROTATE}
    for name in kept:
        put(machine / name, (DEPLOY / "logrotate.conf").read_text())

    code, said = install(machine, "--uninstall")

    assert code == 0, said
    assert kept <= files(machine)


def test_uninstall_forgets_processes_that_were_to_start_at_boot(machine):
    install(machine)
    wants = machine / "etc/systemd/system/multi-user.target.wants"
    wants.mkdir()
    for name in ("rtserver@8083.service", "other@8083.service"):
        (wants / name).symlink_to(f"/etc/systemd/system/{name}")

    code, said = install(machine, "--uninstall")

    assert code == 0, said
    assert [link.name for link in wants.iterdir()] == ["other@8083.service"]
