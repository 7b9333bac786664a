"""Origins: scheme, host and port of a web address, as browsers write them.

Origins are compared as texts, so there must be one spelling of each: lower case, the
usual port left out, other alphabets in Punycode, IPv6 addresses short (RFC 6454, 6.2).
"""

import re
from ipaddress import IPv6Address
from typing import NamedTuple

from rtserver.settings.types import InvalidValue, quoted, require_text

_ADDRESS = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>.*)", re.IGNORECASE
)
_AUTHORITY = re.compile(r"(?P<host>\[[^\]@]*\]|[^:@\[\]]*)(:(?P<port>[^@]*))?")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9])?", re.ASCII)
_MAX_HOST = 253
_PORT = re.compile(r"[0-9]{1,5}")
# This machine, whose pages may be let in whatever their port: "http://localhost:*".
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
ANY_PORT = ":*"
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class WebAddress(NamedTuple):
    """A URL taken apart: its origin, and the path, query and fragment behind it."""

    origin: str
    rest: str

    @property
    def scheme(self) -> str:
        """The scheme, in lower case."""
        return self.origin.partition(":")[0]


def parse_address(url: str) -> WebAddress:
    """Take a URL apart; InvalidValue if it has no origin, or a user before its host."""
    match = _ADDRESS.fullmatch(require_text(url))
    if not match:
        raise InvalidValue("the address doesn't begin with a scheme such as https://")
    if "@" in match["authority"]:
        raise InvalidValue(f"{quoted(url)} holds more than scheme, host and port")
    authority = _AUTHORITY.fullmatch(match["authority"])
    host = authority and _normal_host(authority["host"].lower())
    if not authority or not host:
        raise InvalidValue(f"{quoted(url)} has no valid host")
    if host.endswith("."):
        # For DNS the same host, for browsers another site, with another origin.
        raise InvalidValue(f"{quoted(url)} has a dot at the end of its host")
    scheme = match["scheme"].lower()
    port = _port(authority["port"])
    suffix = "" if port in (None, _DEFAULT_PORTS.get(scheme)) else f":{port}"
    return WebAddress(f"{scheme}://{host}{suffix}", match["rest"])


def origin_of(url: str) -> str:
    """Return the origin of a URL, or raise InvalidValue."""
    return parse_address(url).origin


def is_listed(origin: str, allowed: tuple[str, ...]) -> bool:
    """Return whether an origin is one of those, or of a host there with any port."""
    return origin in allowed or re.sub(r":\d+$", "", origin) + ANY_PORT in allowed


def _normal_host(host: str) -> str | None:
    if host.startswith("["):
        return _normal_ip6(host[1:-1])
    # What is longer isn't even encoded: that takes the square of the length.
    if len(host) > _MAX_HOST:
        return None
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return None
    return ascii_host if _HOST.fullmatch(ascii_host.removesuffix(".")) else None


def _normal_ip6(text: str) -> str | None:
    try:
        address = IPv6Address(text)
    except ValueError:
        return None
    # A zone (fe80::1%eth0) means something on one machine only: no browser takes it.
    return None if address.scope_id else f"[{address}]"


def _port(text: str | None) -> int | None:
    if text is None:
        return None
    port = int(text) if _PORT.fullmatch(text) else 0
    if not 1 <= port <= 65535:
        raise InvalidValue("the port is not a number from 1 to 65535")
    return port
