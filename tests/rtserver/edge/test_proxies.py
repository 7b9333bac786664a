from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtserver.edge.proxies import (
    address_group,
    client_address,
    is_allowed,
    normal_address,
)

LOCAL = (ip_network("127.0.0.1"), ip_network("::1"), ip_network("10.0.0.0/8"))


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("::ffff:127.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1, 10.1.2.3", "198.51.100.1"),
        ("127.0.0.1", ["198.51.100.1", "10.1.2.3"], "198.51.100.1"),
        ("127.0.0.1", "10.0.0.7", "10.0.0.7"),
        ("127.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        ("127.0.0.1", "2001:DB8:0::1", "2001:db8::1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", "1.1.1.1, unknown", "127.0.0.1"),
        ("127.0.0.1", "1.1.1.1, unknown, 10.1.2.3", "10.1.2.3"),
    ],
)
def test_the_client_is_the_nearest_address_no_trusted_proxy_has(
    remote, forwarded, client
):
    assert client_address(remote, forwarded, LOCAL) == client


@given(st.text(), st.lists(st.text()))
def test_garbage_never_raises(remote, forwarded):
    assert isinstance(client_address(remote, forwarded, LOCAL), str)
    assert isinstance(address_group(remote), str)


@pytest.mark.parametrize("address", ["10.255.0.1", "::1", "::ffff:10.0.0.1"])
def test_an_address_of_a_network_is_allowed(address):
    assert is_allowed(address, LOCAL)


@pytest.mark.parametrize("address", ["11.0.0.1", "::2", "", "localhost", "unix:"])
def test_any_other_address_is_not_allowed(address):
    assert not is_allowed(address, LOCAL)


def test_nothing_is_allowed_where_no_network_is_given():
    assert not is_allowed("127.0.0.1", ())


def test_addresses_of_one_ipv6_network_are_one_group():
    assert address_group("2001:db8:0:1::5") == address_group("2001:db8:0:1:9::")
    assert address_group("2001:db8:0:1::5") != address_group("2001:db8:0:2::5")


def test_ipv4_addresses_are_groups_of_their_own():
    assert address_group("192.0.2.1") == address_group("::ffff:192.0.2.1")
    assert address_group("192.0.2.1") != address_group("192.0.2.2")


def test_an_address_with_a_zone_or_no_address_has_one_writing():
    assert normal_address("fe80::1%eth0") == "fe80::1"
    assert normal_address("/run/rtserver.sock") == "/run/rtserver.sock"
