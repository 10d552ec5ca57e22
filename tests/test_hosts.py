"""Names of this server: with a public one set, a request under any other is refused."""

from __future__ import annotations

import pytest
from asgi import behind_guard, call, exchange
from starlette.responses import PlainTextResponse

from assistant.errors import BadSettings
from assistant.guard import Guard
from assistant.headers import App, Receive, Scope, Send
from assistant.hosts import known_hosts
from assistant.settings import read_settings

PUBLIC = "https://FAQ.clinic.example:8443/"


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer every request."""
    await PlainTextResponse("reached")(scope, receive, send)


@pytest.fixture
def guard() -> App:
    return Guard(inner, questions_per_minute=9, busy_text="", public_url=PUBLIC)


@pytest.mark.parametrize(
    "host",
    ["faq.clinic.example", "FAQ.clinic.example", "faq.clinic.example:443", "faq.clinic.example:", "localhost",
     "localhost:7860", "127.0.0.1:7860", "[::1]", "[::1]:7860"],
)  # fmt: skip
def test_its_public_name_and_those_of_the_machine_are_known(host: str, guard: App) -> None:
    assert call(guard, "GET", "/healthz", host=host).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "faq.clinic.example.evil.example", "evil.faq.clinic.example", "clinic.example", "",
     "faq.clinic.example:evil", "127.0.0.2", "[::2]", "::1", "faq.clinic.example:1:2", "faq.clinic.example."],
)  # fmt: skip
def test_every_other_name_is_refused(host: str, guard: App) -> None:
    for method, path in (("GET", "/chat/"), ("POST", "/v1/ask"), ("GET", "/nowhere"), ("GET", "/chat")):
        reply = call(guard, method, path, b"{}", host=host)
        assert (reply.status, reply.detail) == (400, "This server has another name.")


def test_no_name_and_two_names_are_refused(guard: App) -> None:
    known = (b"host", b"faq.clinic.example")
    for headers in ([], [known, (b"Host", b"evil.example")], [known, known]):
        scope: Scope = {"type": "http", "method": "GET", "path": "/healthz", "headers": headers}
        assert exchange(guard, scope, [])[0]["status"] == 400


@pytest.mark.parametrize(
    "url", ["faq.clinic.example", "https://clinic.example/faq", "https://a b", "https://"]
)
def test_a_public_address_is_a_name_of_its_own(url: str) -> None:
    with pytest.raises(BadSettings, match="FAQ_PUBLIC_URL"):
        read_settings(public_url=url)


def test_without_a_public_name_every_name_is_good() -> None:
    assert known_hosts(None) is None
    guard = Guard(inner, questions_per_minute=9, busy_text="")
    assert call(guard, "GET", "/healthz", host="anything.example").status == 200


async def seen(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the address that links would be made from."""
    hosts = [v.decode() for k, v in scope["headers"] if k.lower() == b"host"]
    await PlainTextResponse(f"{scope['scheme']} {hosts}")(scope, receive, send)


def test_behind_the_guard_every_request_came_to_the_public_address() -> None:
    guard = Guard(seen, questions_per_minute=9, busy_text="", public_url="https://faq.clinic.example")

    for host in ("127.0.0.1:7860", "faq.clinic.example"):
        for method, path in (("GET", "/chat/"), ("POST", "/v1/ask"), ("POST", "/chat/gradio_api/queue/join")):
            reply = call(guard, method, path, b"{}", host=host, x_forwarded_host="evil.example")
            assert reply.body == b"https ['faq.clinic.example']"


def test_the_real_chats_are_found_under_a_public_name_and_link_to_it(small_app: App) -> None:
    behind = behind_guard(small_app)
    guard = Guard(behind, questions_per_minute=9, busy_text="", public_url="https://faq.clinic.example")

    for path in ("/chat/", "/chat/es/"):
        page = call(guard, "GET", path, host="faq.clinic.example")
        assert page.status == 200
        assert f'"root":"https://faq.clinic.example{path.rstrip("/")}"' in page.body.decode()
