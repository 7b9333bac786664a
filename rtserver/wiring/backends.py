"""Backends that processes share; without Redis all of it lives in this process."""

import secrets
from collections.abc import Callable
from typing import NamedTuple

from rtserver.bus.contract import Bus
from rtserver.bus.memory import MemoryBus
from rtserver.clock import Clock
from rtserver.metrics.registry import Metrics
from rtserver.presence.contract import Presence
from rtserver.presence.memory import MemoryPresence
from rtserver.rooms.contract import RoomRegister
from rtserver.rooms.memory import MemoryRooms
from rtserver.settings.model import Settings


class Shared(NamedTuple):
    """The bus, presence, who is in which room.

    ``failing`` tells whether what they go through is away.
    """

    bus: Bus
    presence: Presence
    rooms: RoomRegister
    failing: Callable[[], bool] = lambda: False


def build_shared(settings: Settings, clock: Clock, metrics: Metrics) -> Shared:
    """Build the bus and presence, in Redis where the settings name one."""
    if settings.redis.url:
        # Only here: whoever needs no Redis shall not pay for its library's memory.
        from rtserver.wiring.backends_redis import build_redis

        node = secrets.token_hex(6)
        shared = Shared(*build_redis(settings, clock, metrics, node))
    else:
        grace = settings.presence.leave_grace
        shared = Shared(
            MemoryBus(),
            MemoryPresence(clock, leave_grace=grace),
            MemoryRooms(clock, leave_grace=grace),
        )
    presence = shared.presence
    metrics.watch(
        "rtserver_online_users",
        "Users online, counted over all processes.",
        lambda: len(presence.everyone()),
    )
    return shared
