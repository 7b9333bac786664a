"""What is told of each command, event and close code."""

import pytest

from handlers import dispatch
from handlers.api_docs.socket_table import CLOSE_CODES, COMMANDS, EVENTS
from rtserver.errors import CloseCode
from rtserver.mail import events
from tests.api_documents import asyncapi_document, faults
from tests.test_docs import emitted


def test_every_command_is_documented_and_no_other() -> None:
    assert set(COMMANDS) == set(dispatch.ROUTES)


def test_every_event_is_documented_and_no_other() -> None:
    assert set(EVENTS) == emitted() - set(events.EVENTS)


def test_every_close_code_is_documented_and_no_other() -> None:
    assert set(CLOSE_CODES) == set(CloseCode)


@pytest.mark.parametrize("type", COMMANDS)
def test_example_of_a_command_fits_its_schema(type: str) -> None:
    document = asyncapi_document()
    message = document["components"]["messages"][f"command.{type}"]

    for example in message["examples"]:
        assert faults(document, message["payload"], example["payload"]) == []
