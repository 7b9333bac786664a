"""Checks of WebSockets from outside: the upgrade, origins, and silence."""

import json
import time
from dataclasses import dataclass

from rtserver.checks import hints, web
from rtserver.checks.outcome import CheckFailed, Skipped
from rtserver.checks.outside import admin_token
from rtserver.edge.frames import CLOSE, PING
from rtserver.edge.upgrade import accept_value
from rtserver.settings.model import Settings
from rtserver.settings.origins import ANY_PORT, origin_of

# Nobody's: the name is reserved (RFC 2606).
STRANGER = "https://stranger.invalid"
MAX_ORIGINS = 10


def websocket(settings: Settings) -> str:
    """Open a WebSocket, as the school's own page would, and speak over it."""
    url = settings.server.base_url
    with web.web_socket(f"{url}/ws", origin=origin_of(url)) as socket:
        if socket.status != 101:
            raise CheckFailed(_refusal(socket.status, settings))
        if socket.headers.get("Sec-WebSocket-Accept") != accept_value(socket.key):
            raise CheckFailed(
                f"[server] base_url: something else than rtserver opens {url}/ws. "
                + hints.forward(settings.server.port)
            )
        if socket.headers.get("Sec-WebSocket-Protocol") != "rtserver.v1":
            raise CheckFailed(
                "[server] base_url: the proxy loses the subprotocol rtserver.v1. "
                + hints.PROTOCOL
            )
        _speak(socket, url)
    return f"{url}/ws opens, and frames pass both ways"


def _speak(socket: web.WebSocket, url: str) -> None:
    """Send a command and require its answer, which without a token is an error."""
    try:
        socket.send('{"type":"ping","id":1}')
        answer = json.loads(socket.next_text())
    except (web.Unreachable, ValueError) as reason:
        raise CheckFailed(
            f"[server] base_url: {url}/ws opens, but {reason}. The proxy has to pass "
            f"on frames as they come. {hints.UPGRADE}"
        ) from None
    if answer.get("id") != 1:
        raise CheckFailed(f"[server] base_url: {url}/ws isn't rtserver's.")


def _refusal(status: int, settings: Settings) -> str:
    url, port = f"{settings.server.base_url}/ws", settings.server.port
    if status == 403:
        return (
            f"[server] base_url: {url} refuses pages of its own address (403). "
            "Restart the server, if base_url was changed since its start."
        )
    if status in (400, 426, 200):
        return (
            f"[server] base_url: {url} answers {status} instead of opening a "
            f"WebSocket: the proxy doesn't pass on Upgrade. {hints.UPGRADE}"
        )
    if status == 503:
        return (
            f"[server] base_url: {url} answers 503: the server shuts down, or the "
            f"proxy finds none. {hints.forward(port)}"
        )
    return (
        f"[server] base_url: {url} answers {status}, though /healthz is reached: the "
        f"proxy leads /ws elsewhere. {hints.forward(port)}"
    )


def origins(settings: Settings) -> str:
    """Look whether pages of the allowed origins can connect, and others can't."""
    url = f"{settings.server.base_url}/ws"
    allowed = settings.server.allowed_origins
    for origin in allowed[:MAX_ORIGINS]:
        page = origin.replace(ANY_PORT, ":5173")
        with web.web_socket(url, origin=page) as socket:
            if socket.status != 101:
                raise CheckFailed(
                    f"[server] allowed_origins: pages of {origin} are refused "
                    f"({socket.status}). Restart the server, if this was changed "
                    "since its start, and let the proxy pass on Origin."
                )
    with web.web_socket(url, origin=STRANGER) as socket:
        if socket.status == 101:
            raise CheckFailed(
                "[server] allowed_origins: every web page may connect, as the proxy "
                f"hides whose it is. {hints.ORIGIN}"
            )
    others = f" and those of {', '.join(allowed)}" if allowed else ""
    return f"its own pages{others} may connect, and no others"


@dataclass(frozen=True, slots=True)
class Idle:
    """The check of silence: whether a socket without traffic outlasts ``seconds``.

    None leaves it out, 0 picks a little more than the heartbeat's interval.
    """

    seconds: float | None

    def __call__(self, settings: Settings) -> str:
        """Look whether the proxy leaves a quiet socket open."""
        heartbeat = settings.presence.heartbeat
        # Pings come up to a tenth late, and need a moment.
        seconds = self.seconds or 1.1 * heartbeat + 2
        if self.seconds is None:
            raise Skipped(f"rtserver check --idle tries silence for {seconds:.0f} s")
        _, token = admin_token(settings)
        url = settings.server.base_url
        with web.web_socket(f"{url}/ws", origin=origin_of(url)) as socket:
            auth = dict(type="auth", id=1, payload={"token": token})
            socket.send(json.dumps(auth))
            for expected in ("ack", "welcome"):
                if json.loads(socket.next_text())["type"] != expected:
                    raise Skipped("the server doesn't take the token of this check")
            return _hold(socket, seconds, heartbeat)


def _hold(socket: web.WebSocket, seconds: float, heartbeat: float) -> str:
    """Hold a socket for so long, answering pings; fail if it is cut before."""
    pings, quiet_since = 0, time.monotonic()
    end = quiet_since + seconds
    try:
        while (left := end - time.monotonic()) > 0:
            opcode, payload = socket.next(left)
            if opcode == CLOSE:
                code = int.from_bytes(payload[:2], "big")
                raise Skipped(f"the server ended the socket itself, with {code}")
            pings += opcode == PING
            quiet_since = time.monotonic()
    except TimeoutError:
        pass
    except (EOFError, OSError):
        quiet = time.monotonic() - quiet_since
        raise CheckFailed(
            f"[presence] heartbeat: the proxy cuts a socket after {quiet:.0f} s of "
            f"silence, and the server pings every {heartbeat:g} s. "
            f"{hints.proxy_timeouts(4 * heartbeat)}; or lower heartbeat."
        ) from None
    if not pings and seconds > 1.2 * heartbeat + 1:
        raise CheckFailed(
            f"[presence] heartbeat: no ping came within {seconds:.0f} s: the proxy "
            f"holds them back. {hints.UPGRADE}"
        )
    return f"a socket stays open for {seconds:.0f} s; pings that came: {pings}"
