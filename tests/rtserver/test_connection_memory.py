"""A school leaves its sockets open all day: what one costs, and what it leaves."""

import asyncio
import gc
import socket
import tracemalloc
import weakref

import pytest

from rtserver.edge.connection import Connection
from rtserver.edge.flusher import Flusher
from rtserver.edge.frames import build_text
from rtserver.errors import CloseCode
from tests.rtserver.edge_fakes import LIMITS, Recorder, tcp_pair, text


@pytest.mark.parametrize("ending", ["loss", "close", "vanish", "breach"])
async def test_ended_connection_leaves_no_garbage(ending):
    gc.collect()
    gc.disable()
    try:
        seen = await end_one(ending)
        assert seen() is None
    finally:
        gc.enable()


async def end_one(ending):
    """Run a connection to its end; return a weak reference to what it alone holds.

    That is its socket: compiled, the connection itself can't be referred to weakly.
    """
    loop, receiver = asyncio.get_running_loop(), Recorder()
    server, client = tcp_pair()
    connection = Connection(server, loop, Flusher(loop), LIMITS, receiver)
    connection.start(text(b"hello"))
    connection.send_latest("x", build_text(b"x"))
    if ending == "loss":
        connection.lost()
    elif ending == "close":
        connection.close(CloseCode.NORMAL)
    elif ending == "breach":
        await loop.sock_sendall(client, bytes(2))
    client.shutdown(socket.SHUT_WR)
    await receiver.over.wait()
    client.close()
    await asyncio.sleep(0.006)  # the flush of latest frames lets go of it too
    return weakref.ref(server)


async def test_idle_connection_takes_little_memory():
    loop = asyncio.get_running_loop()
    loop.set_debug(False)
    flusher, receiver = Flusher(loop), Recorder()
    pairs = [tcp_pair() for _ in range(50)]
    gc.collect()
    tracemalloc.start()
    try:
        connections = [
            Connection(server, loop, flusher, LIMITS, receiver) for server, _ in pairs
        ]
        for connection in connections:
            connection.start(text(b"hello"))
            connection.send(build_text(b"hello"))
            connection.send_latest("x", build_text(b"x"))
        await asyncio.sleep(0.006)  # past the flush of latest frames
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    for connection, (_, client) in zip(connections, pairs, strict=True):
        connection.lost()
        client.close()

    assert taken / len(pairs) < 2500
