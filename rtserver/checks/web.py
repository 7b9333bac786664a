"""A small client for checks: one HTTP request, or one WebSocket."""

import base64
import http.client
import os
import socket
import ssl
import struct
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit, urlunsplit

from rtserver.edge.frames import CLOSE, FIN, PING, PONG, TEXT

SECONDS = 5.0
MAX_BYTES = 1 << 20
MASKED = 0x80
SWITCHING = 101
NORMAL = (1000).to_bytes(2, "big")
# On loopback we come from here, so that a proxy's address differs from its client's.
ASIDE = "127.0.0.2"
# OpenSSL's numbers of what is wrong with a certificate (X509_V_ERR_…).
EXPIRED, NOT_YET, SELF_SIGNED, NO_ISSUER = (10,), (9,), (18, 19), (2, 20, 21)
OTHER_NAME = (62, 64)


class Unreachable(Exception):
    """The failure to get an answer in HTTP; the message is a clause that says why."""


class BadCertificate(Exception):
    """A certificate that clients refuse; the message says why, and what to do."""


class Answer(NamedTuple):
    """The answer to a request, and what was seen of the connection.

    ``ours``, ``peer``: the addresses of its ends; ``until``: the certificate's end.
    """

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    ours: str
    peer: str
    until: str


def ask(url: str, headers: Mapping[str, str] | None = None) -> Answer:
    """GET an address, without following redirects."""
    with _connected(urlsplit(url)) as sock:
        # Read now: where the answer ends the connection, http.client closes the socket
        # as soon as the body is read.
        ends, until = _ends(sock), _until(sock)
        connection = http.client.HTTPConnection("unused")
        connection.sock = sock
        connection.request("GET", _target(url), headers=_own(url) | dict(headers or {}))
        response = connection.getresponse()
        body, seen = response.read(MAX_BYTES), response.headers
        return Answer(response.status, seen, body, *ends, until)


