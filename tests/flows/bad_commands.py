"""Every WebSocket command, done right, and what its fields take (contract 2.3)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.flows.bad_values import NUMBERS, OK, TEXTS, VALUES, answers

Fields = Mapping[str, Mapping[str, Any]]

NO_FIELDS: Fields = {}
FREE = {**answers(OK, *VALUES), "100 KB": "too_large"}
LARGE = answers("too_large", "100 KB")
ELEMENTS: Fields = {
    "elements": {"a list": OK},
    "elements[0]": LARGE,
    "elements[0].id": {**answers(OK, "text", "NUL"), **LARGE},
    "elements[0].version": {"an id of nobody": OK, **LARGE},
    "elements[0].versionNonce": {**answers(OK, "-1", "an id of nobody"), **LARGE},
    "elements[0].isDeleted": {"true": OK, **LARGE},
    "elements[0].x": FREE,
}
REQUIRED = ("elements", "elements[0].id", "elements[0].version")
POINT = answers(OK, *NUMBERS)
SOMEBODYS_LESSON = answers("forbidden", "an id of nobody")


class Example(NamedTuple):
    """``channel`` and ``payload`` hold the ids of a test's own school."""

    channel: str | None
    payload: dict[str, Any]
    fields: Fields
    optional: frozenset[str] = frozenset()


def examples(user: int, lesson: int, token: str) -> list[tuple[str, Example]]:
    """Return good commands of a tutor, who has subscribed to chat and board."""
    return [
        ("ping", Example(None, {}, NO_FIELDS)),
        *_signing_in(token),
        *_subscribing(user, lesson),
        ("unsubscribe", Example("chat:user:1", {}, NO_FIELDS)),
        *_drawing(f"board:lesson:{lesson}"),
        *_in_the_room(f"room:lesson:{lesson}"),
        *_chatting(lesson),
    ]


def _signing_in(token: str) -> list[tuple[str, Example]]:
    payload = {"token": token}
    return [
        (type, Example(None, payload, {"token": answers(code, *TEXTS)}))
        for type, code in (("auth", "conflict"), ("auth.refresh", "unauthenticated"))
    ]


def _subscribing(user: int, lesson: int) -> list[tuple[str, Example]]:
    optional = frozenset({"since", "epoch"})
    epoch = {"epoch": answers(OK, *TEXTS)}
    chat = Example(
        f"chat:user:{user}",
        {"since": {str(lesson): 0}, "epoch": "x"},
        {
            "since": {"an object": OK},
            f"since.{lesson}": {"an id of nobody": OK},
            **epoch,
        },
        optional | {f"since.{lesson}"},
    )
    others = [
        Example(
            channel,
            {"since": 0, "epoch": "x"},
            {"since": {"an id of nobody": OK}, **epoch},
            optional,
        )
        for channel in (f"board:lesson:{lesson}", f"notifications:user:{user}")
    ]
    return [("subscribe", example) for example in (chat, *others)]


def _drawing(board: str) -> list[tuple[str, Example]]:
    element = {"id": "a", "version": 1, "versionNonce": 1, "isDeleted": False, "x": 1}
    parts = frozenset(path for path in ELEMENTS if path not in REQUIRED)
    drawn = Example(board, {"elements": [element]}, ELEMENTS, parts)
    cursor = Example(
        board,
        {"x": 1.5, "y": 2, "name": "pen"},
        {"x": POINT, "y": POINT, "name": FREE},
        frozenset({"name"}),
    )
    preview = Example(
        board,
        {"id": "a", "n": 0, "points": [[1, 2]], "tool": "pen"},
        {
            "id": answers(OK, "text", "NUL"),
            "n": {"an id of nobody": OK},
            "points": {"a list": OK},
            "points[0]": {},
            "tool": FREE,
        },
        frozenset({"points[0]", "tool"}),
    )
    return [
        ("board.patch", drawn),
        ("board.reset", Example(board, {}, NO_FIELDS)),
        ("board.snapshot.send", drawn),
        ("board.snapshot.request", Example(board, {}, NO_FIELDS)),
        ("board.cursor.move", cursor),
        ("board.preview", preview),
    ]


def _in_the_room(room: str) -> list[tuple[str, Example]]:
    own = Example(
        room,
        {"hand": True, "reaction": "yes"},
        {"hand": {"true": OK}, "reaction": {"null": OK}},
        frozenset({"hand", "reaction"}),
    )
    # What only its owner may raise is refused whomever it is for.
    others = {"hand": {"true": "forbidden"}, "reaction": {"null": OK}}
    of_one, of_all = (
        Example(
            room,
            {"hand": False, "reaction": None, **whose},
            {**others, **fields},
            frozenset({"hand", "reaction", *fields}),
        )
        for whose, fields in (
            ({"user_id": 2**53 - 2}, {"user_id": {"an id of nobody": OK}}),
            ({"all": True}, {"all": {"true": OK}}),
        )
    )
    lead = Example(room, {"on": False}, {"on": {"true": OK}})
    return [
        *(("room.react", example) for example in (own, of_one, of_all)),
        ("room.lead", lead),
    ]


def _chatting(lesson: int) -> list[tuple[str, Example]]:
    place = {"lesson_id": lesson}
    seq = {"seq": {"an id of nobody": OK}}
    fields = {"lesson_id": SOMEBODYS_LESSON}
    return [
        ("chat.typing", Example(None, place, fields)),
        ("chat.read", Example(None, {**place, "seq": 1}, {**fields, **seq})),
    ]
