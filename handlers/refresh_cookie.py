"""The cookie with the refresh token, for pages of this server alone (contract 3.1).

A browser sends it by itself, so each use of it asks for the page's ``Origin`` too: a
page elsewhere can't forge that, and it isn't opened by ``server.allowed_origins``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any

from msgspec import UnsetType

from handlers.base import ApiHandler
from rtserver.accounts.logins import AccessView, Tokens, TokensView
from rtserver.accounts.requests import Remembering
from rtserver.edge.origins import is_own_origin
from rtserver.errors import Forbidden, Unauthenticated

NAME = "rtserver_refresh"
PATH = "/api/auth/"
FOREIGN = "Only a page of this server may use the cookie: the Origin isn't its own."
NO_COOKIE = "There is no refresh token, neither in the body nor as a cookie: sign in."


class RefreshCookieHandler(ApiHandler):
    """One that takes the refresh token from the body or the cookie, or gives it so."""

    public = True

    def wanted(self, body: Remembering) -> str | None:
        """Return what kind of cookie is asked for; None: the token goes into the body.

        Raises Forbidden for pages of other sites.
        """
        if not body.cookie:
            return None
        self._require_own_page()
        return "remembered" if body.remember else "session"

    @contextmanager
    def presented(self, given: str | UnsetType) -> Iterator[str]:
        """Yield the refresh token of the body, or else that of the cookie.

        A cookie that is refused is cleared.
        """
        if isinstance(given, str):
            yield given
            return
        self._require_own_page()
        try:
            yield self._cookie()
        except Unauthenticated:
            self.clear_refresh_cookie()
            raise

    def give(self, tokens: Tokens, *, in_cookie: bool) -> None:
        """Answer with a pair of tokens, the refresh token in the body or as cookie."""
        if not in_cookie:
            view = TokensView(tokens.access, tokens.refresh, tokens.expires_in)
            self.reply(view)
            return
        ttl = self.services.settings.auth.refresh_ttl
        remembered = tokens.cookie == "remembered"
        max_age = ceil(ttl) if remembered else None
        self.set_cookie(NAME, tokens.refresh, max_age=max_age, **self._attributes())
        self.reply(AccessView(tokens.access, tokens.expires_in))

    def clear_refresh_cookie(self) -> None:
        """Have the browser forget the token."""
        self.clear_cookie(NAME, **self._attributes())

    def _cookie(self) -> str:
        token = self.get_cookie(NAME)
        if not token:
            raise Unauthenticated(NO_COOKIE)
        return token

    def _attributes(self) -> dict[str, Any]:
        base_url = self.services.settings.server.base_url
        return {
            "path": PATH,
            "httponly": True,
            "samesite": "Strict",
            "secure": base_url.startswith("https:"),
        }

    def _require_own_page(self) -> None:
        own = is_own_origin(
            self.request.headers.get("Origin"),
            base_url=self.services.settings.server.base_url,
            port=self.services.port,
        )
        if not own:
            raise Forbidden(FOREIGN)
