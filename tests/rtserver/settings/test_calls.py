"""Where calls are held: an address that keeps what is said in them private."""

import pytest

from rtserver.settings.calls import CALL_URL
from rtserver.settings.types import InvalidValue


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://meet.school.example/{room}",
        "https://meet.school.example:8443/{room}#config.prejoinPageEnabled=false",
        "https://meet.school.example/call?name={room}",
        "https://meet.school.example/our-only-room",
        "http://localhost:8000/{room}",
        "http://127.0.0.1/{room}",
        "http://[::1]:8000/{room}",
    ],
)
def test_an_address_is_taken_as_it_is(text: str) -> None:
    assert CALL_URL.parse(text) == text
    assert CALL_URL.parse(CALL_URL.format(CALL_URL.parse(text))) == text


def test_hosts_are_written_in_one_way() -> None:
    assert CALL_URL.parse("HTTPS://Meet.Example:443/{room}") == (
        "https://meet.example/{room}"
    )


@pytest.mark.parametrize(
    "text",
    [
        "meet.school.example/{room}",
        "http://meet.school.example/{room}",
        "http://localhost.example/{room}",
        "ws://localhost/{room}",
        "javascript://localhost/{room}",
        "https://{room}.school.example/",
        "https://meet.school.example/{Room}",
        "https://meet.school.example/{lesson_id}",
        "https://meet.school.example/{room",
        "https://meet.school.example/our room",
        "https://user:secret@meet.school.example/{room}",
        "https://meet.school.example/\n{room}",
    ],
)
def test_another_address_is_a_mistake(text: str) -> None:
    with pytest.raises(InvalidValue):
        CALL_URL.parse(text)
