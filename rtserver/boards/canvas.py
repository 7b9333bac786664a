"""The state of one board, and what a change would make of it (2.5). No I/O, no locks.

A plan changes nothing: it says what to store, to send and to ``apply``. Changes come
in any order and any number of times, and every copy ends the same.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from rtserver.boards.elements import Element, buried, raised, tombstone, wins
from rtserver.boards.repeats import Pair, Repeats
from rtserver.errors import LimitExceeded

_NOTHING_KNOWN: Mapping[Pair, bool] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CanvasLimits:
    """The size that a board may reach; ``bytes`` counts the JSON of live elements.

    ``tombstones`` bounds those of ids that come deleted. What lived may always be
    deleted, else whoever fills a board with graves would take everybody's eraser.
    """

    elements: int = 20_000
    bytes: int = 16_777_216
    tombstones: int = 100_000

    @property
    def ids(self) -> int:
        """Return how many ids a board knows at most, live or deleted."""
        return self.elements + self.tombstones

    def for_replacing(self) -> "CanvasLimits":
        """Return the limits of a whole new state, which is sent by tutors alone.

        They have room of their own: however much a board remembers already, it can be
        replaced.
        """
        return replace(self, tombstones=self.tombstones + self.elements)


class Totals(NamedTuple):
    """The size of a board; ``bytes`` is that of the live elements' JSON."""

    live: int = 0
    tombstones: int = 0
    bytes: int = 0


class PatchPlan(NamedTuple):
    """The effect of a patch: ids go to ``accepted`` or ``rejected``.

    ``changed`` is to be stored, sent on and applied, as the client sent it;
    ``current`` is the JSON of those that the rejected ones lost against.
    """

    changed: list[Element]
    accepted: list[str]
    rejected: list[str]
    current: list[bytes]


class Replacement(NamedTuple):
    """The effect of a whole new state: ``stored`` is to be stored and sent on.

    ``changed``, to be applied, also has the tombstones of what it leaves out.
    """

    stored: list[Element]
    changed: list[Element]


