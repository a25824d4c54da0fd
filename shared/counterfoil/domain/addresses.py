"""Which network addresses strangers may have us connect to: public ones, and no other.

The tables are ours, after IANA's registries of special-purpose addresses, so that what is refused
does not change with the version of Python.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

_NO_V4: Final = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network; 0.0.0.0 reaches this machine
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # between a provider and its customers
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local, the metadata of cloud machines among them
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, the broadcast among them
        ),
    )
)
# All global unicast addresses so far, so that mapped, compatible, NAT64, unique local, link-local,
# site-local and multicast ones are refused without being named.
_V6: Final = IPv6Network("2000::/3")
_NO_V6: Final = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: an IPv4 address within
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that `host` writes in full, without or with the brackets of a URL."""
    try:
        return ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def is_public(address: str) -> bool:
    """Whether `address` is one of the public network; a text that is no address is none."""
    match literal(address):
        case IPv4Address() as v4:
            return not any(v4 in each for each in _NO_V4)
        case IPv6Address() as v6:
            plain = v6.scope_id is None
            return plain and v6 in _V6 and not any(v6 in each for each in _NO_V6)
        case _:
            return False


def is_loopback(address: str) -> bool:
    """Whether `address` is this machine's own, written as such and not hidden in another form."""
    match literal(address):
        case IPv4Address() as v4:
            return v4.is_loopback
        case IPv6Address() as v6:
            return v6.scope_id is None and v6 == IPv6Address("::1")
        case _:
            return False
