"""Journals of boards as members' changes make them, for tests that need no database."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from rtserver.boards.canvas import Canvas
from rtserver.boards.codec import encode_elements
from rtserver.boards.state import changed_by, to_millis
from store.records import BoardEntryRecord
from tests.lesson_school import LESSON, TEN
from tests.rtserver import board_fakes
from tests.rtserver.board_fakes import decided

Change = tuple[str, list[Any], int, int]


class History:
    """A board's journal: changes of (kind, elements, user, seconds since the last)."""

    def __init__(self, changes: Iterable[Change]) -> None:
        self.canvas = Canvas()
        self.journal: list[BoardEntryRecord] = []
        self._now = TEN
        for kind, elements, user, seconds in changes:
            self._now += timedelta(seconds=seconds)
            self._change(kind, elements, user)

    def at(self, seq: int) -> Canvas:
        """Return the board as it was."""
        return replayed(Canvas(), self.journal[:seq])

    def _change(self, kind: str, elements: list[Any], user: int) -> None:
        canvas, sent = self.canvas, []
        if kind == "patch":
            sent = changed = decided(canvas.plan_patch, elements).changed
            if not changed:
                return
        elif kind == "reset":
            changed = canvas.cleared()
        else:
            sent, changed = decided(canvas.plan_replace, elements)
        canvas.apply(changed, to_millis(self._now))
        seq, made = len(self.journal) + 1, encode_elements(sent)
        self.journal.append(
            BoardEntryRecord(LESSON, seq, kind, user, self._now, made, len(sent))
        )

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.journal))


def replayed(canvas: Canvas, entries: Iterable[BoardEntryRecord]) -> Canvas:
    """Apply entries to a canvas; return it."""
    for each in entries:
        canvas.apply(changed_by(canvas, each), to_millis(each.at))
    return canvas


_kinds = st.sampled_from(["patch"] * 7 + ["reset", "replace", "restore"])
_some = st.lists(board_fakes.elements, max_size=3, unique_by=lambda one: one.id)
_changes = st.tuples(_kinds, _some, st.integers(2, 3), st.integers(0, 6))
histories = st.lists(_changes, max_size=25).map(History)
