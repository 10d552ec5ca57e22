"""While the index loads: alive, not ready, no answers, and still the number to call."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from asgi import Reply, call

from assistant.errors import BrokenTable
from assistant.headers import App
from assistant.settings import Settings
from assistant.starting import starting_app

JOIN = "/chat/gradio_api/queue/join"


@pytest.fixture
def starting(tmp_path: Path) -> App:
    return starting_app(Settings(home=tmp_path, region="UK", questions_per_minute=2))


def ask(app: App, question: str, **headers: str) -> Reply:
    return call(app, "POST", "/v1/ask", json.dumps({"question": question}).encode(), **headers)


def chat(app: App, question: str, place: str = "") -> Reply:
    body = json.dumps({"data": [question, None], "fn_index": 0, "session_hash": "visitor"}).encode()
    return call(app, "POST", f"/chat/{place}gradio_api/queue/join", body)


def test_it_is_alive_and_not_ready(starting: App) -> None:
    assert json.loads(call(starting, "GET", "/healthz").body) == {"status": "starting"}
    ready = call(starting, "GET", "/readyz")
    assert (ready.status, ready.headers["retry-after"]) == (503, "5")
    assert json.loads(ready.body) == {"ready": False, "detail": "the index is being loaded"}


def test_a_question_is_told_to_come_back_and_an_urgent_one_whom_to_call(starting: App) -> None:
    for reply, status in ((ask(starting, "What is COPD?"), 503), (chat(starting, "What is COPD?"), 429)):
        assert (reply.status, reply.headers["retry-after"]) == (status, "5")
        assert reply.detail.startswith("The documents cannot be searched right now.")
    for _ in range(9):
        assert ask(starting, "I cannot breathe").detail.startswith("Call 999 now.")
        assert "Please call 116 123 now." in chat(starting, "I want to die").detail
    assert ask(starting, "What is COPD?").detail.startswith("Many people are asking right now.")


def test_the_page_says_so_in_its_language_and_looks_again_by_itself(starting: App) -> None:
    english, spanish = call(starting, "GET", "/chat/"), call(starting, "GET", "/chat/es/")

    assert english.status == spanish.status == 503
    assert b"The documents cannot be searched right now." in english.body
    assert b'http-equiv="refresh" content="5"' in english.body
    assert b'<html lang="es">' in spanish.body
    assert "999" in spanish.body.decode()
    assert english.body != spanish.body
    assert chat(starting, "¿Qué es la EPOC?", "es/").detail in spanish.body.decode()


def test_the_guard_stands_before_it_from_the_first_second(starting: App) -> None:
    assert call(starting, "GET", "/chat/gradio_api/file=/etc/hostname").status == 404
    assert call(starting, "POST", "/v1/ask", b" " * 20_000).status == 413
    assert call(starting, "POST", JOIN, b'"gradio.FileData"').status == 400
    assert "nonce-" in call(starting, "GET", "/chat/").headers["content-security-policy"]
    assert call(starting, "GET", "/chat/config").status == 503


def test_wording_that_cannot_be_used_is_told_before_anything_is_served(tmp_path: Path) -> None:
    broken = tmp_path / "wording.toml"
    broken.write_text("busy = ", "utf-8")

    with pytest.raises(BrokenTable):
        starting_app(Settings(home=tmp_path, wording=broken))
