"""Signing in and out (contract 3.1)."""

from msgspec import UNSET

from handlers.base import ApiHandler
from handlers.operations import Nothing, operation
from handlers.refresh_cookie import RefreshCookieHandler
from rtserver.accounts.logins import AccessView, TokensView
from rtserver.accounts.password_choices import LinkView
from rtserver.accounts.requests import Choice, Forgotten, Refresh, SignIn, SignOut
from rtserver.errors import Forbidden, NotFound, RateLimited, Unauthenticated


class TokenHandler(RefreshCookieHandler):
    """``POST /api/auth/token/``"""

    @operation(
        "everyone",
        {200: (TokensView, AccessView)},
        body=SignIn,
        errors=(Unauthenticated, Forbidden, NotFound, RateLimited),
        example={"email": "olena@demo.example", "password": "abcd-efgh-ijkl"},
    )
    async def post(self) -> None:
        """Sign in.

        With `cookie` the refresh token becomes a cookie of this server's own pages,
        with `remember` for longer than the browser's session. 404 where it gives
        out no tokens: they come from your platform then.
        """
        # Without a signer there is nothing at this address.
        self.services.accounts.logins.require_signer()
        body = self.body(SignIn)
        kind = self.wanted(body)
        tokens = await self.services.accounts.logins.sign_in(
            body.email, body.password, self.client_address, kind
        )
        self.give(tokens, in_cookie=kind is not None)


class RefreshHandler(RefreshCookieHandler):
    """``POST /api/auth/token/refresh/``"""

    @operation(
        "everyone",
        {200: (TokensView, AccessView)},
        body=Refresh,
        errors=(Unauthenticated, Forbidden, NotFound),
        example={"refresh": "rtr_…"},
    )
    async def post(self) -> None:
        """Spend a refresh token for a fresh pair.

        Using a spent one again ends the whole login. Without one in the body it is
        that of the cookie, which gets the successor.
        """
        logins = self.services.accounts.logins
        logins.require_signer()
        body = self.body(Refresh)
        with self.presented(body.refresh) as token:
            tokens = await logins.refresh(token)
        self.give(tokens, in_cookie=body.refresh is UNSET)


class ForgottenHandler(ApiHandler):
    """``POST /api/auth/password/forgot/``"""

    public = True

    @operation(
        "everyone",
        {202: Nothing},
        body=Forgotten,
        errors=(NotFound, RateLimited),
        example={"email": "taras@demo.example"},
    )
    async def post(self) -> None:
        """Ask for a link to choose a password by, which goes by mail.

        The answer is the same whether anybody has that address. At most one mail an
        account goes in `auth.link_pause`.
        """
        self.services.accounts.logins.require_signer()
        body = self.body(Forgotten)
        self.services.accounts.forgotten.ask(body.email, self.client_address)
        self.reply(Nothing(), 202)


class PasswordHandler(RefreshCookieHandler):
    """``POST /api/auth/password/``"""

    @operation(
        "everyone with a link",
        {200: (TokensView, AccessView, LinkView)},
        body=Choice,
        errors=(Forbidden, NotFound, RateLimited),
        example={"token": "rtl_…", "password": "abcd-efgh-ijkl"},
    )
    async def post(self) -> None:
        """Choose a password by the token of a link, and sign in.

        The token counts once; a password that is refused doesn't spend it. Without a
        password the answer tells whom the link is for, and spends nothing.
        """
        self.services.accounts.logins.require_signer()
        body, choices = self.body(Choice), self.services.accounts.choices
        kind = self.wanted(body)
        if body.password is UNSET:
            self.reply(await choices.look(body.token))
            return
        tokens = await choices.choose(body.token, body.password, kind)
        self.give(tokens, in_cookie=kind is not None)


class LogoutHandler(RefreshCookieHandler):
    """``POST /api/auth/logout/``"""

    @operation(
        "everyone",
        {204: None},
        body=SignOut,
        errors=(Unauthenticated, Forbidden, NotFound),
        example={"refresh": "rtr_…"},
    )
    async def post(self) -> None:
        """Sign out: end the login of a refresh token, with all its tokens.

        `everywhere` ends all of the user's. Without a token in the body it is that of
        the cookie, which is cleared.
        """
        logins = self.services.accounts.logins
        logins.require_signer()
        body = self.body(SignOut)
        with self.presented(body.refresh) as token:
            await logins.sign_out(token, everywhere=body.everywhere)
        if body.refresh is UNSET:
            self.clear_refresh_cookie()
        self.reply_nothing()
