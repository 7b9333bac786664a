"""Compile and run ``wsload.c``, the load generator for WebSockets."""

import json
import subprocess

from bench import stage

LOAD_CORE = 1


def compiled(name: str) -> str:
    """Compile a program of this folder, unless that was done, and give its path."""
    source = stage.BUILD.parent / f"{name}.c"
    program = stage.BUILD / name
    stage.BUILD.mkdir(exist_ok=True)
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        subprocess.run(["gcc", "-O2", "-w", "-o", program, source], check=True)
    return str(program)


def start(port: int, pid: int, **options) -> subprocess.Popen:
    """Start it against a server; ``ts_key="x"`` stands for ``--ts-key x``."""
    arguments = [compiled("wsload"), "--port", str(port), "--pid", str(pid)]
    for name, value in options.items():
        for one in value if isinstance(value, list) else [value]:
            arguments += [f"--{name.replace('_', '-')}", str(one)]
    with stage.on_core(LOAD_CORE):
        return subprocess.Popen(arguments, stdout=subprocess.PIPE)


def finish(load: subprocess.Popen) -> dict:
    """Wait for its end and give its figures."""
    told, _ = load.communicate()
    if load.returncode:
        raise SystemExit("wsload failed: its reason stands above")
    return json.loads(told)


def run(port: int, pid: int, **options) -> dict:
    return finish(start(port, pid, **options))
