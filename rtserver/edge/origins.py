"""The check of a web page's origin before it opens a socket (docs/protocol.md)."""

from rtserver.settings.origins import LOCAL_HOSTS, is_listed, origin_of, parse_address
from rtserver.settings.types import InvalidValue


def origin_allowed(
    origin: str | None, *, base_url: str, allowed: tuple[str, ...], port: int
) -> bool:
    """Return whether an ``Origin`` header may pass; without one it's not a browser.

    ``base_url`` and ``allowed`` are as the settings have them. Never compared with
    ``Host``, which a page elsewhere can choose (DNS rebinding).
    """
    if origin is None:
        return True
    theirs = header_origin(origin)
    if theirs is None:
        return False
    return theirs in _own_origins(base_url, port) or is_listed(theirs, allowed)


def is_own_origin(origin: str | None, *, base_url: str, port: int) -> bool:
    """Return whether an ``Origin`` header is that of this server's own pages.

    Unlike ``origin_allowed`` it asks for the header, and opens to no other site.
    """
    theirs = None if origin is None else header_origin(origin)
    return theirs is not None and theirs in _own_origins(base_url, port)


def header_origin(header: str) -> str | None:
    """Return the origin that a header names, or None if it is no origin and no more.

    Such as ``null``, which a browser sends for pages that have none.
    """
    try:
        address = parse_address(header)
    except InvalidValue:
        return None
    return None if address.rest else address.origin


def _own_origins(base_url: str, port: int) -> tuple[str, ...]:
    if not base_url:
        return _local_origins(port)
    try:
        return (origin_of(base_url),)
    except InvalidValue:
        return ()


def _local_origins(port: int) -> tuple[str, ...]:
    return tuple(
        origin_of(f"{scheme}://{host}:{port}")
        for scheme in ("http", "https")
        for host in LOCAL_HOSTS
    )
