"""Feedback with a few words: refused unless the site takes them, kept redacted, apart from the answer."""

from __future__ import annotations

import json
import time
from importlib import import_module
from typing import Any

import pytest
from asgi import in_loop
from fakes import count_words
from openapi_spec_validator import validate
from small import write_library
from test_web import Send, requests_to

from assistant.building import build
from assistant.clusters import Kept
from assistant.feedback import FeedbackStore
from assistant.headers import App
from assistant.live import LiveAssistant
from assistant.questions import QuestionStore
from assistant.retention import delete_all
from assistant.settings import Settings
from assistant.web import build_app

STROKE = "Is a stroke the end?"
COST = "What does a cure of the knee cost?"
TYPED = "It does not say what it costs. Jo Smith, jo@mail.org, 555 010 9999"


@pytest.fixture(scope="module")
def built(small_app: App, tmp_path_factory: pytest.TempPathFactory) -> tuple[Send, Settings]:
    """Return an app that takes words with feedback and keeps questions, built once."""
    # The chat of the other app loads it in a thread, which would change the filters of warnings meanwhile.
    import_module("matplotlib.pyplot")
    folder = tmp_path_factory.mktemp("wordy")
    settings = Settings(
        home=folder / "home", content=write_library(folder / "library"), feedback_text=True,
        keep_questions="clusters", questions_per_minute=1000,
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        count_words(patch)
        build(settings)
        live = LiveAssistant(settings)
    return requests_to(in_loop(lambda: build_app(settings, live))), settings


@pytest.fixture
def wordy(built: tuple[Send, Settings]) -> tuple[Send, Settings]:
    """Return the app with nothing stored."""
    delete_all(built[1])
    return built


def body(send: Send, **given: object) -> dict[str, object]:
    receipt = send("POST", "/v1/ask", json={"question": COST}).json()["receipt"]
    return {"receipt": receipt, "helpful": False, "reason": "too_little", **given}


def texts_of(config: str) -> dict[str, Any]:
    island = json.loads(config)["head"].partition('id="faq-texts">')[2].partition("</script>")[0]
    found: dict[str, Any] = json.loads(island)
    return found


def test_words_are_kept_redacted_and_apart_from_the_answer(wordy: tuple[Send, Settings]) -> None:
    send, settings = wordy
    given = body(send, text=TYPED)

    assert send("POST", "/v1/feedback", json=given).status_code == 204

    feedback = FeedbackStore(settings.feedback_file)
    (comment,) = feedback.comments()
    assert comment.words == "It does not say what it costs. Jo [name], [e-mail] [number]"
    assert (comment.helpful, comment.reason) == (False, "too_little")
    assert feedback.counts().not_helpful == 1
    held = b"".join(path.read_bytes() for path in settings.home.glob("feedback.sqlite*"))
    assert str(given["receipt"]).encode() not in held and b"jo@mail.org" not in held


def test_no_words_make_no_comment(wordy: tuple[Send, Settings]) -> None:
    send, settings = wordy
    for text in ("", "  \n"):
        assert send("POST", "/v1/feedback", json=body(send, text=text)).status_code == 204
    assert send("POST", "/v1/feedback", json=body(send)).status_code == 204

    assert FeedbackStore(settings.feedback_file).comments() == []


def test_too_many_words_are_refused(wordy: tuple[Send, Settings]) -> None:
    send, settings = wordy
    reply = send("POST", "/v1/feedback", json=body(send, text="x" * 501))

    assert reply.status_code == 422
    assert FeedbackStore(settings.feedback_file).counts().not_helpful == 0


def test_an_answer_that_did_not_help_is_counted_with_its_question(
    wordy: tuple[Send, Settings],
) -> None:
    send, settings = wordy
    # Not asked in any other test: of one visitor it would count once.
    receipt = send("POST", "/v1/ask", json={"question": STROKE}).json()["receipt"]
    send("POST", "/v1/feedback", json={"receipt": receipt, "helpful": False})
    store, kept, latest = QuestionStore(settings.questions_file), list[Kept](), time.monotonic() + 10
    while not any(q.unhelpful for q in kept if q.text == STROKE) and time.monotonic() < latest:
        time.sleep(0.05)
        kept = store.kept()
    store.close()

    assert [(q.asked, q.unhelpful) for q in kept if q.text == STROKE] == [(1, 1)]


def test_off_by_default_any_text_is_refused(small_app: App) -> None:
    send = requests_to(small_app)

    reply = send("POST", "/v1/feedback", json={**body(send), "text": "too short"})

    assert (reply.status_code, reply.json()["type"].rpartition(":")[2]) == (422, "invalid")


def test_the_description_says_what_is_taken(wordy: tuple[Send, Settings], small_app: App) -> None:
    described, usual = (
        wordy[0]("GET", "/openapi.json").json(),
        requests_to(small_app)("GET", "/openapi.json").json(),
    )

    validate(described)
    assert described["components"]["schemas"]["WordedFeedback"]["properties"]["text"]["maxLength"] == 500
    assert "WordedFeedback" not in usual["components"]["schemas"]
    assert "text" not in usual["components"]["schemas"]["GivenFeedback"]["properties"]


def test_the_page_offers_a_box_only_where_words_are_taken(
    wordy: tuple[Send, Settings], small_app: App
) -> None:
    with_box = wordy[0]("GET", "/chat/config").text
    without = requests_to(small_app)("GET", "/chat/config").text

    assert texts_of(with_box)["takes_text"] is True
    assert texts_of(with_box)["no_names"] == "Do not write names or private details."
    assert texts_of(without)["takes_text"] is False


def test_who_keeps_questions_says_so_and_who_does_not_says_that(
    wordy: tuple[Send, Settings], small_app: App
) -> None:
    kept, usual = wordy[0]("GET", "/chat/config").text, requests_to(small_app)("GET", "/chat/config").text

    assert "We keep your question for some time" in kept and "Nothing you type is saved" not in kept
    assert "Nothing you type is saved" in usual
    assert "Guardamos su pregunta" in wordy[0]("GET", "/chat/es/config").text
