"""Run Autobahn's fuzzing client against the server's own socket edge.

    python -m bench.autobahn [--cases 1.1.* 2.*]

It needs a Python 2.7, which Autobahn is written for: ``python2.7`` on PATH, or its path
in the environment variable PYTHON27. Everything it makes is under ``bench/build``.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import venv
from collections import Counter
from pathlib import Path

import tornado.netutil
import tornado.web

from rtserver.edge.connection import Connection
from rtserver.edge.flusher import Flusher
from rtserver.edge.frames import build_text
from rtserver.edge.limits import EdgeLimits, HttpLimits
from rtserver.edge.server import BoundedServer
from rtserver.edge.upgrade import take_over

BUILD = Path(__file__).resolve().parent / "build" / "autobahn"
SUITE = "autobahntestsuite==25.10.1"
# Without 1.2.*, which are echoes of binary messages: the server closes on those (1003).
CASES = ["1.1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"]
PASSED = {"OK", "NON-STRICT", "INFORMATIONAL"}


class Echo:
    """Sends back every message as it came."""

    def __init__(self):
        self.connection = None

    def receive(self, text):
        self.connection.send(build_text(text))

    def closed(self, code):
        self.connection = None


class EchoHandler(tornado.web.RequestHandler):
    def initialize(self, flusher, limits):
        self.flusher = flusher
        self.limits = limits

    async def get(self):
        sock, received = await take_over(self, subprotocol=None)
        echo = Echo()
        echo.connection = Connection(
            sock, asyncio.get_running_loop(), self.flusher, self.limits, echo
        )
        echo.connection.start(received)


async def serve():
    """Start the echo server on a free port and return its URL."""
    shared = {
        "flusher": Flusher(asyncio.get_running_loop()),
        "limits": EdgeLimits(message_bytes=1 << 24, queue_bytes=1 << 26),
    }
    app = tornado.web.Application(
        [("/", EchoHandler, shared)], log_function=lambda handler: None
    )
    [listener] = tornado.netutil.bind_sockets(0, "127.0.0.1")
    await BoundedServer(app, lambda open: True, HttpLimits()).listen([listener])
    return f"ws://127.0.0.1:{listener.getsockname()[1]}/"


def python27():
    """Find a Python 2.7, or end with a sentence."""
    found = os.environ.get("PYTHON27") or shutil.which("python2.7")
    if found is None or shutil.which(found) is None:
        sys.exit(
            "Autobahn's test suite needs Python 2.7: put python2.7 on PATH, "
            "or set PYTHON27 to its path (pyenv install 2.7.18 builds one)."
        )
    return found


def install():
    """Install the test suite unless it is there, and return its program."""
    wstest = BUILD / "python27" / "bin" / "wstest"
    if wstest.exists():
        return wstest
    interpreter = python27()
    print(f"installing {SUITE} in {BUILD} …", flush=True)
    tools = BUILD / "tools"
    venv.create(tools, clear=True, with_pip=True)
    # The last virtualenv that makes environments for Python 2.7.
    run(tools / "bin" / "pip", "install", "-q", "virtualenv<20.22")
    run(tools / "bin" / "virtualenv", "-q", "-p", interpreter, wstest.parent.parent)
    run(wstest.parent / "pip", "install", "-q", SUITE)
    return wstest


def run(*command):
    subprocess.run([str(part) for part in command], check=True)


def write_spec(url, cases):
    spec = {
        "outdir": str(BUILD / "reports"),
        "servers": [{"agent": "rtserver", "url": url}],
        "cases": cases,
        "exclude-cases": [],
        "exclude-agent-cases": {},
    }
    path = BUILD / "spec.json"
    path.write_text(json.dumps(spec))
    return path


async def fuzz(wstest, cases):
    """Run the cases and return their results by name."""
    shutil.rmtree(BUILD / "reports", ignore_errors=True)
    spec = write_spec(await serve(), cases)
    with (BUILD / "wstest.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(wstest, "-m", "fuzzingclient", "-s", spec), stdout=log, stderr=log
        )
        code = await process.wait()
    index = BUILD / "reports" / "index.json"
    if code or not index.exists():
        sys.exit(f"Autobahn didn't finish: see {BUILD / 'wstest.log'}")
    return json.loads(index.read_text())["rtserver"]


def report(results):
    """Print the counts and every failure; return the number of failures."""
    failures = {
        name: (result["behavior"], result["behaviorClose"])
        for name, result in results.items()
        if not {result["behavior"], result["behaviorClose"]} <= PASSED
    }
    for name, (behavior, closing) in sorted(failures.items()):
        print(f"case {name}: {behavior}, closing {closing}")
    counts = Counter(result["behavior"] for result in results.values())
    print(", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    print(f"{len(results)} cases, {len(failures)} failed; {BUILD / 'reports'}")
    return len(failures)


def main():
    parser = argparse.ArgumentParser(prog="python -m bench.autobahn")
    parser.add_argument("--cases", nargs="+", default=CASES, metavar="CASE")
    cases = parser.parse_args().cases
    results = asyncio.run(fuzz(install(), cases))
    sys.exit(1 if report(results) or not results else 0)


if __name__ == "__main__":
    main()
