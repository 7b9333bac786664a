"""The five forms of a channel's name (contract 2.4)."""

import re
from functools import lru_cache
from typing import NamedTuple

from rtserver.errors import UnknownChannel

_FORMS = re.compile(
    r"(?P<kind>chat:user|board:lesson|room:lesson|notifications:user):(?P<id>[1-9][0-9]{0,15})"
    r"|(?P<plain>status:users)"
)


STATUS = "status:users"
# Every command of a board names its channel; a name and what it says take 300 bytes.
MAX_REMEMBERED = 8192
# Kinds of channels that have an id.
BOARD, ROOM = "board:lesson", "room:lesson"


class Channel(NamedTuple):
    """A channel, as its name says it: ``kind`` is the name without its id.

    ``id`` is 0 for ``status:users``.
    """

    name: str
    kind: str
    id: int


@lru_cache(MAX_REMEMBERED)
def parse(name: str) -> Channel:
    """Read a channel's name; raises ``UnknownChannel``."""
    match = _FORMS.fullmatch(name)
    if match is None:
        raise UnknownChannel()
    if match["plain"]:
        return Channel(name, name, 0)
    return Channel(name, match["kind"], int(match["id"]))


def chat_channel(user_id: int) -> str:
    return f"chat:user:{user_id}"


@lru_cache(MAX_REMEMBERED)  # for each cursor
def board_channel(lesson_id: int) -> str:
    return f"{BOARD}:{lesson_id}"


def room_channel(lesson_id: int) -> str:
    return f"{ROOM}:{lesson_id}"


def parse_stream(stream: str) -> tuple[str, int]:
    """Split a stream's name into its kind (``chat``, ``board`` …) and its owner's id.

    The id is 0 where the name has none, as in ``access``.
    """
    kind, _, id = stream.partition(":")
    return kind, int(id or 0)


@lru_cache(MAX_REMEMBERED)  # one text for all who follow it
def board_stream(lesson_id: int) -> str:
    """Name the stream of a lesson's board."""
    return f"board:{lesson_id}"


@lru_cache(MAX_REMEMBERED)
def chat_stream(lesson_id: int) -> str:
    """Name the stream of a lesson's chat; its events go to the members' channels."""
    return f"chat:{lesson_id}"


def notification_channel(user_id: int) -> str:
    return f"notifications:user:{user_id}"


def notification_stream(user_id: int) -> str:
    """Name the stream of a user's notifications."""
    return f"notifications:{user_id}"
