"""What this server has signed."""

import pytest

from rtserver.access.signed import Signer

SIGNER = Signer("secret", b"one purpose")


@pytest.mark.parametrize("plain", [b"", b"7:chat.message", bytes(range(256))])
def test_what_is_signed_is_read_back(plain):
    signed = SIGNER.sign(plain)

    assert SIGNER.read(signed) == plain
    assert set(signed) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    )


@pytest.mark.parametrize("bad", ["", ".", "x", "x.y", "ї.ї", "e30.e30", "e30.e30.e30"])
def test_what_isnt_ours_is_nothing(bad):
    assert SIGNER.read(bad) is None


def test_a_changed_text_is_nothing():
    signed = SIGNER.sign(b"7")

    for other in (signed[:-1], signed + "A", signed + "\n", "A" + signed):
        assert SIGNER.read(other) is None


def test_another_purpose_or_secret_is_nothing():
    signed = SIGNER.sign(b"7")

    assert Signer("secret", b"other").read(signed) is None
    assert Signer("other", b"one purpose").read(signed) is None
