"""Deliver a room's messages to all in it: rtserver beside Tornado, Node.js and C.

The server is alone on one core, the generator (wsload.c) on the other. ``room`` is
one room of many, ``rooms`` many small ones, both by a publishing command that only
this bench knows; ``chat`` is the real thing, from POST to the members' sockets.
"""

import argparse
import asyncio
import sys
import time
from contextlib import contextmanager
from urllib.parse import urlsplit

from bench import chat_http, stage, wsload
from bench.http_client import Busy, open_lanes, post
from bench.peers import servers
from tests.served import Served, found

SERVERS = ("rtserver", "tornado", "node", "c")
SHAPES = {
    "room": {"conns": 1000, "rooms": 1, "pubs": 20, "window": 1},
    "rooms": {"conns": 900, "rooms": 300, "pubs": 300, "window": 2},
}
SAID = '"sent":{ts},"src":{i},"pad":"{pad}"'


@contextmanager
def python_server(kind, at):
    """Lend one of the servers of ``fanout_server``: its port, pid and a token."""
    url = f"sqlite:///{at / 'rtserver.db'}"
    served = Served(at, url, **servers.SETTINGS)
    served.command = (sys.executable, "-m", "bench.fanout_server", kind)
    [lesson] = asyncio.run(found(served.settings, lessons=1, members=1))
    with stage.on_core(0):
        served.start()
    try:
        yield urlsplit(served.url).port, served.pid, served.token(lesson.members[0])
    finally:
        served.stop()


@contextmanager
def peer(kind):
    """Lend a server that isn't in Python: the physical limit in C, or Node's."""
    with servers.peer(kind) as running:
        yield *running, ""


def broadcast(kind, shape, seconds):
    """Return wsload's figures of a server under one shape of load."""
    with stage.folder() as at:
        is_peer = kind in ("c", "node")
        lent = peer(kind) if is_peer else python_server(kind, at)
        with lent as (port, pid, token):
            options = {
                **SHAPES[shape],
                "size": 200,
                "duration": seconds,
                "drain": 3,
                "ts_key": '"sent',
                **(
                    own_wire(token)
                    if kind in ("rtserver", "node")
                    else {"payload": f"{{{SAID}}}"}
                ),
            }
            return wsload.run(port, pid, **options)


def own_wire(token):
    channel = '"channel":"bench:{room}"'
    return {
        "path": "/ws",
        "header": f"Authorization: Bearer {token}",
        "hello": f'{{"type":"bench.join","id":1,{channel}}}',
        "ready": '"ack"',
        "payload": f'{{"type":"bench.say",{channel},"payload":{{{SAID}}}}}',
    }


async def chat(members, seconds):
    """Post in one lesson whose members all listen; give wsload's figures."""
    with stage.folder() as at:
        served = Served(at, f"sqlite:///{at / 'rtserver.db'}")
        [lesson] = await found(served.settings, lessons=1, members=members)
        rows = [f"{served.token(id)}\t{id}\n" for id in lesson.members]
        (at / "members").write_text("".join(rows))
        with stage.on_core(0):
            served.start()
        try:
            load = wsload.start(
                urlsplit(served.url).port,
                served.pid,
                conns=members,
                path="/ws",
                header="Authorization: Bearer {1}",
                hello='{"type":"subscribe","id":1,"channel":"chat:user:{2}"}',
                ready='"positions"',
                ts_key="sent=",
                table=at / "members",
                duration=seconds,
                warmup=1,
            )
            return await post_meanwhile(served, lesson, load)
        finally:
            served.stop()


async def post_meanwhile(served, lesson, load):
    """Keep 16 connections busy until the generator ends; give its figures."""
    token, busy = served.token(lesson.members[0]), Busy()

    def make():
        text = f"sent={time.monotonic_ns()} {'x' * 100}"
        body = f'{{"lesson_id":{lesson.id},"text":"{text}"}}'
        return post(served.url, chat_http.PATH, token, body.encode())

    with stage.on_core(wsload.LOAD_CORE):
        lanes = await open_lanes(served.url, busy, [make] * 16)
        figures = await asyncio.to_thread(wsload.finish, load)
        busy.stopped = True
        await asyncio.gather(*(lane.done for lane in lanes))
    return figures


def row(name, figures, ratio="", lost=""):
    return (
        f"{name:18}{figures['deliv_s']:12,.0f}{per_cpu(figures):12,.0f}{ratio:>7}"
        f"{figures['srv_cpu']:6.2f}{figures['load_busy']:6.2f}"
        f"{figures['p50_us'] / 1000:8.1f}{figures['p99_us'] / 1000:8.1f}{lost:>8}"
    )


def per_cpu(figures):
    """Return deliveries per second of the server's CPU: neighbours hardly touch it."""
    return figures["deliv_s"] / figures["srv_cpu"]


def present():
    """Return the servers that can be had here."""
    if reason := servers.missing("node"):
        print(f"left out: node: {reason}")
        return [kind for kind in SERVERS if kind != "node"]
    return SERVERS


def middle(runs):
    """Return the run that is the median."""
    return sorted(runs, key=per_cpu)[len(runs) // 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=[*SHAPES, "chat"], action="append")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--members", type=int, default=300, help="of the chat's lesson")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(stage.machine())
    print(
        "                  deliveries/s      /cpu s  ratio   cpu  load"
        "  p50 ms  p99 ms    lost"
    )
    for shape in options.shape or [*SHAPES, "chat"]:
        compare(shape, options)
    return 0


def compare(shape, options):
    if shape == "chat":
        runs = [
            asyncio.run(chat(options.members, options.seconds))
            for _ in range(options.runs)
        ]
        print(row(f"chat, {options.members}", middle(runs)), flush=True)
        return
    runs = {kind: [] for kind in present()}
    for _ in range(options.runs):
        for kind in runs:
            runs[kind].append(broadcast(kind, shape, options.seconds))
    middles = {kind: middle(found) for kind, found in runs.items()}
    baseline = per_cpu(middles["tornado"])
    for kind, figures in middles.items():
        ratio = f"{per_cpu(figures) / baseline:.1f}"
        print(row(f"{shape}, {kind}", figures, ratio, figures["lost"]), flush=True)
