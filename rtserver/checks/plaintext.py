"""The check of what would cross the network for everybody to read."""

from collections.abc import Iterator
from contextlib import suppress
from ipaddress import ip_address
from urllib.parse import urlsplit

from rtserver.checks.outcome import Warned
from rtserver.settings.model import Settings


def plaintext(settings: Settings) -> str:
    """Warn of settings by which secrets leave this machine unencrypted."""
    if found := list(_in_the_clear(settings)):
        raise Warned(" ".join(found))
    return "the settings let no password leave this machine unencrypted"


def _in_the_clear(settings: Settings) -> Iterator[str]:
    url, smtp = settings.server.base_url, settings.smtp
    if url and not is_private(url):
        yield (
            "[server] base_url: it begins with http:, so passwords and all that people "
            "write can be read on the way. Put a proxy with a certificate in front "
            "(deploy/nginx.conf), and set it to https://."
        )
    pages = settings.notifications.lesson_url
    if pages and not is_private(pages):
        yield (
            "[notifications] lesson_url: mails lead to pages that begin with http:. "
            "Set it to https://."
        )
    if smtp.security == "none" and smtp.username and not is_here(smtp.host):
        yield (
            f"[smtp] security: with none, {smtp.host} is sent the login and all mails "
            "for anybody on the way to read. Set starttls or tls."
        )


def is_private(url: str) -> bool:
    """Return whether what is sent there is encrypted, or stays on this machine."""
    address = urlsplit(url)
    return address.scheme == "https" or is_here(address.hostname or "")


def is_here(host: str) -> bool:
    """Return whether a host is this machine."""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False
