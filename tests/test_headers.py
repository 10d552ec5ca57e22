"""Security headers on every kind of response, and a nonce on every script of a page."""

from __future__ import annotations

import re

import pytest
from asgi import Reply, call
from shown import Shown

from assistant.guard import Guard
from assistant.headers import App, Receive, Scope, Send

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
BODY = b'{"question": "Were there any deaths?"}'
# Every kind of response: its request, and its status.
KINDS = {
    "page": ("GET", "/chat/", b"", 200),
    "head of the page": ("HEAD", "/chat/", b"", 200),
    "redirect": ("GET", "/", b"", 307),
    "script": ("GET", "/frame.js", b"", 200),
    "answer": ("POST", "/v1/ask", BODY, 200),
    "problem": ("POST", "/v1/ask", b'{"question": ""}', 422),
    "health": ("GET", "/healthz", b"", 200),
    "unknown path": ("GET", "/chat/gradio_api/upload", b"", 404),
    "missing file": ("GET", "/chat/assets/missing.js", b"", 404),
    "harmful": ("POST", "/v1/ask", b'"gradio.FileData"', 400),
    "too long": ("POST", "/v1/ask", b" " * 20_000, 413),
}


def policy(reply: Reply) -> dict[str, str]:
    rules = (rule.strip().partition(" ") for rule in reply.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in rules}


def nonce_of(reply: Reply) -> str:
    found = re.search(r"'nonce-([\w-]{16,})'", policy(reply)["script-src"])
    assert found
    return found[1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_response_is_strict(kind: str, small_app: App) -> None:
    method, path, body, status = KINDS[kind]
    reply = call(small_app, method, path, body, client="127.0.0.1")

    assert reply.status == status
    assert {name: reply.headers.get(name) for name in ALWAYS} == ALWAYS
    assert "server" not in reply.headers
    rules = policy(reply)
    assert rules["script-src"] == f"'self' 'nonce-{nonce_of(reply)}'", "neither inline nor eval"
    assert (rules["default-src"], rules["object-src"]) == ("'none'", "'none'")
    assert rules["connect-src"] == rules["form-action"] == rules["frame-ancestors"] == "'self'"


def test_a_visitor_over_the_limit_gets_strict_headers_too(small_app: App) -> None:
    replies = [call(small_app, "POST", "/v1/ask", BODY, client="198.51.100.2") for _ in range(31)]

    assert replies[-1].status == 429
    assert ALWAYS.items() <= replies[-1].headers.items()


@pytest.mark.parametrize("accept", ["identity", "gzip, deflate, br, zstd"])
def test_every_script_of_the_page_carries_the_nonce(accept: str, small_app: App) -> None:
    # A page compressed before it got its nonces would be a page without scripts.
    reply = call(small_app, "GET", "/chat/", accept_encoding=accept)
    scripts = Shown(reply.text, "script").attributes

    assert len(scripts) > 3
    assert {script.get("nonce") for script in scripts} == {nonce_of(reply)}
    assert int(reply.headers["content-length"]) == len(reply.body)


def test_a_nonce_is_used_once(small_app: App) -> None:
    nonces = {nonce_of(call(small_app, "GET", "/chat/")) for _ in range(5)}

    assert len(nonces) == 5


def test_only_hashed_files_may_be_kept(small_app: App) -> None:
    page = call(small_app, "GET", "/chat/")
    assets = re.findall(rb'(?:src|href)="(?:[^"]*/)?(assets/[^"]+\.js)"', page.body)
    assert assets
    asset = call(small_app, "GET", f"/chat/{assets[0].decode()}")

    assert asset.status == 200
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("/chat/", "/frame.js", "/healthz", "/chat/config"):
        assert call(small_app, "GET", path).headers["cache-control"] == "no-store"


async def careless(scope: Scope, receive: Receive, send: Send) -> None:
    """Send a page in pieces that cut a tag, with headers that must not leave."""
    headers = [(b"Content-Type", b"text/html; charset=utf-8"), (b"Content-Length", b"73"),
               (b"Server", b"careless/1"), (b"Cache-Control", b"public"), (b"X-Own", b"kept"),
               (b"Referrer-Policy", b"unsafe-url")]  # fmt: skip
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for piece in (
        b"<scr",
        b"ipt>1</script><script src=a></script>",
        b"<scripture>",
        b"<p>&lt;script&gt;</p>",
    ):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body"})


def test_a_page_in_pieces_is_mended_whole() -> None:
    reply = call(Guard(careless, questions_per_minute=1, busy_text=""), "GET", "/chat/")
    nonce = f'nonce="{nonce_of(reply)}"'

    assert reply.body.decode() == (
        f"<script {nonce}>1</script><script {nonce} src=a></script><scripture><p>&lt;script&gt;</p>"
    )
    assert reply.headers["content-length"] == str(len(reply.body))
    assert (reply.headers["x-own"], reply.headers["referrer-policy"]) == ("kept", "no-referrer")
    assert reply.headers["cache-control"] == "no-store"
    assert "server" not in reply.headers
