"""Security headers of every response, and a nonce for the scripts of the page."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

from assistant.allowed import is_api, language_of, may_be_kept, sets_own

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_SCRIPT = re.compile(rb"<script(?=[\s>])")
# Gradio writes English on every page; a screen reader would read Spanish with an English voice.
_LANGUAGE = re.compile(rb'(<html\s[^>]*?\blang=")en(?=")')
_CORS = "access-control-"
_Keeps = Callable[[str], bool]
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "cross-origin-opener-policy": "same-origin",
}


def with_headers(
    send: Send, path: str, nonce: str, *, language: str = "en", sites: Iterable[str] = ()
) -> Send:
    """Add security headers to every response, the nonce to a page's scripts, and its language.

    `sites` are the origins whose pages may show ours in a frame; `language` is the default one.
    """
    ours = {**_HEADERS, **_policy(path, nonce, sites)}
    return _changed(send, ours, nonce, language_of(path, language), lambda name: _is_kept(name, path))


def with_staff_headers(send: Send, nonce: str, *, may_be_kept: bool, shows_source: bool = False) -> Send:
    """Add the security headers of the staff's side: no page of another site may frame or read anything.

    The origin is told to this server itself: without it a form of its own looks like a foreign one.
    `shows_source`: the page holds a PDF file, in itself and not at an address.
    """
    ours = {
        **_HEADERS,
        "referrer-policy": "same-origin",
        "cache-control": "private, max-age=31536000, immutable" if may_be_kept else "no-store",
        "content-security-policy": _content_policy(nonce, "'none'", "data:" if shows_source else "'none'"),
    }
    return _changed(send, ours, nonce, "en", lambda name: name not in ours and not name.startswith(_CORS))


def _changed(send: Send, ours: Mapping[str, str], nonce: str, spoken: str, keeps: _Keeps) -> Send:
    """Put our headers into every response, and nonce and language into every page."""
    start: Message = {}
    html = b""

    async def guarded(message: Message) -> None:
        nonlocal start, html
        if message["type"] == "http.response.start":
            headers = [(k, v) for k, v in message["headers"] if keeps(k.lower().decode("latin-1"))]
            own = {k.lower() for k, _ in headers}
            headers += [(k.encode(), v.encode()) for k, v in ours.items() if k.encode() not in own]
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
        html = _LANGUAGE.sub(rb"\g<1>" + spoken.encode(), html, count=1)
        headers = [(k, v) for k, v in start["headers"] if k.lower() != b"content-length"]
        await send({**start, "headers": [*headers, (b"content-length", str(len(html)).encode())]})
        await send({"type": "http.response.body", "body": html})

    return guarded


def _is_page(start: Message) -> bool:
    return any(
        k.lower() == b"content-type" and v.startswith(b"text/html") for k, v in start.get("headers", ())
    )


def _is_kept(name: str, path: str) -> bool:
    if name in ("cache-control", "content-security-policy"):
        return sets_own(path)
    if name == "server" or name in _HEADERS:
        return False
    # Another site may read what /v1 answers; never a page, a file or the queue of the chat.
    return is_api(path) or not name.startswith(_CORS)


def _policy(path: str, nonce: str, sites: Iterable[str]) -> dict[str, str]:
    return {
        "cache-control": "public, max-age=31536000, immutable" if may_be_kept(path) else "no-store",
        "content-security-policy": _content_policy(nonce, " ".join(["'self'", *sites])),
    }


def _content_policy(nonce: str, framing: str, objects: str = "'none'") -> str:
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        f"object-src {objects}; base-uri 'self'; form-action 'self'; "
        f"frame-ancestors {framing}"
    )


async def lead_to(send: Send, path: str, query: bytes) -> None:
    """Answer with 307 and a relative target, with the query it was asked with."""
    # Relative: a name taken from the Host header would be the client's choice.
    target = path.encode() + (b"?" + query if query else b"")
    headers = [(b"location", target), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
