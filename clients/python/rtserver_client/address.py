"""Addresses that are none, told before anything is sent there."""

from urllib.parse import urlsplit


def checked_url(url: str) -> str:
    """Return the server's address without a slash at its end; ValueError for others."""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname)
        parts.port  # noqa: B018 - raises for one that is no number
    except ValueError:
        is_good = False
    if not is_good:
        raise ValueError(
            f"url: expected an address such as https://school.example, not {url!r}"
        )
    return url.rstrip("/")


def checked_path(path: str) -> str:
    """Return a path of the server's; ValueError where its slash is missing."""
    if not path.startswith("/"):
        raise ValueError(f"path: expected one such as /api/users/me/, not {path!r}")
    return path