class WebSocket:
    """A connection that asked for a WebSocket; ``status`` says whether it is one."""

    def __init__(self, sock: socket.socket, url: str, origin: str) -> None:
        self._sock = sock
        self._file = sock.makefile("rb")
        self.key = base64.b64encode(os.urandom(16)).decode()
        headers = _own(url) | {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Origin": origin,
            "Sec-WebSocket-Key": self.key,
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Protocol": "rtserver.v1",
        }
        lines = [f"{name}: {value}" for name, value in headers.items()]
        request = [f"GET {_target(url)} HTTP/1.1", *lines, "", ""]
        sock.sendall("\r\n".join(request).encode())
        words = self._file.readline(MAX_BYTES).split()
        if len(words) < 2 or not words[1].isdigit():
            raise Unreachable("the connection ended without an answer")
        self.status = int(words[1])
        self.headers = http.client.parse_headers(self._file)

    def send(self, text: str) -> None:
        """Send a message of at most 65535 bytes."""
        self._send(TEXT, text.encode())

    def next(self, seconds: float) -> tuple[int, bytes]:
        """Return the next frame, by its opcode; pings are answered.

        Raises TimeoutError, after which nothing more can be read, and EOFError.
        """
        self._sock.settimeout(max(seconds, 0.001))
        first, size = self._read(2)
        if size == 126:
            (size,) = struct.unpack("!H", self._read(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._read(8))
        opcode, payload = first & 0x0F, self._read(min(size, MAX_BYTES))
        if opcode == PING:
            self._send(PONG, payload)
        return opcode, payload

    def next_text(self) -> bytes:
        """Return the next text; Unreachable if none comes in time."""
        end = time.monotonic() + SECONDS
        try:
            while True:
                opcode, payload = self.next(end - time.monotonic())
                if opcode == TEXT:
                    return payload
                if opcode == CLOSE:
                    raise Unreachable("it was closed at once")
        except TimeoutError:
            raise Unreachable("no frame comes through") from None
        except (OSError, EOFError):
            raise Unreachable("it was cut at once") from None

    def end(self) -> None:
        """Close orderly, or the server counts one more connection that was cut."""
        # Where it is no WebSocket, a proxy would take the frame for a bad request.
        if self.status == SWITCHING:
            with suppress(OSError):
                self._send(CLOSE, NORMAL)
        self._file.close()  # or the connection stays open as long as this

    def _read(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        short = struct.pack("!BB", FIN | opcode, MASKED | min(size, 126))
        head = short if size < 126 else short + struct.pack("!H", size)
        # A mask of zeros is one, and changes nothing.
        self._sock.sendall(head + bytes(4) + payload)


@contextmanager
def web_socket(url: str, *, origin: str) -> Iterator[WebSocket]:
    """Ask for a WebSocket, as a page of ``origin`` would."""
    with _connected(urlsplit(url)) as sock:
        opened = WebSocket(sock, url, origin)
        try:
            yield opened
        finally:
            opened.end()


@contextmanager
def _connected(parts: SplitResult) -> Iterator[socket.socket]:
    host = parts.hostname or ""
    try:
        with _socket(host, parts.port or _usual_port(parts)) as plain:
            if parts.scheme == "http":
                yield plain
                return
            context = ssl.create_default_context()
            with context.wrap_socket(plain, server_hostname=host) as encrypted:
                yield encrypted
    except ssl.SSLCertVerificationError as error:
        raise BadCertificate(_certificate_fault(error, host)) from None
    except ssl.SSLError as error:
        reason = (error.reason or str(error)).replace("_", " ").lower()
        raise Unreachable(f"it doesn't speak TLS: {reason}") from None
    except TimeoutError:
        raise Unreachable(f"no answer within {SECONDS:.0f} s") from None
    except socket.gaierror as error:
        raise Unreachable(f"{host} isn't in the DNS: {error.strerror}") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise Unreachable(str(reason)) from None


def _socket(host: str, port: int) -> socket.socket:
    sock = socket.create_connection((host, port), SECONDS)
    if not sock.getpeername()[0].startswith("127."):
        return sock
    try:
        aside = socket.create_connection((host, port), SECONDS, (ASIDE, 0))
    except OSError:  # a sandbox whose loopback has but one address
        return sock
    sock.close()
    return aside


def _certificate_fault(error: ssl.SSLCertVerificationError, host: str) -> str:
    code = error.verify_code
    if code in EXPIRED:
        return "its certificate has expired. Renew it (certbot renew), reload the proxy"
    if code in NOT_YET:
        return "its certificate isn't valid yet. Set this machine's clock by NTP"
    if code in OTHER_NAME:
        return f"its certificate isn't for {host}. Get one for {host}, or correct this"
    if code in SELF_SIGNED:
        return (
            "its certificate is self-signed, so browsers refuse it. Get one from an "
            f"authority: certbot certonly -d {host}"
        )
    if code in NO_ISSUER:
        return (
            "the issuer of its certificate isn't known here. Give the proxy the whole "
            "chain (fullchain.pem); install ca-certificates, if this machine has none"
        )
    return f"its certificate is refused: {error.verify_message}"


def _usual_port(parts: SplitResult) -> int:
    return 80 if parts.scheme == "http" else 443


def _target(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def _own(url: str) -> dict[str, str]:
    return {"Host": urlsplit(url).netloc, "User-Agent": "rtserver-check"}


def _until(sock: Any) -> str:
    """Return the day on which the certificate ends; empty without TLS."""
    if not isinstance(sock, ssl.SSLSocket):
        return ""
    end = ssl.cert_time_to_seconds(str((sock.getpeercert() or {})["notAfter"]))
    return str(datetime.fromtimestamp(end, UTC).date())


def _ends(sock: Any) -> tuple[str, str]:
    return sock.getsockname()[0], sock.getpeername()[0]
