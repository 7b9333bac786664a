"""Checks from outside: the server as clients reach it, by ``server.base_url``."""

import json
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

import rtserver
from rtserver.accounts.keys import KeysError
from rtserver.checks import hints, web
from rtserver.checks.outcome import CheckFailed, Skipped
from rtserver.checks.plaintext import is_private
from rtserver.clock import Clock
from rtserver.edge.proxies import Network, is_allowed, normal_address
from rtserver.settings.errors import SettingsError
from rtserver.settings.model import Settings
from rtserver.settings.secret_file import ensure_secret
from rtserver.settings.server_url import local_url
from rtserver.wiring.accounts import signer
from store.errors import StoreError
from store.probe import first_admin, is_served

VERSION = "X-Rtserver-Version"
ADDRESS = "X-Client-Address"
# Kept for documentation (RFC 5737): no client has it.
FORGED = "192.0.2.77"
TOKEN_SECONDS = 60.0


def base_url(settings: Settings) -> str:
    """Look whether this very server answers at its public address."""
    url = settings.server.base_url
    if not url:
        raise Skipped("[server] base_url is empty: there is no address to try")
    try:
        answer = web.ask(f"{url}/healthz")
    except web.BadCertificate as fault:
        raise CheckFailed(f"[server] base_url: {url} answers, but {fault}.") from None
    except web.Unreachable as reason:
        _require_running(settings)
        raise CheckFailed(
            f"[server] base_url: nothing answers at {url} ({reason}), though the "
            "server runs. Correct its name or port, or start the proxy."
        ) from None
    if answer.headers.get(VERSION) is None:
        raise _stranger(settings, answer)
    if answer.headers[VERSION] != rtserver.__version__:
        raise CheckFailed(
            f"[server] base_url: rtserver {answer.headers[VERSION]} answers at {url}, "
            f"and this is {rtserver.__version__}. Restart the server, or correct the "
            "address."
        )
    until = f"; certificate until {answer.until}" if answer.until else ""
    return f"{url} leads to rtserver {rtserver.__version__}{until}"


def _require_running(settings: Settings) -> None:
    if not runs_here(settings) and not _runs_elsewhere(settings):
        where = f"{settings.server.host} port {settings.server.port}"
        raise Skipped(f"no server runs: nothing answers at {where} either")


def runs_here(settings: Settings) -> bool:
    """Return whether a server answers where the settings let it listen."""
    try:
        return VERSION in web.ask(f"{local_url(settings.server)}/healthz").headers
    except web.Unreachable:
        return False


def _runs_elsewhere(settings: Settings) -> bool:
    """Return whether a server that shares the database runs, at whatever address."""
    with suppress(StoreError):
        return is_served(settings.database_url.reveal())
    return False


def _stranger(settings: Settings, answer: web.Answer) -> CheckFailed:
    """Return the failure for an answer that isn't rtserver's.

    Raises Skipped where it is a proxy's whose server is just down.
    """
    url, status = settings.server.base_url, answer.status
    if status in (502, 503, 504):
        _require_running(settings)
        port = settings.server.port
        return CheckFailed(
            f"[server] port: the proxy at {url} finds no server ({status}). "
            + hints.forward(port)
        )
    if to := answer.headers.get("Location", ""):
        parts = urlsplit(to)
        return CheckFailed(
            f"[server] base_url: {url} leads on to {parts.scheme}://{parts.netloc}. "
            f"Set base_url = {parts.scheme}://{parts.netloc}"
        )
    return CheckFailed(
        f"[server] base_url: something else answers at {url} ({status}). Correct the "
        f"address, or the proxy. {hints.forward(settings.server.port)}"
    )


def identity(settings: Settings) -> str:
    """Look whether what answers has this secret and this database."""
    user, token = admin_token(settings)
    url = settings.server.base_url
    bearer = {"Authorization": f"Bearer {token}"}
    try:
        answer = web.ask(f"{url}/api/users/me/", bearer)
    except web.Unreachable as reason:
        raise CheckFailed(f"[server] base_url: {url}/api/ fails: {reason}.") from None
    if answer.status == 200 and _is_user(answer.body, user):
        return "it has this secret and this database"
    if answer.status in (200, 401):
        raise CheckFailed(
            f"[server] base_url: another server answers at {url}, or one that was "
            "started with another secret or database: it doesn't know a token of "
            "these settings. Correct the address, or restart the server."
        )
    raise CheckFailed(
        f"[server] base_url: {url}/api/users/me/ is answered by {answer.status}. "
        f"The proxy has to pass on every path. {hints.forward(settings.server.port)}"
    )


