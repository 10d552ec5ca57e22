"""The door of the staff's side: a token typed once, a session that ends, five wrong tries and no more."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic
from urllib.parse import parse_qs

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from assistant.headers import Scope
from assistant.staff.texts import plain_page, say

LOGIN, LOGOUT = "/login", "/logout"
COOKIE = "faq_staff"
SESSION_SECONDS = 8 * 3600
TRIES = 5
LOCKED_SECONDS = 15 * 60
# More people do not work at one clinic; an attacker with many addresses fills nothing.
_MOST_SESSIONS = 100
_MOST_CLIENTS = 1000


class Door:
    """Knows the token's hash alone, and the sessions that are open; all of it is gone with the process.

    `secure`: staff come over https, and the cookie is never sent over anything else.
    """

    def __init__(self, token: SecretStr, *, secure: bool, now: Callable[[], float] = monotonic) -> None:
        self._token = _hash(token.get_secret_value())
        self._secure, self._now = secure, now
        self._sessions: OrderedDict[bytes, float] = OrderedDict()
        self._failed: OrderedDict[str, list[float]] = OrderedDict()

    def lets_in(self, scope: Scope, client: str) -> bool:
        """Tell whether a request comes with an open session or, from a program, with the token itself."""
        ends = self._sessions.get(_session(scope))
        if ends is not None:
            return self._now() < ends
        kind, _, token = Request(scope).headers.get("authorization", "").partition(" ")
        return kind.lower() == "bearer" and not self.is_locked(client) and self._fits(token.strip(), client)

    def is_locked(self, client: str) -> bool:
        """Tell whether somebody was wrong so often that even the right token opens nothing for a while."""
        return len(self._recent(client)) >= TRIES

    def log_in(self, body: bytes, client: str) -> Response:
        """Answer what the form sent: a session, or the form again with what was wrong."""
        if self.is_locked(client):
            return self.form("locked", 429)
        given = parse_qs(body.decode("utf-8", "replace"), max_num_fields=4).get("token", [""])[0]
        if not self._fits(given, client):
            return self.form("locked" if self.is_locked(client) else "wrong_token", 401)
        session = secrets.token_urlsafe(32)
        while len(self._sessions) >= _MOST_SESSIONS:
            self._sessions.popitem(last=False)
        self._sessions[_hash(session)] = self._now() + SESSION_SECONDS
        answer = RedirectResponse("/", 303)
        self._set_cookie(answer, session, SESSION_SECONDS)
        return answer

    def log_out(self, scope: Scope) -> Response:
        """End the session of a request."""
        self._sessions.pop(_session(scope), None)
        answer = RedirectResponse(LOGIN, 303)
        self._set_cookie(answer, "", 0)
        return answer

    def form(self, told: str | None = None, status: int = 200) -> Response:
        """Return the page on which the token is typed; `told` is what went wrong before."""
        alert = f'<p role="alert">{say(told)}</p>' if told else ""
        form = (
            f'<form method="post" action="{LOGIN}"><label for="token">{say("token")}</label>'
            '<input id="token" name="token" type="password" autocomplete="current-password" required>'
            f'<button type="submit">{say("log_in")}</button></form>'
        )
        headers = {"retry-after": str(LOCKED_SECONDS)} if status == 429 else None
        return HTMLResponse(plain_page("log_in_title", alert + form), status, headers)

    def _fits(self, given: str, client: str) -> bool:
        if hmac.compare_digest(_hash(given), self._token):
            self._failed.pop(client, None)
            return True
        self._failed[client] = [*self._recent(client), self._now()]
        self._failed.move_to_end(client)
        while len(self._failed) > _MOST_CLIENTS:
            self._failed.popitem(last=False)
        return False

    def _recent(self, client: str) -> list[float]:
        """Return when a client was wrong lately; the last one locks it for the whole time."""
        times = self._failed.get(client, [])
        if times and self._now() - times[-1] >= LOCKED_SECONDS:
            return []
        return times[-TRIES:]

    def _set_cookie(self, answer: Response, value: str, seconds: int) -> None:
        answer.set_cookie(
            COOKIE, value, max_age=seconds, path="/", secure=self._secure, httponly=True, samesite="strict"
        )


def leaving() -> Response:
    """Return the page that asks whether to log out: a link alone must never do it."""
    form = f'<form method="post" action="{LOGOUT}"><button type="submit">{say("log_out")}</button></form>'
    back = f'<p><a href="/">{say("back")}</a></p>'
    return HTMLResponse(plain_page("log_out_title", form + back))


def _session(scope: Scope) -> bytes:
    return _hash(Request(scope).cookies.get(COOKIE, ""))


def _hash(text: str) -> bytes:
    """Return a hash to look up and compare: its length is always the same, and it is nothing to steal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
