"""One delivery over HTTP, signed by Standard Webhooks, to a receiver that is not trusted.

Only public addresses are connected to, by TLS, and the very address that was looked at: a name that leads elsewhere a
moment later gains nothing. Redirects are not followed, bodies of answers are not read, and all of it has one deadline.
"""

import asyncio
import socket
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx
from standardwebhooks import Webhook

from services.journey.webhooks.port import Delivery
from services.journey.webhooks.targets import Target

_LAST_BITS = tuple(map(IPv6Network, ("64:ff9b::/96", "::/96", "::ffff:0:0:0/96")))
"""Networks in which the last 32 bits are an IPv4 address."""


class Undelivered(Exception):
    """The receiver did not take it; the message says why, without what was sent or answered."""


def client(target: Target) -> httpx.AsyncClient:
    """Connections to one target only, so that one that hangs takes none from another."""
    limits = httpx.Limits(max_connections=target.at_once, max_keepalive_connections=0)
    return httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=None, limits=limits)  # noqa: S113  one deadline


async def deliver(
    http: httpx.AsyncClient, target: Target, delivery: Delivery, now: datetime, *, to_loopback: bool = False
) -> None:
    """Returns once the receiver answered with 2xx. Raises Undelivered.

    `to_loopback` allows receivers on this machine, and nothing else that is private.
    """
    try:
        async with asyncio.timeout(target.timeout_seconds):
            status = await _post(http, target, delivery, now, to_loopback=to_loopback)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
        raise Undelivered(type(error).__name__) from error
    if not httpx.codes.is_success(status):
        raise Undelivered(f"answered {status}")


async def _post(
    http: httpx.AsyncClient, target: Target, delivery: Delivery, now: datetime, *, to_loopback: bool
) -> int:
    url = httpx.URL(str(target.url))
    address = await _address(url, to_loopback=to_loopback)
    if url.scheme != "https" and not address.is_loopback:
        raise Undelivered("is not https")
    headers = {
        "Host": url.netloc.decode(),
        "Content-Type": "application/json",
        "User-Agent": "Kesher",
        "webhook-id": delivery.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(target.secret.get_secret_value()).sign(delivery.id, now, delivery.body),
    }
    there = url.copy_with(host=str(address), userinfo=b"")
    extensions = {"sni_hostname": url.host}
    async with http.stream("POST", there, content=delivery.body, headers=headers, extensions=extensions) as answer:
        return answer.status_code


async def _address(url: httpx.URL, *, to_loopback: bool) -> IPv4Address | IPv6Address:
    """The first address of the host, all of which must be allowed. Raises Undelivered."""
    port = url.port or (443 if url.scheme == "https" else 80)
    found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    addresses = [_plain(ip_address(str(one[4][0]).partition("%")[0])) for one in found]
    if not addresses or not all(_allowed(address, to_loopback=to_loopback) for address in addresses):
        raise Undelivered("leads to an address that is not public")
    return addresses[0]


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _allowed(address: IPv4Address | IPv6Address, *, to_loopback: bool) -> bool:
    """What stands in the address for another is looked at too; it leads to this machine in no case."""
    if address.is_loopback:
        return to_loopback
    return all(one.is_global and not one.is_multicast for one in (address, _translated(address)))


def _translated(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Where a translator or a relay sends on what is sent to the address, by NAT64, 6to4 and the like."""
    if not isinstance(address, IPv6Address):
        return address
    if any(address in network for network in _LAST_BITS):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.sixtofour or address
