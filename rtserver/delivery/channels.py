"""The five forms of a channel's name (contract 2.4)."""

import re
from typing import Final, NamedTuple

from rtserver.errors import UnknownChannel

_FORMS = re.compile(
    r"(?P<kind>chat:user|board:lesson|room:lesson|notifications:user):(?P<id>[1-9][0-9]{0,15})"
    r"|(?P<plain>status:users)"
)


STATUS: Final = "status:users"
# Every command of a board names its channel; a name and what it says take 300 bytes.
MAX_REMEMBERED: Final = 8192
# Kinds of channels that have an id.
BOARD: Final = "board:lesson"
ROOM: Final = "room:lesson"


class Channel(NamedTuple):
    """A channel, as its name says it: ``kind`` is the name without its id.

    ``id`` is 0 for ``status:users``.
    """

    name: str
    kind: str
    id: int


class _Names:
    """Names by id, one text for all who use it; once they are many, all are forgotten.

    They are looked up for each cursor, and a dict takes a third of ``lru_cache``.
    """

    __slots__ = ("_known", "_prefix")

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._known: dict[int, str] = {}

    def of(self, id: int) -> str:
        name = self._known.get(id)
        if name is None:
            if len(self._known) >= MAX_REMEMBERED:
                self._known.clear()
            name = self._known[id] = f"{self._prefix}:{id}"
        return name


_parsed: Final[dict[str, Channel]] = {}
_board_channels: Final = _Names(BOARD)
_board_streams: Final = _Names("board")
_chat_streams: Final = _Names("chat")


def parse(name: str) -> Channel:
    """Read a channel's name; raises ``UnknownChannel``."""
    channel = _parsed.get(name)
    if channel is None:
        if len(_parsed) >= MAX_REMEMBERED:
            _parsed.clear()
        channel = _parsed[name] = _read(name)
    return channel


def chat_channel(user_id: int) -> str:
    return f"chat:user:{user_id}"


def board_channel(lesson_id: int) -> str:
    return _board_channels.of(lesson_id)


def room_channel(lesson_id: int) -> str:
    return f"{ROOM}:{lesson_id}"


def parse_stream(stream: str) -> tuple[str, int]:
    """Split a stream's name into its kind (``chat``, ``board`` …) and its owner's id.

    The id is 0 where the name has none, as in ``access``.
    """
    kind, _, id = stream.partition(":")
    return kind, int(id or 0)


def board_stream(lesson_id: int) -> str:
    """Name the stream of a lesson's board."""
    return _board_streams.of(lesson_id)


def chat_stream(lesson_id: int) -> str:
    """Name the stream of a lesson's chat; its events go to the members' channels."""
    return _chat_streams.of(lesson_id)


def notification_channel(user_id: int) -> str:
    return f"notifications:user:{user_id}"


def notification_stream(user_id: int) -> str:
    """Name the stream of a user's notifications."""
    return f"notifications:{user_id}"


def _read(name: str) -> Channel:
    match = _FORMS.fullmatch(name)
    if match is None:
        raise UnknownChannel()
    if match["plain"]:
        return Channel(name, name, 0)
    return Channel(name, match["kind"], int(match["id"]))
