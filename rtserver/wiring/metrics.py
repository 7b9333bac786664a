"""Show in the metrics what the parts of the process hold and have done."""

from collections.abc import Iterator

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
from rtserver.services import FigureParts, Services
from rtserver.wiring.limit_metrics import watch_budgets, watch_disk
from store.database import Database
from store.writer import Measured

RECOVERED = ("chat:user", "board:lesson", "notifications:user")
RECOVERIES = ("replayed", "too_many", "trimmed", "ahead", "epoch")


def build_figures(
    metrics: Metrics, db: Database, clock: Clock, hub: Hub
) -> FigureParts:
    """Build what measures by itself."""
    lag = metrics.seconds(
        "rtserver_loop_lag_seconds",
        "Delay of the event loop, sampled four times a second.",
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
    metrics = services.figures.metrics
    _watch_process(services)
    _watch_people(services)
    watch_budgets(metrics, services.budgets)
    watch_disk(metrics, services.settings)
    _watch_queues(services)
    _watch_handshakes(metrics, services.figures.counters)
    _watch_counters(metrics, services.figures.counters)
    _watch_streams(metrics, services.delivery.gates, services.delivery.subscriptions)
    _watch_database(metrics, services.db)


def measure_database(metrics: Metrics, db: Database) -> None:
    """Measure each batch and each read, in the threads where they happen."""
    kind = "postgresql" if db.is_postgres else "sqlite"
    changes = metrics.histogram(
        "rtserver_db_transaction_changes",
        "Changes committed together in one write transaction.",
        CHANGES,
        ["database"],
    ).labels(kind)
    seconds = metrics.seconds(
        "rtserver_db_transaction_duration_seconds",
        "Duration of a write transaction, commit and retries included.",
        ["database"],
    ).labels(kind)
    waited = metrics.seconds(
        "rtserver_db_transaction_wait_seconds",
        "Time for which the oldest change of a write transaction waited in the queue.",
        ["database"],
    ).labels(kind)
    read = metrics.seconds(
        "rtserver_db_read_duration_seconds", "Duration of a database read."
    )
    read_wait = metrics.seconds(
        "rtserver_db_read_wait_seconds",
        "Time for which a database read waited for a free thread.",
    )

    def on_batch(batch: Measured) -> None:
        changes.observe(batch.changes)
        seconds.observe(batch.seconds)
        waited.observe(batch.waited)

    def on_read(waited: float, seconds: float) -> None:
        read_wait.observe(waited)
        read.observe(seconds)

    db.listeners.batch, db.listeners.read = on_batch, on_read


def _watch_process(services: Services) -> None:
    metrics, depth = services.figures.metrics, services.figures.outbox_depth
    kind = "postgresql" if services.db.is_postgres else "sqlite"
    metrics.watch_info(version=__version__, database=kind)
    metrics.watch(
        "rtserver_loop_lag_max_seconds",
        "Longest delay of the event loop within the last minute.",
        services.figures.loop_lag.longest,
    )
    metrics.watch_by(
        "rtserver_mails_waiting",
        "Mails in the outbox, by state: `due`, `held` while the notification may still "
        "be seen, `later`, `sending`, `dead` (given up).",
        "state",
        depth.waiting,
    )
    metrics.watch_known(
        "rtserver_mails_oldest_due_seconds",
        "Time since which the oldest due mail is due; 0 if none is.",
        depth.oldest_due,
    )


def _watch_people(services: Services) -> None:
    clients, limits = services.clients, services.settings.limits
    accounts = services.accounts
    watch = services.figures.metrics.watch
    watch("rtserver_connections", "Open WebSocket connections.", lambda: len(clients))
    watch(
        "rtserver_connections_limit",
        "Configured maximum of open WebSocket connections (`limits.connections`).",
        lambda: limits.connections,
    )
    watch(
        "rtserver_subscriptions",
        "Channel subscriptions of all connections.",
        services.delivery.hub.subscriptions,
    )
    services.figures.metrics.watch_count(
        "rtserver_logins_limited",
        "Sign-ins, changes of passwords and requests for links that "
        "`limits.logins_per_minute` refused.",
        lambda: accounts.logins.limited + accounts.forgotten.limited,
    )


def _watch_queues(services: Services) -> None:
    """Show what waits for slow readers."""

    def sizes() -> Iterator[int]:
        return (each.waiting_bytes for each in services.connections())

    watch = services.figures.metrics.watch
    watch(
        "rtserver_queue_bytes",
        "Bytes queued to be sent, of all connections.",
        lambda: sum(sizes()),
    )
    watch(
        "rtserver_queue_largest_bytes",
        "Bytes queued to be sent to the slowest connection; above "
        "`limits.queue_bytes` it is closed.",
        lambda: max(sizes(), default=0),
    )


def _watch_handshakes(metrics: Metrics, counters: Counters) -> None:
    by = metrics.watch_counts_by
    metrics.watch_count(
        "rtserver_connections_opened",
        "WebSocket connections opened.",
        lambda: counters.opened,
    )
    by(
        "rtserver_connections_closed",
        "WebSocket connections closed, by close code; 1006 is an end without one.",
        "code",
        lambda: counters.closed,
    )
    by(
        "rtserver_handshakes_refused",
        "WebSocket handshakes refused, by reason.",
        "reason",
        lambda: counters.refused,
    )


def _watch_counters(metrics: Metrics, counters: Counters) -> None:
    counts, by = metrics.watch_count, metrics.watch_counts_by
    by(
        "rtserver_commands",
        "Commands received from clients, by type; `unknown` for all others.",
        "type",
        lambda: counters.commands,
    )
    counts(
        "rtserver_commands_limited",
        "Commands above `limits.commands_per_second`: refused, or, if cursors, "
        "previews or typing, dropped.",
        lambda: counters.limited,
    )
    by(
        "rtserver_frames_sent",
        "Frames sent to clients, by class: `durable` (events), `latest` (cursors and "
        "typing, of which only the newest counts), `volatile` (previews, left out for "
        "who reads slowly), `control` (answers, pings, pongs, closes); those that are "
        "replaced or left out on their way count, too.",
        "class",
        lambda: {
            "durable": counters.durable,
            "latest": counters.latest,
            "volatile": counters.volatile,
            "control": counters.control,
        },
    )
    counts(
        "rtserver_frames_replaced",
        "Frames of class `latest` replaced by a newer one before they were sent.",
        lambda: counters.replaced,
    )
    counts(
        "rtserver_frames_dropped",
        "Frames of class `volatile` left out because too much waited already.",
        lambda: counters.dropped,
    )
    counts(
        "rtserver_received_bytes",
        "Bytes received over WebSockets.",
        lambda: counters.bytes_in,
    )
    counts(
        "rtserver_sent_bytes", "Bytes sent over WebSockets.", lambda: counters.bytes_out
    )


def _watch_streams(
    metrics: Metrics, gates: Gates, subscriptions: Subscriptions
) -> None:
    metrics.watch_counts_by(
        "rtserver_stream_gaps",
        "Gaps found in streams of events, by outcome: `filled` from the database, or "
        "`lost` (too large to fill).",
        "outcome",
        lambda: {"filled": gates.filled, "lost": gates.lost_gaps},
    )
    counts = subscriptions.recoveries
    known = [(kind, outcome) for kind in RECOVERED for outcome in RECOVERIES]
    metrics.watch_counts(
        "rtserver_recoveries",
        "Subscriptions that asked to resume (`since`), by outcome: `replayed`, or why "
        "the client had to reload.",
        ("channel", "outcome"),
        lambda: {each: counts[each] for each in known},
    )


def _watch_database(metrics: Metrics, db: Database) -> None:
    watch = metrics.watch
    watch(
        "rtserver_db_changes_waiting",
        "Changes queued for a write transaction.",
        db.waiting,
    )
    watch(
        "rtserver_db_up",
        "1 if the last database operation succeeded.",
        lambda: not db.failing,
    )
    watch(
        "rtserver_db_connections",
        "Database connections in use.",
        db.connections,
    )
    watch(
        "rtserver_db_connections_limit",
        "Configured maximum of database connections (`database.pool_size`).",
        lambda: db.pool_size,
    )
