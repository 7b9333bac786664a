"""The shapes of load, and what is read from each."""

import asyncio
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bench import chat_http, stage, wsload
from bench.peers.servers import Running, School

Figures = dict[str, float]
EVERYBODY = ("rtserver", "node", "bun", "uws")
WITH_LIMIT = (*EVERYBODY, "c")

_BOARD = '"channel":"board:lesson:{2}"'
_ROOM = '"channel":"bench:{room}"'
_SENT = '"sent":{ts},"src":{i},"pad":"{pad}"'
_SUBSCRIBE = f'{{"type":"subscribe","id":1,{_BOARD}}}'
_AUTH = '{"type":"auth","id":0,"payload":{"token":"{1}"}}'
_ELEMENT = '"version":{ts},"type":"freedraw","sent":{ts},"src":{i},"pad":"{pad}"'
_CURSOR = (
    f'{{"type":"board.cursor.move","id":2,{_BOARD},"payload":'
    '{"x":412.5,"y":-17.25,"sent":{ts},"src":{i},"tool":"freedraw"}}'
)
_SIGNED_IN = {"path": "/ws", "header": "Authorization: Bearer {1}", "ts_key": '"sent'}
_ON_BOARD = {**_SIGNED_IN, "hello": _SUBSCRIBE, "ready": '"ack"'}
_IN_ROOM = {
    "hello": f'{{"type":"bench.join","id":1,{_ROOM}}}',
    "ready": '"ack"',
    "payload": f'{{"type":"bench.say",{_ROOM},"payload":{{{_SENT}}}}}',
    "path": "/ws?room={room}",
    "size": 200,
}


# The limit passes on what comes, to all who came to the same address.
_BARE = {"hello": [], "payload": f"{{{_SENT}}}"}


def _patch(id: str) -> str:
    return (
        f'{{"type":"board.patch","id":2,{_BOARD},"payload":'
        f'{{"elements":[{{"id":"{id}",{_ELEMENT}}}]}}}}'
    )


_ACKED = {"ack": '"ack"', "payload": _patch("e{i}"), "size": 400}


class Measure(NamedTuple):
    """One figure of a shape; ``more_is_better`` decides what its ratio says."""

    title: str
    read: Callable[[Figures], float]
    more_is_better: bool = True


class Shape(NamedTuple):
    """One kind of load: ``options`` are wsload's, ``servers`` those it is tried on."""

    title: str
    options: dict[str, Any]
    measures: tuple[Measure, ...]
    servers: tuple[str, ...] = EVERYBODY
    is_crowd: bool = False


def _per_cpu(name: str) -> Callable[[Figures], float]:
    return lambda figures: figures[name] / max(figures["srv_cpu"], 0.001)


def _plain(name: str, part: float = 1.0) -> Callable[[Figures], float]:
    return lambda figures: figures[name] * part


