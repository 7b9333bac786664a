"""The server's own URL: where this machine reaches it, and where everybody does."""

from ipaddress import ip_address

from rtserver.settings.sections import ServerSettings
from rtserver.settings.urls import LESSON_ID


def http_url(host: str, port: int | str) -> str:
    """Return the URL of a host and port; an IPv6 address gets its brackets."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def local_url(server: ServerSettings, port: int | str = 0) -> str:
    """Return the URL at which this machine reaches its own server.

    ``port`` is the one it listens on, where that may differ from the setting: of port
    0 only the running server knows it.
    """
    return http_url(_reachable(server.host), port or server.port)


def public_url(server: ServerSettings, port: int | str = 0) -> str:
    """Return ``base_url``; without one, the URL for this machine."""
    return server.base_url or local_url(server, port)


def password_url(base_url: str, token: str) -> str:
    """Return the link to choose a password by; no server sees what stands behind #."""
    return f"{base_url}/password#{token}"


def lesson_url(pattern: str, base_url: str, lesson_id: int) -> str:
    """Return the address of a lesson's page, by ``notifications.lesson_url``."""
    pattern = pattern or f"{base_url}/lessons/{LESSON_ID}"
    return pattern.replace(LESSON_ID, str(lesson_id))


def _reachable(host: str) -> str:
    """Return an address to connect to; "every interface" is one to listen on only."""
    try:
        address = ip_address(host)
    except ValueError:
        return host  # a name
    if not address.is_unspecified:
        return host
    # Whoever listens on :: does so for IPv6 alone, and isn't reached at 127.0.0.1.
    return "127.0.0.1" if address.version == 4 else "::1"
