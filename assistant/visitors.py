"""Who is asking: the address a question is counted under, believed only from where it can be."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any

from assistant.headers import Scope
from content.schema import Fact

_IP = ipaddress.IPv4Address | ipaddress.IPv6Address
# One household or phone gets a whole /64; counted by address, it would have 2^64 of them.
_IPV6_HOME_BITS = 64
# The guard's own word to the chats about somebody who asks too often: nothing is searched for them.
OVER_LIMIT = "x-faq-over-limit"
_OVER_LIMIT = OVER_LIMIT.encode()
# The guard's own word to everything that answers about who asks: a pseudonym of the day.
VISITOR = "x-faq-visitor"
_VISITOR = VISITOR.encode()


class Visitor(Fact):
    """`name` is what questions are counted under; the machine itself (staff, scripts) is not counted."""

    name: str
    counted: bool
    secure: bool = False


def visitor_of(scope: Scope, proxies: Collection[_IP], *, public: bool = False) -> Visitor:
    """Return who sent a request.

    A forwarded address is believed only when the connection comes from one of `proxies`, and then
    only the rightmost one that is no proxy: everything left of it is the client's own claim. This
    machine is not counted unless a proxy that nobody trusts seems to run on it, because the site is
    `public` or somebody is spoken for: then all who come through it are one visitor.
    """
    client = scope.get("client")
    peer = client[0] if client else ""
    address = _address(peer)
    here = bool(address and address.is_loopback)
    forwarded = _values(scope, b"x-forwarded-for")
    if address not in proxies:
        return Visitor(name=_name(peer), counted=not here or public or bool(forwarded))
    secure = _values(scope, b"x-forwarded-proto")[-1:] == ["https"]
    if not forwarded:
        return Visitor(name=_name(peer), counted=not here, secure=secure)
    nearest = peer
    for hop in reversed(forwarded):
        found = _address(hop)
        if found is None:
            # Not an address: the last proxy that could be understood is counted in its place.
            break
        nearest = str(found)
        if found not in proxies:
            break
    return Visitor(name=_name(nearest), counted=True, secure=secure)


def pseudonym(name: str, day: date) -> str:
    """Return a name for a visitor that lasts a day and that nobody can lead back to an address.

    The secret it is made with is in memory alone, and gone with the day or the process.
    """
    return hmac.new(_secret(day), name.encode(), hashlib.sha256).hexdigest()[:32]


@lru_cache(maxsize=1)
def _secret(_: date) -> bytes:
    return secrets.token_bytes(32)


def without_claims(scope: Scope, visitor: Visitor, *, over_limit: bool = False) -> Scope:
    """Return the request without what a client may only claim: other addresses, other host names.

    The guard's own headers, which never come through from outside, are added: a pseudonym, and
    `over_limit` where it is so.
    """
    headers: list[tuple[bytes, bytes]] = [(k, v) for k, v in scope["headers"] if not _is_claim(k.lower())]
    headers.append((_VISITOR, pseudonym(visitor.name, date.today()).encode()))
    if over_limit:
        headers.append((_OVER_LIMIT, b"1"))
    scheme = "https" if visitor.secure else scope.get("scheme", "http")
    kept: dict[str, Any] = {**scope, "headers": headers, "scheme": scheme}
    return kept


def _is_claim(name: bytes) -> bool:
    # Servers that hand headers on as variables read `_` as `-`.
    plain = name.replace(b"_", b"-")
    return plain in (_OVER_LIMIT, _VISITOR, b"forwarded") or plain.startswith(b"x-forwarded-")


def _values(scope: Scope, wanted: bytes) -> list[str]:
    lines = [v.decode("latin-1") for k, v in scope["headers"] if k.lower() == wanted]
    return [part.strip() for line in lines for part in line.split(",") if part.strip()]


def _address(text: str) -> _IP | None:
    """Return an address, also with a port as some proxies write it; IPv4 within IPv6 is IPv4."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _name(text: str) -> str:
    address = _address(text)
    if isinstance(address, ipaddress.IPv6Address):
        home = ipaddress.IPv6Network((int(address), _IPV6_HOME_BITS), strict=False)
        return str(home)
    return str(address) if address else text
