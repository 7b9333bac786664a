"""What the Python client logs of exceptions."""

import logging

import pytest

from rtserver_client.logs import log_unexpected

log = logging.getLogger("rtserver_client.test")


def fail(text: str) -> None:
    raise ValueError(text)


def test_exception_is_logged_with_its_place_and_without_what_it_quotes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    try:
        fail("Olena's words")
    except ValueError as error:
        log_unexpected(log, error, "a listener")

    [line] = caplog.messages
    assert line.startswith("a listener: unexpected ValueError at test_logs.py:")
    assert " fail < test_logs.py:" in line
    assert "Olena" not in caplog.text
