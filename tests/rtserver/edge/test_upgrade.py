import asyncio
import gc
import logging
import socket
import weakref

import pytest
import tornado.httputil
import tornado.netutil
import tornado.web

from rtserver.edge.limits import HttpLimits
from rtserver.edge.server import BoundedServer
from rtserver.edge.upgrade import take_over
from rtserver.errors import BadRequest
from tests.rtserver.edge_fakes import Peer, text

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # the example of RFC 6455 1.3
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

HANDSHAKE = {
    "Host": "school.example",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
}


def request(changes=None, *, line="GET /ws HTTP/1.1"):
    """Build a handshake in which ``changes`` replace headers, None removes one."""
    headers = HANDSHAKE | (changes or {})
    lines = [line, *(f"{name}: {v}" for name, v in headers.items() if v is not None)]
    return "\r\n".join([*lines, "", ""]).encode()


class Upgrading(tornado.web.RequestHandler):
    """Takes the socket over and hands it to the test."""

    def initialize(self, taken, subprotocol):
        self.taken = taken
        self.subprotocol = subprotocol
        self.set_header("X-Request-Id", "r1")

    async def get(self):
        try:
            result = await take_over(self, subprotocol=self.subprotocol)
        except BadRequest as error:
            self.set_status(error.status)
            for name, value in error.headers.items():
                self.set_header(name, value)
            self.finish(error.message)
        except ConnectionError as error:
            self.taken.put_nowait(error)
        else:
            self.taken.put_nowait(result)

    post = get


class Door:
    """A server on a free port, with the sockets it let go."""

    def __init__(self, subprotocol=None):
        self.taken = asyncio.Queue()
        self.settings = {"taken": self.taken, "subprotocol": subprotocol}
        self.app = tornado.web.Application([("/ws", Upgrading, self.settings)])
        self.server = BoundedServer(self.app, lambda open: True, HttpLimits())
        [self.listener] = tornado.netutil.bind_sockets(0, "127.0.0.1")
        self.address = self.listener.getsockname()
        self.peers = []

    async def open(self):
        await self.server.listen([self.listener])
        return self

    async def connect(self, data):
        peer = Peer(socket.create_connection(self.address))
        peer.sock.setblocking(False)
        self.peers.append(peer)
        await peer.send(data)
        return peer

    async def stop(self):
        self.server.stop()
        await self.server.close_all_connections()

    async def aclose(self):
        await self.stop()
        for peer in self.peers:
            peer.sock.close()


@pytest.fixture
def open_door(io_loop):
    doors = []

    async def open_one(**options):
        doors.append(Door(**options))
        return await doors[-1].open()

    yield open_one
    for door in doors:
        io_loop.run_sync(door.aclose)


async def head(peer):
    """Read a response up to its body: the status line and the headers."""
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        data += await peer.bytes(1)
    status, _, lines = data.decode().partition("\r\n")
    return status, tornado.httputil.HTTPHeaders.parse(lines)


async def test_handshake_is_answered_as_the_rfc_says(open_door):
    door = await open_door()
    status, headers = await head(await door.connect(request()))
    sock, _ = await door.taken.get()
    sock.close()

    assert status == "HTTP/1.1 101 Switching Protocols"
    assert headers["Upgrade"] == "websocket"
    assert headers["Connection"] == "Upgrade"
    assert headers["Sec-WebSocket-Accept"] == ACCEPT
    assert headers["X-Request-Id"] == "r1"
    for name in ("Content-Type", "Content-Length", "Sec-WebSocket-Protocol"):
        assert name not in headers


async def test_selected_subprotocol_is_named(open_door):
    door = await open_door(subprotocol="rtserver.v1")
    _, headers = await head(await door.connect(request()))
    sock, _ = await door.taken.get()
    sock.close()

    assert headers["Sec-WebSocket-Protocol"] == "rtserver.v1"


async def test_frames_sent_with_the_request_are_handed_over(open_door):
    door = await open_door()
    frames = text(b"x" * 100_000) + text(b"y")
    peer = await door.connect(request() + frames[:50])
    sock, received = await door.taken.get()
    with sock:
        sending = asyncio.create_task(peer.send(frames[50:]))
        while len(received) < len(frames):
            received += await peer.loop.sock_recv(sock, 65536)
        await sending

    assert received == frames


