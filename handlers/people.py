"""Finding people (contract 3.1)."""

from typing import Annotated

import msgspec

from handlers.base import ApiHandler
from handlers.operations import LIMIT, Query, operation
from rtserver.accounts.people import PeopleView
from rtserver.errors import BadRequest, Forbidden

NAME = Query(
    "q",
    "The beginning of any word of the name.",
    Annotated[str, msgspec.Meta(min_length=1, max_length=100)],
    example="ol",
    required=True,
)


class PeopleHandler(ApiHandler):
    """``/api/people/``"""

    @operation(
        "admins; tutors: those in their lessons",
        {200: PeopleView},
        query=(NAME, LIMIT),
        errors=(Forbidden,),
    )
    async def get(self) -> None:
        """Find active users by name.

        Tutors find those with whom they share a lesson, past and cancelled ones too, if
        both have accepted; addresses are shown to admins alone.
        """
        self.actor.require_user()
        asked = self.query("q")
        if asked is None:
            raise BadRequest.at("q", "is missing")
        found = await self.services.accounts.people.find(
            self.actor, asked, self.page_size()
        )
        self.reply(found)
