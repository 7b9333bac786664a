"""The sections: what follows from several of their keys, and from their types."""

from pathlib import Path
from typing import get_args

import pytest

from rtserver.settings.model import AuthSettings, SmtpSettings, all_keys
from rtserver.settings.sections import Security, Visibility
from rtserver.settings.types import InvalidValue

KEYS = {f"{key.section}.{key.name}": key for key in all_keys()}


@pytest.mark.parametrize(
    ("security", "port", "used"),
    [("starttls", None, 587), ("tls", None, 465), ("none", None, 25), ("tls", 2, 2)],
)
def test_smtp_port_follows_security_unless_given(security, port, used):
    assert SmtpSettings(security=security, port=port).effective_port == used


@pytest.mark.parametrize(
    ("auth", "has"),
    [
        (AuthSettings(), False),
        (AuthSettings(public_key_file=Path("key.pem")), True),
        (AuthSettings(jwks_file=Path("jwks.json")), True),
    ],
)
def test_public_keys_come_from_either_file(auth, has):
    assert auth.has_public_keys is has


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("smtp.security", get_args(Security)),
        ("presence.visibility", get_args(Visibility)),
    ],
)
def test_a_choice_takes_the_words_of_its_type_in_any_case(key, words):
    for word in words:
        assert KEYS[key].type.parse(word.upper()) == word
    with pytest.raises(InvalidValue, match="is not one of these"):
        KEYS[key].type.parse("whatever")


@pytest.mark.parametrize(
    ("key", "least"),
    [
        ("server.port", "0"),
        ("server.drain_seconds", "0"),
        ("auth.access_ttl", "0.001"),
        ("database.pool_size", "1"),
        ("boards.journal_days", "0.000001"),
        ("boards.keep_days", "0"),
        ("chat.max_length", "1"),
        ("notifications.keep_days", "0"),
        ("smtp.port", "1"),
    ],
)
def test_a_number_is_bounded_below(key, least):
    type_ = KEYS[key].type

    assert type_.format(type_.parse(least)) == least
    with pytest.raises(InvalidValue, match=f"is below {least}"):
        type_.parse("-1")


@pytest.mark.parametrize("host", ["", "mail.school.example", "192.0.2.1", "::1"])
def test_a_mail_server_may_be_left_out(host):
    assert KEYS["smtp.host"].type.parse(host) == host


def test_a_mail_server_that_is_no_host_is_refused():
    with pytest.raises(InvalidValue, match="is not a host"):
        KEYS["smtp.host"].type.parse("mail server")