async def test_taken_socket_lives_on_without_tornado(open_door, caplog):
    caplog.set_level(logging.DEBUG)
    door = await open_door()
    peer = await door.connect(request())
    await head(peer)
    sock, received = await door.taken.get()
    await door.stop()
    with sock:
        await peer.send(b"ping")
        assert received + await peer.loop.sock_recv(sock, 9) == b"ping"
        await peer.loop.sock_sendall(sock, b"pong")
        assert await peer.bytes(4) == b"pong"

    assert await peer.at_end()
    gc.collect()  # brings out a warning about a future nobody has asked
    assert [each for each in caplog.records if each.levelno > logging.INFO] == []


async def test_nothing_of_tornado_stays_with_the_socket(open_door):
    door = await open_door()
    kept = []
    door.app.settings["log_function"] = lambda handler: kept.append(
        (weakref.ref(handler), weakref.ref(handler.request))
    )
    gc.disable()  # what waited for it would lie between what is kept
    try:
        peer = await door.connect(request())
        sock, _ = await door.taken.get()
        await peer.loop.sock_sendall(sock, b"!")
        await head(peer)

        assert [[ref() for ref in refs] for refs in kept] == [[None, None]]
    finally:
        gc.enable()
    sock.close()


async def test_client_that_goes_during_the_handshake_is_told_quietly(open_door, caplog):
    door = await open_door()
    gone = asyncio.Event()

    class Slow(Upgrading):
        async def get(self):
            await gone.wait()
            await super().get()

        def on_connection_close(self):
            gone.set()

    door.app.add_handlers(".*", [("/slow", Slow, door.settings)])
    peer = await door.connect(request(line="GET /slow HTTP/1.1"))
    peer.sock.close()

    assert isinstance(await door.taken.get(), ConnectionError)
    gc.collect()  # brings out a warning about a future nobody has asked
    assert [each for each in caplog.records if each.levelno > logging.INFO] == []


async def test_client_that_goes_right_after_its_request_leaves_no_socket(open_door):
    door = await open_door()
    for _ in range(20):
        peer = await door.connect(request() + text(b"bye"))
        peer.sock.close()
        taken = await door.taken.get()
        if not isinstance(taken, ConnectionError):
            taken[0].close()


@pytest.mark.parametrize(
    "changes",
    [
        {"Upgrade": "h2c, WebSocket"},
        {"Connection": "keep-alive, UPGRADE"},
        {"Sec-WebSocket-Extensions": "permessage-deflate"},
    ],
)
async def test_lists_and_letter_case_are_understood(open_door, changes):
    door = await open_door()
    status, headers = await head(await door.connect(request(changes)))
    sock, _ = await door.taken.get()
    sock.close()

    assert status.split()[1] == "101"
    assert "Sec-WebSocket-Extensions" not in headers


@pytest.mark.parametrize(
    "data",
    [
        request(line="POST /ws HTTP/1.1"),
        request(line="GET /ws HTTP/1.0"),
        request({"Upgrade": None}),
        request({"Upgrade": "h2c"}),
        request({"Connection": None}),
        request({"Connection": "close"}),
        request({"Sec-WebSocket-Key": None}),
        request({"Sec-WebSocket-Key": "short"}),
        request({"Sec-WebSocket-Key": KEY[:-4]}),
        request({"Sec-WebSocket-Key": "ключ"}),
        request({"Sec-WebSocket-Key": "*" + KEY}),
    ],
    ids=str,
)
async def test_bad_handshake_is_refused(open_door, data):
    status, _ = await head(await (await open_door()).connect(data))

    assert status.split()[1] == "400"


@pytest.mark.parametrize("version", [None, "8", "14", "13, 8"])
async def test_other_version_is_told_the_one_that_is_spoken(open_door, version):
    door = await open_door()
    peer = await door.connect(request({"Sec-WebSocket-Version": version}))
    status, headers = await head(peer)

    assert status.split()[1] == "426"
    assert headers["Sec-WebSocket-Version"] == "13"
