"""The gate: only what a text chat needs comes through, in small harmless bodies, and not too often."""

from __future__ import annotations

import json

import pytest
from asgi import VISITOR, call, exchange
from starlette.responses import PlainTextResponse

from assistant.bodies import MAX_BODY_BYTES
from assistant.guard import Guard
from assistant.headers import App, Receive, Scope, Send
from assistant.schema import Answer

ASK = b'{"question": "Were there any deaths?"}'
# An object of a file, wherever in a message it stands and however JSON spells it.
FILE = {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}
HARMFUL = (
    json.dumps({"data": [FILE]}),
    json.dumps({"question": "gradio.FileData"}),
    json.dumps({"data": [[[{"value": {"deep": [FILE]}}]]]}),
    json.dumps({"data": [FILE]}).replace("FileData", "\\u0046ileData"),
    json.dumps({"data": [FILE]}).replace("gradio.F", "GRADIO.f"),
    json.dumps({"gradio.FileData": {"path": "/etc/hostname"}}),
    json.dumps({"data": [{"component_name": "file", "value": "/etc/hostname"}]}),
    json.dumps({"data": [{"constructor_args": {"value": "/etc/hostname"}}]}).replace("con", "\\u0063on"),
    '"gradio.FileData"',
)
JOIN = "/chat/gradio_api/queue/join"
BROKEN = ("", "{", "What is COPD?", '{"question": "a"} b', "question=a", "[" * 9000, "[" * 8000 + "]" * 8000)


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer every request with the body it got."""
    body = (await receive())["body"]
    await PlainTextResponse(f"reached with {len(body)} bytes")(scope, receive, send)


@pytest.fixture
def guard() -> App:
    return Guard(inner, questions_per_minute=3, busy_text="Call 911.")


@pytest.mark.parametrize("path", ["/chat/gradio_api/queue/join", "/healthz", "/chat/", "/", "/mcp"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get"])
def test_other_methods_find_nothing(method: str, path: str, guard: App) -> None:
    assert call(guard, method, path, b"{}").status == 404


@pytest.mark.parametrize(
    "path",
    ["/chat/assets/../gradio_api/file=/etc/hostname", "/chat/static/../../etc/hostname", "/CHAT/", "/v1/ask/",
     "/chat//gradio_api/upload", "//chat/", "/chat/gradio_api/heartbeat", "/chat/gradio_api/heartbeat/..",
     "/docs", "/redoc", "/metrics", "/.env", "", "*"],
)  # fmt: skip
def test_paths_that_only_look_known_find_nothing(path: str, guard: App) -> None:
    assert call(guard, "GET", path).status == 404


def test_websockets_are_closed(guard: App) -> None:
    asked: Scope = {"type": "websocket", "path": "/chat/"}

    assert exchange(guard, asked, []) == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize("pieces", [1, 2, 7, 500])
def test_a_body_over_the_limit_is_refused_in_one_piece_or_many(pieces: int, guard: App) -> None:
    largest = json.dumps("x" * (MAX_BODY_BYTES - 2)).encode()
    assert len(largest) == MAX_BODY_BYTES == 16_384
    size = -(-MAX_BODY_BYTES // pieces)
    parts = [largest[start : start + size] for start in range(0, len(largest), size)]

    assert call(guard, "POST", "/v1/ask", *parts).body == b"reached with 16384 bytes"
    assert call(guard, "POST", "/v1/ask", *parts, b" ").status == 413


@pytest.mark.parametrize("body", HARMFUL)
@pytest.mark.parametrize("path", ["/v1/ask", "/chat/gradio_api/queue/join"])
def test_objects_of_files_and_components_are_refused(path: str, body: str, guard: App) -> None:
    assert json.loads(body)
    assert call(guard, "POST", path, body.encode(), client="127.0.0.1").status == 400


@pytest.mark.parametrize("body", BROKEN)
def test_what_is_no_json_is_refused(body: str, guard: App) -> None:
    assert call(guard, "POST", "/v1/ask", body.encode()).status == 400


PLAIN, EMERGENCY = "What is COPD?", "I can't breathe"
NO_TEXT = (
    {"data": [[PLAIN], None], "event_data": {"value": EMERGENCY}},
    {"data": [{"text": PLAIN}, None]},
    {"data": [7]},
    {"data": [True, None]},
    {"data": [PLAIN, {"name": PLAIN}]},
    {"data": [PLAIN, [PLAIN, 7]]},
    {"data": [PLAIN, [[PLAIN]]]},
    {"data": {"question": PLAIN}},
    {"data": [None], "event_data": {"index": 0, "value": [PLAIN]}},
    {"data": [None], "event_data": {"index": 0, "value": {"text": [PLAIN]}}},
    {"data": [None], "event_data": {"index": 0, "value": {}}},
    {"data": [PLAIN], "session_hash": "x" * 41},
    {"data": [PLAIN], "session_hash": "Zebra finch"},
    {"data": [PLAIN], "session_hash": "visitor\n"},
    {"data": [PLAIN], "session_hash": ""},
    {"data": [PLAIN], "session_hash": 7},
    [PLAIN],
)
TEXT: tuple[dict[str, object], ...] = (
    {"data": [PLAIN, None], "event_data": None, "fn_index": 0, "trigger_id": 7},
    {"data": [None], "event_data": {"index": 0, "value": {"text": PLAIN}}},
    {"data": [None], "event_data": {"index": [1, 0], "value": PLAIN}},
    {"data": [], "session_hash": "q3f0zx9k2b"},
    {"data": [PLAIN], "session_hash": "0b9e3f52-6f0e-4d0e-9a51-5f7d8c1c2b3a"},
    {"data": [PLAIN, [PLAIN, EMERGENCY]]},
    {"data": [PLAIN, []]},
)


@pytest.mark.parametrize("body", NO_TEXT, ids=str)
def test_a_chat_takes_nothing_but_text(body: object) -> None:
    # Whoever asks: this machine too.
    guard = Guard(inner, questions_per_minute=1, busy_text="")

    for client in (VISITOR, "127.0.0.1"):
        assert call(guard, "POST", JOIN, json.dumps(body).encode(), client=client).status == 400


@pytest.mark.parametrize("body", TEXT, ids=str)
def test_what_the_page_and_gradio_client_send_is_text(body: object, guard: App) -> None:
    assert call(guard, "POST", JOIN, json.dumps(body).encode()).status == 200


def test_words_about_files_are_a_question(guard: App) -> None:
    asked = json.dumps({"question": "What is gradio.FileData? And constructor_args?"}).encode()

    assert call(guard, "POST", "/v1/ask", asked).body == f"reached with {len(asked)} bytes".encode()


def test_a_visitor_over_the_limit_is_told_whom_to_call(guard: App) -> None:
    replies = [call(guard, "POST", "/v1/ask", ASK) for _ in range(5)]

    assert [reply.status for reply in replies] == [200, 200, 200, 429, 429]
    assert replies[-1].detail == "Call 911."
    assert call(guard, "POST", "/v1/ask", ASK, client="203.0.113.6").status == 200, "another visitor"
    assert call(guard, "GET", "/healthz").status == 200, "only questions are counted"


def test_the_text_of_the_real_app_names_the_emergency_number(small_app: App) -> None:
    replies = [call(small_app, "POST", "/v1/ask", ASK, client="198.51.100.1") for _ in range(31)]

    assert [reply.status for reply in replies] == [200] * 30 + [429]
    assert "911" in replies[-1].detail


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_is_never_over_the_limit(client: str, guard: App) -> None:
    assert {call(guard, "POST", "/v1/ask", ASK, client=client).status for _ in range(9)} == {200}


def test_behind_a_proxy_here_that_nobody_trusts_all_share_one_limit(guard: App) -> None:
    public = Guard(inner, questions_per_minute=3, busy_text="", public_url="https://faq.clinic.example")
    for app, headers in ((guard, {"x_forwarded_for": "{}"}), (public, {"host": "faq.clinic.example"})):
        claims = [{k: v.format(f"198.51.100.{n}") for k, v in headers.items()} for n in range(4)]
        statuses = [call(app, "POST", "/v1/ask", ASK, client="127.0.0.1", **sent).status for sent in claims]
        assert statuses == [200] * 3 + [429]


@pytest.mark.parametrize("client", [VISITOR, "2001:db8::7", "testclient", None])
def test_everybody_else_is_counted(client: str | None, guard: App) -> None:
    assert [call(guard, "POST", "/v1/ask", ASK, client=client).status for _ in range(4)] == [200] * 3 + [429]


def test_refused_requests_cost_no_question(guard: App) -> None:
    for body in (b"{", b"x" * 20_000):
        assert call(guard, "POST", "/v1/ask", body).status in (400, 413)

    assert [call(guard, "POST", "/v1/ask", ASK).status for _ in range(4)] == [200] * 3 + [429]


def test_behind_the_body_an_app_hears_what_the_client_does() -> None:
    async def listening(scope: Scope, receive: Receive, send: Send) -> None:
        heard = [(await receive())["type"] for _ in range(3)]
        await PlainTextResponse(" ".join(heard))(scope, receive, send)

    reply = call(Guard(listening, questions_per_minute=3, busy_text=""), "POST", "/v1/ask", ASK[:5], ASK[5:])

    assert reply.body == b"http.request http.disconnect http.disconnect"


def test_the_guarded_app_answers(small_app: App) -> None:
    reply = call(small_app, "POST", "/v1/ask", ASK[:7], ASK[7:], client="127.0.0.1")

    assert Answer.model_validate_json(reply.body).status == "answered"
