"""Security headers of every response, and a nonce for the scripts of the page."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_SCRIPT = re.compile(rb"<script(?=[\s>])")
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
}


def with_headers(send: Send, path: str, nonce: str) -> Send:
    """Add security headers to every response and the nonce to the scripts of the page."""
    start: Message = {}
    html = b""

    async def guarded(message: Message) -> None:
        nonlocal start, html
        if message["type"] == "http.response.start":
            headers = [(k, v) for k, v in message["headers"] if k.lower() not in _replaced()]
            headers += [(k.encode(), v.encode()) for k, v in {**_HEADERS, **_policy(path, nonce)}.items()]
            start = {**message, "headers": headers}
            if not _is_page(start):
                await send(start)
            return
        if not _is_page(start):
            await send(message)
            return
        html += message.get("body", b"")
        if message.get("more_body", False):
            return
        html = _SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), html)
        headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
        await send({**start, "headers": [*headers, (b"content-length", str(len(html)).encode())]})
        await send({"type": "http.response.body", "body": html})

    return guarded


def _is_page(start: Message) -> bool:
    return any(
        k.lower() == b"content-type" and v.startswith(b"text/html") for k, v in start.get("headers", ())
    )


def _replaced() -> set[bytes]:
    return {b"server", b"cache-control", *(name.encode() for name in _HEADERS)}


def _policy(path: str, nonce: str) -> dict[str, str]:
    hashed = path.startswith(("/chat/assets/", "/chat/static/"))
    return {
        "cache-control": "public, max-age=31536000, immutable" if hashed else "no-store",
        "content-security-policy": (
            f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
            "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
        ),
    }
