"""Signing in and out (contract 3.1)."""

from msgspec import UNSET

from handlers.base import ApiHandler
from handlers.operations import Nothing, operation
from rtserver.accounts.logins import TokensView
from rtserver.accounts.password_choices import LinkView
from rtserver.accounts.requests import Choice, Forgotten, Refresh, SignIn
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


class PasswordHandler(ApiHandler):
    """``POST /api/auth/password/``"""

    public = True

    @operation(
        "everyone with a link",
        {200: (TokensView, LinkView)},
        body=Choice,
        errors=(NotFound, RateLimited),
        example={"token": "rtl_…", "password": "abcd-efgh-ijkl"},
    )
    async def post(self) -> None:
        """Choose a password by the token of a link, and sign in.

        The token counts once; a password that is refused doesn't spend it. Without a
        password the answer tells whom the link is for, and spends nothing.
        """
        self.services.accounts.logins.require_signer()
        body, choices = self.body(Choice), self.services.accounts.choices
        if body.password is UNSET:
            self.reply(await choices.look(body.token))
        else:
            self.reply(await choices.choose(body.token, body.password))


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
