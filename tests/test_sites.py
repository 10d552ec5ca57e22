"""Other sites: who may show the chat in a frame, and whose pages may call /v1."""

from __future__ import annotations

import pytest
from asgi import Reply, call
from starlette.responses import JSONResponse

from assistant.guard import Guard
from assistant.headers import App, Receive, Scope, Send

CLINIC, OTHER = "https://clinic.example", "https://www.clinic.example:8443"
STRANGERS = ["https://evil.example", "https://clinic.example.evil.example", "http://clinic.example",
             "https://CLINIC.example", "https://clinic.example:444", "null", ""]  # fmt: skip
ASK = b'{"question": "Were there any deaths?"}'


async def generous(scope: Scope, receive: Receive, send: Send) -> None:
    """Let every site read everything, as an app behind the guard must not."""
    headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true"}
    await JSONResponse({"path": scope["path"]}, headers=headers)(scope, receive, send)


@pytest.fixture
def guard() -> App:
    return Guard(generous, questions_per_minute=2, busy_text="Call 911.", sites=(CLINIC, OTHER))


def readable_by(reply: Reply) -> set[str]:
    """Return whose pages may read a reply; nobody's may send credentials with the request."""
    return {value for name, value in reply.headers.items() if name == "access-control-allow-origin"}


def preflight(app: App, path: str, origin: str, method: str = "POST") -> Reply:
    asked = {"access_control_request_method": method, "access_control_request_headers": "content-type"}
    return call(app, "OPTIONS", path, origin=origin, **asked)


def framing(reply: Reply) -> str:
    (found,) = (r for r in reply.headers["content-security-policy"].split("; ") if r.startswith("frame-anc"))
    return found


def test_only_the_named_sites_show_the_chat_in_a_frame(guard: App, small_app: App) -> None:
    for path in ("/chat/", "/chat/es/", "/v1/ask", "/elsewhere"):
        assert framing(call(guard, "GET", path)) == f"frame-ancestors 'self' {CLINIC} {OTHER}"
    assert framing(call(small_app, "GET", "/chat/")) == "frame-ancestors 'self'", "nobody by default"


@pytest.mark.parametrize("origin", [CLINIC, OTHER])
def test_a_named_site_may_ask_and_reads_answers_and_refusals(origin: str, guard: App) -> None:
    allowed = preflight(guard, "/v1/ask", origin)
    assert allowed.status == 200
    assert allowed.headers["access-control-allow-origin"] == origin
    assert allowed.headers["access-control-allow-methods"] == "GET, POST"
    assert "content-type" in allowed.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in allowed.headers

    for body, status in ((b"{", 400), (b" " * 20_000, 413)):
        reply = call(guard, "POST", "/v1/ask", body, origin=origin)
        assert (reply.status, reply.headers.get("access-control-allow-origin")) == (status, origin)
        assert reply.headers["vary"] == "Origin"


@pytest.mark.parametrize("origin", STRANGERS)
def test_nobody_else_may(origin: str, guard: App, small_app: App) -> None:
    for app in (guard, small_app):
        assert preflight(app, "/v1/ask", origin).status == 400
        assert readable_by(preflight(app, "/v1/ask", origin)) == set()
        assert (
            readable_by(call(small_app, "POST", "/v1/ask", ASK, client="127.0.0.1", origin=origin)) == set()
        )


@pytest.mark.parametrize("origin", [CLINIC, *STRANGERS])
def test_of_the_chat_no_site_reads_anything(origin: str, guard: App, small_app: App) -> None:
    for path in ("/chat/", "/chat/config", "/chat/es/gradio_api/info", "/healthz", "/frame.js"):
        for app in (guard, small_app):
            reply = call(app, "GET", path, origin=origin, host="faq.clinic.example")
            assert not [name for name in reply.headers if name.startswith("access-control-")], path
            assert preflight(app, path, origin).status == 404


def test_a_site_is_told_nothing_without_a_preflight_of_its_own(guard: App) -> None:
    assert call(guard, "OPTIONS", "/v1/ask").status == 405
    assert call(guard, "OPTIONS", "/v1/ask", origin=CLINIC).status == 405
    assert preflight(guard, "/v1/ask", CLINIC, "DELETE").status == 400
