"""No event of a platform is taken for one of the server's own."""

import pytest

from handlers.api_docs.socket_table import EVENTS
from handlers.dispatch import ROUTES
from rtserver.errors import Invalid
from rtserver.mail import events as mails
from rtserver.notifications.requests import check_event

OWN = [*EVENTS, *mails.EVENTS, *(type for type in ROUTES if "." in type)]


@pytest.mark.parametrize("name", [*OWN, "room.entered", "room.anything"])
def test_a_platform_names_no_event_like_one_of_the_servers(name: str) -> None:
    with pytest.raises(Invalid, match="event: the server itself has this name"):
        check_event(name)


@pytest.mark.parametrize("name", ["homework.graded", "board.published", "rooms.full"])
def test_a_platform_names_its_own_events_as_it_likes(name: str) -> None:
    check_event(name)
