"""Let Schemathesis find requests that aren't answered as the OpenAPI document says.

    python -m bench.fuzz [--seeds 1 2 3] [--examples 50]

It fuzzes a demo school of its own, as the school's admin, as a tutor and as a platform.
``schemathesis.toml`` says where a 422 is fine.
"""

import argparse
import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from bench.stage import BUILD, folder
from tests.served import Served

ROOT = Path(__file__).resolve().parent.parent
TOOL = "schemathesis==4.32.5"
PHASES = "examples,coverage,fuzzing,stateful"
ADMIN, TUTOR = 1, 2


def install():
    """Install Schemathesis unless it is there, and return its program."""
    program = BUILD / "fuzz" / "bin" / "st"
    if not program.exists():
        print(f"installing {TOOL} in {BUILD / 'fuzz'} …", flush=True)
        venv.create(BUILD / "fuzz", clear=True, with_pip=True)
        pip = program.with_name("pip")
        subprocess.run([str(pip), "install", "-q", TOOL], check=True)
    return program


def rtserver(server, *argv):
    """Run a command over the server's database, and give what it prints."""
    command = [sys.executable, "-m", "rtserver", *argv, "--json"]
    done = subprocess.run(
        command,
        env={**os.environ, **server.environ},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def fuzz(program, url, authorization, seed, examples):
    """Run all phases and checks; return whether nothing was found."""
    command = [
        *(program, "--config-file", ROOT / "schemathesis.toml"),
        *("run", f"{url}/api/openapi.json"),
        *("--header", f"Authorization: {authorization}"),
        *("--checks", "all", "--phases", PHASES, "-n", str(examples)),
        *("--seed", str(seed), "--continue-on-failure", "--no-color"),
    ]
    return subprocess.run([str(part) for part in command], cwd=BUILD).returncode == 0


def main():
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--examples", type=int, default=50)
    options = parser.parse_args()
    program = install()
    with folder() as at:
        clean = [
            fuzz_school(program, at / f"seed{seed}", seed, options.examples)
            for seed in options.seeds
        ]
    sys.exit(0 if all(clean) else 1)


def fuzz_school(program, at, seed, examples):
    """Fuzz one new school as everybody who may do anything."""
    at.mkdir()
    # What is looked for are wrong answers, not how many sign-ins are let through.
    server = Served(
        at, f"sqlite:///{at / 'rtserver.db'}", limits_logins_per_minute=10**6
    )
    rtserver(server, "demo")
    key = rtserver(server, "apikey", "add", "Fuzz")["key"]
    server.start()
    who = [
        *(f"Bearer {server.token(id)}" for id in (ADMIN, TUTOR)),
        f"Api-Key {key}",
    ]
    try:
        return all([fuzz(program, server.url, one, seed, examples) for one in who])
    finally:
        server.stop()


if __name__ == "__main__":
    main()
