"""The guard of the staff's side: which requests come through, each reason to refuse by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from asgi import Reply, call
from pydantic import SecretStr
from starlette.responses import HTMLResponse

from assistant.headers import Receive, Scope, Send
from assistant.staff.guard import MAX_BODY_BYTES, MAX_UPLOAD_BYTES, StaffGuard
from assistant.staff.login import COOKIE, Door

JOIN, UPLOAD = "/staff/gradio_api/queue/join", "/staff/gradio_api/upload"
TOKEN = "sixteen letters and more"  # noqa: S105 - of a test
HERE = "127.0.0.1:7861"


class Inner:
    """An app that answers everything with a page and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Scope] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope)
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.bodies.append(body)
        await HTMLResponse("<html lang='en'><script>1</script></html>")(scope, receive, send)


@pytest.fixture
def inner() -> Inner:
    return Inner()


@pytest.fixture
def guard(inner: Inner, tmp_path: Path) -> StaffGuard:
    return StaffGuard(inner, uploads=lambda: tmp_path)


def look(guard: Any, path: str = "/staff/", method: str = "GET", **headers: str) -> Reply:
    return call(guard, method, path, client="127.0.0.1", **{"host": HERE, **headers})


def post(guard: Any, path: str = JOIN, body: bytes = b"{}", **headers: str) -> Reply:
    usual = {"host": HERE, "origin": f"http://{HERE}", "content_length": str(len(body))}
    return call(guard, "POST", path, body, client="127.0.0.1", **{**usual, **headers})


def test_staff_come_through_with_strict_headers(guard: StaffGuard, inner: Inner) -> None:
    reply = look(guard)

    assert reply.status == 200
    policy = reply.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert f'<script nonce="{nonce}">' in reply.text
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["referrer-policy"] == "same-origin"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert nonce not in look(guard).headers["content-security-policy"]


def test_hashed_files_may_be_kept_but_by_no_proxy(guard: StaffGuard) -> None:
    assert look(guard, "/staff/assets/x.js").headers["cache-control"].startswith("private, ")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7861", "127.0.0.1.evil.example", "[::2]:1", "192.0.2.1", ""]
)
def test_another_name_for_this_machine_is_refused(host: str, guard: StaffGuard, inner: Inner) -> None:
    """DNS rebinding: a page of evil.example lets its own name point here and reads the answers."""
    assert look(guard, host=host).status == 403
    assert post(guard, host=host, origin=f"http://{host}").status == 403
    assert inner.asked == []


def test_where_others_can_connect_its_addresses_are_known_and_names_are_not(
    inner: Inner, tmp_path: Path
) -> None:
    guard = StaffGuard(inner, uploads=lambda: tmp_path, any_address=True)

    for host in ("192.0.2.1:7861", "[2001:db8::1]:7861", "localhost:7861"):
        assert look(guard, host=host).status == 200
    for host in ("staff.example", "192.0.2.1.evil.example", "", "[", "192.0.2.1:x:y"):
        assert look(guard, host=host).status == 403


def test_behind_a_proxy_its_name_is_known_and_pages_are_made_for_it(inner: Inner, tmp_path: Path) -> None:
    guard = StaffGuard(inner, uploads=lambda: tmp_path, url="https://staff.example/")

    assert look(guard, host="staff.example").status == 200
    assert look(guard, host="other.example").status == 403
    assert inner.asked[-1]["scheme"] == "https"
    assert post(guard, host="staff.example", origin="https://staff.example").status == 200
    assert post(guard, host="staff.example", origin="https://staff.example:8443").status == 403
    assert post(guard, host="staff.example", origin="https://other.example").status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://localhost:7861"},
        {"origin": f"https://{HERE}"},
        {"origin": f"http://{HERE}", "sec_fetch_site": "cross-site"},
        {"origin": f"http://{HERE}", "sec_fetch_site": "same-site"},
        {"origin": f"http://{HERE}", "sec_fetch_site": "none"},
    ],
)
def test_a_page_of_another_site_can_change_nothing(
    headers: dict[str, str], guard: StaffGuard, inner: Inner
) -> None:
    assert post(guard, JOIN, b"{}", **headers).status == 403
    assert post(guard, UPLOAD, b"{}", **headers).status == 403
    assert inner.asked == []


def test_a_page_of_this_server_can(guard: StaffGuard, inner: Inner) -> None:
    assert post(guard).status == 200
    assert post(guard, sec_fetch_site="same-origin").status == 200
    assert inner.bodies == [b"{}", b"{}"]


def test_a_page_of_another_site_may_link_here_and_look_at_nothing(guard: StaffGuard) -> None:
    assert look(guard, sec_fetch_site="cross-site", sec_fetch_mode="navigate").status == 200
    for mode in ("no-cors", "cors", "websocket"):
        for path in ("/staff/", "/metrics", "/staff/gradio_api/heartbeat/x"):
            assert look(guard, path, sec_fetch_site="cross-site", sec_fetch_mode=mode).status == 403


