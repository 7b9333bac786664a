"""Finding people by name: for admins, and for tutors among those whom they teach."""

import msgspec
from msgspec import UNSET, UnsetType

from rtserver.access.actor import Actor
from rtserver.errors import BadRequest, Forbidden
from rtserver.views import Role
from store import people
from store.database import Database
from store.name_words import MAX_ASKED, bounds
from store.records import UserRecord


class FoundView(msgspec.Struct, frozen=True):
    """Somebody who was found; only admins are told addresses."""

    id: int
    name: str
    role: Role
    email: str | UnsetType = UNSET


class PeopleView(msgspec.Struct, frozen=True):
    """Those who were found, by name."""

    results: list[FoundView]


class People:
    """The search of people, which students and platforms have no use for."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def find(self, actor: Actor, asked: str, limit: int) -> PeopleView:
        """Find active users by the beginning of any word of their names."""
        user_id = actor.require_user()
        if actor.role not in ("admin", "tutor"):
            raise Forbidden("This is for admins and tutors.")
        found = bounds(asked) if len(asked) <= MAX_ASKED else None
        if found is None:
            raise BadRequest.at("q", f"1 to {MAX_ASKED} characters, please")
        admin = actor.role == "admin"
        fellows_of = None if admin else user_id
        rows = await self._db.read(
            people.find, found, limit=limit, fellows_of=fellows_of
        )
        return PeopleView([_view(user, with_email=admin) for user in rows])


def _view(user: UserRecord, *, with_email: bool) -> FoundView:
    email = user.email if with_email else UNSET
    return FoundView(user.id, user.name, user.role, email)
