"""Signing in with an e-mail address and a password, and staying signed in."""

import asyncio
import threading
import time
from typing import Any, NamedTuple

from rtserver_client.address import checked_url
from rtserver_client.requests import request
from rtserver_client.retry import CommandError

TIMEOUT = 10.0
USED = 0.9  # of its life, after which a token isn't given out any more


async def sign_in(url: str, email: str, password: str) -> "Login":
    """Sign in; a wrong password raises the CommandError ``unauthenticated``."""
    url = checked_url(url)
    credentials = {"email": email, "password": password}
    return Login(url, await asyncio.to_thread(_ask, url, "token/", credentials))


class _Kept(NamedTuple):
    """A pair of tokens, and until when ``access`` is given out."""

    access: str
    refresh: str
    until: float


class Login:
    """A login of the server's own, for the client's ``token``; it refreshes itself.

    A refresh token is spent once: of all threads of the process one at a time does so.
    Several clients may share a login.
    """

    def __init__(self, url: str, pair: dict[str, Any]) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._kept: _Kept | None = _kept(pair)
        self._given: str | None = None

    async def __call__(self, fresh: bool = False) -> str | None:
        """Return an access token; None once the login has ended."""
        spent = self._given if fresh else None
        kept = self._usable(spent)
        if kept is None and self._kept is not None:
            kept = await asyncio.to_thread(self._renewed, spent)
        self._given = kept.access if kept else None
        return self._given

    async def sign_out(self) -> None:
        """End the login on the server, and forget it here."""
        kept, self._kept = self._kept, None
        if kept is not None:
            await asyncio.to_thread(_end, self._url, kept)

    def _usable(self, spent: str | None) -> _Kept | None:
        kept = self._kept
        if kept and kept.access != spent and time.monotonic() < kept.until:
            return kept
        return None

    def _renewed(self, spent: str | None) -> _Kept | None:
        """Spend the refresh token, unless somebody else has just done so."""
        with self._lock:
            kept, usable = self._kept, self._usable(spent)
            if usable or kept is None:
                return usable
            try:
                pair = _ask(self._url, "token/refresh/", {"refresh": kept.refresh})
            except CommandError as error:
                if error.code != "unauthenticated":
                    raise
                self._kept = None
                return None
            if self._kept is None:  # signed out meanwhile
                _end(self._url, _kept(pair))
                return None
            self._kept = _kept(pair)
            return self._kept


def _kept(pair: dict[str, Any]) -> _Kept:
    until = time.monotonic() + USED * pair["expires_in"]
    return _Kept(pair["access"], pair["refresh"], until)


def _end(url: str, kept: _Kept) -> None:
    try:
        _ask(url, "logout/", {"refresh": kept.refresh})
    except CommandError as error:
        if error.code != "unauthenticated":
            raise


def _ask(url: str, what: str, body: dict[str, str]) -> Any:
    return request(url, "POST", f"/api/auth/{what}", body, None, TIMEOUT)
