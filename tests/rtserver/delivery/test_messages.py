"""Messages can't be changed once they are made: many connections share them."""

import msgspec
import pytest

from rtserver.delivery import messages
from rtserver.delivery.messages import Ack

OWN = {"CommandId", "Envelope", "Publication"}  # no messages of the server's own


@pytest.mark.parametrize("name", sorted(set(messages.__all__) - OWN))
def test_every_message_is_a_frozen_struct(name):
    assert getattr(messages, name).__struct_config__.frozen


def test_tag_comes_first_on_the_wire():
    assert msgspec.json.encode(Ack(1, {})).startswith(b'{"type":"ack",')
