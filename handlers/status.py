"""The online status of users (contract 3.1)."""

import re
from typing import Annotated

import msgspec

from handlers.base import ApiHandler
from handlers.operations import Query, operation
from handlers.parameters import MAX_ID
from rtserver.errors import BadRequest

MAX_IDS = 200
_ID = re.compile(r"[0-9]{1,16}")
_ONE = "[1-9][0-9]{0,14}"
IDS = Query(
    "ids",
    f"1 to {MAX_IDS} ids of users, with commas between.",
    Annotated[str, msgspec.Meta(pattern=f"^{_ONE}(,{_ONE}){{0,{MAX_IDS - 1}}}$")],
    example="1,2,3",
    required=True,
)


class OnlineView(msgspec.Struct, frozen=True):
    """People's statuses; who isn't known, or not for one to see, is offline."""

    statuses: dict[int, bool]
    online_ids: list[int]


class OnlineStatusHandler(ApiHandler):
    """``/api/users/online-status/``"""

    @operation("everyone who is signed in, Api-Keys", {200: OnlineView}, query=(IDS,))
    async def get(self) -> None:
        """Return who of some users is online."""
        ids = read_ids(self.query("ids"))
        online = await self.services.presence.status.online(self.actor, ids)
        self.reply(
            OnlineView(
                {id: id in online for id in ids}, [id for id in ids if id in online]
            )
        )


def read_ids(text: str | None) -> list[int]:
    """Read ids with commas between, each once, in their order."""
    if text is None:
        raise BadRequest.at("ids", "is missing")
    parts = text.split(",")
    if len(parts) > MAX_IDS:
        raise BadRequest.at("ids", f"must be at most {MAX_IDS} ids")
    ids = [int(part) for part in parts if _ID.fullmatch(part)]
    if len(ids) < len(parts) or not all(1 <= id <= MAX_ID for id in ids):
        raise BadRequest.at("ids", "must be ids with commas between, such as 1,2,3")
    return list(dict.fromkeys(ids))
