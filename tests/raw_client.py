"""Clients down to their bytes, which answer nothing by themselves."""

import asyncio
import socket

from tests.patience import PATIENCE
from tests.rtserver.edge_fakes import Peer, text
from tests.school import School


class RawPeer(Peer):
    """Sends and receives frames, control frames among them."""

    async def text(self, payload: str) -> None:
        await self.send(text(payload.encode()))


async def connect(
    school: School, token: str | None, *, buffer_bytes: int | None = None
) -> RawPeer:
    """Shake hands over a socket of our own; a small buffer makes a slow reader."""
    sock = socket.socket()
    if buffer_bytes is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer_bytes)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(
        sock, ("127.0.0.1", school.services.port)
    )
    peer = RawPeer(sock)
    header = f"Authorization: Bearer {token}\r\n" if token is not None else ""
    await peer.send(
        b"GET /ws HTTP/1.1\r\nHost: school\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"%s\r\n" % header.encode()
    )
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += await peer.bytes(1)
    assert head.startswith(b"HTTP/1.1 101 "), head
    return peer


async def read_all(port: int, path: str, token: str) -> bytes:
    """Ask for something; give all that comes until the connection ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: school\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )
    try:
        async with asyncio.timeout(PATIENCE):
            return await reader.read()
    finally:
        writer.close()


def small_socket(port: int) -> socket.socket:
    """Connect with a small buffer, as a slow reader does."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", port))
    return sock
