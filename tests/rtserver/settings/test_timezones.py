"""One list of time zones, for settings and users."""

from zoneinfo import ZoneInfo

import pytest

from rtserver.errors import Invalid
from rtserver.input.text import clean_timezone
from rtserver.settings.timezones import timezones
from rtserver.settings.types import TIMEZONE, InvalidValue


@pytest.mark.parametrize("name", ["UTC", "Europe/Kyiv", "Europe/Kiev", "Asia/Tokyo"])
def test_a_zone_of_the_iana_list_is_known(name):
    assert name in timezones()


def test_every_zone_can_be_loaded():
    for name in timezones():
        assert ZoneInfo(name).key == name


@pytest.mark.parametrize(
    "name", ["Factory", "localtime", "posixrules", "posix/UTC", "europe/kyiv", "+02:00"]
)
def test_what_is_no_places_time_is_taken_neither_as_a_setting_nor_from_users(name):
    assert name not in timezones()
    with pytest.raises(InvalidValue, match="is not a time zone"):
        TIMEZONE.parse(name)
    with pytest.raises(Invalid):
        clean_timezone(name)
