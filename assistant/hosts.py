"""The names this server answers to, so that no link is ever made from a name a client invented."""

from __future__ import annotations

from urllib.parse import urlsplit

from assistant.headers import Scope

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def known_hosts(public_url: str | None) -> frozenset[str] | None:
    """Return the public name and those of this machine; None (any name) when no public one is set."""
    name = urlsplit(public_url).netloc if public_url else ""
    return frozenset({bare(name), *_LOOPBACK}) if name else None


def is_known_host(scope: Scope, known: frozenset[str] | None) -> bool:
    """Tell whether a request names one of the known hosts, exactly once, on whatever port."""
    if known is None:
        return True
    names = [v.decode("latin-1") for k, v in scope["headers"] if k.lower() == b"host"]
    return len(names) == 1 and bare(names[0]) in known


def under_public_name(scope: Scope, public_url: str | None) -> Scope:
    """Return a request as if it had come to the public address, which links are then made from.

    A root path of the chat's own would make the mounted app deaf: it takes a whole address for a path.
    """
    public = urlsplit(public_url or "")
    if not public.netloc:
        return scope
    headers = [(k, v) for k, v in scope["headers"] if k.lower() != b"host"]
    return {**scope, "scheme": public.scheme, "headers": [(b"host", public.netloc.encode()), *headers]}


def bare(host: str) -> str:
    """Return a host in lower case without its port."""
    host = host.rpartition("@")[2].lower()
    name, colon, port = host.rpartition(":")
    return name if colon and (port.isdigit() or not port) and not name.endswith(":") else host