def _is_user(body: bytes, user: int) -> bool:
    try:
        return bool(json.loads(body)["id"] == user)
    except (ValueError, KeyError, TypeError):
        return False


def admin_token(settings: Settings) -> tuple[int, str]:
    """Return the first admin's id and a short-lived token; Skipped if there is none."""
    if not is_private(settings.server.base_url):
        raise Skipped("[server] base_url begins with http: anybody could read a token")
    if not (settings.auth.secret or settings.secret_path.exists()):
        raise Skipped(f"there is no secret in {settings.server.data_dir}")
    try:
        made = signer(settings, ensure_secret(settings), Clock())
        admin = first_admin(settings.database_url.reveal())
    except (KeysError, SettingsError, StoreError) as error:
        raise Skipped(f"no token can be made ({error})") from None
    if made is None:
        raise Skipped("this server signs no tokens (HS256 isn't in [auth] algorithms)")
    if admin is None:
        raise Skipped("there is no admin whose token could be tried: rtserver user add")
    return admin, made.sign(admin, ttl=min(TOKEN_SECONDS, settings.auth.max_ttl))[0]


def address(settings: Settings) -> str:
    """Look whether the server sees clients' own addresses, and only true ones."""
    url, trusted = settings.server.base_url, settings.server.trusted_proxies
    plain = web.ask(f"{url}/healthz")
    ours, peer = normal_address(plain.ours), normal_address(plain.peer)
    seen = plain.headers.get(ADDRESS, "")
    require_ours(ours, peer, seen, trusted)
    forged = web.ask(f"{url}/healthz", {"X-Forwarded-For": FORGED})
    if forged.headers.get(ADDRESS) == FORGED and not is_allowed(ours, trusted):
        raise CheckFailed(
            "[server] trusted_proxies: the server believes what a client says of its "
            "own address, as the proxy hands that on. " + hints.ADDRESS
        )
    return f"the server sees that we come from {seen}"


def require_ours(ours: str, peer: str, seen: str, trusted: Sequence[Network]) -> None:
    """Judge the address ``seen`` by the server, by the ends of our connection.

    CheckFailed if it is a proxy's, Skipped if it may be a router's on the way.
    """
    if seen == ours:
        return
    if is_allowed(seen, trusted):
        raise CheckFailed(
            f"[server] trusted_proxies: the proxy {seen} doesn't tell where clients "
            f"come from, so all share its limits. {hints.ADDRESS}"
        )
    if _is_global(seen) and seen != peer:
        return  # ours, behind a router that translates addresses
    if _is_global(peer) and not _is_global(ours):
        raise Skipped(
            f"from here it can't be told whether {seen}, which the server sees, is a "
            "router or the proxy: see X-Client-Address of /healthz from elsewhere"
        )
    known = ", ".join(map(_shown, trusted))
    raise CheckFailed(
        f"[server] trusted_proxies: the server takes its proxy {seen} for the client, "
        f"so all share its limits. Set trusted_proxies = {known}, {seen}"
    )


def _is_global(address: str) -> bool:
    try:
        return ip_address(address).is_global
    except ValueError:
        return False


def _shown(network: object) -> str:
    return str(network).removesuffix("/32").removesuffix("/128")


def metrics(settings: Settings) -> str:
    """Look whether outsiders are kept from the figures."""
    url, allowed = settings.server.base_url, settings.server.metrics_allow
    answer = web.ask(f"{url}/metrics")
    if answer.status != 200 or b"rtserver_" not in answer.body:
        return f"outsiders get {answer.status} at /metrics"
    everybody = is_allowed(FORGED, allowed)
    if is_allowed(normal_address(answer.ours), allowed) and not everybody:
        raise Skipped("this machine may read /metrics, so nothing can be told from it")
    raise CheckFailed(
        f"[server] metrics_allow: {url}/metrics is open to everybody. {hints.METRICS}"
    )
