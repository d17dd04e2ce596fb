"""Where a request comes from: to count tries, never to be kept."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.http import HttpRequest

from hygie.base import config


def address_of(request: HttpRequest) -> str:
    """The visitor's address as it is counted: of IPv6, the network of 64 bits that one household has.

    Behind HYGIE_PROXIES proxies, the one that the outermost of them wrote; what a visitor writes there himself is not
    believed.
    """
    proxies = config.number("HYGIE_PROXIES", least=0)
    said = str(request.META.get("REMOTE_ADDR", ""))
    if proxies:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
        said = hops[-proxies] if len(hops) >= proxies else said
    try:
        found = ip_address(said)
    except ValueError:
        return "unknown"
    return str(ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)
