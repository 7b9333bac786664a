"""Build the rooms of lessons, and join them to the rest."""

from rtserver.rooms.feed import RoomFeed
from rtserver.rooms.service import Rooms
from rtserver.services import RoomParts
from rtserver.wiring.ground import Ground


def build_rooms(ground: Ground) -> RoomParts:
    """Build them; who is in them is known once the register runs."""
    register = ground.shared.rooms
    feed = RoomFeed(
        ground.db, ground.hub, ground.gates, ground.sessions, register, ground.metrics
    )
    ground.listeners.unsubscribed = feed.unsubscribed
    ground.metrics.watch(
        "rtserver_room_people",
        "People in the rooms of lessons, counted over all processes; who is in two "
        "rooms counts twice.",
        lambda: sum(1 for _ in register.seats()),
    )
    return RoomParts(Rooms(ground.db, register), register, feed)
