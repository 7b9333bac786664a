"""The boards of one process, over a real database."""

import json
from datetime import timedelta

from rtserver.boards.canvas import CanvasLimits
from rtserver.boards.changes import BoardChanges, By
from rtserver.boards.memory import BoardMemory
from rtserver.boards.service import Boards
from rtserver.boards.snapshots import BoardSnapshots
from rtserver.boards.upkeep import Ages, BoardUpkeep
from rtserver.metrics.registry import Metrics
from tests.lesson_school import LESSON, OLENA
from tests.rtserver.board_fakes import KEEP

INTERVAL = 30.0


class Node:
    """The boards as one process has them."""

    def __init__(self, db, clock, **limits):
        self.db = db
        self.clock = clock
        self.metrics = Metrics()
        self.events = []
        self.acks = []
        self.db.listeners.committed = self.events.extend
        self.memory = memory = BoardMemory(db, clock, keep=KEEP)
        changes = BoardChanges(CanvasLimits(**limits), self.metrics)
        self.boards = Boards(
            db, clock, self.events.extend, memory, changes, self.metrics
        )

    async def patch(self, *elements, actor=OLENA):
        (outcome,) = await self.patches(elements, actor=actor)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def patches(self, *patches, actor=OLENA):
        """Have a run of patches decided; give the outcomes."""
        return await self.boards.patch(self.by(actor), [list(each) for each in patches])

    def by(self, actor=OLENA):
        return By(actor, LESSON, "c_1", self.acks.append)

    async def shown(self, actor=OLENA):
        view = await self.boards.view(actor, LESSON)
        return view.seq, {json.loads(raw)["id"] for raw in view.elements}


def snapshots_over(node, subscribed=(), saved=lambda lesson_id: None):
    """What saves the boards of a process."""
    return BoardSnapshots(
        node.db,
        node.clock,
        node.memory,
        node.metrics,
        lambda lesson_id: lesson_id in subscribed,
        saved,
        interval=INTERVAL,
    )


AGES = Ages(KEEP, full=timedelta(days=1), within=timedelta(seconds=10), most=1 << 30)


def upkeep_over(node, **ages):
    """What keeps the journals of a process small."""
    return BoardUpkeep(node.db, node.clock, node.metrics, AGES._replace(**ages))
