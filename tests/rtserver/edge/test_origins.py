import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.edge.origins import origin_allowed

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
        "https://school.example@evil.example",
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


def test_settings_that_are_no_urls_allow_nothing():
    settings = {"base_url": "school", "allowed": ("null", "*", ""), "port": 1}

    assert not origin_allowed("null", **settings)
    assert not origin_allowed("school", **settings)


@given(st.text())
def test_no_header_raises(origin):
    assert not origin_allowed(origin, **AT_HOME)
