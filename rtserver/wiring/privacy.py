"""Build what deletes things that have been kept long enough."""

from rtserver.privacy.retention import Retention
from rtserver.wiring.ground import Ground


def build_retention(ground: Ground) -> Retention:
    """Build it, with its figure; it prunes once it runs."""
    metrics = ground.metrics
    pruned = metrics.counter(
        "rtserver_retention_deleted",
        "Records and files deleted because their time was over, by kind.",
        ["kind"],
    )
    return Retention(
        ground.db,
        ground.clock,
        ground.settings,
        lambda kind, number: pruned.labels(kind).inc(number),
    )
