"""Compaction of a journal: what one user did at a stretch becomes one step.

No I/O. Of the patches that one user made of one element within a short time the last is
left; a reset, a replacement and a kept snapshot end each such stretch, so that every
snapshot is still what the journal leads to.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from rtserver.boards.codec import decode_elements, encode_elements
from rtserver.boards.elements import Element
from store.records import BoardEntryRecord

_AT_ONCE = timedelta(0)


class _ElementRun(NamedTuple):
    """One user's run of changes to one element: since when, and its last step."""

    began: datetime
    last: int


class Merging:
    """The steps that are left of some, which are given in order."""

    def __init__(self, within: timedelta, snapshots: Collection[int]) -> None:
        self._within = within
        self._snapshots = snapshots
        self._stretches: dict[tuple[int, str], _ElementRun] = {}
        self._superseded: set[tuple[int, str]] = set()

    def of(self, entries: Sequence[BoardEntryRecord]) -> list[BoardEntryRecord]:
        """Return the steps that are left; one may have lost some of its elements."""
        patches = {
            entry.seq: decode_elements(entry.elements)
            for entry in entries
            if entry.kind == "patch"
        }
        for entry in entries:
            if entry.kind == "patch":
                for element in patches[entry.seq]:
                    self._take(entry, element)
            if entry.kind != "patch" or entry.seq in self._snapshots:
                self._stretches.clear()
        left = (self._left(entry, patches.get(entry.seq)) for entry in entries)
        return [entry for entry in left if entry is not None]

    def _take(self, entry: BoardEntryRecord, element: Element) -> None:
        key = entry.user_id, element.id
        stretch = self._stretches.get(key)
        if stretch and _AT_ONCE <= entry.at - stretch.began < self._within:
            self._superseded.add((stretch.last, element.id))
            self._stretches[key] = stretch._replace(last=entry.seq)
        else:
            self._stretches[key] = _ElementRun(entry.at, entry.seq)

    def _left(
        self, entry: BoardEntryRecord, elements: Sequence[Element] | None
    ) -> BoardEntryRecord | None:
        if elements is None:
            return entry
        last = [one for one in elements if (entry.seq, one.id) not in self._superseded]
        if len(last) == len(elements):
            return entry
        if not last:
            return None
        kept = encode_elements(last)
        return replace(entry, elements=kept, element_count=len(last))
