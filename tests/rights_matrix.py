"""Every way into a lesson, with the rights that it takes, and who is to have them.

What is due comes from the one table (``rtserver.access.rights``) and the rows in the
database; here stands only which right belongs to which address and command.
"""

from typing import Any, NamedTuple

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.errors import Conflict, Forbidden, NotFound, RtError
from store import lessons, members
from store.transaction import Transaction

# Nobody has it.
DENIED = None
Rights = tuple[Right | None, ...]


class Route(NamedTuple):
    """One request: all its rights are needed, and what comes then is ``ok``.

    ``{lesson}``, ``{tutor}`` and what else the path has in braces are a place's ids;
    ``body`` may name them likewise.
    """

    method: str
    path: str
    rights: Rights
    ok: int = 200
    body: Any = None


class Command(NamedTuple):
    """One command; ``writes`` ones are ``conflict`` in a cancelled lesson."""

    type: str
    channel: str | None
    rights: Rights
    payload: Any = None
    writes: bool = False


_LESSON, _MESSAGE = "/api/lessons/{lesson}/", "/api/chat/messages/"
_HELD, _BOARD = "/api/chat/held/", "/api/boards/{lesson}/"
ROUTES = (
    Route("GET", _LESSON, (Right.READ_LESSON,)),
    Route("PATCH", _LESSON, (Right.CHANGE_LESSON,), body={"title": "Algebra"}),
    Route(
        *("POST", f"{_LESSON}members/", (Right.CHANGE_MEMBERS,)),
        body={"user_id": "{tutor}", "role": "tutor"},
    ),
    Route(
        *("PATCH", f"{_LESSON}members/{{tutor}}/", (Right.CHANGE_MEMBERS,)),
        body={"board": "draw"},
    ),
    Route(
        *("PATCH", f"{_LESSON}members/{{tutor}}/"),
        (Right.CHANGE_MEMBERS, Right.SET_STATE),
        body={"state": "accepted"},
    ),
    Route("DELETE", f"{_LESSON}members/{{spare}}/", (Right.CHANGE_MEMBERS,), 204),
    Route("GET", f"{_MESSAGE}{{own}}/", (Right.READ_CHAT,)),
    Route("PATCH", f"{_MESSAGE}{{own}}/", (Right.SAY,), body={"text": "Bye"}),
    Route("DELETE", f"{_MESSAGE}{{own}}/", (Right.WRITE_CHAT,), 204),
    Route(
        *("PATCH", f"{_MESSAGE}{{others}}/", (Right.READ_CHAT, DENIED)),
        body={"text": "Bye"},
    ),
    Route("DELETE", f"{_MESSAGE}{{others}}/", (Right.DELETE_ANY,), 204),
    Route("GET", "/api/chat/history/?lesson_id={lesson}", (Right.READ_CHAT,)),
    Route("GET", "/api/chat/changes/?lesson_id={lesson}", (Right.READ_CHAT,)),
    Route("GET", f"{_HELD}?lesson_id={{lesson}}", (Right.READ_CHAT,)),
    Route("DELETE", f"{_HELD}{{wished}}/", (Right.WITHDRAW_HELD, DENIED)),
    Route("POST", f"{_HELD}{{wished}}/approve/", (Right.APPROVE_HELD,), 201),
    Route("POST", f"{_HELD}{{unwished}}/reject/", (Right.REJECT_HELD,), 204),
    Route("DELETE", f"{_HELD}{{withdrawn}}/", (Right.WITHDRAW_HELD,), 204),
    Route("GET", _BOARD, (Right.VIEW_BOARD,)),
    Route("GET", f"{_BOARD}history/", (Right.VIEW_HISTORY,)),
    Route(
        *("POST", f"{_BOARD}restore/", (Right.VIEW_HISTORY, Right.RESET_BOARD)),
        body={"seq": 0},
    ),
    Route("GET", "/api/files/?lesson_id={lesson}", (Right.READ_CHAT,)),
    Route("GET", f"{_LESSON}attendance/", (Right.READ_ATTENDANCE,)),
    Route("GET", f"{_LESSON}archive/", (Right.ARCHIVE,)),
    Route("POST", f"{_LESSON}archive/tickets/", (Right.ARCHIVE,)),
)
# Requests of a lesson whose answers depend on more than rights, and who tries them.
ELSEWHERE = {
    ("PUT", "/api/lessons/{id}"): "managers alone: test_lesson_changes",
    ("DELETE", "/api/lessons/{id}"): "again is no conflict: test_lesson_changes",
    ("PATCH", "/api/lessons/{id}/members"): "changes all others: test_members",
    ("POST", "/api/lessons/{id}/accept"): "accepting twice is fine: test_members",
    ("POST", "/api/lessons/{id}/decline"): "takes one's place away: test_members",
    ("GET", "/api/lessons/{id}/call"): "needs a tutor in the room: test_calls",
    ("POST", "/api/chat/messages"): "held or not: post() below",
    ("POST", "/api/files"): "carries bytes: tests/rtserver/files",
    ("GET", "/api/files/{id}"): "whose file it is: tests/rtserver/files",
    ("DELETE", "/api/files/{id}"): "whose file it is: tests/rtserver/files",
    ("POST", "/api/files/tickets"): "leaves out what isn't one's: tests/rtserver/files",
}
_ELEMENTS = {"elements": [{"id": "a", "version": 1}]}
_B, _R = "board:lesson:{lesson}", "room:lesson:{lesson}"
COMMANDS = (
    Command("subscribe", _B, (Right.VIEW_BOARD,)),
    Command("subscribe", _R, (Right.ENTER_ROOM,)),
    Command("board.patch", _B, (Right.DRAW_BOARD,), _ELEMENTS),
    Command("board.snapshot.request", _B, (Right.VIEW_BOARD,)),
    Command("board.cursor.move", _B, (Right.VIEW_BOARD,), {"x": 1, "y": 2}, True),
    Command(
        *("board.preview", _B, (Right.DRAW_BOARD,)),
        {"id": "b", "n": 0, "points": [[1, 2]]},
    ),
    Command("board.snapshot.send", _B, (Right.RESET_BOARD,), _ELEMENTS),
    Command("board.reset", _B, (Right.RESET_BOARD,)),
    Command("room.react", _R, (Right.SIGNAL,), {"hand": True}),
    Command(
        *("room.react", _R, (Right.CLEAR_SIGNALS,)),
        {"hand": False, "user_id": "{tutor}"},
    ),
    Command("room.lead", _R, (Right.LEAD_ROOM,), {"on": False}),
    Command("chat.typing", None, (Right.WRITE_CHAT,), {"lesson_id": "{lesson}"}),
    Command("chat.read", None, (Right.READ_CHAT,), {"lesson_id": "{lesson}", "seq": 1}),
)


def refusal(
    tx: Transaction, actor: Actor, lesson_id: int, needed: Rights
) -> type[RtError] | None:
    """Return what the table has for somebody just now: a refusal, or None."""
    lesson = lessons.get(tx, lesson_id)
    member = None
    if actor.user_id is not None:
        member = members.acting(tx, lesson_id, actor.user_id)
    for right in needed:
        if right is DENIED:
            return Forbidden
        try:
            rights.require(actor, lesson, member, right)
        except (NotFound, Forbidden, Conflict) as error:
            return type(error)
    return None


def post(tx: Transaction, actor: Actor, lesson_id: int) -> int:
    """Return the status of posting a message just now."""
    held = refusal(tx, actor, lesson_id, (Right.HAVE_HELD,))
    if held in (None, Conflict):
        return held.status if held else 202
    refused = refusal(tx, actor, lesson_id, (Right.SAY,))
    return refused.status if refused else 201


def named(value: Any, ids: dict[str, int]) -> Any:
    """Put ids into a body or a payload, where it names them in braces."""
    return {
        key: ids[each[1:-1]] if isinstance(each, str) and each[0] == "{" else each
        for key, each in (value or {}).items()
    }
