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
    chat, board = f"chat:user:{user}", f"board:lesson:{lesson}"
    since = frozenset({"since", "epoch"})
    element = {"id": "a", "version": 1, "versionNonce": 1, "isDeleted": False, "x": 1}
    parts = frozenset(path for path in ELEMENTS if path not in REQUIRED)
    return [
        ("ping", Example(None, {}, NO_FIELDS)),
        (
            "auth",
            Example(None, {"token": token}, {"token": answers("conflict", *TEXTS)}),
        ),
        (
            "auth.refresh",
            Example(
                None, {"token": token}, {"token": answers("unauthenticated", *TEXTS)}
            ),
        ),
        (
            "subscribe",
            Example(
                chat,
                {"since": {str(lesson): 0}, "epoch": "x"},
                {
                    "since": {"an object": OK},
                    f"since.{lesson}": {"an id of nobody": OK},
                    "epoch": answers(OK, *TEXTS),
                },
                since | {f"since.{lesson}"},
            ),
        ),
        *(
            (
                "subscribe",
                Example(
                    channel,
                    {"since": 0, "epoch": "x"},
                    {"since": {"an id of nobody": OK}, "epoch": answers(OK, *TEXTS)},
                    since,
                ),
            )
            for channel in (board, f"notifications:user:{user}")
        ),
        ("unsubscribe", Example("chat:user:1", {}, NO_FIELDS)),
        ("board.patch", Example(board, {"elements": [element]}, ELEMENTS, parts)),
        ("board.reset", Example(board, {}, NO_FIELDS)),
        (
            "board.snapshot.send",
            Example(board, {"elements": [element]}, ELEMENTS, parts),
        ),
        ("board.snapshot.request", Example(board, {}, NO_FIELDS)),
        (
            "board.cursor.move",
            Example(
                board,
                {"x": 1.5, "y": 2, "name": "pen"},
                {"x": POINT, "y": POINT, "name": FREE},
                frozenset({"name"}),
            ),
        ),
        (
            "chat.typing",
            Example(None, {"lesson_id": lesson}, {"lesson_id": SOMEBODYS_LESSON}),
        ),
        (
            "chat.read",
            Example(
                None,
                {"lesson_id": lesson, "seq": 1},
                {"lesson_id": SOMEBODYS_LESSON, "seq": {"an id of nobody": OK}},
            ),
        ),
    ]
