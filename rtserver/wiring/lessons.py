"""Build what leads people to their lessons: calendars, and links to calls."""

from collections.abc import Callable

from rtserver.lessons.calendars import Calendars
from rtserver.lessons.call_links import CallLinks
from rtserver.lessons.calls import Calls
from rtserver.services import RoomParts
from rtserver.settings.server_url import public_url
from rtserver.wiring.ground import Ground


def build_calendars(ground: Ground, port: Callable[[], int]) -> Calendars:
    """Build the calendars; ``port`` is the one that is served, or 0."""
    settings = ground.settings
    return Calendars(
        ground.db,
        ground.clock,
        base_url=lambda: public_url(settings.server, port()),
        lesson_url=settings.notifications.lesson_url,
    )


def build_calls(ground: Ground, rooms: RoomParts) -> Calls:
    """Build what gives the links to calls, where the school has any."""
    calls = ground.settings.calls
    links = CallLinks(calls, ground.secret) if calls.url else None
    return Calls(ground.db, ground.clock, rooms.register, links)
