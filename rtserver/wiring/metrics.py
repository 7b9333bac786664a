"""Show in the metrics what the parts of the process hold and have done."""

from collections.abc import Iterator
from typing import NamedTuple

from rtserver import __version__
from rtserver.clock import Clock
from rtserver.delivery.gates import Gates
from rtserver.delivery.hub import Hub
from rtserver.delivery.subscriptions import Subscriptions
from rtserver.edge.counters import Counters
from rtserver.metrics.http_requests import RequestFigures
from rtserver.metrics.loop_lag import LoopLag
from rtserver.metrics.outbox_depth import OutboxDepth
from rtserver.metrics.registry import CHANGES, Metrics
from rtserver.services import Services
from store.database import Database
from store.writer import Measured

RECOVERED = ("chat:user", "board:lesson", "notifications:user")
RECOVERIES = ("replayed", "too_many", "trimmed", "ahead", "epoch")


class FigureParts(NamedTuple):
    """Named as in the services."""

    metrics: Metrics
    requests_seen: RequestFigures
    loop_lag: LoopLag
    outbox_depth: OutboxDepth
    counters: Counters


def build_figures(
    metrics: Metrics, db: Database, clock: Clock, hub: Hub
) -> FigureParts:
    """Build what measures by itself."""
    lag = metrics.seconds(
        "rtserver_loop_lag_seconds",
        "How late the event loop is, looked at four times a second.",
    )
    return FigureParts(
        metrics,
        RequestFigures(metrics),
        LoopLag(lag.observe),
        OutboxDepth(db, clock),
        hub.counters,
    )


def watch_services(services: Services) -> None:
    """Show all that is read at the moment when somebody asks."""
    metrics = services.metrics
    _watch_process(services)
    _watch_people(services)
    _watch_queues(services)
    _watch_counters(metrics, services.counters)
    _watch_streams(metrics, services.gates, services.subscriptions)
    _watch_database(metrics, services.db)


def measure_database(metrics: Metrics, db: Database) -> None:
    """Measure each batch and each read, in the threads where they happen."""
    kind = "postgresql" if db.is_postgres else "sqlite"
    changes = metrics.histogram(
        "rtserver_commit_changes", "Changes in one commit.", CHANGES, ["database"]
    ).labels(kind)
    seconds = metrics.seconds(
        "rtserver_commit_seconds", "Time of one commit, all of it.", ["database"]
    ).labels(kind)
    waited = metrics.seconds(
        "rtserver_commit_wait_seconds",
        "Time for which the oldest change of a commit waited for it to begin.",
        ["database"],
    ).labels(kind)
    read = metrics.seconds("rtserver_read_seconds", "Time of one read.")
    read_wait = metrics.seconds(
        "rtserver_read_wait_seconds", "Time for which a read waited for a thread."
    )

    def on_batch(batch: Measured) -> None:
        changes.observe(batch.changes)
        seconds.observe(batch.seconds)
        waited.observe(batch.waited)

    def on_read(waited: float, seconds: float) -> None:
        read_wait.observe(waited)
        read.observe(seconds)

    db.on_batch, db.on_read = on_batch, on_read


def _watch_process(services: Services) -> None:
    metrics, depth = services.metrics, services.outbox_depth
    kind = "postgresql" if services.db.is_postgres else "sqlite"
    metrics.watch_info(version=__version__, database=kind)
    metrics.watch(
        "rtserver_loop_lag_max_seconds",
        "The longest that the event loop kept somebody waiting within a minute.",
        services.loop_lag.longest,
    )
    metrics.watch_by(
        "rtserver_mails_waiting",
        "Mails that wait, or gave up (`dead`); `due` ones should be few.",
        "state",
        depth.waiting,
    )
    metrics.watch_known(
        "rtserver_mails_oldest_due_seconds",
        "For how long the oldest due mail has been due; 0 if none is.",
        depth.oldest_due,
    )


