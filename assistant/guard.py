"""The gate in front of everything: known paths, small bodies, few questions, strict headers."""

from __future__ import annotations

import ipaddress
import json
import secrets
from collections.abc import Sequence

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.middleware.cors import CORSMiddleware

from assistant.allowed import bare_chat, is_allowed, is_api
from assistant.headers import App, Message, Receive, Scope, Send, with_headers
from assistant.settings import Settings

MAX_BODY_BYTES = 16_384
# A text chat never sends files or component definitions; such objects are an attack on Gradio's
# file handling, whatever spelling JSON allows for them, so they are looked for after decoding.
_FORBIDDEN_KEYS = frozenset({"constructor_args", "component_name"})
_FILE_MARK = "gradio.filedata"


def guarded(app: App, settings: Settings, busy_text: str) -> App:
    """Return the app behind a guard as the settings want it."""
    return Guard(
        app,
        questions_per_minute=settings.questions_per_minute,
        busy_text=busy_text,
        sites=settings.allowed_sites,
        language=settings.language,
    )


class Guard:
    """ASGI middleware; `busy_text` is what a client over its limit reads.

    `sites` are the origins whose pages may frame the chat and call `/v1`, without credentials.
    """

    def __init__(
        self,
        app: App,
        *,
        questions_per_minute: int,
        busy_text: str,
        sites: Sequence[str] = (),
        language: str = "en",
    ) -> None:
        self._app = app
        self._limit = RateLimitItemPerMinute(questions_per_minute)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._busy_text = busy_text
        self._sites, self._language = tuple(sites), language
        # Outside the checks, so that a page of another site can also read why it was refused.
        self._shared = CORSMiddleware(
            self._checked, allow_origins=sites, allow_methods=["GET", "POST"], allow_headers=["content-type"]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let known requests through with strict headers; answer all others here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            # Nothing here speaks WebSocket; 1008 is "policy violation" (RFC 6455, section 7.4.1).
            await send({"type": "websocket.close", "code": 1008})
            return
        path: str = scope["path"]
        nonce = secrets.token_urlsafe(16)
        send = with_headers(send, path, nonce, language=self._language, sites=self._sites)
        await (self._shared if is_api(path) else self._checked)(scope, receive, send)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        if method in ("GET", "HEAD") and bare_chat(path):
            await _lead_to(send, f"{path}/", scope["query_string"])
        elif not is_allowed(method, path):
            await _refuse(send, 404, "There is nothing here.")
        elif method != "POST":
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


async def _lead_to(send: Send, path: str, query: bytes) -> None:
    # Relative: a name taken from the Host header would be the client's choice.
    target = path.encode() + (b"?" + query if query else b"")
    headers = [(b"location", target), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _refuse(send: Send, status: int, detail: str) -> None:
    body = json.dumps({"type": "about:blank", "status": status, "detail": detail}).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
