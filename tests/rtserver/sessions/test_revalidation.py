"""When a session may go on: its token, its user, and what may have changed."""

from typing import Any

import pytest

from rtserver.access.actor import Actor
from rtserver.accounts.tokens import LEEWAY
from rtserver.errors import CloseCode, Disconnect
from rtserver.sessions.revalidation import Revalidation
from tests.fakes import FakeClock
from tests.rtserver.session_fakes import KnownUsers, SignedIn, closed

TARAS = Actor(7, "Taras", "student")


class Place(SignedIn):
    """Sessions, of which those of the known users may go on."""

    def __init__(self, *actors: Actor) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.identity: Any = KnownUsers(*actors)
        self.regrouped: list[set[int]] = []
        self.revalidation = Revalidation(
            self.sessions,
            self.identity,
            self.clock,
            self.regrouped.append,
            interval=60,
        )


def test_session_ends_once_its_token_is_over_and_the_leeway_too() -> None:
    place = Place()
    session = place.add(7, expires_at=int(place.clock.now().timestamp()))

    place.clock.advance(LEEWAY - 0.1)
    place.revalidation.close_expired()
    before = list(closed(session))
    place.clock.advance(0.1)
    place.revalidation.close_expired()

    assert (before, closed(session)) == ([], [CloseCode.TOKEN_EXPIRED])


def test_session_whose_key_was_taken_away_ends_and_others_go_on() -> None:
    place = Place()
    stays, goes = place.add(7), place.add(8)
    place.identity.unsigned = {8}

    assert place.revalidation.close_unsigned() == 1

    assert (closed(stays), closed(goes)) == ([], [CloseCode.TOKEN_INVALID])


async def test_session_of_a_user_who_is_gone_ends_and_others_go_on() -> None:
    place = Place(TARAS)
    stays, goes = place.add(7), place.add(8)

    await place.revalidation.check([stays, goes])

    assert (closed(stays), closed(goes)) == ([], [CloseCode.TOKEN_INVALID])


async def test_change_leaves_a_users_sessions_pending_until_they_are_checked() -> None:
    place = Place(TARAS)
    session, other = place.add(7), place.add(8)

    place.revalidation.check_soon(7)
    pending = session.pending_revalidations
    await place.revalidation.require(session)

    assert (pending, other.pending_revalidations) == (1, 0)
    assert session.pending_revalidations == 0


async def test_command_of_a_user_who_is_gone_is_refused_by_the_end() -> None:
    place = Place()
    session = place.add(7)
    place.revalidation.check_soon(7)

    with pytest.raises(Disconnect) as refused:
        await place.revalidation.require(session)

    assert refused.value.code == CloseCode.TOKEN_INVALID
    assert session.pending_revalidations == 1


async def test_change_while_the_database_is_asked_is_checked_once_more() -> None:
    place = Place(TARAS)
    session = place.add(7)
    place.revalidation.check_soon(7)
    place.identity.meanwhile = lambda: place.revalidation.check_soon(7)

    await place.revalidation.require(session)

    assert session.pending_revalidations == 2


async def test_session_learns_who_its_user_is_by_now() -> None:
    place = Place(Actor(7, "Taras P.", "tutor"))
    session = place.add(7)

    await place.revalidation.check([session])

    assert (session.actor.name, session.actor.role) == ("Taras P.", "tutor")
    assert place.regrouped == []


async def test_who_became_an_admin_is_grouped_anew() -> None:
    place = Place(Actor(7, "Taras", "admin"))

    await place.revalidation.check([place.add(7)])

    assert place.regrouped == [{7}]
