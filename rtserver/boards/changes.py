"""Change boards: all that wait at one moment, in a few statements (contract 2.5)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

import msgspec

from rtserver.access import rights
from rtserver.access.actor import Actor
from rtserver.access.rights import Right
from rtserver.boards.board import Board, BoardDraft
from rtserver.boards.canvas import Canvas, CanvasLimits
from rtserver.boards.codec import checksum, encode_elements, encode_state
from rtserver.boards.elements import Element
from rtserver.boards.events import board_event
from rtserver.boards.repeats import Pair, Undecided
from rtserver.delivery.pending_ack import EventWithAck
from rtserver.errors import Conflict, RtError, Unauthenticated
from rtserver.metrics.registry import Metrics
from store import board_journal, board_snapshots, lessons, members, users
from store.records import BoardEntryRecord
from store.transaction import Transaction

# What the acks of a run may quote of the board, together, before it is cut off.
MAX_ACK_BYTES = 65_536


class Changed(NamedTuple):
    """The effect of a change; ``seq`` is None when nothing changed."""

    seq: int | None
    ack: dict[str, Any]


# Or what the change was refused with, or ``Undecided``.
Outcome = Changed | Exception


@dataclass(frozen=True, slots=True)
class By:
    """The author of a board's change, their connection, and how that one is acked.

    ``on_delivered`` is called on the loop once a change's event has been delivered
    here, with the outcomes of its run up to that change; see ``pending_ack``.
    """

    actor: Actor
    lesson_id: int
    sender: str
    on_delivered: Callable[[Sequence[Outcome]], None]


@dataclass(frozen=True, slots=True)
class BoardChange:
    """A change of a board; ``kind``: patch, reset, replace, restore, as journaled.

    ``known``: which of its elements were found to repeat the board's, or not to.
    ``if_seq``: it is refused where the board isn't there.
    """

    kind: str
    by: By
    board: Board
    elements: list[Element]
    now: datetime
    known: Mapping[Pair, bool] = field(default_factory=dict)
    if_seq: int | None = None


class BoardChanges:
    """The changes of boards inside a transaction, within the limits of a board.

    ``message_bytes`` is how long an event may be.
    """

    def __init__(
        self, limits: CanvasLimits, metrics: Metrics, *, message_bytes: int = 262_144
    ) -> None:
        self._limits = limits
        self._metrics = metrics
        self._message_bytes = message_bytes

    def apply_all(
        self, tx: Transaction, runs: list[list[BoardChange]]
    ) -> list[list[Outcome]]:
        """Apply the runs of one batch in order; return the outcomes of each.

        A run is successive changes of one connection: each is done, or refused whole.
        It may be cut off behind any of them. Of the rest nothing is done: it has fewer
        outcomes then.
        """
        changes = [change for run in runs for change in run]
        batch = _BoardBatch(tx, changes, self._limits, self._message_bytes)
        with self._metrics.merge_seconds.time():
            outcomes = [batch.run(run) for run in runs]
        batch.store()
        return outcomes


class _BoardBatch:
    """Changes that share a transaction, with what the database says about them."""

    def __init__(
        self,
        tx: Transaction,
        changes: list[BoardChange],
        limits: CanvasLimits,
        message_bytes: int,
    ) -> None:
        ids = {change.by.lesson_id for change in changes}
        self._tx = tx
        self._limits = limits
        self._message_bytes = message_bytes
        # A query for each kind of row, however many changes there are. The lessons
        # are locked, so their seqs stay what they are until the commit.
        self._lessons = {row.id: row for row in lessons.by_ids(tx, ids)}
        self._members = {
            (row.lesson_id, row.user_id): row for row in members.of_lessons(tx, ids)
        }
        people = {change.by.actor.require_user() for change in changes}
        self._active = users.active_ids(tx, people)
        self._drafts: dict[int, BoardDraft] = {}
        self._outcomes: list[Outcome] = []  # of the run so far

    def run(self, changes: list[BoardChange]) -> list[Outcome]:
        """Plan a run's changes over those before them, up to where it is cut off."""
        self._outcomes = []
        for change in changes:
            try:
                self._outcomes.append(self._apply(change))
            # Raised before it wrote or drafted anything: the others are untouched.
            except (RtError, Undecided) as error:
                self._outcomes.append(error)
            if _cuts_off(self._outcomes):
                break
        return self._outcomes

    def _apply(self, change: BoardChange) -> Changed:
        self._check(change)
        draft = self._draft(change.board)
        if change.if_seq not in (None, draft.seq):
            raise Conflict(f"The board is at seq {draft.seq} by now: look at it first.")
        if change.kind == "patch":
            return self._patch(draft, change)
        if change.kind == "reset":
            return self._reset(draft, change)
        return self._replace(draft, change)

    def store(self) -> None:
        """Write down what was changed; the boards' memory follows the commit."""
        for lesson_id, draft in self._drafts.items():
            # Without an entry, too: what it has caught up with is new to the memory.
            self._tx.after_commit(draft.take_effect)
            if draft.entries:
                grown = board_journal.append(self._tx, draft.entries)
                lessons.set_board_seq(self._tx, lesson_id, draft.seq, grown)

    def _check(self, change: BoardChange) -> None:
        by = change.by
        # Rights as they are now, not as when the command came: it has waited.
        user_id = by.actor.require_user()
        if user_id not in self._active:
            raise Unauthenticated()
        wanted = Right.DRAW_BOARD if change.kind == "patch" else Right.RESET_BOARD
        lesson = self._lessons.get(by.lesson_id)
        member = self._members.get((by.lesson_id, user_id))
        rights.require(by.actor, lesson, member, wanted)

    def _draft(self, board: Board) -> BoardDraft:
        draft = self._drafts.get(board.lesson_id)
        if draft is None:
            # The database's seq: other processes change the board, too.
            head = self._lessons[board.lesson_id].board_seq
            draft = self._drafts[board.lesson_id] = board.draft(self._tx, head)
        return draft

    def _patch(self, draft: BoardDraft, change: BoardChange) -> Changed:
        plan = draft.canvas.plan_patch(change.elements, self._limits, change.known)
        ack = {
            "seq": None,
            "accepted": plan.accepted,
            "rejected": plan.rejected,
            # As stored, byte for byte: reading megabytes would hold up the writer.
            "current": [msgspec.Raw(raw) for raw in plan.current],
        }
        # No seq and no event: a patch sent again costs the others nothing.
        if not plan.changed:
            return Changed(None, ack)
        return self._add(draft, change, ack, plan.changed, plan.changed)

    def _reset(self, draft: BoardDraft, change: BoardChange) -> Changed:
        # The event says no elements: whoever hears of a reset clears all there is.
        cleared = draft.canvas.cleared()
        if cleared:
            self._keep(draft, change)
        return self._add(draft, change, {}, [], cleared)

    def _replace(self, draft: BoardDraft, change: BoardChange) -> Changed:
        canvas, elements = draft.canvas, change.elements
        plan = canvas.plan_replace(elements, self._limits, change.known)
        return self._add(draft, change, {}, plan.stored, plan.changed)

    def _add(
        self,
        draft: BoardDraft,
        change: BoardChange,
        ack: dict[str, Any],
        sent: list[Element],
        changed: list[Element],
    ) -> Changed:
        by = change.by
        entry = BoardEntryRecord(
            lesson_id=by.lesson_id,
            seq=draft.seq + 1,
            kind=change.kind,
            user_id=by.actor.require_user(),
            at=change.now,
            elements=encode_elements(sent),
            element_count=len(sent or changed),
        )
        draft.add(entry, changed)
        done = Changed(entry.seq, ack | {"seq": entry.seq})
        event = board_event(entry, by.sender, most=self._message_bytes)
        # Those before it may have no event that would tell them.
        told = partial(by.on_delivered, [*self._outcomes, done])
        self._tx.emit(EventWithAck(event, told))
        return done

    def _keep(self, draft: BoardDraft, change: BoardChange) -> None:
        """Keep the state that is about to be cleared."""
        # With what earlier changes of this batch have drawn, which only the draft has.
        state = Canvas(draft.canvas.all())
        data = encode_state(state)
        board_snapshots.add(
            self._tx,
            lesson_id=change.by.lesson_id,
            seq=draft.seq,
            kind="cleared",
            taken_at=change.now,
            elements=state.totals.live,
            checksum=checksum(data),
            data=data,
        )


def _cuts_off(outcomes: list[Outcome]) -> bool:
    """Return whether the changes behind these have to wait.

    For the comparison that the last one needs; or until acks as long as these together
    have been read.
    """
    return isinstance(outcomes[-1], Undecided) or (
        sum(map(_ack_bytes, outcomes)) > MAX_ACK_BYTES
    )


def _ack_bytes(outcome: Outcome) -> int:
    if not isinstance(outcome, Changed):
        return 0
    return sum(memoryview(raw).nbytes for raw in outcome.ack.get("current", ()))
