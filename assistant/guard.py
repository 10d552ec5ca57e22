"""The gate in front of everything: known paths and hosts, small bodies, few questions, strict headers."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from starlette.middleware.cors import CORSMiddleware

from assistant.allowed import (
    bare_chat,
    counted_as,
    is_allowed,
    is_api,
    is_chat_question,
    language_of,
    methods_at,
    stream_at,
)
from assistant.bodies import MAX_BODY_BYTES, is_harmless, is_plainly_asked, read_body, replay, whole
from assistant.headers import App, Receive, Scope, Send, lead_to, with_headers
from assistant.hosts import is_known_host, known_hosts, under_public_name
from assistant.problems import Kind, as_response, problem
from assistant.rates import WAIT_SECONDS, Rates
from assistant.sessions import forgetting
from assistant.settings import Settings
from assistant.triage import Triage, triage
from assistant.urgency import urgent_kind
from assistant.visitors import Visitor, visitor_of, without_claims
from assistant.waiting import ChatQueues, Streams, Turns, chats_waiting, cores_of_one

# The wording of each language, by its id.
Texts = Mapping[str, Callable[[str], str]]


def guarded(
    app: Any, settings: Settings, texts: Texts, route: Triage = triage, rates: Rates | None = None
) -> App:
    """Return an app and its chats behind a guard as the settings want it."""
    routes = getattr(app, "routes", ())
    return Guard(
        app,
        questions_per_minute=settings.questions_per_minute,
        busy_text=texts[settings.language]("busy"),
        texts=texts,
        sites=settings.allowed_sites,
        language=settings.language,
        public_url=settings.public_url,
        proxies=settings.trusted_proxies,
        chats_waiting=chats_waiting(routes),
        forget_sessions=forgetting(routes),
        route=route,
        rates=rates,
        at_once=cores_of_one(settings.workers),
    )


class Guard:
    """ASGI middleware; `busy_text` is what a client over its limit reads, `texts` all wording by language.

    `sites` are the origins whose pages may frame the chat and call `/v1`, without credentials.
    `proxies` are believed when they say who is asking. `chats_waiting` counts the chats' own
    queues, `forget_sessions` keeps what they remember small, `route` tells an emergency.
    """

    def __init__(
        self,
        app: App,
        *,
        questions_per_minute: int,
        busy_text: str,
        texts: Texts | None = None,
        sites: Sequence[str] = (),
        language: str = "en",
        public_url: str | None = None,
        proxies: Collection[IPv4Address | IPv6Address] = (),
        chats_waiting: Callable[[], int] = lambda: 0,
        forget_sessions: Callable[[], None] = lambda: None,
        route: Triage = triage,
        rates: Rates | None = None,
        at_once: int | None = None,
    ) -> None:
        self._app, self._language = app, language
        self._busy_text, self._texts, self._forget_sessions = busy_text, texts or {}, forget_sessions
        self._sites, self._proxies = tuple(sites), frozenset(proxies)
        self._public_url, self._hosts = public_url, known_hosts(public_url)
        self._route, self._rates = route, rates or Rates(questions_per_minute)
        self._turns, self._chats, self._streams = Turns(at_once), ChatQueues(chats_waiting), Streams()
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
        path, nonce = scope["path"], secrets.token_urlsafe(16)
        send = with_headers(send, path, nonce, language=self._language, sites=self._sites)
        await (self._shared if is_api(path) else self._checked)(scope, receive, send)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        visitor = visitor_of(scope, self._proxies, public=self._public_url is not None)
        if not is_known_host(scope, self._hosts):
            await _refuse(send, "not-allowed", "This server has another name.")
        elif method in ("GET", "HEAD") and bare_chat(path):
            await lead_to(send, f"{path}/", scope["query_string"])
        elif not is_allowed(method, path):
            methods = ", ".join(methods_at(path))
            await _refuse(send, "method" if methods else "not-found", allow=methods)
        elif method == "POST":
            await self._post(scope, receive, send, visitor)
        else:
            await self._shown(scope, receive, send, visitor)

    async def _shown(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        """Let a request to look through; a stream only while its visitor holds few others open."""
        stream = stream_at(scope["path"])
        if stream is None:
            await self._app(self._clean(scope, visitor), receive, send)
        elif self._streams.is_full(stream, visitor):
            await _refuse(send, "busy", self._text(scope["path"], "busy"), wait=WAIT_SECONDS)
        else:
            with self._streams.held(stream, visitor):
                await self._app(self._clean(scope, visitor), receive, send)

    async def _post(self, scope: Scope, receive: Receive, send: Send, visitor: Visitor) -> None:
        body = await read_body(receive)
        if body is None:
            await _refuse(send, "too-large", f"At most {MAX_BODY_BYTES} bytes are read.")
            return
        try:
            body, value = whole(body)
        except ValueError:
            await _refuse(send, "not-json")
            return
        if not is_harmless(value) or (is_chat_question(scope["path"]) and not is_plainly_asked(value)):
            await _refuse(send, "not-allowed")
            return
        await self._limited(scope, replay(body, receive), send, visitor, value)

    async def _limited(
        self, scope: Scope, receive: Receive, send: Send, visitor: Visitor, value: object
    ) -> None:
        """Let a question through now, later or not at all; an urgent one now, whoever asks it."""
        path, chat = scope["path"], is_chat_question(scope["path"])
        what = counted_as(path)
        alone = what != "question" or chat
        verdict = self._rates.verdict(what, visitor)
        full = what == "question" and (self._chats if chat else self._turns).is_full
        over = verdict == "far_over" or (verdict == "over" and not chat)
        waits = not alone and self._turns.must_wait
        # A chat's own queue knows no haste: behind others whom to call is told here and now.
        late = chat and self._chats.is_long
        limited = over or full or waits or late or verdict == "over"
        if chat:
            self._forget_sessions()
        if limited and (kind := urgent_kind(path, value, self._route)):
            if not late and self._rates.passes_urgent(visitor):
                await self._app(self._clean(scope, visitor), receive, send)
            else:
                await _refuse(send, "busy", self._text(path, kind), wait=WAIT_SECONDS)
        elif over or (full and chat):
            # To a chat 503 would show words of Gradio's own.
            await _refuse(send, "busy", self._text(path, "busy"), wait=WAIT_SECONDS)
        elif full:
            await _refuse(send, "unavailable", self._text(path, "busy"), wait=1)
        elif chat:
            with self._chats:
                await self._app(self._clean(scope, visitor, over_limit=verdict == "over"), receive, send)
        elif alone:
            await self._app(self._clean(scope, visitor), receive, send)
        else:
            async with self._turns:
                await self._app(self._clean(scope, visitor), receive, send)

    def _clean(self, scope: Scope, visitor: Visitor, *, over_limit: bool = False) -> Scope:
        return under_public_name(without_claims(scope, visitor, over_limit=over_limit), self._public_url)

    def _text(self, path: str, wording: str) -> str:
        text = self._texts.get(language_of(path, self._language))
        return text(wording) if text else self._busy_text


async def _refuse(
    send: Send, kind: Kind, detail: str | None = None, *, wait: int | None = None, allow: str = ""
) -> None:
    """Answer with a problem; `wait` is after how many seconds a client may try again, `allow` how."""
    headers = {"retry-after": str(wait)} if wait else {"allow": allow} if allow else None
    reply = as_response(problem(kind, detail), headers)
    await send({"type": "http.response.start", "status": reply.status_code, "headers": reply.raw_headers})
    await send({"type": "http.response.body", "body": reply.body})
