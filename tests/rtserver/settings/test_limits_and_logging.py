"""The limits and the log: what they may be set to."""

from pathlib import Path
from typing import get_args

import pytest

from rtserver.settings.limits_and_logging import (
    Level,
    LimitsSettings,
    LogFormat,
    LoggingSettings,
)
from rtserver.settings.model import all_keys
from rtserver.settings.types import InvalidValue

LIMITS = [key for key in all_keys() if key.section == "limits"]
LOGGING = {key.name: key.type for key in all_keys() if key.section == "logging"}


@pytest.mark.parametrize("key", LIMITS, ids=lambda key: key.name)
def test_no_limit_can_be_switched_off(key):
    with pytest.raises(InvalidValue, match="is below"):
        key.type.parse("0")


@pytest.mark.parametrize("key", LIMITS, ids=lambda key: key.name)
def test_a_limit_has_an_upper_bound_of_its_own(key):
    with pytest.raises(InvalidValue, match="is above"):
        key.type.parse("9" * 12)


def test_the_largest_frame_fits_into_the_queue_of_one_connection():
    limits = LimitsSettings()

    assert limits.message_bytes <= limits.queue_bytes


@pytest.mark.parametrize("level", get_args(Level))
def test_every_level_is_taken_in_any_case(level):
    assert LOGGING["level"].parse(level.upper()) == level


@pytest.mark.parametrize("name", get_args(LogFormat))
def test_every_format_is_taken_in_any_case(name):
    assert LOGGING["format"].parse(name.title()) == name


def test_without_a_file_the_log_goes_to_stderr():
    assert LOGGING["file"].parse("") is LoggingSettings().file is None
    assert LOGGING["file"].parse("log/rtserver.log") == Path("log/rtserver.log")
