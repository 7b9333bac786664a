"""``install.sh``, into a folder that stands for a machine."""

import os
import shutil
import stat

import pytest

from rtserver.settings.load import load
from tests.deploy.tools import DEPLOY, run, tool

SCRIPTS = ("install.sh", "rtserver.sh")
PROGRAM = "usr/local/lib/rtserver/rtserver"
COMMAND = "usr/local/bin/rtserver"
CONFIG, SECRET = "etc/rtserver/config.ini", "etc/rtserver/secret"
NAMES = (".service", "@.service", "-backup.service", "-backup.timer")
UNITS = {f"etc/systemd/system/rtserver{name}" for name in NAMES}
OLD_DATABASE = "var/lib/rtserver/rtserver.db"
LOGROTATE = "etc/logrotate.d/rtserver"
# Programs of a machine; systemctl notes what it is asked, and tells what RUNNING names.
STANDINS = {
    "systemctl": """if [ "$1" = list-units ]; then
    for unit in $RUNNING; do echo "$unit loaded active"; done
else echo "$@" >>"$ASKED"; fi""",
    "id": "echo 0",
    **dict.fromkeys(("chown", "getent", "useradd", "userdel"), ":"),
}


@pytest.fixture
def machine(tmp_path):
    (tmp_path / "binary").write_text("#!/bin/sh\necho first\n")
    return tmp_path / "machine"


def install(machine, *argv):
    binary = machine.parent / "binary"
    options = ["--destdir", machine, "--binary", binary]
    return run("bash", DEPLOY / "install.sh", *options, *argv)


def put(file, text, mode=0o755):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)


class Real:
    """The machine as one that runs systemd, with the script taking it for its own."""

    def __init__(self, machine):
        self.machine, self.home = machine, machine.parent
        self.script = self.home / "deploy" / "install.sh"
        shutil.copytree(DEPLOY, self.script.parent)
        own = 'on_this_machine() { [ -z "$dest" ]; }'
        text = self.script.read_text()
        assert own in text
        self.script.write_text(text.replace(own, "on_this_machine() { true; }"))
        for name, does in STANDINS.items():
            put(self.home / "bin" / name, f"#!/bin/sh\n{does}\n")
        (machine / "run/systemd/system").mkdir(parents=True)

    def install(self, *argv, running=""):
        """Run the script; give its exit code, what it said, and systemctl's orders."""
        asked = self.home / "asked"
        asked.write_text("")
        path = f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, "RUNNING": running, "ASKED": str(asked)}
        options = ["--destdir", self.machine, "--binary", self.home / "binary"]
        code, said = run("bash", self.script, *options, *argv, env=env)
        return code, said, asked.read_text().splitlines()


@pytest.fixture
def real(machine):
    return Real(machine)


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


def test_the_first_use_starts_the_service_and_the_backups(real):
    code, said, asked = real.install()

    assert code == 0, said
    assert asked == [
        "daemon-reload",
        "enable --now rtserver.service",
        "enable --now rtserver-backup.timer",
    ]


def test_the_first_use_without_a_start_tells_how_to_switch_all_on(real):
    code, said, asked = real.install("--no-start")

    assert (code, asked) == (0, ["daemon-reload"])
    assert "systemctl enable --now rtserver.service rtserver-backup.timer\n" in said


def test_without_backups_the_timer_is_neither_started_nor_told(real):
    code, said, asked = real.install("--no-start", "--no-backups")

    assert (code, asked) == (0, ["daemon-reload"])
    assert "systemctl enable --now rtserver.service\n" in said


def test_an_upgrade_restarts_what_ran_and_nothing_else(real):
    real.install()

    code, said, asked = real.install(running="rtserver@1.service rtserver@2.service")

    assert code == 0, said
    assert asked == [
        "daemon-reload",
        "restart rtserver@1.service",
        "restart rtserver@2.service",
    ]


def test_an_upgrade_starts_nothing_where_nothing_ran_and_says_so(real):
    real.install()

    code, said, asked = real.install()

    assert (code, asked) == (0, ["daemon-reload"])
    assert "nothing ran, so nothing is started" in said


def test_an_upgrade_without_a_start_names_what_runs_the_old_program(real):
    real.install()

    code, said, asked = real.install("--no-start", running="rtserver@8081.service")

    assert (code, asked) == (0, ["daemon-reload"])
    assert "systemctl restart rtserver@8081.service" in said


def test_an_upgrade_tells_of_backups_that_are_new_to_the_machine(real):
    real.install()
    (real.machine / "etc/systemd/system/rtserver-backup.timer").unlink()

    code, said, asked = real.install()

    assert (code, asked) == (0, ["daemon-reload"])
    assert "systemctl enable --now rtserver-backup.timer\n" in said


def test_an_upgrade_that_cannot_back_up_changes_nothing_and_says_what_to_do(real):
    real.install()
    put(real.machine / OLD_DATABASE, "left from before PostgreSQL")
    put(real.machine / COMMAND, "#!/bin/sh\necho It is PostgreSQL.\nexit 1\n")
    put(real.home / "binary", "#!/bin/sh\necho second\n")

    code, said, asked = real.install()

    assert (code, asked, run(real.machine / PROGRAM)) == (1, [], (0, "first\n"))
    assert "moved to PostgreSQL" in said
    assert f"{real.machine / OLD_DATABASE} is left from before" in said


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
