"""Messages can't be changed once they are made: many connections share them."""

from datetime import UTC, datetime

import msgspec
import pytest

from rtserver.delivery import messages
from rtserver.delivery.messages import Ack, Publication

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", sorted(set(messages.__all__) - {"CommandId"}))
def test_every_message_is_a_frozen_struct(name):
    assert getattr(messages, name).__struct_config__.frozen


def test_tag_comes_first_on_the_wire():
    assert msgspec.json.encode(Ack(1, {})).startswith(b'{"type":"ack",')


def test_publication_leaves_out_what_it_doesnt_need_between_processes():
    event = Publication("user.online", msgspec.Raw(b"{}"), NOW, channel="status:users")

    assert msgspec.json.decode(msgspec.json.encode(event)) == {
        "type": "user.online",
        "payload": {},
        "ts": "2026-11-23T10:00:00Z",
        "channel": "status:users",
    }
