"""Tickets show one thing, for a while."""

from datetime import timedelta

import pytest

from rtserver.access.tickets import Holder, Tickets
from tests.lesson_school import TEN

TICKETS = Tickets("secret")
UNTIL = TEN + timedelta(seconds=900)


@pytest.mark.parametrize("holder", [Holder(7, "login", None), Holder(7, None, 99)])
def test_a_ticket_tells_whose_it_is(holder):
    ticket = TICKETS.issue("f_1", holder, UNTIL)

    assert TICKETS.read(ticket, "f_1", TEN) == holder


def test_it_ends_with_its_time_and_is_of_one_subject():
    ticket = TICKETS.issue("f_1", Holder(7, None, None), UNTIL)

    assert TICKETS.read(ticket, "f_2", TEN) is None
    assert TICKETS.read(ticket, "f_1", UNTIL) is None


def test_another_servers_ticket_is_none():
    ticket = Tickets("other").issue("f_1", Holder(7, None, None), UNTIL)

    assert TICKETS.read(ticket, "f_1", TEN) is None
    assert TICKETS.read("x", "f_1", TEN) is None
