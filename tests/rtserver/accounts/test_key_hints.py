"""Hints about keys are commands and lines of the settings to copy."""

from pathlib import Path

import pytest

from rtserver.accounts import key_hints


@pytest.mark.parametrize(
    ("content", "command"),
    [
        (b"-----BEGIN PRIVATE KEY-----", "openssl pkey -in key.pem -pubout"),
        (b"-----BEGIN RSA PRIVATE KEY-----", "openssl pkey -in key.pem -pubout"),
        (b"-----BEGIN CERTIFICATE-----", "openssl x509 -in key.pem -noout -pubkey"),
        (b"-----BEGIN PUBLIC KEY", "openssl pkey -pubin -in key.pem -pubout"),
        (b"\x30\x82\x01", "openssl pkey -pubin -in key.pem -pubout -inform DER"),
    ],
)
def test_a_file_that_holds_something_else_is_told_how_to_become_a_public_key(
    content: bytes, command: str
) -> None:
    hint = key_hints.public_half(Path("key.pem"), content)

    assert f"{command} > public.pem" in hint
    assert "set public_key_file = public.pem" in hint


def test_a_command_can_be_copied_whatever_the_file_is_called() -> None:
    hint = key_hints.public_half(Path("my key; rm -r x.pem"), b"-----BEGIN PUBLIC KEY")

    assert "-in 'my key; rm -r x.pem' -pubout" in hint


def test_algorithms_that_have_their_keys_stay_in_the_line_to_set() -> None:
    assert "Set algorithms = HS256, RS256," in key_hints.fitting("RS256", ["HS256"])
    assert "Set algorithms = RS256," in key_hints.fitting("RS256", [])
