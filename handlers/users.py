"""Accounts (contract 3.1)."""

from handlers.base import ApiHandler
from handlers.operations import MANAGERS, Nothing, operation, page_of
from rtserver.accounts.requests import MyChanges, NewUser, UserBody, UserChanges
from rtserver.accounts.users import UsersView
from rtserver.errors import Conflict, Forbidden, NotFound, RateLimited
from rtserver.views import UserView, user_view

ONESELF = "people, about themselves"
NEW_USER = {
    "email": "marko@demo.example",
    "name": "Marko",
    "role": "student",
    "timezone": "Europe/Kyiv",
}


class UsersHandler(ApiHandler):
    """``/api/users/``"""

    @operation(MANAGERS, {200: UsersView}, query=page_of("users"), errors=(Forbidden,))
    async def get(self) -> None:
        """List users by id."""
        page = await self.services.accounts.users.page(
            self.actor, cursor=self.query("cursor"), limit=self.page_size()
        )
        self.reply(page)

    @operation(
        MANAGERS,
        {201: UserView},
        body=NewUser,
        errors=(Forbidden, NotFound, Conflict),
        example=NEW_USER,
    )
    async def post(self) -> None:
        """Add a user, under the next id.

        `"invite": true` mails them an invitation to choose a password.
        """
        # Refused before the body is read: its faults are for managers to know.
        self.actor.require_manager()
        body = self.body(NewUser)
        if body.invite:
            self.services.accounts.logins.require_signer()
        user = await self.services.accounts.users.create(self.actor, body)
        self.reply(user_view(user), 201)


class UserHandler(ApiHandler):
    """``/api/users/{id}/``"""

    @operation(MANAGERS, {200: UserView}, errors=(Forbidden,), at={"id": 4})
    async def get(self, user_id: str) -> None:
        """Read a user's account."""
        user = await self.services.accounts.users.get(self.actor, self.path_id(user_id))
        self.reply(user_view(user))

    @operation(
        MANAGERS,
        {200: UserView, 201: UserView},
        body=UserBody,
        errors=(Forbidden, Conflict, RateLimited),
        at={"id": 1001},
        example=NEW_USER,
    )
    async def put(self, user_id: str) -> None:
        """Make or change the user with this id, for a platform that owns its users.

        What is left out stays as it is.
        """
        self.actor.require_manager()
        user, created = await self.services.accounts.users.put(
            self.actor, self.path_id(user_id), self.body(UserBody)
        )
        self.reply(user_view(user), 201 if created else 200)

    @operation(
        MANAGERS,
        {200: UserView},
        body=UserChanges,
        errors=(Forbidden, Conflict, RateLimited),
        at={"id": 4},
        example={"locale": "en"},
    )
    async def patch(self, user_id: str) -> None:
        """Change what is given.

        `"is_active": false` locks somebody out, and a new `password` ends all of their
        logins. The last active admin can't be taken away.
        """
        self.actor.require_manager()
        user = await self.services.accounts.users.patch(
            self.actor, self.path_id(user_id), self.body(UserChanges)
        )
        self.reply(user_view(user))


class InviteHandler(ApiHandler):
    """``/api/users/{id}/invite/``"""

    @operation(
        MANAGERS,
        {202: Nothing},
        errors=(Forbidden, Conflict),
        at={"id": 8},
    )
    async def post(self, user_id: str) -> None:
        """Mail a user who has no password an invitation to choose one.

        404 also where this server gives out no tokens.
        """
        self.actor.require_manager()
        self.services.accounts.logins.require_signer()
        await self.services.accounts.invitations.invite(
            self.actor, self.path_id(user_id)
        )
        self.reply(Nothing(), 202)


class MeHandler(ApiHandler):
    """``/api/users/me/``"""

    @operation(ONESELF, {200: UserView}, errors=(Forbidden,))
    async def get(self) -> None:
        """Read one's own account."""
        self.reply(user_view(await self.services.accounts.users.me(self.actor)))

    @operation(
        ONESELF,
        {200: UserView},
        body=MyChanges,
        errors=(Forbidden, RateLimited),
        example={"timezone": "Europe/Warsaw"},
    )
    async def patch(self) -> None:
        """Change one's own account.

        A new `password` needs the present one beside it, and ends all of one's logins.
        """
        self.actor.require_user()
        user = await self.services.accounts.users.patch_me(
            self.actor, self.body(MyChanges)
        )
        self.reply(user_view(user))
