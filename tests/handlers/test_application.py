"""Requests on their way to the handlers."""

import asyncio
import gc
import weakref
from typing import Any

import tornado.web
from tornado.httputil import HTTPHeaders, RequestStartLine

from handlers.addresses import Addresses
from handlers.application import RoutedApplication
from rtserver.edge.http_connection import HttpConnection
from rtserver.edge.http_exchange import HttpExchange, Peer

START = RequestStartLine("POST", "/", "HTTP/1.1")
FIELDS = HTTPHeaders({"Host": "x"})


@tornado.web.stream_request_body
class Patient(tornado.web.RequestHandler):
    """Notes what it gets, and waits before it answers for what nobody else holds."""

    def initialize(self, notes: list[Any], route: str) -> None:
        self.notes = notes

    def prepare(self) -> None:
        self.notes.append("prepared")

    def data_received(self, chunk: bytes) -> None:
        self.notes.append(chunk)

    async def post(self) -> None:
        wait = asyncio.get_running_loop().create_future()
        self.notes.append(weakref.ref(wait))
        await wait
        self.notes.append("goes on")


class Nowhere:
    """A connection over which nothing is sent."""

    peer = Peer("127.0.0.1")
    is_open, is_leaving = True, False

    def send(self, data: bytes) -> "asyncio.Future[None]":
        return asyncio.get_running_loop().create_future()

    def answered(self, exchange: HttpExchange) -> None:
        pass


def begun(notes: list[Any]) -> RoutedApplication:
    """Begin a request that tells in ``notes`` what becomes of it."""
    addresses = Addresses([("/", Patient)], Patient, notes=notes)  # type: ignore[list-item, arg-type]
    app = RoutedApplication(addresses, log_function=lambda handler: None)
    exchange = HttpExchange(Nowhere(), START, FIELDS, 60)  # type: ignore[arg-type]
    run = app.start_request(HttpConnection, exchange)
    ready = run.headers_received(START, FIELDS)
    ready.then = lambda: (run.data_received(b"body"), run.finish())  # type: ignore[assignment, return-value]
    return app


async def test_a_handler_gets_its_body_in_the_tick_in_which_it_is_ready() -> None:
    notes: list[Any] = []
    begun(notes)

    await asyncio.sleep(0)

    assert notes[:2] == ["prepared", b"body"]
    assert len(notes) == 3


async def test_a_handler_goes_on_though_nobody_else_holds_what_it_waits_for() -> None:
    notes: list[Any] = []
    app = begun(notes)
    await asyncio.sleep(0)

    gc.collect()
    notes[2]().set_result(None)
    await asyncio.sleep(0)

    assert notes[3] == "goes on"
    assert not app.running
