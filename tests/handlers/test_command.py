"""What a command comes with."""

from typing import Any

import pytest

from handlers.command import Command
from rtserver.access.actor import Actor
from rtserver.errors import BadRequest
from rtserver.input.decode import read_envelope
from tests.rtserver.delivery_fakes import FakeConnection, signed_in

UNUSED: Any = None


def command(frame: bytes) -> Command:
    session = signed_in(FakeConnection(), Actor(7, "Olena", "tutor"))
    return Command(UNUSED, session, read_envelope(frame), None)


def test_id_and_channel_are_those_of_the_frame() -> None:
    sent = command(b'{"type":"ping","id":"a1","channel":"status:users"}')

    assert (sent.id, sent.channel_name) == ("a1", "status:users")
    assert command(b'{"type":"ping","id":0}').id == 0


@pytest.mark.parametrize("name", ["id", "channel"])
def test_a_command_that_needs_what_is_missing_names_it(name: str) -> None:
    bare = command(b'{"type":"ping"}')

    with pytest.raises(BadRequest) as caught:
        _ = bare.id if name == "id" else bare.channel_name

    (fault,) = caught.value.faults
    assert fault.path == name
