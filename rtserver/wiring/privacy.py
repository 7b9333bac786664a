"""Build what deletes things that have been kept long enough."""

from rtserver.clock import Clock
from rtserver.metrics.registry import Metrics
from rtserver.privacy.retention import Retention
from rtserver.settings.model import Settings
from store.database import Database


def build_retention(
    settings: Settings, db: Database, clock: Clock, metrics: Metrics
) -> Retention:
    """Build it, with its figure; it prunes once it runs."""
    pruned = metrics.counter(
        "rtserver_retention_deleted",
        "Records and files deleted because their time was over, by kind.",
        ["kind"],
    )
    return Retention(
        db, clock, settings, lambda kind, number: pruned.labels(kind).inc(number)
    )