@pytest.mark.parametrize(
    "path",
    ["/staff/gradio_api/file=/etc/passwd", "/staff/gradio_api/proxy=http://x", "/staff/gradio_api/call/x",
     "/staff/../metrics", "/staff/monitoring", "/login", "/logout", "/chat/", "/v1/ask", "/docs"],
)  # fmt: skip
def test_whatever_is_not_needed_is_not_there(path: str, guard: StaffGuard, inner: Inner) -> None:
    assert look(guard, path).status == 404
    assert post(guard, path).status == 404
    assert inner.asked == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_do_nothing(method: str, guard: StaffGuard, inner: Inner) -> None:
    for path in ("/metrics", "/staff/", JOIN, UPLOAD):
        assert look(guard, path, method).status == 404
    assert inner.asked == []


def test_bodies_say_their_length_and_only_files_may_be_large(guard: StaffGuard, inner: Inner) -> None:
    large = json.dumps(["x" * MAX_BODY_BYTES]).encode()

    assert post(guard, body=large).status == 413
    assert post(guard, UPLOAD, body=large).status == 200
    assert post(guard, UPLOAD, content_length=str(MAX_UPLOAD_BYTES + 1)).status == 413
    for length in ("", "-1", "1e3", "٣"):
        assert post(guard, UPLOAD, content_length=length.encode().decode("latin-1")).status == 411
    assert len(inner.asked) == 1


@pytest.mark.parametrize("body", [b"", b"no json", b"[" * 60_000, b"\xff"])
def test_an_event_is_json(body: bytes, guard: StaffGuard, inner: Inner) -> None:
    assert post(guard, body=body).status == 400
    assert inner.asked == []


def test_an_event_names_no_file_but_uploaded_ones(guard: StaffGuard, inner: Inner, tmp_path: Path) -> None:
    def naming(path: object) -> bytes:
        meta = {"_type": "gradio.FileData"}
        return json.dumps({"data": [[{"path": path, "meta": meta}]], "fn_index": 1}).encode()

    (tmp_path / "link").symlink_to("/etc")
    for path in (
        "/etc/passwd", str(tmp_path / ".." / "other"), "x", "", 1, None, "https://evil.example/x",
        str(tmp_path) + "-other/x", str(tmp_path / "link" / "passwd"), f"{tmp_path}/x\0",
    ):  # fmt: skip
        assert post(guard, body=naming(path)).status == 400
    assert post(guard, body=naming("/etc/passwd").replace(b"path", rb"p\u0061th")).status == 400
    assert post(guard, body=b'{"data": [{"constructor_args": {}}]}').status == 400
    assert inner.asked == []
    assert post(guard, body=naming(str(tmp_path / "ab12" / "page.html"))).status == 200


def test_what_only_a_proxy_may_say_is_dropped(guard: StaffGuard, inner: Inner) -> None:
    look(guard, x_forwarded_host="evil.example", x_forwarded_proto="https", forwarded="host=evil.example")

    assert not [name for name, _ in inner.asked[0]["headers"] if b"forwarded" in name]
    assert inner.asked[0]["scheme"] == "http"


@pytest.fixture
def locked(inner: Inner, tmp_path: Path) -> StaffGuard:
    return StaffGuard(inner, uploads=lambda: tmp_path, door=Door(SecretStr(TOKEN), secure=False))


def test_with_a_token_nothing_is_seen_before_logging_in(locked: StaffGuard, inner: Inner) -> None:
    for path in ("/", "/staff/"):
        assert look(locked, path).headers["location"] == "/login"
    for path in ("/metrics", "/readyz", "/staff/config", "/staff/assets/x.js", "/staff.css"):
        assert look(locked, path).status == 401
    assert post(locked).status == 401
    assert post(locked, UPLOAD).status == 401
    assert inner.asked == []
    assert look(locked, "/login").status == 200


def test_logging_in_opens_everything_until_logging_out(locked: StaffGuard, inner: Inner) -> None:
    token = b"token=" + TOKEN.replace(" ", "+").encode()
    wrong = post(locked, "/login", b"token=wrong")
    assert (wrong.status, "set-cookie" in wrong.headers) == (401, False)
    assert post(locked, "/login", token, origin="https://evil.example").status == 403

    entered = post(locked, "/login", token)
    cookie = entered.headers["set-cookie"].partition(";")[0]
    assert (entered.status, entered.headers["location"]) == (303, "/")
    assert "frame-ancestors 'none'" in entered.headers["content-security-policy"]
    assert look(locked, cookie=cookie).status == 200
    assert post(locked, cookie=cookie).status == 200
    assert look(locked, "/metrics", authorization=f"Bearer {TOKEN}").status == 200

    assert look(locked, "/logout", cookie=cookie).status == 200, "a link alone ends nothing"
    assert look(locked, cookie=cookie).status == 200
    left = post(locked, "/logout", b"", cookie=cookie)
    assert (left.status, left.headers["location"]) == (303, "/login")
    assert look(locked, cookie=cookie).status == 303
    assert f"{COOKIE}=" in cookie
