"""The WebSocket handshake over Tornado, and the taking over of its socket."""

import base64
import binascii
import hashlib
import socket
from collections.abc import Mapping
from typing import Final

import tornado.httputil
import tornado.iostream
import tornado.web

from rtserver.edge.http_exchange import exchange_of
from rtserver.edge.http_head import lists
from rtserver.edge.server import let_stall
from rtserver.errors import BadRequest

_VERSION: Final = "13"
_GUID: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class UpgradeRequired(BadRequest):
    """A WebSocket version that isn't spoken here; the answer names the one that is."""

    status = 426
    default = "Speak WebSocket version 13 (RFC 6455)."

    @property
    def headers(self) -> Mapping[str, str]:
        return {
            "Sec-WebSocket-Version": _VERSION,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
        }


def check_handshake(request: tornado.httputil.HTTPServerRequest) -> str:
    """Check an opening handshake and return its key (RFC 6455 4.2.1).

    Raises BadRequest, and for another version UpgradeRequired.
    """
    if request.method != "GET" or request.version != "HTTP/1.1":
        raise BadRequest("Open a WebSocket with GET and HTTP/1.1.")
    if not lists(request.headers, "Upgrade", "websocket"):
        raise BadRequest.at("Upgrade", "send websocket: this is a WebSocket address")
    if not lists(request.headers, "Connection", "upgrade"):
        raise BadRequest.at("Connection", "send Upgrade")
    if request.headers.get("Sec-WebSocket-Version") != _VERSION:
        raise UpgradeRequired()
    key = request.headers.get("Sec-WebSocket-Key", "")
    if not _is_key(key):
        raise BadRequest.at("Sec-WebSocket-Key", "send 16 random bytes in base64")
    return key


async def take_over(
    handler: tornado.web.RequestHandler, *, subprotocol: str | None
) -> tuple[socket.socket, bytes]:
    """Answer 101 and return the socket, with what the client has sent since.

    The socket is the caller's to close. Headers set on the handler are kept. Raises
    as ``check_handshake``, and ConnectionError when the client has gone.
    """
    key = check_handshake(handler.request)
    handler.set_status(101)
    handler.clear_header("Content-Type")
    handler.set_header("Upgrade", "websocket")
    handler.set_header("Connection", "Upgrade")
    handler.set_header("Sec-WebSocket-Accept", accept_value(key))
    if subprotocol is not None:
        handler.set_header("Sec-WebSocket-Protocol", subprotocol)
    try:
        # Sent before the socket is taken: what comes behind it goes its own way.
        await handler.flush()
    except tornado.iostream.StreamClosedError:
        raise ConnectionResetError("the client has gone") from None
    finally:
        handler.detach()  # Tornado is to answer nothing more
    exchange = exchange_of(handler)
    sock, received = exchange.take_socket()
    let_stall(sock, 0)  # from here on that is the connection's to judge
    handler.application.log_request(handler)
    exchange.set_close_callback(None)
    handler.ui.clear()  # both hold the handler: all of it goes now, not by gc
    return sock, received


def accept_value(key: str) -> str:
    """Compute what proves that the key was read (RFC 6455 4.2.2)."""
    # SHA-1 is what the protocol asks for; nothing secret hangs on it.
    digest = hashlib.sha1((key + _GUID).encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False
