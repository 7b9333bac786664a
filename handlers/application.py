"""Tornado's application, with a shorter way from a request to its handler."""

import asyncio
from typing import Any, cast

import tornado.web
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPMessageDelegate,
    HTTPServerRequest,
    RequestStartLine,
    ResponseStartLine,
)

from handlers.addresses import Addresses
from rtserver.edge.ready_for_body import ReadyForBody


class RoutedApplication(tornado.web.Application):
    """An application whose handlers are found by their addresses."""

    def __init__(self, addresses: Addresses, **settings: Any) -> None:
        super().__init__(**settings)
        self.addresses = addresses
        self.running: set[HandlerRun] = set()

    def start_request(
        self, server_conn: object, request_conn: HTTPConnection
    ) -> "HandlerRun":
        return HandlerRun(self, request_conn)


class HandlerRun(HTTPMessageDelegate):
    """A request on its way through its handler, which takes the body as it comes.

    Tornado's own has two ticks of the loop more, and a task that three others know of.
    """

    def __init__(self, app: RoutedApplication, connection: HTTPConnection) -> None:
        self._app = app
        self._connection = connection
        self._handler: tornado.web.RequestHandler | None = None

    def headers_received(
        self,
        start_line: RequestStartLine | ResponseStartLine,
        headers: HTTPHeaders,
    ) -> ReadyForBody:
        request = HTTPServerRequest(
            connection=self._connection,
            start_line=cast("RequestStartLine", start_line),
            headers=headers,
        )
        target = self._app.addresses.target(request.path)
        loop = asyncio.get_running_loop()
        handler = target.handler(self._app, request, **target.settings)
        self._handler = handler
        self._whole = request._body_future = loop.create_future()
        ready = ReadyForBody(loop=loop)
        handler._prepared_future = ready  # type: ignore[assignment]  # taken for None
        self._app.running.add(self)
        self._task = loop.create_task(self._run(handler, target.args))
        return ready

    def data_received(self, chunk: bytes) -> Any:
        assert self._handler is not None
        return self._handler.data_received(chunk)

    def finish(self) -> None:
        if not self._whole.done():
            self._whole.set_result(None)

    def on_connection_close(self) -> None:
        if self._handler is not None:  # else its head was malformed
            self._handler.on_connection_close()

    async def _run(
        self, handler: tornado.web.RequestHandler, args: list[bytes]
    ) -> None:
        try:
            await handler._execute([], *args)
        finally:
            # Until then it is known: else nobody but the loop would hold the task,
            # and weakly.
            self._app.running.discard(self)
            if not handler._finished:
                # Its client has gone, and it may have heard so before it took what it
                # is to give back, such as its turn.
                handler.on_connection_close()
