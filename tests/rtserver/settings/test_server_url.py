"""Where the server is reached, by this machine and by everybody."""

import pytest

from rtserver.settings.model import ServerSettings
from rtserver.settings.server_url import (
    http_url,
    lesson_url,
    local_url,
    public_url,
)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("localhost", "http://localhost:8080"),
        ("rt.school.example", "http://rt.school.example:8080"),
        ("192.0.2.1", "http://192.0.2.1:8080"),
        ("::1", "http://[::1]:8080"),
        ("2001:db8::1", "http://[2001:db8::1]:8080"),
    ],
)
def test_this_machine_reaches_the_server_where_it_listens(host, url):
    assert local_url(ServerSettings(host=host)) == url


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::", "http://[::1]:8080"),
        ("0:0:0:0:0:0:0:0", "http://[::1]:8080"),
    ],
)
def test_a_server_on_every_interface_is_reached_on_loopback(host, url):
    assert local_url(ServerSettings(host=host)) == url


def test_the_port_listened_on_goes_before_the_setting():
    server = ServerSettings(port=0)

    assert local_url(server, 40123) == "http://127.0.0.1:40123"
    assert local_url(server, "PORT") == "http://127.0.0.1:PORT"


def test_everybody_reaches_the_server_at_base_url_where_there_is_one():
    named = ServerSettings(host="0.0.0.0", base_url="https://rt.school.example/a")

    assert public_url(named, 8081) == "https://rt.school.example/a"
    assert public_url(ServerSettings(host="::"), 8081) == "http://[::1]:8081"


def test_the_address_listened_on_is_shown_as_it_is():
    assert http_url("0.0.0.0", 80) == "http://0.0.0.0:80"
    assert http_url("::", 80) == "http://[::]:80"


def test_a_lessons_page_is_where_the_setting_says_or_below_base_url():
    base = "https://rt.school.example"

    assert lesson_url("", base, 7) == "https://rt.school.example/lessons/7"
    assert lesson_url("https://s.example/?l={lesson_id}", base, 7) == (
        "https://s.example/?l=7"
    )
