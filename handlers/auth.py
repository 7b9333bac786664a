"""Signing in and out (contract 3.1)."""

from handlers.base import ApiHandler
from handlers.operations import operation
from rtserver.accounts.logins import TokensView
from rtserver.accounts.requests import Refresh, SignIn
from rtserver.errors import NotFound, RateLimited, Unauthenticated


class TokenHandler(ApiHandler):
    """``POST /api/auth/token/``"""

    public = True

    @operation(
        "everyone",
        {200: TokensView},
        body=SignIn,
        errors=(Unauthenticated, NotFound, RateLimited),
        example={"email": "olena@demo.example", "password": "abcd-efgh-ijkl"},
    )
    async def post(self) -> None:
        """Sign in.

        404 where this server gives out no tokens: they come from your platform then.
        """
        # Without a signer there is nothing at this address.
        self.services.accounts.logins.require_signer()
        body = self.body(SignIn)
        tokens = await self.services.accounts.logins.sign_in(
            body.email, body.password, self.client_address
        )
        self.reply(tokens)


class RefreshHandler(ApiHandler):
    """``POST /api/auth/token/refresh/``"""

    public = True

    @operation(
        "everyone",
        {200: TokensView},
        body=Refresh,
        errors=(Unauthenticated, NotFound),
        example={"refresh": "rtr_…"},
    )
    async def post(self) -> None:
        """Spend a refresh token for a fresh pair.

        Using a spent one again ends the whole login.
        """
        self.services.accounts.logins.require_signer()
        body = self.body(Refresh)
        self.reply(await self.services.accounts.logins.refresh(body.refresh))


class LogoutHandler(ApiHandler):
    """``POST /api/auth/logout/``"""

    public = True

    @operation(
        "everyone",
        {204: None},
        body=Refresh,
        errors=(Unauthenticated,),
        example={"refresh": "rtr_…"},
    )
    async def post(self) -> None:
        """Sign out: end the login of a refresh token, with all its tokens."""
        body = self.body(Refresh)
        await self.services.accounts.logins.sign_out(body.refresh)
        self.reply_nothing()
