"""What would cross the network in the clear is warned of, and fails nothing."""

import pytest

from rtserver.checks.outcome import Warned
from rtserver.checks.plaintext import is_private, plaintext
from rtserver.settings.load import load

LOGIN = {"username": "school", "password": "geheim", "sender": "s@s.example"}


def mailing(**smtp):
    return {f"smtp_{name}": value for name, value in (LOGIN | smtp).items()}


def settings(**values):
    return load(None, {f"RTSERVER_{k.upper()}": v for k, v in values.items()})


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"server_base_url": "http://rt.school.example"}, "[server] base_url"),
        ({"server_base_url": "http://192.0.2.7:8080"}, "[server] base_url"),
        (mailing(host="mail.example", security="none"), "[smtp] security"),
        ({"notifications_lesson_url": "http://x.example"}, "[notifications] lesson"),
    ],
)
def test_what_anybody_on_the_way_could_read_is_warned_of(values, told):
    with pytest.raises(Warned) as warned:
        plaintext(settings(**values))

    assert told in str(warned.value) and "geheim" not in str(warned.value)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"server_base_url": "https://rt.school.example"},
        {"server_base_url": "http://localhost:8080"},
        {"server_base_url": "http://[::1]:8080"},
        mailing(host="mail.example", security="tls"),
        mailing(host="127.0.0.1", security="none"),
        mailing(host="mail.example", security="none", username="", password=""),
    ],
)
def test_what_is_encrypted_or_stays_here_is_well(values):
    assert "no password" in plaintext(settings(**values))


def test_a_warning_is_a_line_of_its_own_and_no_failure(cli):
    cli.set(server_base_url="http://rt.school.example")

    done = cli.run("check")

    assert done.code == 0
    (line,) = (line for line in done.out.splitlines() if line.startswith("warn"))
    assert "[server] base_url" in line
    (found,) = (one for one in cli.value("check") if one["name"] == "plaintext")
    assert (found["ok"], found["warned"]) == (True, True)


def test_only_https_and_loopback_keep_a_token_private():
    assert is_private("https://rt.school.example") and is_private("http://127.0.0.1:1")
    assert not is_private("http://rt.school.example")
