"""``install.sh``, into a folder that stands for a machine."""

import stat

import pytest

from rtserver.settings.load import load
from tests.deploy.tools import DEPLOY, run, tool

SCRIPTS = ("install.sh", "rtserver.sh")
PROGRAM = "usr/local/lib/rtserver/rtserver"
COMMAND = "usr/local/bin/rtserver"
CONFIG, SECRET = "etc/rtserver/config.ini", "etc/rtserver/secret"
UNITS = {f"etc/systemd/system/rtserver{at}.service" for at in ("", "@")}


@pytest.fixture
def machine(tmp_path):
    (tmp_path / "binary").write_text("#!/bin/sh\necho first\n")
    return tmp_path / "machine"


def install(machine, *argv):
    binary = machine.parent / "binary"
    options = ["--destdir", machine, "--binary", binary]
    return run("sh", DEPLOY / "install.sh", *options, *argv)


def files(machine):
    found = (path for path in machine.rglob("*") if path.is_file())
    return {str(path.relative_to(machine)) for path in found}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


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


@pytest.mark.parametrize("argv", [["--nonsense"], ["--binary"]])
def test_a_wrong_option_is_a_usage_error(machine, argv):
    code, said = install(machine, *argv)

    assert (code, files(machine)) == (2, set())
    assert "usage: install.sh" in said


def test_a_missing_program_is_told_before_anything_is_done(machine):
    (machine.parent / "binary").unlink()

    code, said = install(machine)

    assert (code, files(machine)) == (1, set())
    assert "make binary" in said
