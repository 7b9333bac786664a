"""Build what belongs to the boards, and join it together."""

from datetime import timedelta

from rtserver.boards.canvas import CanvasLimits
from rtserver.boards.changes import BoardChanges
from rtserver.boards.feed import BoardFeed
from rtserver.boards.history import BoardHistory
from rtserver.boards.memory import BoardMemory
from rtserver.boards.service import Boards
from rtserver.boards.snapshots import BoardSnapshots
from rtserver.boards.upkeep import Ages, BoardUpkeep
from rtserver.delivery.channels import board_channel
from rtserver.services import BoardParts
from rtserver.wiring.ground import Ground


def build_boards(ground: Ground) -> BoardParts:
    """Build the boards; their snapshots are written once ``snapshots`` runs."""
    db, clock, metrics = ground.db, ground.clock, ground.metrics
    hub, boards = ground.hub, ground.settings.boards
    keep = timedelta(days=boards.journal_days)
    memory = BoardMemory(db, clock, keep=keep)
    changes = BoardChanges(
        CanvasLimits(elements=boards.max_elements, bytes=boards.max_bytes),
        metrics,
        message_bytes=ground.replay.message_bytes,
    )
    upkeep = BoardUpkeep(
        db,
        clock,
        metrics,
        Ages(
            kept=keep,
            full=timedelta(seconds=boards.full_seconds),
            within=timedelta(seconds=boards.history_step),
            most=boards.journal_bytes,
        ),
    )
    snapshots = BoardSnapshots(
        db,
        clock,
        memory,
        metrics,
        lambda lesson_id: any(hub.subscribers(board_channel(lesson_id))),
        upkeep.soon,
        interval=boards.snapshot_interval,
    )
    ground.listeners.emptied = snapshots.left
    metrics.watch("rtserver_boards", "Boards loaded in memory.", lambda: len(memory))
    metrics.watch(
        "rtserver_board_journal_length",
        "Changes of loaded boards that no snapshot contains yet.",
        snapshots.unsaved,
    )
    return BoardParts(
        service=Boards(db, clock, ground.publisher.publish, memory, changes, metrics),
        history=BoardHistory(db, clock),
        snapshots=snapshots,
        upkeep=upkeep,
        feed=BoardFeed(db, ground.replay),
    )