_DELIVERIES = Measure("deliveries/cpu s", _per_cpu("deliv_s"))
_CROWD = {"conns": 1000, "rooms": 1}
_GROUPS = {"conns": 900, "rooms": 300, "pubs": 300}
SHAPES = {
    "room": Shape(
        "one room of 1000, 20 speak",
        {**_SIGNED_IN, **_IN_ROOM, **_CROWD, "pubs": 20, "window": 1},
        (_DELIVERIES,),
        WITH_LIMIT,
        is_crowd=True,
    ),
    "rooms": Shape(
        "300 rooms of 3, one speaks in each",
        {**_SIGNED_IN, **_IN_ROOM, **_GROUPS, "window": 2},
        (_DELIVERIES,),
        WITH_LIMIT,
    ),
    "cursors": Shape(
        "`board.cursor.move` on 300 boards of 3",
        {**_ON_BOARD, **_GROUPS, "payload": _CURSOR, "ack": '"ack"', "window": 1},
        (
            Measure("cursors/cpu s", _per_cpu("pub_s")),
            Measure("told to others/cpu s", _per_cpu("deliv_s")),
        ),
    ),
    "patches": Shape(
        "`board.patch` by 20, 1000 on the board",
        {**_ON_BOARD, **_ACKED, **_CROWD, "pubs": 20, "window": 1},
        (_DELIVERIES, Measure("patches/s", _plain("pub_s"))),
        is_crowd=True,
    ),
    "one": Shape(
        "`board.patch` by one connection, 16 at once, 3 on the board",
        {**_ON_BOARD, **_ACKED, "conns": 3, "rooms": 1, "pubs": 1, "window": 16},
        (
            Measure("patches/s", _plain("pub_s")),
            Measure("patches/cpu s", _per_cpu("pub_s")),
        ),
        is_crowd=True,
    ),
    "calm": Shape(
        "20 `board.patch` a second, 1000 on the board",
        {**_ON_BOARD, **_ACKED, **_CROWD, "pubs": 20, "rate": 20},
        (
            Measure("p50 ms", _plain("p50_us", 0.001), more_is_better=False),
            Measure("p99 ms", _plain("p99_us", 0.001), more_is_better=False),
        ),
        is_crowd=True,
    ),
    "posts": Shape(
        "chat messages over HTTP, 32 connections",
        {},
        (
            Measure("posts/cpu s", _per_cpu("rate")),
            Measure("p99 ms", _plain("p99"), more_is_better=False),
        ),
        ("rtserver",),
    ),
    "return": Shape(
        "1000 come back at once, to 50 patches each",
        {
            "path": "/ws",
            "hello": [_AUTH, _SUBSCRIBE[:-1] + ',"payload":{"since":0}}'],
            "ready": '"seq":50,',
            **{**_CROWD, "batch": 1000, "settle": 0, "warmup": 0, "drain": 0},
        },
        (
            Measure("cpu ms each", _plain("cpu_ms"), more_is_better=False),
            Measure("s until all are back", _plain("connect_s"), more_is_better=False),
        ),
        is_crowd=True,
    ),
    "idle": Shape(
        "1000 connections, subscribed",
        {**_ON_BOARD, **_CROWD, "settle": 2, "warmup": 0},
        (Measure("bytes each", _plain("bytes_per_conn"), more_is_better=False),),
        is_crowd=True,
    ),
}


def run(
    name: str,
    school: School,
    server: Running,
    seconds: float,
    *,
    is_limit: bool,
) -> Figures:
    """Load a running server, or the limit that knows no commands; wsload's figures."""
    shape = SHAPES[name]
    table = school.crowd if shape.is_crowd else school.small
    options = {
        "connect_timeout": 20,
        "drain": 1,
        "settle": 0.2,
        "warmup": 0.5,
        **shape.options,
    }
    options["table"] = table
    if name == "return":
        _fill(server, table)
    if name in ("return", "idle"):
        seconds = 0.1
    if is_limit:
        options = {**options, **_BARE}
        del options["ready"]
    before = stage.cpu_seconds(server.pid)
    figures = wsload.run(server.port, server.pid, duration=seconds, **options)
    used = stage.cpu_seconds(server.pid) - before
    return {**figures, "cpu_ms": 1000 * used / options["conns"]}


def _fill(server: Running, table: Path) -> None:
    """Draw the 50 elements that those who come back have missed."""
    burst = {"conns": 1, "rooms": 1, "pubs": 1, "rate": 50, "burst": 50, "size": 300}
    payload = _patch("e{n}")
    wsload.run(
        *server,
        **{**_ON_BOARD, **burst, "payload": payload, "table": table},
        **{"warmup": 0, "duration": 0.9, "drain": 1},
    )


def posts(seconds: float) -> Figures:
    """Measure ``chat_http``."""
    options = Namespace(connections=32, seconds=seconds, warm=0.5)
    figures = asyncio.run(chat_http.measure("sqlite", options))
    return {"rate": figures.rate, "p99": figures.p99, "srv_cpu": figures.cpu}
