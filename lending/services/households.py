"""Whom tries are counted for, where all that is known of somebody is an address."""

import ipaddress


def household(address: str) -> str:
    """Whom a try is counted for: who has IPv6 has a whole /64 of addresses, and could try from each."""
    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found), 64), strict=False))
