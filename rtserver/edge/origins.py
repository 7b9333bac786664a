"""Which web pages may open a socket here (contract 2.1)."""

import re

SHAPE = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://"
    r"(?P<host>\[[0-9a-f:.]+\]|[^\s/:@?#\[\]]+)"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<rest>[/?#].*)?",
    re.IGNORECASE,
)
DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def origin_allowed(
    origin: str | None, *, base_url: str, allowed: tuple[str, ...], port: int
) -> bool:
    """Return whether an ``Origin`` header may pass; without one it's not a browser.

    Never compared with ``Host``, which a page elsewhere can choose (DNS rebinding).
    """
    if origin is None:
        return True
    # A header is an origin and nothing more; only settings may end in a path.
    match = SHAPE.fullmatch(origin)
    theirs = normal_origin(origin)
    if not match or match["rest"] or theirs is None:
        return False
    ours = (base_url,) if base_url else _local(port)
    return any(normal_origin(url) == theirs for url in (*ours, *allowed))


def normal_origin(url: str) -> str | None:
    """Return a URL's origin in one writing (lower case, port, punycode), or None."""
    match = SHAPE.fullmatch(url.strip())
    if not match:
        return None
    scheme, host = match["scheme"].lower(), match["host"].lower()
    try:
        name = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return None
    port = match["port"] or DEFAULT_PORTS.get(scheme, "")
    return f"{scheme}://{name}:{port.lstrip('0')}"


def _local(port: int) -> tuple[str, ...]:
    return tuple(
        f"{scheme}://{host}:{port}"
        for scheme in ("http", "https")
        for host in LOCAL_HOSTS
    )
