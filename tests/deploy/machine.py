"""A folder that stands for a machine, for ``install.sh``."""

import os
import shutil
import stat

from tests.deploy.tools import DEPLOY, run

PROGRAM = "usr/local/lib/rtserver/rtserver"
COMMAND = "usr/local/bin/rtserver"
CONFIG, SECRET = "etc/rtserver/config.ini", "etc/rtserver/secret"
NAMES = (".service", "@.service", "-backup.service", "-backup.timer")
UNITS = {f"etc/systemd/system/rtserver{name}" for name in NAMES}
OLD_DATABASE = "var/lib/rtserver/rtserver.db"
LOGROTATE = "etc/logrotate.d/rtserver"
# Programs of a machine; systemctl notes what it is asked, tells what RUNNING
# names, and can't start what BROKEN names.
STANDINS = {
    "systemctl": """if [ "$1" = list-units ]; then
    for unit in $RUNNING; do echo "$unit loaded active"; done
else
    echo "$@" >>"$ASKED"
    case "$*" in "restart $BROKEN" | "enable --now $BROKEN") exit 1 ;; esac
fi""",
    "sleep": '[ "$1" = 0 ] || echo sleep >>"$ASKED"',
    "journalctl": 'echo "log of $1"',
    "id": "echo 0",
    **dict.fromkeys(("chown", "getent", "useradd", "userdel"), ":"),
}


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

    def install(self, *argv, running="", broken=""):
        """Run the script; give its exit code, what it said, and systemctl's orders."""
        asked = self.home / "asked"
        asked.write_text("")
        path = f"{self.home / 'bin'}{os.pathsep}{os.environ['PATH']}"
        env = {**os.environ, "RUNNING": running, "BROKEN": broken}
        env |= {"PATH": path, "ASKED": str(asked)}
        options = ["--destdir", self.machine, "--binary", self.home / "binary"]
        code, said = run("bash", self.script, *options, *argv, env=env)
        return code, said, asked.read_text().splitlines()


def files(machine):
    found = (path for path in machine.rglob("*") if path.is_file())
    return {str(path.relative_to(machine)) for path in found}


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)
