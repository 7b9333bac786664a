import pytest

from rtserver.settings.types import InvalidValue
from rtserver.settings.urls import (
    BASE_URL,
    DATABASE_URL,
    LESSON_URL,
    NETWORKS,
    ORIGINS,
    REDIS_URL,
)


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://School.Example", "https://school.example"),
        ("https://school.example/", "https://school.example"),
        ("https://school.example:443", "https://school.example"),
        ("http://school.example:443", "http://school.example:443"),
        ("http://localhost:5173", "http://localhost:5173"),
        ("http://[0:0::1]:80", "http://[::1]"),
        ("https://Bücher.example", "https://xn--bcher-kva.example"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("http://LOCALHOST:*", "http://localhost:*"),
        ("http://[0:0::1]:*", "http://[::1]:*"),
    ],
)
def test_origin_is_written_as_browsers_do(text, origin):
    assert ORIGINS.parse(text) == (origin,)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("*", "wildcards"),
        ("https://*.school.example", "wildcards"),
        ("https://school.example:*", "for localhost, 127.0.0.1, .* alone"),
        ("http://localhost.school.example:*", "alone"),
        ("http://localhost:80:*", "port"),
        ("http://localhost:8080:*", "port"),
        ("http://*:*", "wildcards"),
        ("ht://localhost:*/x", "wildcards"),
        ("null", "scheme"),
        ("school.example", "scheme"),
        ("localhost:5173", "scheme"),
        ("https://", "no valid host"),
        ("https://a b", "no valid host"),
        ("https://-", "no valid host"),
        ("https://[::g]", "no valid host"),
        ("https://school.example.", "a dot at the end of its host"),
        ("https://h:0", "port"),
        ("https://h:99999", "port"),
        ("https://h/app", "holds more"),
        ("https://h?x", "holds more"),
        ("https://u@h", "holds more"),
        ("htps://h", "did you mean https"),
    ],
)
def test_what_is_no_origin_is_refused(text, problem):
    with pytest.raises(InvalidValue, match=problem):
        ORIGINS.parse(text)


def test_every_wrong_item_of_a_list_is_named():
    with pytest.raises(InvalidValue, match=r'"\*": .*; "https://h/a" holds more'):
        ORIGINS.parse("*, https://ok.example, https://h/a")


@pytest.mark.parametrize(
    "text",
    [
        "h",
        "ftp://h",
        "https://h?x",
        "//h",
        "https://h/a b",
        "https://u:p@h",
        "https://h.",
    ],
)
def test_what_is_no_base_url_is_refused(text):
    with pytest.raises(InvalidValue):
        BASE_URL.parse(text)


def test_network_with_a_host_in_it_is_refused_with_the_one_meant():
    with pytest.raises(InvalidValue, match=r"did you mean 10\.0\.0\.0/8"):
        NETWORKS.parse("10.1.2.3/8")


@pytest.mark.parametrize("text", ["proxy", "10.0.0.0/33", "1.2.3", "::1%eth0x/129"])
def test_what_is_no_network_is_refused(text):
    with pytest.raises(InvalidValue, match="is not an IP address or network"):
        NETWORKS.parse(text)


def test_networks_are_shown_as_they_are_given():
    assert NETWORKS.format(NETWORKS.parse("10.0.0.0/8, ::1")) == "10.0.0.0/8, ::1"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///data/x.db",
        "sqlite:////var/lib/x@y.db",
        "postgresql://u:p%40@h:5432/db?sslmode=require",
        "postgres:///db",
        "postgresql://[::1]/db",
    ],
)
def test_database_url_is_kept_as_given(url):
    assert DATABASE_URL.parse(url).reveal() == url


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("data/x.db", "scheme"),
        ("sqlite://data/x.db", "sqlite:///"),
        ("sqlite:data/x.db", "scheme"),
        ("sqlite:///", "names no file"),
        ("sqlite:///data/", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///x.db?mode=ro", "names no file"),
        ("postgresql://h", "names no database"),
        ("postgresql://u:a/b@h/db", "in a wrong place|port"),
        ("postgresql://u:a#b@h/db", "%23"),
        ("postgresql://h:x/db", "port"),
        ("postgre://h/db", "did you mean postgres"),
        ("mysql://h/db", "another scheme"),
    ],
)
def test_what_is_no_database_url_is_refused(url, problem):
    with pytest.raises(InvalidValue, match=problem):
        DATABASE_URL.parse(url)


@pytest.mark.parametrize(
    "url",
    [
        "redis://h",
        "redis://h?db=2&client_name=school",
        "rediss://u:p@h:6380/1",
        "rediss://h?ssl_cert_reqs=none&ssl_ca_certs=/etc/ca.pem",
        "unix:///run/r.sock?db=2&password=p",
    ],
)
def test_redis_url_is_kept_as_given(url):
    assert REDIS_URL.parse(url).reveal() == url


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("h:6379", "scheme"),
        ("redis://", "names no host"),
        ("redis://h/one", "not a number"),
        ("unix://?db=0", "names no socket"),
        ("unix:///r?db=x", "not a number"),
        ("redis://h?db=", "not a number"),
        ("redis://h?protocol=3", "other options than db, username"),
        ("redis://h?ssl_cert_reqs=none", "other options than db, username"),
        ("rediss://h?nonsense=1", "ssl_check_hostname$"),
        ("http://h", "another scheme"),
        ("reddis://h", "did you mean redis"),
    ],
)
def test_what_is_no_redis_url_is_refused(url, problem):
    with pytest.raises(InvalidValue, match=problem):
        REDIS_URL.parse(url)


@pytest.mark.parametrize(
    "text",
    ["", "https://school.example/#/lessons/{lesson_id}?from=mail", "http://a.example"],
)
def test_the_page_of_a_lesson_may_be_anywhere(text):
    assert LESSON_URL.parse(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "/lessons/{lesson_id}",
        "ftp://school.example/{lesson_id}",
        "https://school.example/{lesson}",
        "https://school.example/{lesson_id} now",
        "https://{lesson_id}.example/",
    ],
)
def test_what_leads_to_no_page_is_refused(text):
    with pytest.raises(InvalidValue):
        LESSON_URL.parse(text)
