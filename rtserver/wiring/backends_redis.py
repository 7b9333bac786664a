"""Build the bus, presence and rooms over Redis, with figures of how they fare."""

from collections.abc import Callable

from rtserver.bus.redis import RedisBus
from rtserver.clock import Clock
from rtserver.metrics.registry import Metrics
from rtserver.presence.redis import RedisPresence
from rtserver.redis.link import RedisLink
from rtserver.redis.subscriber import RedisSubscriber
from rtserver.rooms.redis import RedisRooms
from rtserver.settings.model import Settings


def build_redis(
    settings: Settings, clock: Clock, metrics: Metrics, node: str
) -> tuple[RedisBus, RedisPresence, RedisRooms, Callable[[], bool]]:
    """Build them over one Redis, ``node`` being this process's name there.

    The last tells whether Redis fails.
    """
    link = RedisLink(settings.redis.url.reveal(), settings.redis.prefix, clock)
    subscriber = RedisSubscriber(link, clock)
    bus = RedisBus(link, subscriber, node)
    presence = RedisPresence(
        link,
        subscriber,
        node,
        settings.presence,
        timed=metrics.presence_seconds.observe,
    )
    watch = metrics.watch

    def failing() -> bool:
        return presence.failing or not subscriber.connected

    watch(
        "rtserver_redis_up",
        "1 if Redis answers and the subscription to it stands.",
        lambda: not failing(),
    )
    watch(
        "rtserver_bus_round_trip_seconds",
        "Round trip of the last ping to Redis, over the subscription's connection.",
        lambda: subscriber.round_trip or 0.0,
    )
    metrics.watch_count(
        "rtserver_bus_reconnects",
        "Times that the subscription to Redis was lost.",
        lambda: subscriber.losses,
    )
    metrics.watch_count(
        "rtserver_bus_messages_dropped",
        "Messages to other processes dropped while Redis was unavailable.",
        lambda: bus.dropped,
    )
    rooms = RedisRooms(link, subscriber, node, settings.presence)
    return bus, presence, rooms, failing
