"""Client addresses behind reverse proxies."""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# More hops than any real chain has; the rest of a longer header isn't read.
MAX_HOPS = 32


def client_address(
    remote: str, forwarded_for: Sequence[str] | str, trusted: Sequence[Network]
) -> str:
    """Return the nearest address that isn't a trusted proxy's.

    ``forwarded_for`` is the X-Forwarded-For header, or all of them in order. Each hop
    is believed only from a trusted one, so what a stranger writes counts for nothing.
    """
    headers = [forwarded_for] if isinstance(forwarded_for, str) else forwarded_for
    hops = ",".join(headers).split(",")
    client = normal_address(remote)
    for hop in reversed(hops[-MAX_HOPS:]):
        parsed = _parse(hop)
        if parsed is None or not is_allowed(client, trusted):
            break
        client = str(parsed)
    return client


def is_allowed(address: str, networks: Sequence[Network]) -> bool:
    """Return whether an address lies in one of the networks; garbage lies in none."""
    parsed = _parse(address)
    return parsed is not None and any(parsed in network for network in networks)


def normal_address(address: str) -> str:
    """Write one address one way: no port, no zone, no IPv4 mapped into IPv6."""
    parsed = _parse(address)
    return address if parsed is None else str(parsed)


def address_group(address: str) -> str:
    """Name who shares an address for limits: an IPv6 /64 is one household."""
    parsed = _parse(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((int(parsed), 64), strict=False))
    return address if parsed is None else str(parsed)


def _parse(text: str) -> Address | None:
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address
