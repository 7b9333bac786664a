import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.edge.origins import header_origin, origin_allowed
from rtserver.settings.urls import BASE_URL, ORIGINS

SCHOOL = {
    "base_url": "https://school.example/",
    "allowed": ("https://app.example:8443", "capacitor://localhost"),
    "port": 8080,
}
AT_HOME = {"base_url": "", "allowed": (), "port": 8080}


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "https://school.example",
        "https://school.example:443",
        "https://school.example:0443",
        "HTTPS://School.Example",
        "https://app.example:8443",
        "capacitor://localhost",
    ],
)
def test_the_schools_own_pages_and_allowed_ones_pass(origin):
    assert origin_allowed(origin, **SCHOOL)


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://school.example",
        "https://school.example:444",
        "https://school.example.evil.example",
        "https://evil.example/https://school.example",
        "https://school.example/",
        "https://school.example?",
        "https://school.example#",
        "https://school.example.",
        "https://school.example:",
        "https://school.example:0",
        "https://school.example:99999",
        "https://school.example@evil.example",
        "https://evil@school.example",
        "https://evil.example\\@school.example",
        " https://school.example",
        "https://school.example ",
        "https://sch\tool.example",
        "https:///school.example",
        "https:school.example",
        "https://school.example, https://evil.example",
        "https://app.example",
        "http://localhost:8080",
        "http://127.0.0.1:8080",
        "https://school.example\n",
    ],
)
def test_any_other_page_is_refused(origin):
    assert not origin_allowed(origin, **SCHOOL)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_without_a_base_url_this_machine_on_the_servers_port_passes(scheme, host):
    assert origin_allowed(f"{scheme}://{host}:8080", **AT_HOME)


@pytest.mark.parametrize(
    "origin",
    ["http://localhost", "http://localhost:8081", "http://192.0.2.1:8080", "null"],
)
def test_without_a_base_url_nothing_else_passes(origin):
    assert not origin_allowed(origin, **AT_HOME)


def test_without_a_base_url_the_default_port_may_be_left_out():
    assert origin_allowed("http://localhost", base_url="", allowed=(), port=80)


def test_a_name_beyond_ascii_is_compared_in_punycode():
    settings = {"base_url": "https://школа.укр", "allowed": (), "port": 1}

    assert origin_allowed("https://xn--80atdl2c.xn--j1amh", **settings)


WRITINGS = [
    ("https://School.Example:443", "https://school.example"),
    ("http://school.example:80", "http://school.example"),
    ("http://school.example:443", "http://school.example:443"),
    ("https://school.example:8443", "https://school.example:8443"),
    ("https://[2001:DB8:0:0::1]:443", "https://[2001:db8::1]"),
    ("http://[0:0::1]:8080", "http://[::1]:8080"),
    ("https://Школа.укр", "https://xn--80atdl2c.xn--j1amh"),
]


@pytest.mark.parametrize(("written", "sent"), WRITINGS)
def test_an_address_is_known_however_the_settings_write_it(written, sent):
    allowed, base_url = ORIGINS.parse(written), BASE_URL.parse(f"{written}/rt/")

    assert origin_allowed(sent, base_url="https://h", allowed=allowed, port=1)
    assert origin_allowed(sent, base_url=base_url, allowed=(), port=1)


@pytest.mark.parametrize(("written", "sent"), WRITINGS)
def test_a_header_is_read_by_the_rule_that_the_settings_are_read_by(written, sent):
    assert (header_origin(written),) == ORIGINS.parse(written) == (sent,)


@pytest.mark.parametrize(
    "other",
    [
        "http://[2001:db8::1]",
        "https://[2001:db8::1]:80",
        "https://[2001:db8::2]",
        "https://2001:db8::1",
        "https://[2001:db8::1%eth0]",
        "https://[2001:db8::1]]",
    ],
)
def test_another_ipv6_address_scheme_or_port_is_another_site(other):
    base_url = BASE_URL.parse("https://[2001:db8::1]")

    assert not origin_allowed(other, base_url=base_url, allowed=(), port=1)


DEV = {"base_url": "https://rt.example", "port": 1, "allowed": ("http://localhost:*",)}


@pytest.mark.parametrize("port", ["", ":80", ":5173", ":65535"])
def test_of_this_machine_pages_of_any_port_can_be_let_in(port):
    assert origin_allowed(f"http://localhost{port}", **DEV)


@pytest.mark.parametrize(
    "origin",
    [
        "https://localhost:5173",
        "http://127.0.0.1:5173",
        "http://localhost.evil.example:5173",
        "http://evil.example:5173",
        "http://localhost:*",
    ],
)
def test_no_other_host_and_scheme_comes_in_by_that(origin):
    assert not origin_allowed(origin, **DEV)


def test_settings_that_are_no_urls_allow_nothing():
    settings = {"base_url": "school", "allowed": ("null", "*", ""), "port": 1}

    assert not origin_allowed("null", **settings)
    assert not origin_allowed("school", **settings)


@given(st.text())
def test_no_header_raises(origin):
    assert not origin_allowed(origin, **AT_HOME)
