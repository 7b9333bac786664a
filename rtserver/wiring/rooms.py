"""Build the rooms of lessons, and join them to the rest."""

from rtserver.rooms.attendance import Attendance
from rtserver.rooms.feed import RoomFeed
from rtserver.rooms.keeper import AttendanceKeeper
from rtserver.rooms.service import Rooms
from rtserver.services import RoomParts
from rtserver.wiring.ground import Ground


def build_rooms(ground: Ground) -> RoomParts:
    """Build them; who is in them is known once the register runs."""
    register = ground.shared.rooms
    keeper = AttendanceKeeper(ground.db, ground.clock, ground.settings.presence)
    feed = RoomFeed(
        ground.db,
        ground.hub,
        ground.gates,
        ground.sessions,
        register,
        keeper,
        ground.metrics,
    )
    ground.listeners.unsubscribed = feed.unsubscribed
    ground.metrics.watch(
        "rtserver_room_people",
        "People in the rooms of lessons, counted over all processes; who is in two "
        "rooms counts twice.",
        lambda: sum(1 for _ in register.seats()),
    )
    return RoomParts(
        Rooms(ground.db, register),
        Attendance(ground.db, ground.clock),
        keeper,
        register,
        feed,
    )
