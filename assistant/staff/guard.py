"""The gate of the staff's side: known names and paths, no other site's requests, a session, small bodies."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from assistant.bodies import decoded, read_body, replay
from assistant.headers import App, Receive, Scope, Send, with_staff_headers
from assistant.hosts import bare, is_known_host, known_hosts, under_public_name
from assistant.staff.login import LOGIN, LOGOUT, Door, leaving
from assistant.staff.paths import UPLOAD, beside, is_allowed, may_be_kept, names_only_uploads
from assistant.visitors import visitor_of, without_claims

MAX_BODY_BYTES = 64 * 1024
MAX_UPLOAD_BYTES = 25 * 1024 * 1024
_OURS = frozenset({"same-origin", "none"})


class StaffGuard:
    """ASGI middleware; `door` is None where only this machine can connect and nobody has to log in.

    `url` is the address staff use when a proxy of `proxies` stands in front. `any_address`: the server
    listens beyond this machine, so that its own addresses (never a name, which another site could let
    point here) are known, too. `uploads` is the one folder that a request may name files of.
    """

    def __init__(
        self,
        app: App,
        *,
        uploads: Callable[[], Path],
        door: Door | None = None,
        url: str | None = None,
        any_address: bool = False,
        proxies: Collection[IPv4Address | IPv6Address] = (),
    ) -> None:
        self._app, self._door, self._url, self._uploads = app, door, url, uploads
        self._hosts, self._any_address = known_hosts(url or "http://localhost"), any_address
        self._proxies = frozenset(proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through with strict headers, or answer it here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            # Nothing here speaks WebSocket; 1008 is "policy violation" (RFC 6455, section 7.4.1).
            await send({"type": "websocket.close", "code": 1008})
            return
        path = scope["path"]
        send = with_staff_headers(
            send, secrets.token_urlsafe(16), may_be_kept=may_be_kept(path), shows_source=bool(beside(path))
        )
        refusal = self._refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        client = visitor_of(scope, self._proxies).name
        if self._door is not None and scope["path"] in (LOGIN, LOGOUT):
            answer = await _at_the_door(self._door, scope, receive, client)
            await answer(scope, receive, send)
        elif self._door is not None and not self._door.lets_in(scope, client):
            await _to_log_in(scope)(scope, receive, send)
        else:
            await self._inside(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        """Say why a request is not even looked at; the first reason counts."""
        method, path = scope["method"], scope["path"]
        if not self.knows(scope):
            return _told(403, "Ask for 127.0.0.1, or for the name in FAQ_STAFF_URL.")
        if not is_allowed(method, path, login=self._door is not None):
            return _told(404, "There is nothing here.")
        if not _is_own(scope, self._url):
            return _told(403, "Other sites' pages are not answered here.")
        if method != "POST":
            return None
        length = Request(scope).headers.get("content-length", "")
        if not length.isascii() or not length.isdigit():
            return _told(411, "Say how long the body is.")
        if int(length) > (MAX_UPLOAD_BYTES if path == UPLOAD else MAX_BODY_BYTES):
            return _told(413, "This is too large. A file may have 25 MB.")
        return None

    def knows(self, scope: Scope) -> bool:
        """Tell whether a request names this server as staff do."""
        return is_known_host(scope, self._hosts) or (self._any_address and _names_an_address(scope))

    async def _inside(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST" and scope["path"] != UPLOAD:
            # As long as it says, at most; the server sees to that.
            body = await read_body(receive, MAX_BODY_BYTES) or b""
            try:
                harmless = names_only_uploads(decoded(body), self._uploads())
            except ValueError:
                harmless = False
            if not harmless:
                await _told(400, "The request holds what is never accepted.")(scope, receive, send)
                return
            receive = replay(body, receive)
        clean = without_claims(scope, visitor_of(scope, self._proxies))
        await self._app(under_public_name(clean, self._url), receive, send)


async def _at_the_door(door: Door, scope: Scope, receive: Receive, client: str) -> Response:
    if scope["method"] != "POST":
        return leaving() if scope["path"] == LOGOUT else door.form()
    if scope["path"] == LOGOUT:
        return door.log_out(scope)
    return door.log_in(await read_body(receive, MAX_BODY_BYTES) or b"", client)


def _to_log_in(scope: Scope) -> Response:
    """Lead a person to the form; tell a program no more than that there is one."""
    if scope["method"] == "GET" and scope["path"] in ("/", "/staff/"):
        return RedirectResponse(LOGIN, 303)
    return PlainTextResponse("Log in first.\n", 401, {"www-authenticate": "Bearer"})


def _is_own(scope: Scope, url: str | None) -> bool:
    """Tell whether a request comes from a page of this server, a person's own address bar, or a program.

    Browsers say where a request comes from (Fetch Metadata) and, with what changes something, of which
    origin the page is (RFC 6454); a page cannot write either itself.
    """
    headers = Request(scope).headers
    site = headers.get("sec-fetch-site")
    if scope["method"] in ("GET", "HEAD"):
        # A link on another page may lead here; nothing else of another site may even look.
        return site is None or site in _OURS or headers.get("sec-fetch-mode") == "navigate"
    origin = headers.get("origin", "")
    own = {f"http://{headers.get('host')}", *([url.rstrip("/")] if url else [])}
    return site in (None, "same-origin") and origin.lower() in {name.lower() for name in own}


def _names_an_address(scope: Scope) -> bool:
    """Tell whether a request is for a bare address, exactly once: no site can make its name one."""
    names = [v.decode("latin-1") for k, v in scope["headers"] if k.lower() == b"host"]
    try:
        ip_address(bare("".join(names)).strip("[]"))
    except ValueError:
        return False
    return len(names) == 1


def _told(status: int, text: str) -> Response:
    return PlainTextResponse(f"{text}\n", status)
