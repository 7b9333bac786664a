"""Somebody who sends without end: a process beside ``flood``, until its input ends.

Prints as JSON how many bytes it could send, and how often it had to come again.
"""

import json
import os
import selectors
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from urllib.parse import urlsplit

from tests.rtserver.edge_fakes import client_frame, ping, text

PAUSE = 0.05  # before it comes again: not with hundreds a second
TIMES = count(1)


def commands(lesson: int) -> bytes:
    """Return what a page gone wild sends: cursors, previews, typing, patches."""
    channel = f"board:lesson:{lesson}"
    frames = []
    for version in (next(TIMES) for _ in range(50)):
        place = {"x": version, "y": 2.5}
        points = [[version, y] for y in range(20)]
        element = {"id": "wild", "version": version, "points": points}
        frames += [
            {"type": "board.cursor.move", "payload": place},
            {
                "type": "board.preview",
                "payload": {"id": "wild", "n": version, "points": points},
            },
            {"type": "chat.typing", "payload": {"lesson_id": lesson}},
            {"type": "board.patch", "id": version, "payload": {"elements": [element]}},
        ]
    written = [json.dumps({"channel": channel, **frame}) for frame in frames]
    return b"".join(text(frame.encode()) for frame in written)


def long_and_wrong(lesson: int) -> bytes:
    """Return frames of 250 KB that are no JSON, at their end."""
    start = b'{"type":"ping","id":2,"payload":{"a":[0'
    return text(start + b",0" * 125_000 + b",NaN]}}") * 4


def short_and_wrong(lesson: int) -> bytes:
    """Return commands with fields that are missing or of another type."""
    frame = {"type": "chat.typing", "id": 1, "payload": {"lesson_id": "x"}}
    return text(json.dumps(frame).encode()) * 1000


def control_frames(lesson: int) -> bytes:
    """Return pings, and splinters of a message that never ends."""
    return ping() * 5000 + client_frame(0x01) + client_frame(0x00, b"x") * 5000


def snapshots(lesson: int) -> bytes:
    """Ask for the whole board, again and again."""
    frame = {"type": "board.snapshot.request", "channel": f"board:lesson:{lesson}"}
    asked = [json.dumps({**frame, "id": next(TIMES)}) for _ in range(50)]
    return b"".join(text(each.encode()) for each in asked)


# What is sent, and whether the answers are read.
FLOODS: dict[str, tuple[Callable[[int], bytes], bool]] = {
    "commands": (commands, True),
    "long and wrong": (long_and_wrong, True),
    "short and wrong": (short_and_wrong, True),
    "control frames": (control_frames, True),
    "snapshots unread": (snapshots, False),
}


class Line:
    """One of the flooder's connections."""

    def __init__(self, what: str, url: str, token: str, lesson: int) -> None:
        self._make, self.reads = FLOODS[what]
        self._lesson = lesson
        place = urlsplit(url)
        self.sock = socket.socket()
        if not self.reads:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.sock.settimeout(30)
        self.sock.connect((place.hostname, place.port))
        self.sock.sendall(
            b"GET /ws HTTP/1.1\r\nHost: school\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"Authorization: Bearer %s\r\n\r\n" % token.encode()
        )
        subscribe = {"type": "subscribe", "channel": f"board:lesson:{lesson}"}
        self._rest = memoryview(text(json.dumps(subscribe).encode()))
        self.sock.setblocking(False)

    def push(self) -> int:
        """Send what fits; return how many bytes."""
        sent = 0
        with suppress(BlockingIOError):
            while True:
                if not self._rest:
                    self._rest = memoryview(self._make(self._lesson))
                count = self.sock.send(self._rest)
                self._rest = self._rest[count:]
                sent += count
        return sent

    def pull(self) -> None:
        """Take what came; raises OSError at the end."""
        if not self.sock.recv(1 << 16):
            raise ConnectionResetError


def flood(what: str, url: str, token: str, lesson: int, lines: int) -> dict[str, int]:
    """Keep so many connections full until the standard input ends."""
    told = {"sent": 0, "connects": 0}
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin, selectors.EVENT_READ)
        missing, due = lines, 0.0
        while True:
            if missing and time.monotonic() >= due:
                line = Line(what, url, token, lesson)
                both = selectors.EVENT_WRITE | selectors.EVENT_READ * line.reads
                selector.register(line.sock, both, line)
                missing, due = missing - 1, time.monotonic() + PAUSE
                told["connects"] += 1
            for key, events in selector.select(PAUSE):
                if key.data is None:
                    return told
                try:
                    if events & selectors.EVENT_READ:
                        key.data.pull()
                    if events & selectors.EVENT_WRITE:
                        told["sent"] += key.data.push()
                except OSError:
                    selector.unregister(key.fileobj)
                    key.data.sock.close()
                    missing += 1


if __name__ == "__main__":
    os.nice(10)  # behind those whose latency is measured
    what, url, token, lesson, lines = sys.argv[1:]
    print(json.dumps(flood(what, url, token, int(lesson), int(lines))))
