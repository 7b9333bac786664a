"""Visibility of presence: who may know of whom (``presence.visibility``)."""

from collections.abc import Collection, Mapping

from rtserver.access.actor import Actor
from store import members
from store.database import Database


class Visibility:
    """The rule of who sees whom online: everyone everyone, or people of one lesson.

    Admins and Api-Keys see all, and everybody sees themselves.
    """

    def __init__(self, db: Database, *, everyone: bool) -> None:
        self._db = db
        self.everyone = everyone

    def sees_all(self, actor: Actor) -> bool:
        """Return whether an actor sees every user."""
        return self.everyone or actor.manages

    async def seen_by(self, user_id: int) -> set[int]:
        """Return the users whom one may see."""
        return (await self.audiences([user_id]))[user_id]

    async def audiences(self, user_ids: Collection[int]) -> Mapping[int, set[int]]:
        """Return for each user those who may see them; seeing is mutual."""
        companions = await self._db.read(members.companions, user_ids)
        return {id: companions.get(id, set()) | {id} for id in user_ids}

    async def visible(self, actor: Actor, user_ids: Collection[int]) -> set[int]:
        """Return those of some users whom an actor may see."""
        if self.sees_all(actor):
            return set(user_ids)
        return await self.seen_by(actor.require_user()) & set(user_ids)