def _watch_people(services: Services) -> None:
    clients, limits = services.clients, services.settings.limits
    watch = services.metrics.watch
    watch("rtserver_connections", "Open WebSockets.", lambda: len(clients))
    watch(
        "rtserver_connections_limit",
        "As many as there may be, `limits.connections`.",
        lambda: limits.connections,
    )
    watch(
        "rtserver_subscriptions",
        "Channels they hold.",
        services.hub.subscriptions,
    )
    services.metrics.watch_count(
        "rtserver_logins_limited",
        "Sign-ins refused because there were too many, `limits.logins_per_minute`.",
        lambda: services.logins.limited,
    )


def _watch_queues(services: Services) -> None:
    """Show what waits for slow readers."""

    def sizes() -> Iterator[int]:
        return (each.waiting_bytes for each in services.connections())

    watch = services.metrics.watch
    watch(
        "rtserver_queue_bytes",
        "Bytes that wait to be sent to all connections.",
        lambda: sum(sizes()),
    )
    watch(
        "rtserver_queue_largest_bytes",
        "Bytes that wait for the slowest of them; over `limits.queue_bytes` it closes.",
        lambda: max(sizes(), default=0),
    )


def _watch_counters(metrics: Metrics, counters: Counters) -> None:
    counts, by = metrics.watch_count, metrics.watch_counts_by
    counts("rtserver_connections_opened", "WebSockets opened.", lambda: counters.opened)
    by(
        "rtserver_connections_closed",
        "WebSockets that ended, by close code; 1006 is an end without one.",
        "code",
        lambda: counters.closed,
    )
    by(
        "rtserver_handshakes_refused",
        "WebSocket handshakes that were refused, by reason.",
        "reason",
        lambda: counters.refused,
    )
    by(
        "rtserver_commands",
        "Frames from clients, by type of command.",
        "type",
        lambda: counters.commands,
    )
    counts(
        "rtserver_commands_limited",
        "Commands over `limits.commands_per_second`: refused, or (cursor, typing) "
        "dropped.",
        lambda: counters.limited,
    )
    by(
        "rtserver_frames_sent",
        "Frames to clients: `durable` events, `latest` (cursors, typing) of which "
        "only the newest counts, and `control` (answers, pings and pongs, closes).",
        "class",
        lambda: {
            "durable": counters.durable,
            "latest": counters.latest,
            "control": counters.control,
        },
    )
    counts(
        "rtserver_frames_replaced",
        "`latest` frames that a newer one replaced before they were sent.",
        lambda: counters.replaced,
    )
    counts(
        "rtserver_received_bytes",
        "Bytes received over WebSockets.",
        lambda: counters.bytes_in,
    )
    counts("rtserver_sent_bytes", "Bytes sent over them.", lambda: counters.bytes_out)


def _watch_streams(
    metrics: Metrics, gates: Gates, subscriptions: Subscriptions
) -> None:
    metrics.watch_counts_by(
        "rtserver_gaps",
        "Holes in streams: `filled` from the database, or too large (`lost`).",
        "outcome",
        lambda: {"filled": gates.filled, "lost": gates.lost_gaps},
    )
    counts = subscriptions.recoveries
    known = [(kind, outcome) for kind in RECOVERED for outcome in RECOVERIES]
    metrics.watch_counts(
        "rtserver_recoveries",
        "Subscriptions with `since`: `replayed`, or why it had to load anew.",
        ("channel", "outcome"),
        lambda: {each: counts[each] for each in known},
    )


def _watch_database(metrics: Metrics, db: Database) -> None:
    watch = metrics.watch
    watch("rtserver_changes_waiting", "Changes that wait for a commit.", db.waiting)
    watch(
        "rtserver_database_up",
        "1 unless the last that was heard of the database is that it fails.",
        lambda: not db.failing,
    )
    watch(
        "rtserver_database_connections",
        "Connections to the database in use.",
        db.connections,
    )
    watch(
        "rtserver_database_connections_limit",
        "As many as there may be, `database.pool_size`.",
        lambda: db.pool_size,
    )
