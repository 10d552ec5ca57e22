"""The web app behind its guard: one question a request, health, and problems that repeat nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest
from asgi import in_loop
from fakes import WordEmbedder

from assistant.answer import Assistant
from assistant.building import build
from assistant.headers import App
from assistant.live import LiveAssistant
from assistant.render import as_json
from assistant.schema import Answer
from assistant.settings import Settings
from assistant.web import build_app

PRIVATE = "my sister Eleonora"
FINDING = "What did the lupus study find?"
Send = Callable[..., httpx.Response]


def requests_to(app: App) -> Send:
    """Return a function that sends one request to the app from this machine, without a server."""

    def send(method: str, path: str, *, json: object = None, content: str | None = None) -> httpx.Response:
        async def exchange() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, path, json=json, content=content)

        return asyncio.run(exchange())

    return send


@pytest.fixture
def send(small_app: App) -> Send:
    return requests_to(small_app)


def readiness(send: Send) -> dict[str, object]:
    """Return what /readyz says, after checking that it also tells of drift."""
    state: dict[str, object] = send("GET", "/readyz").json()
    assert str(state.pop("drift")).startswith("Too little to compare")
    return state


def problem(response: httpx.Response) -> dict[str, object]:
    """Return problem details after checking that they are ones (RFC 9457)."""
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, object] = json.loads(response.text)
    assert found["status"] == response.status_code
    assert str(found["type"]).startswith("urn:quoted-faq:problem:")
    assert found["title"] and found["detail"]
    return found


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("Were there any deaths?", "answered"),
        ("What does it cost?", "no_answer"),
        ("I cannot breathe", "redirected"),
        ("Should I stop my tablets?", "redirected"),
    ],
)
def test_a_question_is_answered_with_the_answer_schema(question: str, status: str, send: Send) -> None:
    response = send("POST", "/v1/ask", json={"question": question})

    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    answer = Answer.model_validate_json(response.text)
    assert (answer.question, answer.status) == (question, status)
    assert answer.generated_text is False


def test_the_web_answers_like_python(small_settings: Settings) -> None:
    live = LiveAssistant(small_settings)
    send = requests_to(in_loop(lambda: build_app(small_settings, live)))
    expected = Assistant.open(small_settings).answer("And how many months?", [FINDING])

    response = send("POST", "/v1/ask", json={"question": "And how many months?", "history": [FINDING]})

    assert response.text == as_json(expected)
    assert expected.receipt != Assistant.open(small_settings).answer("And how many months?").receipt


@pytest.mark.parametrize(
    "question", ["", "  \t\n", "\u00ad", f"{PRIVATE} " + "x" * 500, f"{PRIVATE} " * 300], ids=len
)
def test_a_question_that_cannot_be_asked_is_a_problem(question: str, send: Send) -> None:
    response = send("POST", "/v1/ask", json={"question": question})

    assert response.status_code == 422
    assert "question" in str(problem(response)["detail"])
    assert "Eleonora" not in response.text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": None},
        {"question": [PRIVATE]},
        {"question": {"text": PRIVATE}},
        {"question": 7, "history": [PRIVATE]},
        {"question": "Why?", "history": PRIVATE},
        {"question": "Why?", "history": [PRIVATE, 7]},
        {"question": "Why?", "name": PRIVATE},
        [PRIVATE],
        PRIVATE,
    ],
    ids=str,
)
def test_a_malformed_body_is_a_problem_that_repeats_nothing(body: object, send: Send) -> None:
    response = send("POST", "/v1/ask", json=body)

    assert response.status_code == 422
    problem(response)
    assert "Eleonora" not in response.text


@pytest.mark.parametrize("body", [PRIVATE, f'{{"question": "{PRIVATE}"', f"question={PRIVATE}"])
def test_what_is_no_json_is_a_problem_that_repeats_nothing(body: str, send: Send) -> None:
    response = send("POST", "/v1/ask", content=body)

    assert response.status_code == 400
    problem(response)
    assert "Eleonora" not in response.text


def test_an_emergency_is_told_however_long_the_question(send: Send) -> None:
    response = send("POST", "/v1/ask", json={"question": "I cannot breathe. " + "Please help me. " * 100})

    answer = Answer.model_validate_json(response.text)
    assert answer.redirect is not None
    assert answer.redirect.kind == "emergency"


@pytest.mark.parametrize(
    "long", [{"history": [PRIVATE] * 51}, {"history": [PRIVATE * 300]}, {"words": 4001}], ids=str
)
def test_neither_length_nor_history_keeps_an_emergency_from_its_number(
    long: dict[str, object], send: Send
) -> None:
    words = "I cannot breathe. " + "x" * int(str(long.get("words", 0)))
    response = send("POST", "/v1/ask", json={"question": words, "history": long.get("history", [])})

    assert response.status_code == 200
    assert response.json()["redirect"]["kind"] == "emergency"


def test_of_a_long_history_the_newest_fifty_are_heard(send: Send) -> None:
    def asked(history: list[str]) -> str:
        return send("POST", "/v1/ask", json={"question": "And how many months?", "history": history}).text

    newest = [FINDING] * 50
    assert asked(["Where is the clinic?", *newest]) == asked(newest)
    assert asked([*newest[1:], "Where is the clinic?"]) != asked(newest)


def test_health_names_the_index(send: Send) -> None:
    asked = Answer.model_validate_json(send("POST", "/v1/ask", json={"question": "Any deaths?"}).text)

    assert send("GET", "/healthz").json() == {"status": "ok", "index_id": asked.index_id}
    assert readiness(send) == {"ready": True, "detail": None}


def test_a_failed_reload_shows_in_readiness_and_the_old_index_answers(
    small_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = LiveAssistant(small_settings)
    send = requests_to(in_loop(lambda: build_app(small_settings, live)))
    before = send("POST", "/v1/ask", json={"question": "Any deaths?"}).text
    monkeypatch.setattr("assistant.live._LOOK_EVERY_SECONDS", -1.0)

    build(small_settings, embedder=WordEmbedder(name="other words"), force=True)

    assert send("GET", "/readyz").status_code == 503
    assert send("GET", "/readyz").json()["detail"] == "a newer index cannot be opened"
    assert "the embedder is other words" in str(live.reload_error)
    assert send("GET", "/healthz").status_code == 200
    assert send("POST", "/v1/ask", json={"question": "Any deaths?"}).text == before
    build(small_settings, force=True)
    assert readiness(send) == {"ready": True, "detail": None}


def test_the_front_door_leads_to_the_chat(send: Send) -> None:
    response = send("GET", "/")

    assert (response.status_code, response.headers["location"]) == (307, "/chat/")
    assert send("GET", "/frame.js").headers["content-type"].startswith("text/javascript")
