"""Calls of the command line, inside this process and in one of their own."""

import io
import json
import os
import subprocess
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from rtserver.cli.main import main
from tests.patience import PATIENCE
from tests.processes import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent


class Done(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def value(self):
        """What ``--json`` printed: one value on one line, and nothing else."""
        assert self.out.endswith("\n") and self.out.count("\n") == 1
        return json.loads(self.out)


class Cli:
    """The command line over a database of its own in a folder."""

    def __init__(self, folder, **settings):
        self.data = folder / "data"
        self.environ = {"RTSERVER_SERVER_DATA_DIR": str(self.data)}
        self.set(**settings)

    def set(self, **settings):
        """Change settings, by names such as ``auth_max_ttl``."""
        for name, value in settings.items():
            self.environ[f"RTSERVER_{name.upper()}"] = str(value)

    def run(self, *argv, stdin=""):
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), _stdin(stdin):
            code = main([str(arg) for arg in argv], self.environ)
        return Done(code, out.getvalue(), err.getvalue())

    def run_within(self, kibibytes, *argv):
        """Run a command in a process that may write no larger files, as on a quota."""
        limit = f'ulimit -f {kibibytes * 1024 // 512} && exec "$@"'
        program = ["sh", "-c", limit, "sh", sys.executable, "-m", "rtserver"]
        done = subprocess.run(
            [*program, *map(str, argv)],
            cwd=ROOT,
            env={**_plain_environ(), **self.environ},
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def value(self, *argv, stdin=""):
        """Run a command that works, with --json, and give its value."""
        done = self.run(*argv, "--json", stdin=stdin)
        assert done.code == 0, done.err
        return done.value

    def add_user(self, name, role="tutor", **kwargs):
        email = f"{name.lower()}@example.org"
        argv = ("user", "add", email, "--name", name, "--role", role)
        return self.value(*argv, **kwargs)


def _plain_environ():
    return {k: v for k, v in os.environ.items() if not k.startswith("RTSERVER_")}


@contextmanager
def _stdin(text):
    before, sys.stdin = sys.stdin, io.StringIO(text)
    try:
        yield
    finally:
        sys.stdin = before


class Process:
    """``python -m rtserver …``, with stdout and stderr in files of the folder."""

    def __init__(self, cli, *argv, program=("-m", "rtserver"), **popen):
        folder = cli.data.parent
        self.out, self.err = folder / f"{id(self)}.out", folder / f"{id(self)}.err"
        plain = _plain_environ()
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.popen = subprocess.Popen(
                [sys.executable, *program, *argv],
                cwd=ROOT,
                env=plain | cli.environ,
                **{"stdin": subprocess.DEVNULL, "stdout": out, "stderr": err} | popen,
            )

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()

    @property
    def log(self):
        return self.err.read_text()

    def wait_for(self, text, path=None):
        """Return once the log has this text; fail at once if the process ends."""
        path = path or self.err

        def there():
            found = path.exists() and text in path.read_text()
            assert found or self.popen.poll() is None, self.log
            return found

        wait_until(there)

    def signal(self, number):
        self.popen.send_signal(number)

    def ended(self):
        """Wait for the end and give the exit code."""
        return self.popen.wait(PATIENCE)


@contextmanager
def serving(cli, *argv):
    """A server on a free port, once it listens; ``url`` is its address."""
    with Process(cli, "serve", "--port", "0", *argv) as process:
        process.wait_for("listening on")
        (line,) = (line for line in process.log.splitlines() if "listening on" in line)
        process.url = line.rpartition(" ")[2]
        yield process
