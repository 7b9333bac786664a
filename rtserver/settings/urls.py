"""The settings that are addresses: origins, URLs, networks."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import SplitResult, parse_qs, urlsplit

from rtserver.settings.errors import did_you_mean
from rtserver.settings.masked import SecretUrl
from rtserver.settings.origins import ANY_PORT, LOCAL_HOSTS, parse_address
from rtserver.settings.types import (
    InvalidValue,
    SettingType,
    list_of,
    quoted,
    require_text,
)

Network = IPv4Network | IPv6Network

SQLITE = "sqlite:///"
LESSON_ID = "{lesson_id}"
_REDIS_OPTIONS = ("db", "username", "password", "client_name")
_TLS_OPTIONS = (
    "ssl_ca_certs",
    "ssl_ca_path",
    "ssl_certfile",
    "ssl_keyfile",
    "ssl_password",
    "ssl_cert_reqs",
    "ssl_check_hostname",
)


def _split(url: str) -> SplitResult:
    require_text(url)
    try:
        parts = urlsplit(url)
    except ValueError:
        raise InvalidValue("the address can't be read") from None
    if not parts.scheme or "://" not in url:
        raise InvalidValue("the address doesn't begin with a scheme such as https://")
    return parts


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        raise InvalidValue("the port is not a number from 1 to 65535") from None
    if port == 0:
        raise InvalidValue("the port is not a number from 1 to 65535")
    return port


def _origin(text: str) -> str:
    if text.endswith(ANY_PORT):
        return _local_origin(text)
    if "*" in text:
        raise InvalidValue(f"{quoted(text)}: wildcards would let strangers in")
    address = parse_address(text)
    if address.rest.strip("/"):
        raise InvalidValue(f"{quoted(text)} holds more than scheme, host and port")
    near = did_you_mean(address.scheme, ("http", "https"))
    if near and near != address.scheme:
        raise InvalidValue(f"{quoted(text)}: did you mean {near}?")
    return address.origin


def _local_origin(text: str) -> str:
    """Take an origin with any port: of this machine alone, where a dev server runs."""
    port = ":1"  # in place of any
    origin = _origin(text.removesuffix(ANY_PORT) + port).removesuffix(port)
    if origin.partition("://")[2] not in LOCAL_HOSTS:
        hosts = ", ".join(LOCAL_HOSTS)
        raise InvalidValue(f"{quoted(text)}: any port is for {hosts} alone")
    return origin + ANY_PORT


def _base_url(text: str) -> str:
    if not text:
        return ""
    address = parse_address(text)
    if address.scheme not in ("http", "https"):
        raise InvalidValue(f"{quoted(text)} doesn't begin with http:// or https://")
    if re.search("[?# ]", address.rest):
        raise InvalidValue(
            f"{quoted(text)} holds more than scheme, host, port and path"
        )
    return address.origin + address.rest.rstrip("/")


def _lesson_url(text: str) -> str:
    if not text:
        return ""
    address = parse_address(text)
    if address.scheme not in ("http", "https"):
        raise InvalidValue(f"{quoted(text)} doesn't begin with http:// or https://")
    if re.search("[{} ]", address.rest.replace(LESSON_ID, "")):
        raise InvalidValue(f"{quoted(text)} holds a space, or braces but {LESSON_ID}")
    return address.origin + address.rest


def _network(text: str) -> Network:
    try:
        return ip_network(text)
    except ValueError:
        pass
    try:
        meant = ip_network(text, strict=False)
    except ValueError:
        raise InvalidValue(f"{quoted(text)} is not an IP address or network") from None
    raise InvalidValue(
        f"{quoted(text)} is an address inside a network; did you mean {meant}?"
    )


def _show_network(network: Network) -> str:
    one = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if one else str(network)


def _database_url(text: str) -> SecretUrl:
    if not text:
        return SecretUrl()
    parts = _store_parts(text, ("sqlite", "postgresql", "postgres"))
    if parts.scheme == "sqlite":
        return _sqlite_url(text)
    _port(parts)
    if not parts.path.strip("/"):
        raise InvalidValue("the URL names no database")
    return SecretUrl(text)


def _store_parts(text: str, schemes: tuple[str, ...]) -> SplitResult:
    parts = _split(text)
    if parts.scheme not in schemes:
        near = did_you_mean(parts.scheme, schemes)
        hint = f"; did you mean {near}?" if near else ""
        raise InvalidValue(f"the URL begins with another scheme{hint}")
    # "#" and "/" in a password end the host early, and then the rest means another.
    if "#" in text or (parts.netloc and "@" in parts.path):
        raise InvalidValue(
            "the URL holds # or @ in a wrong place (in a password write % and two "
            "hexadecimal digits: # is %23, / is %2F, @ is %40)"
        )
    return parts


def _sqlite_url(text: str) -> SecretUrl:
    path = text.removeprefix(SQLITE)
    if path == text:
        raise InvalidValue(f"the URL doesn't begin with {SQLITE}")
    if path in ("", "/") or path.endswith(("/", ":memory:")) or "?" in path:
        raise InvalidValue("the URL names no file to keep the database in")
    return SecretUrl(text)


def _redis_url(text: str) -> SecretUrl:
    if not text:
        return SecretUrl()
    parts = _store_parts(text, ("redis", "rediss", "unix"))
    if parts.scheme == "unix":
        _check_socket(parts)
    else:
        _check_redis_host(parts)
    _check_redis_options(parts)
    return SecretUrl(text)


def _check_socket(parts: SplitResult) -> None:
    if not parts.path.strip("/"):
        raise InvalidValue("the URL names no socket")


def _check_redis_host(parts: SplitResult) -> None:
    _port(parts)
    if not parts.hostname:
        raise InvalidValue("the URL names no host")
    database = parts.path.strip("/")
    if database and not database.isdecimal():
        raise InvalidValue("the database in the URL is not a number")


def _check_redis_options(parts: SplitResult) -> None:
    """Refuse what redis-py would fail on, or what would change what it answers."""
    known = _REDIS_OPTIONS + (_TLS_OPTIONS if parts.scheme == "rediss" else ())
    given = parse_qs(parts.query, keep_blank_values=True)
    if not given.keys() <= set(known):
        raise InvalidValue(f"the URL has other options than {', '.join(known)}")
    if not all(db.isdecimal() for db in given.get("db", ())):
        raise InvalidValue("the database in the URL is not a number")


ORIGINS = list_of(
    SettingType("an origin", _origin),
    "origins such as https://school.example, with commas between",
)
NETWORKS = list_of(
    SettingType("a network", _network, _show_network),
    "IP addresses or networks such as 10.0.0.0/8, with commas between",
)
BASE_URL = SettingType(
    "an address such as https://rt.school.example, or nothing", _base_url
)
LESSON_URL = SettingType(
    f"an address such as https://school.example/lessons/{LESSON_ID}, or nothing",
    _lesson_url,
)
DATABASE_URL = SettingType(
    "sqlite:///data/rtserver.db (a path from the root has four slashes) or "
    "postgresql://user:password@host/database, or nothing",
    _database_url,
    lambda url: url.reveal(),
)
REDIS_URL = SettingType(
    "redis://host:6379/0, rediss:// for TLS, unix:///path for a socket, or nothing",
    _redis_url,
    lambda url: url.reveal(),
)
