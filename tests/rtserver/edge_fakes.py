"""A WebSocket client of a few lines, and a receiver that writes everything down."""

import asyncio
import socket
from typing import NamedTuple

from rtserver.edge.connection import Connection
from rtserver.edge.counters import Counters
from rtserver.edge.flusher import Flusher
from rtserver.edge.frames import BINARY, CLOSE, FIN, PING, PONG, TEXT
from rtserver.edge.limits import EdgeLimits
from tests.fakes import FakeClock

# Nothing here ends merely because its time is over.
LIMITS = EdgeLimits(message_bytes=1 << 20, queue_bytes=1 << 20, close_seconds=60)


def client_frame(first, payload=b"", *, key=b"\x37\xfa\x21\x3d"):
    """Build a frame as a client sends it: masked (RFC 6455 5.7 has this key)."""
    size = len(payload)
    if size < 126:
        head = bytes((first, 0x80 | size))
    elif size < 65536:
        head = bytes((first, 0xFE)) + size.to_bytes(2)
    else:
        head = bytes((first, 0xFF)) + size.to_bytes(8)
    return head + key + bytes(b ^ key[i % 4] for i, b in enumerate(payload))


def text(payload):
    return client_frame(FIN | TEXT, payload)


def binary(payload):
    return client_frame(FIN | BINARY, payload)


def ping(payload=b""):
    return client_frame(FIN | PING, payload)


def pong(payload=b""):
    return client_frame(FIN | PONG, payload)


def close(code=None, reason=b""):
    payload = b"" if code is None else code.to_bytes(2) + reason
    return client_frame(FIN | CLOSE, payload)


class Recorder:
    """Keeps what it receives; ``then`` is called with each text and may raise."""

    def __init__(self):
        self.texts = []
        self.codes = []
        self.over = asyncio.Event()
        self.more = asyncio.Event()
        self.then = lambda text: None

    def receive(self, text):
        self.texts.append(text)
        self.more.set()
        self.then(text)

    async def has(self, count):
        """Wait until so many texts have come."""
        while len(self.texts) < count:
            self.more.clear()
            await self.more.wait()

    def closed(self, code):
        self.codes.append(code)
        self.over.set()


class Peer:
    """The client's end of the socket."""

    def __init__(self, sock):
        self.sock = sock
        self.loop = asyncio.get_running_loop()
        self.rest = bytearray()

    async def send(self, data):
        await self.loop.sock_sendall(self.sock, data)

    async def bytes(self, count):
        while len(self.rest) < count:
            data = await self.loop.sock_recv(self.sock, 65536)
            if not data:
                raise EOFError
            self.rest += data
        data = bytes(self.rest[:count])
        del self.rest[:count]
        return data

    async def frame(self):
        """Read the next frame: its first byte and its payload."""
        first, size = await self.bytes(2)
        if size == 126:
            size = int.from_bytes(await self.bytes(2))
        elif size == 127:
            size = int.from_bytes(await self.bytes(8))
        return first, await self.bytes(size)

    async def close_code(self):
        """Read on to the close frame and return its code."""
        while True:
            first, payload = await self.frame()
            if first == FIN | CLOSE:
                return int.from_bytes(payload[:2])

    async def at_end(self):
        """Return whether the server has ended TCP with nothing more to read."""
        return not self.rest and not await self.loop.sock_recv(self.sock, 1)


async def flushed():
    """Wait for the end of the next flush: the tick after the one that reads on."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)


class Edge(NamedTuple):
    sock: socket.socket
    connection: Connection
    peer: Peer
    receiver: Recorder
    clock: FakeClock
    counters: Counters

    async def settle_later(self):
        """Let the loop look at all sockets a few times, for what must not happen."""
        for _ in range(20):
            await asyncio.sleep(0)

    async def settle(self):
        """Wait until the server has read and answered what the peer sent."""
        await self.peer.send(ping(b"settle"))
        while await self.peer.frame() != (FIN | PONG, b"settle"):
            pass


def tcp_pair(*, buffer_bytes=None):
    """Return the two ends of a TCP connection, both non-blocking."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = socket.socket()
        if buffer_bytes is not None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
        client.connect(listener.getsockname())
        server, _ = listener.accept()
    if buffer_bytes is not None:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer_bytes)
    client.setblocking(False)
    server.setblocking(False)
    return server, client


class Edges:
    """Opens connections, and ends what a test leaves."""

    def __init__(self, io_loop):
        self.io_loop = io_loop
        self.opened = []

    def open(self, limits=LIMITS, *, buffer_bytes=None, start=True):
        loop = asyncio.get_running_loop()
        server, client = tcp_pair(buffer_bytes=buffer_bytes)
        receiver, clock, flusher = Recorder(), FakeClock(), Flusher(loop)
        connection = Connection(
            server, loop, flusher, limits, receiver, clock=clock.monotonic
        )
        if start:
            connection.start()
        edge = Edge(server, connection, Peer(client), receiver, clock, flusher.counters)
        self.opened.append(edge)
        return edge

    async def aclose(self):
        for edge in self.opened:
            edge.connection.lost()
            edge.peer.sock.close()
        await asyncio.sleep(0)  # for the receivers, which are told by the loop
