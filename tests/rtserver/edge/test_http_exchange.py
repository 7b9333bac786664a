"""How an answer is framed, and what becomes of the connection behind it."""

import asyncio

import pytest
from tornado.httputil import (
    HTTPHeaders,
    HTTPOutputError,
    RequestStartLine,
    ResponseStartLine,
)

from rtserver.edge.http_exchange import HttpExchange, Peer


class FakeWire:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.peer = Peer("203.0.113.7")
        self.is_open = True
        self.is_leaving = False
        self.sent = b""
        self.done: list[HttpExchange] = []

    def send(self, data: bytes) -> "asyncio.Future[None]":
        self.sent += data
        future = asyncio.get_running_loop().create_future()
        future.set_result(None)
        return future

    def answered(self, exchange: HttpExchange) -> None:
        self.done.append(exchange)

    def cut(self) -> None:
        self.is_open = False

    def take_socket(self):
        raise NotImplementedError


def answer(
    wire: FakeWire,
    *pieces: bytes,
    method: str = "GET",
    version: str = "HTTP/1.1",
    asked: dict[str, str] | None = None,
    code: int = 200,
    **fields: str,
) -> HttpExchange:
    """Answer a request in pieces, the first of them with the head."""
    start = RequestStartLine(method, "/", version)
    exchange = HttpExchange(wire, start, HTTPHeaders(asked or {}), 30.0)
    headers = HTTPHeaders({k.replace("_", "-"): v for k, v in fields.items()})
    line = ResponseStartLine("", code, "Fine")
    exchange.write_headers(line, headers, pieces[0] if pieces else None)
    for piece in pieces[1:]:
        exchange.write(piece)
    exchange.finish()
    return exchange


async def test_an_answer_of_a_told_length_goes_out_as_it_is() -> None:
    wire = FakeWire()
    exchange = answer(wire, b"ab", b"c", Content_Length="3", X_A="1")

    assert wire.sent == b"HTTP/1.1 200 Fine\r\nContent-Length: 3\r\nX-A: 1\r\n\r\nabc"
    assert (wire.done, exchange.keeps_alive) == ([exchange], True)


async def test_one_without_a_length_goes_out_in_chunks() -> None:
    wire = FakeWire()
    answer(wire, b"a" * 17, b"", b"bc")

    assert wire.sent == (
        b"HTTP/1.1 200 Fine\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"11\r\naaaaaaaaaaaaaaaaa\r\n2\r\nbc\r\n0\r\n\r\n"
    )


async def test_to_an_old_client_its_end_is_that_of_the_connection() -> None:
    wire = FakeWire()
    asked = {"Connection": "keep-alive"}
    exchange = answer(wire, b"abc", version="HTTP/1.0", asked=asked)

    assert wire.sent == b"HTTP/1.1 200 Fine\r\n\r\nabc"
    assert not exchange.keeps_alive


@pytest.mark.parametrize(
    ("version", "asked", "says", "told", "keeps"),
    [
        ("HTTP/1.1", None, None, None, True),
        ("HTTP/1.1", "Close", None, "close", False),
        ("HTTP/1.1", None, "close", "close", False),
        ("HTTP/1.0", None, None, None, False),
        ("HTTP/1.0", "Keep-Alive", None, "keep-alive", True),
        ("HTTP/1.1", "TE, close", None, "close", False),
        ("HTTP/1.0", "TE, keep-alive", None, "keep-alive", True),
        ("HTTP/1.0", "keep-alive, close", None, None, False),
    ],
)
async def test_connection_goes_on_as_both_want(
    version, asked, says, told, keeps
) -> None:
    wire = FakeWire()
    fields = {"Content_Length": "0"} | ({"Connection": says} if says else {})
    exchange = answer(
        wire, version=version, asked={"Connection": asked} if asked else {}, **fields
    )

    head = HTTPHeaders.parse(wire.sent.decode().partition("\r\n")[2])
    assert (head.get("Connection"), exchange.keeps_alive) == (told, keeps)


async def test_chunks_of_an_old_client_are_the_last_that_is_read() -> None:
    wire = FakeWire()
    asked = {"Connection": "keep-alive", "Transfer-Encoding": "chunked"}
    exchange = answer(wire, version="HTTP/1.0", asked=asked, Content_Length="0")

    assert not exchange.keeps_alive


async def test_a_server_that_is_about_to_stop_says_that_nothing_follows() -> None:
    wire = FakeWire()
    wire.is_leaving = True
    exchange = answer(wire, Content_Length="0")

    assert b"\r\nConnection: close\r\n" in wire.sent
    assert not exchange.keeps_alive


async def test_switching_protocols_says_nothing_else_of_the_connection() -> None:
    wire = FakeWire()
    asked = {"Connection": "upgrade, close"}
    answer(wire, asked=asked, code=101, Connection="Upgrade")

    assert b"\r\nConnection: Upgrade\r\n" in wire.sent


@pytest.mark.parametrize(
    ("method", "code"), [("HEAD", 200), ("GET", 204), ("GET", 304)]
)
async def test_answers_without_a_body_have_none(method: str, code: int) -> None:
    wire = FakeWire()
    exchange = answer(wire, method=method, code=code)

    assert wire.sent.endswith(b" Fine\r\n\r\n")
    assert exchange.keeps_alive


@pytest.mark.parametrize("pieces", [[b"ab"], [b"ab", b"cd"]])
async def test_one_of_another_length_than_told_ends_the_connection(pieces) -> None:
    wire = FakeWire()
    with pytest.raises(HTTPOutputError):
        answer(wire, *pieces, Content_Length="3")

    assert not wire.is_open
    assert not wire.done


async def test_no_field_can_smuggle_another_in() -> None:
    wire, headers = FakeWire(), HTTPHeaders()
    headers["X-A"] = "1\r\nSet-Cookie: a=b"
    exchange = HttpExchange(
        wire, RequestStartLine("GET", "/", "HTTP/1.1"), headers, 30.0
    )

    with pytest.raises(ValueError, match="more than one line"):
        exchange.write_headers(ResponseStartLine("", 200, "Fine"), headers)
    assert not wire.sent


async def test_handler_hears_of_the_loss_only_before_it_has_answered() -> None:
    wire, heard = FakeWire(), []
    exchange = HttpExchange(
        wire, RequestStartLine("GET", "/", "HTTP/1.1"), HTTPHeaders(), 30.0
    )
    exchange.set_close_callback(lambda: heard.append("lost"))
    exchange.lost()
    exchange.lost()
    done = answer(wire)
    done.set_close_callback(lambda: heard.append("late"))
    done.lost()

    assert heard == ["lost"]
