"""Whoever waits longest without a token makes way."""

import pytest

from rtserver.sessions.guests import Guests


class Waiting:
    def __init__(self) -> None:
        self.gone = False

    def make_way(self) -> None:
        self.gone = True


@pytest.fixture
def guests() -> Guests:
    return Guests(2)


def test_over_the_limit_the_first_makes_way(guests: Guests) -> None:
    people = [Waiting() for _ in range(4)]

    for each in people:
        guests.add(each)

    assert [each.gone for each in people] == [True, True, False, False]
    assert len(guests) == 2


def test_who_has_brought_a_token_stays(guests: Guests) -> None:
    known, *people = [Waiting() for _ in range(3)]
    guests.add(known)

    guests.discard(known)
    guests.discard(known)
    for each in people:
        guests.add(each)

    assert not any(each.gone for each in (known, *people))


def test_there_is_room_only_while_there_are_guests(guests: Guests) -> None:
    guests.add(Waiting())

    assert [guests.make_room(), guests.make_room()] == [True, False]
