import asyncio
import logging
import socket
from dataclasses import replace

import pytest

from rtserver.edge.connection import ABNORMAL, INTERNAL_ERROR, Connection
from rtserver.edge.flusher import Flusher
from rtserver.edge.frames import (
    FIN,
    PONG,
    TEXT,
    build_text,
)
from rtserver.errors import CloseCode, Disconnect
from tests.rtserver.edge_fakes import (
    LIMITS,
    Edges,
    Recorder,
    binary,
    client_frame,
    close,
    ping,
    pong,
    tcp_pair,
    text,
)

MESSAGE = FIN | TEXT
KIB = 1024


@pytest.fixture
def edges(io_loop):
    edges = Edges(io_loop)
    yield edges
    io_loop.run_sync(edges.aclose)


async def test_texts_are_received_in_order(edges):
    edge = edges.open()
    await edge.peer.send(text(b"one") + text(b"two"))
    await edge.settle()

    assert edge.receiver.texts == [b"one", b"two"]


async def test_bytes_that_came_with_the_handshake_are_received(edges):
    edge = edges.open(start=False)
    frame = text(b"one")
    edge.connection.start(frame[:3])
    await edge.peer.send(frame[3:])
    await edge.settle()

    assert edge.receiver.texts == [b"one"]


async def test_answers_within_receive_go_out_in_the_order_made(edges):
    edge = edges.open()
    edge.receiver.then = lambda word: edge.connection.send(build_text(word))
    await edge.peer.send(text(b"one") + text(b"two"))

    assert await edge.peer.frame() == (MESSAGE, b"one")
    assert await edge.peer.frame() == (MESSAGE, b"two")


async def test_ping_is_answered_with_its_bytes(edges):
    edge = edges.open()
    await edge.peer.send(ping(b"beat"))

    assert await edge.peer.frame() == (FIN | PONG, b"beat")


async def test_close_sends_what_was_queued_and_waits_for_the_answer(edges):
    edge = edges.open()
    edge.connection.send(build_text(b"last"))
    edge.connection.close(CloseCode.RESTARTING, "restarting")
    edge.connection.close(CloseCode.NORMAL)
    edge.connection.send(build_text(b"too late"))

    assert await edge.peer.frame() == (MESSAGE, b"last")
    assert await edge.peer.close_code() == CloseCode.RESTARTING
    assert edge.receiver.codes == []
    await edge.peer.send(close(CloseCode.RESTARTING))
    assert await edge.peer.at_end()
    await edge.receiver.over.wait()
    assert edge.receiver.codes == [CloseCode.RESTARTING]


async def test_hanging_up_waits_for_no_answer(edges):
    edge = edges.open()
    edge.connection.hang_up(CloseCode.TRY_AGAIN_LATER, "others want to sign in")

    assert await edge.peer.close_code() == CloseCode.TRY_AGAIN_LATER
    assert await edge.peer.at_end()
    await edge.receiver.over.wait()
    assert edge.receiver.codes == [CloseCode.TRY_AGAIN_LATER]


async def test_hanging_up_ends_a_goodbye_that_has_begun(edges):
    edge = edges.open()
    edge.connection.close(CloseCode.NO_TOKEN)
    assert await edge.peer.close_code() == CloseCode.NO_TOKEN

    edge.connection.hang_up(CloseCode.TRY_AGAIN_LATER, "others want to sign in")

    assert await edge.peer.at_end()
    await edge.receiver.over.wait()
    assert edge.receiver.codes == [CloseCode.NO_TOKEN]


async def test_unanswered_close_ends_after_its_time(edges):
    edge = edges.open(replace(LIMITS, close_seconds=0.01))
    edge.connection.close(CloseCode.TOKEN_EXPIRED)

    assert await edge.peer.close_code() == CloseCode.TOKEN_EXPIRED
    assert await edge.peer.at_end()


async def test_nothing_received_after_close_is_delivered(edges):
    edge = edges.open()
    edge.receiver.then = lambda _: edge.connection.close(CloseCode.TOKEN_EXPIRED)
    await edge.peer.send(text(b"one") + text(b"two") + ping())
    await edge.peer.close_code()
    await edge.peer.send(text(b"three") + close())

    assert await edge.peer.at_end()
    assert edge.receiver.texts == [b"one"]


async def test_paused_connection_still_reads_the_answer_to_its_close(edges):
    edge = edges.open(replace(LIMITS, close_seconds=60))
    edge.connection.pause_reading()
    edge.connection.close(CloseCode.GOING_AWAY)
    await edge.peer.send(close(CloseCode.GOING_AWAY))
    await edge.receiver.over.wait()

    assert edge.receiver.codes == [CloseCode.GOING_AWAY]


