"""Every error names its place, and says what is wrong and what to do."""

import pytest

from rtserver.settings.errors import ConfigError, SettingsError, did_you_mean


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            ConfigError("server", "port", "It is empty.", "Give one.", "a.ini line 2"),
            "[server] port (a.ini line 2): It is empty. Give one.",
        ),
        (
            ConfigError("server", "port", "It is empty.", "Give one."),
            "[server] port: It is empty. Give one.",
        ),
        (
            ConfigError("", "", "This is not UTF-8.", "Save it anew.", "a.ini line 2"),
            "a.ini line 2: This is not UTF-8. Save it anew.",
        ),
        (ConfigError("", "", "It is empty.", ""), "It is empty."),
    ],
)
def test_an_error_begins_with_the_place_as_far_as_it_has_one(error, text):
    assert str(error) == text


def test_the_exception_holds_all_errors_and_prints_one_a_line():
    errors = [ConfigError("", "", f"{number} is wrong.", "") for number in (1, 2)]

    raised = SettingsError(errors)

    assert raised.errors == tuple(errors)
    assert str(raised) == "1 is wrong.\n2 is wrong."


@pytest.mark.parametrize(
    ("word", "near"),
    [("prot", "port"), ("PORT", "port"), ("hots", "Host"), ("", ""), ("xyz", "")],
)
def test_a_slip_is_led_to_the_word_as_it_is_spelt(word, near):
    assert did_you_mean(word, ("port", "Host", "base_url")) == near