class Canvas:
    """The elements of a board by id, tombstones included; built from each id once."""

    __slots__ = ("elements", "totals")

    def __init__(self, elements: Iterable[Element] = ()) -> None:
        elements = list(elements)
        self.elements: dict[str, Element] = {}
        self.totals = Totals()
        # Counted while the board is still empty, so that each counts as new.
        self.totals = self._totals_with(elements)
        self.elements = {element.id: element for element in elements}

    def get(self, id: str) -> Element | None:
        return self.elements.get(id)

    def all(self) -> Iterator[Element]:
        """Return every element and tombstone."""
        return iter(self.elements.values())

    def copy(self) -> "Canvas":
        """Return a canvas that later changes of this one don't touch."""
        twin = Canvas()
        # The elements themselves are frozen, and may be shared between threads.
        twin.elements = self.elements.copy()
        twin.totals = self.totals
        return twin

    def visible(self, since_ms: int) -> list[bytes]:
        """Return the JSON of the live elements, and of those deleted since then."""
        return [
            element.raw
            for element in self.all()
            if not element.deleted or element.deleted_at >= since_ms
        ]

    def plan_patch(
        self,
        elements: Sequence[Element],
        limits: CanvasLimits,
        known: Mapping[Pair, bool] = _NOTHING_KNOWN,
    ) -> PatchPlan:
        """Merge elements, each id once; raise LimitExceeded if it grows too large.

        Raises Undecided where it has to be ``known`` first what repeats what.
        """
        plan, repeats = PatchPlan([], [], [], []), Repeats(known)
        for element in elements:
            old = self.get(element.id)
            if old is None or wins(element, old):
                plan.changed.append(element)
            elif not repeats.has(element, old):
                plan.rejected.append(element.id)
                plan.current.append(old.raw)
                continue
            # What repeats the board is accepted though it changes nothing: its ack was
            # lost, and its sender would take a refusal for a conflict.
            plan.accepted.append(element.id)
        repeats.settle()
        self._check(plan.changed, limits)
        return plan

    def plan_replace(
        self,
        elements: Sequence[Element],
        limits: CanvasLimits,
        known: Mapping[Pair, bool] = _NOTHING_KNOWN,
    ) -> Replacement:
        """Make elements, each id once, the whole board, whatever their versions.

        Raises as ``plan_patch`` does.
        """
        repeats = Repeats(known)
        # Of deleted ones the head alone: so the journal says what memory keeps.
        stored = [_as_kept(self._raised(element, repeats)) for element in elements]
        repeats.settle()
        replacement = self.replacement(stored)
        self._check(replacement.changed, limits.for_replacing())
        return replacement

    def replacement(self, stored: list[Element]) -> Replacement:
        """Complete elements that have been stored as the board's whole state."""
        left_out = self.cleared(keep={element.id for element in stored})
        return Replacement(stored, stored + left_out)

    def cleared(self, keep: Collection[str] = ()) -> list[Element]:
        """Return the tombstones that live elements but ``keep`` would turn into."""
        return [
            # At the next version, else the element would win over it in some copies.
            buried(element)
            for element in self.all()
            if not element.deleted and element.id not in keep
        ]

    def apply(self, changed: Iterable[Element], at_ms: int) -> None:
        """Take over what a plan or a journal says, each id once, without a check."""
        changed = list(changed)
        # First, since it looks up what each of them replaces.
        self.totals = self._totals_with(changed)
        for element in changed:
            if element.deleted:
                # The change's time, so that a replay of the journal ends the same.
                element = tombstone(element.id, element.version, element.nonce, at_ms)
            self.elements[element.id] = element

    def drop_tombstones(self, before_ms: int) -> int:
        """Forget what was deleted before then; return their number."""
        old = [
            element.id
            for element in self.elements.values()
            if element.deleted and element.deleted_at < before_ms
        ]
        for id in old:
            del self.elements[id]
        live, tombstones, size = self.totals
        self.totals = Totals(live, tombstones - len(old), size)
        return len(old)

    def _raised(self, element: Element, repeats: Repeats) -> Element:
        old = self.get(element.id)
        # A resend isn't raised either: with each one the versions would grow.
        if old is None or wins(element, old) or repeats.has(element, old):
            return element
        return raised(element, old)

    def _totals_with(self, changed: Iterable[Element]) -> Totals:
        live, tombstones, size = self.totals
        for element in changed:
            old = self.get(element.id)
            if old is not None and old.deleted:
                tombstones -= 1
            elif old is not None:
                live, size = live - 1, size - len(old.raw)
            if element.deleted:
                tombstones += 1
            else:
                live, size = live + 1, size + len(element.raw)
        return Totals(live, tombstones, size)

    def _check(self, changed: Sequence[Element], limits: CanvasLimits) -> None:
        """Refuse what grows past a limit; a board that is past one may shrink."""
        now, before = self._totals_with(changed), self.totals
        if now.live > max(before.live, limits.elements):
            raise _too_full(limits.elements, "live elements")
        if now.bytes > max(before.bytes, limits.bytes):
            raise _too_full(limits.bytes, "bytes")
        # What lived may be deleted on a full board; only new ids take up more.
        new = [element for element in changed if self.get(element.id) is None]
        if now.tombstones > limits.tombstones and any(one.deleted for one in new):
            raise _too_full(limits.tombstones, "tombstones of what it never held")
        if now.live + now.tombstones > limits.ids and new:
            raise _too_full(limits.ids, "elements, deleted ones included")


def _too_full(most: int, what: str) -> LimitExceeded:
    return LimitExceeded(f"A board holds at most {most} {what}.")


def _as_kept(element: Element) -> Element:
    """Leave of a deleted element what is kept of it."""
    if not element.deleted:
        return element
    return tombstone(element.id, element.version, element.nonce)


class Overlay(Canvas):
    """Changes over a canvas, made one after another, until they are committed."""

    __slots__ = ("_base",)

    def __init__(self, base: Canvas) -> None:
        super().__init__()
        self._base = base
        self.totals = base.totals

    def get(self, id: str) -> Element | None:
        return self.elements.get(id) or self._base.get(id)

    def all(self) -> Iterator[Element]:
        # In the order in which commit() leaves them: what is changed keeps its place.
        for element in self._base.all():
            yield self.elements.get(element.id, element)
        for id, element in self.elements.items():
            if self._base.get(id) is None:
                yield element

    def commit(self) -> None:
        """Write the changes into the canvas below, which hasn't changed meanwhile."""
        self._base.elements.update(self.elements)
        self._base.totals = self.totals
