"""The one spelling of an origin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.settings.origins import origin_of, parse_address
from rtserver.settings.types import InvalidValue


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://school.example", "https://school.example"),
        ("HTTPS://School.EXAMPLE", "https://school.example"),
        ("https://school.example:443", "https://school.example"),
        ("https://school.example:00443", "https://school.example"),
        ("http://school.example:80", "http://school.example"),
        ("ws://school.example:80", "ws://school.example"),
        ("wss://school.example:443", "wss://school.example"),
        ("http://school.example:443", "http://school.example:443"),
        ("https://school.example:80", "https://school.example:80"),
        ("capacitor://localhost:443", "capacitor://localhost:443"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://[2001:DB8:0:0:0:0:0:1]:80", "http://[2001:db8::1]"),
        ("https://Bücher.example", "https://xn--bcher-kva.example"),
        ("https://EXAMPLE.укр", "https://example.xn--j1amh"),
    ],
)
def test_an_origin_is_spelt_as_browsers_do(url, origin):
    assert origin_of(url) == origin
    assert origin_of(origin) == origin


def test_what_comes_behind_the_origin_is_kept_apart():
    address = parse_address("https://H.example:8443/A?b#c")

    assert (address.origin, address.rest) == ("https://h.example:8443", "/A?b#c")
    assert address.scheme == "https"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "empty"),
        ("null", "scheme"),
        ("school.example", "scheme"),
        ("https:school.example", "scheme"),
        ("//school.example", "scheme"),
        (" https://school.example", "scheme"),
        ("https://school.example\n", "several lines"),
        ("https://school\t.example", "invisible"),
        ("https://", "no valid host"),
        ("https:///path", "no valid host"),
        ("https://a b", "no valid host"),
        ("https://*.school.example", "no valid host"),
        ("https://" + "a" * 300, "no valid host"),
        ("https://" + "й" * 100_000, "no valid host"),
        ("https://[::1", "no valid host"),
        ("https://[fe80::1%eth0]", "no valid host"),
        ("https://[127.0.0.1]", "no valid host"),
        ("https://::1", "no valid host"),
        ("https://h:", "port"),
        ("https://h:0", "port"),
        ("https://h:65536", "port"),
        ("https://h:+80", "port"),
        ("https://h:٨٠", "port"),
        ("https://h:80:80", "port"),
        ("https://user@h", "more than scheme, host and port"),
        ("https://h:80@evil.example", "more than scheme, host and port"),
        ("https://school.example.", "a dot at the end"),
        ("https://школа.укр.", "a dot at the end"),
    ],
)
def test_what_has_no_origin_is_refused(url, problem):
    with pytest.raises(InvalidValue, match=problem):
        origin_of(url)


def test_a_password_is_not_shown():
    with pytest.raises(InvalidValue) as refused:
        origin_of("https://user:hunter2@school.example")

    assert "hunter2" not in str(refused.value)


@given(st.text() | st.text("htps:/[]@.-?#1a ").map("https://{}".format))
def test_any_text_has_one_origin_or_is_invalid(url):
    try:
        origin = origin_of(url)
    except InvalidValue:
        return
    assert origin_of(origin) == origin