@pytest.mark.parametrize(("sent", "told"), [(1000, 1000), (4999, 4999), (None, 1005)])
async def test_peers_close_is_echoed_after_what_it_sent_before(edges, sent, told):
    edge = edges.open()
    edge.receiver.then = lambda word: edge.connection.send(build_text(word))
    await edge.peer.send(text(b"bye") + close(sent) + text(b"too late"))

    assert await edge.peer.frame() == (MESSAGE, b"bye")
    assert await edge.peer.close_code() == (sent or 0)  # 0: a frame without a code
    await edge.receiver.over.wait()
    assert edge.receiver.texts == [b"bye"]
    assert edge.receiver.codes == [told]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (client_frame(0xC1, b"x"), CloseCode.PROTOCOL_ERROR),
        (binary(b"x"), CloseCode.UNSUPPORTED_DATA),
        (text(b"\xff"), CloseCode.INVALID_TEXT),
        (text(b"x" * (LIMITS.message_bytes + 1)), CloseCode.TOO_BIG),
    ],
    ids=["rsv", "binary", "utf8", "size"],
)
async def test_breach_closes_with_its_code_and_delivers_what_came_before(
    edges, data, code
):
    edge = edges.open()
    sending = asyncio.create_task(edge.peer.send(text(b"one") + data))

    assert await edge.peer.close_code() == code
    assert await edge.peer.at_end()
    await sending
    edge.peer.sock.close()
    await edge.receiver.over.wait()
    assert edge.receiver.texts == [b"one"]
    assert edge.receiver.codes == [code]


async def test_error_in_receive_closes_with_1011_and_quotes_nothing(edges, caplog):
    edge = edges.open()
    edge.receiver.then = lambda word: {}[word]
    await edge.peer.send(text(b"secret") + text(b"two"))

    assert await edge.peer.close_code() == INTERNAL_ERROR
    assert edge.receiver.texts == [b"secret"]
    assert caplog.records[-1].about == {"connection": edge.connection.id}
    assert "KeyError" in caplog.text
    assert "secret" not in caplog.text


async def test_disconnect_raised_in_receive_closes_with_its_code(edges):
    def refuse(text):
        raise Disconnect(CloseCode.PROTOCOL_VIOLATION, "too many bad frames")

    edge = edges.open()
    edge.receiver.then = refuse
    await edge.peer.send(text(b"one"))

    assert await edge.peer.close_code() == CloseCode.PROTOCOL_VIOLATION


async def test_peer_that_vanishes_is_told_as_1006_and_logged_nowhere(edges, caplog):
    caplog.set_level(logging.DEBUG, "rtserver")
    edge = edges.open()
    edge.peer.sock.close()
    await edge.receiver.over.wait()
    edge.connection.send(build_text(b"too late"))

    assert edge.receiver.codes == [ABNORMAL]
    assert caplog.records == []


async def test_loss_ends_tcp_without_a_close_frame(edges):
    edge = edges.open()
    edge.connection.send(build_text(b"dropped"))
    edge.connection.lost()

    assert edge.receiver.codes == []  # never from within the call
    assert await edge.peer.at_end()
    edge.connection.lost()
    await edge.receiver.over.wait()
    assert edge.receiver.codes == [ABNORMAL]


async def test_paused_connection_reads_on_when_resumed(edges):
    edge = edges.open()
    edge.receiver.then = lambda _: edge.connection.pause_reading()
    await edge.peer.send(text(b"one") + text(b"two"))
    await edge.receiver.has(1)
    await edge.peer.send(text(b"three"))
    await edge.settle_later()
    assert edge.receiver.texts == [b"one"]

    edge.clock.advance(7)
    edge.receiver.then = lambda _: None
    edge.connection.resume_reading()
    assert edge.connection.last_heard == edge.clock.monotonic()
    await edge.settle()
    assert edge.receiver.texts == [b"one", b"two", b"three"]


async def test_any_bytes_are_a_sign_of_life(edges):
    edge = edges.open()
    edge.clock.advance(5)
    assert edge.connection.last_heard < edge.clock.monotonic()
    await edge.peer.send(pong())
    await edge.settle()

    assert edge.connection.last_heard == edge.clock.monotonic()


async def test_one_read_is_bounded_so_others_have_their_turn(edges):
    busy, other = edges.open(start=False), edges.open()
    others = []

    def note(_):
        if not others:
            other.peer.sock.send(text(b"me too"))
        others.append(len(other.receiver.texts))

    busy.receiver.then = note
    await busy.peer.send(text(b"x" * 1000) * 200)
    busy.connection.start()
    await busy.receiver.has(200)

    assert others.index(1) <= 2 * 65


async def test_socket_is_closed_and_sends_without_delay(edges):
    server, client = tcp_pair()
    loop, receiver = asyncio.get_running_loop(), Recorder()
    connection = Connection(server, loop, Flusher(loop), LIMITS, receiver)
    connection.start()
    assert server.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    client.close()
    await receiver.over.wait()
    assert server.fileno() == -1
