"""Which addresses of the Internet may be read: pure decisions on names and IP addresses.

A source, a redirection or a name server can point at the office's own network or at a cloud's metadata; nothing
there is ever a source. What must not enter: a socket, a resolver, httpx. `network.py` connects where this agrees.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Written out rather than `is_private`, whose meaning changed between Python versions.
_FERMES_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier NAT, and one cloud's metadata
            "127.0.0.0/8",
            "168.63.129.16/32",  # Azure's host agent, on a public-looking address
            "169.254.0.0/16",  # link-local, metadata
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
_OUVERT_V6 = IPv6Network("2000::/3")  # all that is handed out; the rest is loopback, ULA, link-local, multicast…
_FERMES_V6 = tuple(
    map(
        IPv6Network,
        ("2001::/23", "2001:db8::/32", "3fff::/20"),  # protocol assignments (Teredo…), documentation
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_NOMBRE = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)


def is_public(adresse: str) -> bool:
    """Whether an IP address, as a resolver writes it, belongs to the open Internet; False for what is not one."""
    try:
        ip = ip_address(adresse)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        incluse = _embedded(ip)
        if incluse is None:
            return ip.scope_id is None and ip in _OUVERT_V6 and not any(ip in reseau for reseau in _FERMES_V6)
        ip = incluse
    return not any(ip in reseau for reseau in _FERMES_V4)


def is_ip(hote: str) -> bool:
    """Whether a host is an IP address in its one plain form (no name to look up)."""
    try:
        ip_address(hote)
    except ValueError:
        return False
    return True


def refusal_of_name(hote: str) -> str:
    """Why a host must not even be looked up, in French; "" when it may.

    `127.1`, `2130706433` and `0x7f000001` are loopback to the C library; no honest address is written so.
    A trailing dot would make the same host pass for another.
    """
    if is_ip(hote):
        return ""
    etiquettes = hote.split(".")
    if "" in etiquettes:
        return "nom d’hôte terminé ou coupé par un point de trop"
    if _NOMBRE.fullmatch(etiquettes[-1]):
        return "adresse IP écrite sous une forme détournée"
    return ""


def _embedded(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that a mapped, 6to4 or NAT64 address really leads to."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour
