"""The gate in front of everything: known paths, small bodies, few questions, strict headers."""

from __future__ import annotations

import ipaddress
import json
import secrets

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.headers import App, Message, Receive, Scope, Send, with_headers

MAX_BODY_BYTES = 16_384
_GRADIO = "/chat/gradio_api"
# Only what the chat and our own routes need. Nearly every advisory about Gradio sits in routes for
# files, proxies and sharing, which a text chat never uses: whatever is not named here is 404.
GET_PATHS = frozenset(
    {"/", "/chat", "/chat/", "/chat/config", "/chat/theme.css", "/chat/manifest.json", "/frame.js",
     "/healthz", "/readyz", f"{_GRADIO}/info", f"{_GRADIO}/startup-events", f"{_GRADIO}/queue/data",
     f"{_GRADIO}/app_id", "/chat/favicon.ico", "/favicon.ico"}
)  # fmt: skip
GET_PREFIXES = ("/chat/assets/", "/chat/static/", f"{_GRADIO}/heartbeat/", "/chat/svelte/")
POST_PATHS = frozenset({"/v1/ask", f"{_GRADIO}/queue/join"})
# A text chat never sends files or component definitions; such objects are an attack on Gradio's
# file handling, whatever spelling JSON allows for them, so they are looked for after decoding.
_FORBIDDEN_KEYS = frozenset({"constructor_args", "component_name"})
_FILE_MARK = "gradio.filedata"


class Guard:
    """ASGI middleware; `busy_text` is what a client over its limit reads."""

    def __init__(self, app: App, *, questions_per_minute: int, busy_text: str) -> None:
        self._app = app
        self._limit = RateLimitItemPerMinute(questions_per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._busy_text = busy_text

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let known requests through with strict headers; answer all others here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            # Nothing here speaks WebSocket; 1008 is "policy violation" (RFC 6455, section 7.4.1).
            await send({"type": "websocket.close", "code": 1008})
            return
        nonce = secrets.token_urlsafe(16)
        send = with_headers(send, scope["path"], nonce)
        if not _is_known(scope["method"], scope["path"]):
            await _refuse(send, 404, "There is nothing here.")
        elif scope["method"] != "POST":
            await self._app(scope, receive, send)
        else:
            await self._post(scope, receive, send)

    async def _post(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read_body(receive)
        if body is None:
            await _refuse(send, 413, f"At most {MAX_BODY_BYTES} bytes are read.")
        elif not _is_harmless(body):
            await _refuse(send, 400, "This is not a question.")
        elif not self._may_ask(scope.get("client")):
            await _refuse(send, 429, self._busy_text)
        else:
            await self._app(scope, _replay(body, receive), send)

    def _may_ask(self, client: tuple[str, int] | None) -> bool:
        """Count questions of a client; the machine itself (staff, scripts) is not counted."""
        host = client[0] if client else ""
        try:
            if ipaddress.ip_address(host).is_loopback:
                return True
        except ValueError:
            # No address (a test client, a Unix socket): counted under its name.
            pass
        return self._limiter.hit(self._limit, host)


def _is_known(method: str, path: str) -> bool:
    if method in ("GET", "HEAD"):
        return path in GET_PATHS or (path.startswith(GET_PREFIXES) and ".." not in path)
    return method == "POST" and path in POST_PATHS


async def _read_body(receive: Receive) -> bytes | None:
    """Return the whole body, or None as soon as it is over the limit."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _is_harmless(body: bytes) -> bool:
    try:
        return not _holds_forbidden(json.loads(body))
    except (ValueError, RecursionError):
        return False


def _holds_forbidden(value: object) -> bool:
    if isinstance(value, dict):
        if not _FORBIDDEN_KEYS.isdisjoint(value):
            return True
        value = [*value, *value.values()]
    if isinstance(value, list):
        return any(_holds_forbidden(part) for part in value)
    return isinstance(value, str) and value.casefold() == _FILE_MARK


async def _refuse(send: Send, status: int, detail: str) -> None:
    body = json.dumps({"type": "about:blank", "status": status, "detail": detail}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
