"""Build what belongs to the boards, and join it together."""

from datetime import timedelta
from typing import NamedTuple

from rtserver.boards.canvas import CanvasLimits
from rtserver.boards.changes import BoardChanges
from rtserver.boards.feed import BoardFeed
from rtserver.boards.memory import BoardMemory
from rtserver.boards.service import Boards
from rtserver.boards.snapshots import BoardSnapshots
from rtserver.clock import Clock
from rtserver.delivery.channels import board_channel
from rtserver.delivery.hub import Hub
from rtserver.delivery.publication import ReplayLimits
from rtserver.delivery.publisher import Publisher
from rtserver.metrics.registry import Metrics
from rtserver.settings.model import Settings
from store.database import Database


class BoardParts(NamedTuple):
    """The parts of the boards."""

    service: Boards
    snapshots: BoardSnapshots
    feed: BoardFeed


def build_boards(
    settings: Settings,
    db: Database,
    clock: Clock,
    hub: Hub,
    publisher: Publisher,
    metrics: Metrics,
) -> BoardParts:
    """Build the boards; their snapshots are written once ``snapshots`` runs."""
    boards, limits = settings.boards, settings.limits
    keep = timedelta(days=boards.journal_days)
    memory = BoardMemory(db, clock, keep=keep)
    changes = BoardChanges(
        CanvasLimits(elements=boards.max_elements, bytes=boards.max_bytes), metrics
    )
    snapshots = BoardSnapshots(
        db,
        clock,
        memory,
        metrics,
        lambda lesson_id: any(hub.subscribers(board_channel(lesson_id))),
        interval=boards.snapshot_interval,
        keep=keep,
    )
    hub.on_empty = snapshots.left
    metrics.watch("rtserver_boards", "Boards loaded in memory.", lambda: len(memory))
    metrics.watch(
        "rtserver_board_journal_length",
        "Changes of loaded boards that no snapshot contains yet.",
        snapshots.unsaved,
    )
    return BoardParts(
        service=Boards(db, clock, publisher.publish, memory, changes, metrics),
        snapshots=snapshots,
        feed=BoardFeed(db, ReplayLimits(limits.replay, limits.replay_bytes)),
    )
