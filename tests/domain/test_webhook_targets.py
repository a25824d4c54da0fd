"""Where webhooks may be sent: plain https URLs, and public addresses."""

import pytest

from counterfoil.domain.addresses import is_loopback, is_public
from counterfoil.domain.webhook_targets import BadTarget, Target, target_of

PRIVATE = [
    "0.0.0.0",  # noqa: S104  # nothing is bound to it
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "192.168.255.255",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:2::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700::1%1",
    "fec0::1",
    "ff02::1",
    "not an address",
    "",
    "127.1",
    "2130706433",
    "0x7f000001",
    "017700000001",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "172.32.0.1", "223.255.255.255", "2606:4700::1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_known_as_such(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_known_as_such(address: str) -> None:
    assert is_public(address)
    assert not is_loopback(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_is_known_as_such(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize(
    "address", ["::ffff:127.0.0.1", "::1%lo", "64:ff9b::7f00:1", "localhost", ""]
)
def test_this_machine_in_disguise_is_nobody(address: str) -> None:
    assert not is_loopback(address)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://shop.example", Target("https", "shop.example", 443, "/")),
        ("https://Shop.Example:443/a?b=c", Target("https", "shop.example", 443, "/a?b=c")),
        ("https://shop.example?b=c", Target("https", "shop.example", 443, "/?b=c")),
        ("https://shop.example:8443/", Target("https", "shop.example", 8443, "/")),
        ("https://8.8.8.8/x", Target("https", "8.8.8.8", 443, "/x")),
        ("https://[2606:4700::1]:9443/", Target("https", "[2606:4700::1]", 9443, "/")),
        (
            "https://xn--bcher-kva.example/%20",
            Target("https", "xn--bcher-kva.example", 443, "/%20"),
        ),
    ],
)
def test_a_url_is_taken_apart(url: str, target: Target) -> None:
    assert target_of(url, loopback=False) == target


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://shop.example/", "shop.example"),
        ("https://shop.example:8443/", "shop.example:8443"),
        ("http://127.0.0.1/", "127.0.0.1"),
        ("https://[::1]:8080/", "[::1]:8080"),
    ],
)
def test_the_host_header_has_the_port_where_it_is_not_the_scheme_s(
    url: str, authority: str
) -> None:
    assert target_of(url, loopback=True).authority == authority


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "//shop.example/",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "gopher://shop.example/",
        "HTTPS://shop.example/",
        "https://",
        "https:///path",
        "https://user@shop.example/",
        "https://user:secret@shop.example/",
        "https://shop.example@127.0.0.1/",
        "https://shop.example\\@127.0.0.1/",
        "https://shop.example/#fragment",
        "https://shop.example/a b",
        "https://shop.example/\r\nX-Evil: 1",
        "https://shop.example/\n",
        "https://shop.example/\x00",
        "https://shop.example/é",
        "https://bücher.example/",
        "https://shop..example/",
        "https://.shop.example/",
        "https://shop.example./",
        "https://-shop.example/",
        "https://shop-.example/",
        f"https://{'a' * 64}.example/",
        f"https://{'a.' * 127}example/",
        f"https://shop.example/{'a' * 2048}",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://017700000001/",
        "https://1.2.3.4.5/",
        "https://[::1/",
        "https://[v1.x]/",
        "https://[fe80::1%25eth0]/",
        "https://shop.example:/",
        "https://shop.example:0/",
        "https://shop.example:22/",
        "https://shop.example:25/",
        "https://shop.example:6379/",
        "https://shop.example:65536/",
        "https://shop.example:99999/",
        "https://shop.example:-1/",
        "https://shop.example:443x/",
        "http://shop.example/",
        *(f"https://{each}/" for each in PRIVATE if each[:1].isdigit() and ":" not in each),
        *(f"https://[{each}]/" for each in PRIVATE if ":" in each),
    ],
)
def test_a_url_that_is_not_plain_is_refused(url: str) -> None:
    with pytest.raises(BadTarget):
        target_of(url, loopback=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8000/",
        "http://localhost:8000/",
        "http://[::1]:8000/",
        "https://127.0.0.1/",
    ],
)
def test_this_machine_is_a_target_only_where_it_is_allowed(url: str) -> None:
    assert target_of(url, loopback=True).path == "/"
    if not url.startswith("https"):
        with pytest.raises(BadTarget):
            target_of(url, loopback=False)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "http://shop.example/",
        "http://0.0.0.0/",
        "http://[::]/",
    ],
)
def test_nothing_else_is_allowed_with_it(url: str) -> None:
    with pytest.raises(BadTarget):
        target_of(url, loopback=True)
