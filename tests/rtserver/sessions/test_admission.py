"""Who comes in is registered and greeted, and who goes leaves nothing behind."""

from types import SimpleNamespace
from typing import Any

import pytest

from rtserver.errors import Disconnect
from rtserver.sessions.admission import Admission, plain_number
from tests.fakes import FakeClock
from tests.rtserver.session_fakes import SignedIn, Told

SETTINGS: Any = SimpleNamespace(
    presence=SimpleNamespace(heartbeat=25.0),
    limits=SimpleNamespace(subscriptions=100, message_bytes=65536),
)


class Place(SignedIn):
    def __init__(self) -> None:
        super().__init__(per_user=1)
        self.presence: Any = Told()
        self.admission = Admission(
            self.sessions, self.subscriptions, self.presence, SETTINGS, FakeClock()
        )


def test_who_comes_in_is_registered_and_online() -> None:
    place = Place()
    session = place.session(7)

    place.admission.join(session)

    assert list(place.sessions) == [session]
    assert place.presence.calls == [("join", 7, "c_7")]


def test_who_is_over_the_limit_isnt_online_either() -> None:
    place = Place()
    place.add(7)

    with pytest.raises(Disconnect):
        place.admission.join(place.session(7))

    assert place.presence.calls == []


async def test_who_goes_leaves_no_session_and_no_subscription() -> None:
    place = Place()
    session = place.session(7)
    place.admission.join(session)
    await place.subscribe(session, "chat:user:7", "chat:3")

    place.admission.leave(session)

    assert len(place.sessions) == place.hub.subscriptions() == 0
    assert place.gates.followed() == []
    assert place.presence.calls[-1] == ("leave", 7, "c_7")


def test_welcome_says_who_is_signed_in_until_when_and_within_what_limits() -> None:
    place = Place()

    welcome = place.admission.welcome(place.session(7, expires_at=1_795_000_000))

    assert welcome == {
        "protocol": 1,
        "connection_id": "c_7",
        "user": {"id": 7, "name": "Taras", "role": "student"},
        "token_expires_at": "2026-11-18T11:06:40Z",
        "heartbeat_interval": 25,
        "server_time": "2026-11-23T10:00:00Z",
        "limits": {"subscriptions": 100, "message_bytes": 65536},
    }


@pytest.mark.parametrize(("seconds", "written"), [(25.0, "25"), (0.5, "0.5")])
def test_whole_seconds_are_written_without_a_fraction(seconds, written) -> None:
    assert str(plain_number(seconds)) == written
