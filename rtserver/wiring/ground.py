"""The ground that all other parts stand on: store, hub, bus, presence, delivery."""

from typing import NamedTuple

from rtserver.access.allowances import Allowances
from rtserver.access.budgets import Budgets
from rtserver.clock import Clock
from rtserver.delivery.gates import Gates
from rtserver.delivery.hub import Hub
from rtserver.delivery.listeners import Listeners
from rtserver.delivery.local_delivery import LocalDelivery
from rtserver.delivery.publisher import Publisher
from rtserver.delivery.replay import ReplayLimits
from rtserver.delivery.session import Sessions
from rtserver.edge.counters import Counters
from rtserver.metrics.registry import Metrics
from rtserver.settings.model import Settings
from rtserver.wiring.backends import Shared, build_shared
from rtserver.wiring.budgets import budgets
from rtserver.wiring.metrics import measure_database
from rtserver.wiring.streams import Streams
from store.database import Database


class Ground(NamedTuple):
    """The parts that others are built upon."""

    settings: Settings
    secret: str
    clock: Clock
    budgets: Budgets
    allowances: Allowances
    db: Database
    metrics: Metrics
    shared: Shared
    replay: ReplayLimits
    listeners: Listeners
    hub: Hub
    sessions: Sessions
    gates: Gates
    publisher: Publisher


def build_ground(settings: Settings, clock: Clock, secret: str) -> Ground:
    """Build it over the settings, and the secret that signs."""
    limits = settings.limits
    db = Database(settings.database_url.reveal(), pool_size=settings.database.pool_size)
    listeners = Listeners()
    hub = Hub(buffer_bytes=limits.queue_bytes, counters=Counters(), listeners=listeners)
    sessions = Sessions(hub, per_user=limits.connections_per_user)
    metrics = Metrics()
    measure_database(metrics, db)
    shared = build_shared(settings, clock, metrics)
    replay = ReplayLimits(limits.replay, limits.replay_bytes, limits.message_bytes)
    local = LocalDelivery(hub, sessions, listeners, metrics)
    gates = Gates(Streams(db, clock, replay), local, shared.bus, clock)
    publisher = Publisher(gates, local, shared.bus, listeners)
    db.listeners.committed = publisher.publish
    return Ground(
        settings=settings,
        secret=secret,
        clock=clock,
        budgets=budgets(settings, clock),
        allowances=Allowances(limits),
        db=db,
        metrics=metrics,
        shared=shared,
        replay=replay,
        listeners=listeners,
        hub=hub,
        sessions=sessions,
        gates=gates,
        publisher=publisher,
    )
