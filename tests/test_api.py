"""The routes for programs: documents anyone can check quotes in, feedback without words, stable problems."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
from asgi import call, in_loop
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st
from test_web import Send, requests_to

from assistant.api_examples import example_answers, example_document
from assistant.citation import mismatch
from assistant.feedback import Feedback, FeedbackStore
from assistant.headers import App
from assistant.live import LiveAssistant
from assistant.problems import PROBLEMS, URN, Problem, problem
from assistant.settings import Settings
from assistant.web import build_app
from assistant.whole_document import WholeDocument

PRIVATE = "my sister Eleonora"
RECEIPT = "r-0123456789abcdef01234567"
HELPFUL: dict[str, object] = {"receipt": RECEIPT, "helpful": True, "passage_ids": ["trial-lupus#p1"]}


@pytest.fixture
def send(small_app: App) -> Send:
    return requests_to(small_app)


@pytest.fixture
def site(small_settings: Settings) -> tuple[Send, FeedbackStore]:
    """Return an app of its own, and its feedback as another process would read it."""
    live = LiveAssistant(small_settings)
    app = in_loop(lambda: build_app(small_settings, live))
    return requests_to(app), FeedbackStore(small_settings.feedback_file)


def told(response: object) -> Problem:
    """Return a problem after checking status and media type; its kind is what follows the last colon."""
    assert response.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    found = Problem.model_validate_json(response.text)  # type: ignore[attr-defined]
    assert found.status == response.status_code  # type: ignore[attr-defined]
    return found


def test_a_document_lets_anyone_check_a_quote(send: Send) -> None:
    answer = send("POST", "/v1/ask", json={"question": "Were there any deaths?"}).json()
    for citation in answer["citations"]:
        page = send("GET", f"/v1/documents/{citation['document_id']}").json()
        start, end = citation["start_char_index"], citation["end_char_index"]
        assert page["text"][start:end] == citation["cited_text"]
        assert hashlib.sha256(page["text"].encode()).hexdigest() == page["sha256"]
        assert page["sha256"] == citation["document_sha256"]


def test_a_document_brings_its_facts_and_its_caveats_as_words(send: Send) -> None:
    trial = WholeDocument.model_validate_json(send("GET", "/v1/documents/trial-lupus").text)
    knee = WholeDocument.model_validate_json(send("GET", "/v1/documents/therapy-knee").text)

    assert trial.study is not None
    assert (trial.study.participants, trial.study.comparison_group) == (16, False)
    assert (trial.source.doi, trial.speaker) == ("10.1000/lupus", "published_abstract")
    # The therapy's caveat is a sentence of the trial.
    assert trial.caveats == knee.caveats == ("The study had no comparison group.",)
    assert (knee.study, knee.title, knee.kind) == (None, "Knee pain", "therapy")


@pytest.mark.parametrize("name", ["trial-nobody", PRIVATE, "%2e%2e", "trial-lupus/x", "", "x" * 4000, "ü"])
def test_a_document_nobody_has_is_a_problem_that_repeats_nothing(name: str, send: Send) -> None:
    response = send("GET", f"/v1/documents/{name}")

    assert told(response).type in (f"{URN}no-such-document", f"{URN}not-found")
    assert "Eleonora" not in response.text


@pytest.mark.parametrize(
    ("method", "path", "body", "kind"),
    [
        ("GET", "/v1/nothing", None, "not-found"),
        ("POST", "/v1/nothing", {}, "not-found"),
        ("GET", "/v1/ask", None, "method"),
        ("DELETE", "/v1/documents/trial-lupus", None, "method"),
        ("POST", "/v1/ask", {"question": "x" * 20_000}, "too-large"),
        ("POST", "/v1/ask", {"question": " "}, "empty"),
        ("POST", "/v1/ask", {"question": "why " * 200}, "too-long"),
        ("POST", "/v1/ask", {"question": "why " * 2000}, "too-long"),
        ("POST", "/v1/ask", {"question": 7}, "invalid"),
        ("POST", "/v1/feedback", {**HELPFUL, "comment": PRIVATE}, "invalid"),
        ("POST", "/v1/feedback", {**HELPFUL, PRIVATE: 1}, "invalid"),
        ("GET", "/v1/documents/trial-nobody", None, "no-such-document"),
        ("POST", "/mcp", {}, "not-found"),
    ],
)
def test_every_error_has_its_kind(method: str, path: str, body: object, kind: str, send: Send) -> None:
    response = send(method, path, json=body) if body is not None else send(method, path)

    found = told(response)
    assert found.type == URN + kind
    assert found.status == PROBLEMS[kind].status  # type: ignore[index]
    assert "Eleonora" not in response.text


def test_a_method_not_allowed_names_the_one_that_is(send: Send) -> None:
    assert send("PUT", "/v1/ask").headers["allow"] == "POST"
    assert send("POST", "/v1/documents/trial-lupus", json={}).headers["allow"] == "GET"


@pytest.mark.parametrize("path", ["/v1/ask", "/mcp"])
def test_a_visitor_over_the_limit_may_try_again_later(path: str, small_settings: Settings) -> None:
    few = small_settings.model_copy(update={"questions_per_minute": 2})
    app = in_loop(lambda: build_app(few, LiveAssistant(small_settings)))

    replies = [call(app, "POST", path, b'{"question": "Any deaths?"}') for _ in range(40)]

    assert replies[0].status != 429
    assert (replies[-1].status, json.loads(replies[-1].body)["type"]) == (429, f"{URN}busy")
    assert int(replies[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/feedback"])
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "text/json"])
def test_a_body_that_does_not_say_it_is_json_is_refused(path: str, kind: str, small_app: App) -> None:
    # What a form of any other page may send without asking first.
    reply = call(small_app, "POST", path, b'{"question": "Why?"}', client="127.0.0.1", content_type=kind)

    assert (reply.status, json.loads(reply.body)["type"]) == (415, f"{URN}media-type")


def test_problem_kinds_are_stable() -> None:
    assert {kind: told.status for kind, told in PROBLEMS.items()} == {
        "not-json": 400, "not-allowed": 400, "not-found": 404, "no-such-document": 404, "method": 405,
        "too-large": 413, "media-type": 415, "invalid": 422, "empty": 422, "too-long": 422, "busy": 429,
        "internal": 500, "unavailable": 503,
    }  # fmt: skip
    assert problem("too-long").type == "urn:quoted-faq:problem:too-long"


def test_an_index_that_cannot_answer_is_unavailable_and_names_no_file(
    site: tuple[Send, FeedbackStore], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from content.errors import ContentNotFound

    def broken(*_: object) -> None:
        raise ContentNotFound(Path("/secret/place"))

    monkeypatch.setattr("assistant.answer.resolve", broken)

    response = site[0]("POST", "/v1/ask", json={"question": f"{PRIVATE}?"})

    assert told(response).type == f"{URN}unavailable"
    assert "secret" not in response.text
    assert caplog.messages == ["a request failed: ContentNotFound"]


def test_feedback_is_a_day_and_no_words(site: tuple[Send, FeedbackStore]) -> None:
    send, stored = site
    unhelpful = {"receipt": RECEIPT, "helpful": False, "reason": "looks_wrong"}
    passages = ["trial-lupus#p1", "trial-lupus#p1", "my-sister-eleonora#p1"]

    assert [
        send("POST", "/v1/feedback", json=body).status_code
        for body in (HELPFUL, {**unhelpful, "passage_ids": passages})
    ] == [204, 204]

    index_id = send("GET", "/healthz").json()["index_id"]
    shown = ("trial-lupus#p1",)
    assert stored.rows() == [
        Feedback(day=date.today(), index_id=index_id, helpful=True, passage_ids=shown),
        Feedback(day=date.today(), index_id=index_id, helpful=False, reason="looks_wrong", passage_ids=shown),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"receipt": PRIVATE}, {"receipt": RECEIPT + "0"}, {"receipt": RECEIPT.upper()}, {"receipt": None},
        {"helpful": "perhaps"}, {"helpful": None}, {"reason": PRIVATE}, {"reason": "other"},
        {"passage_ids": [PRIVATE]}, {"passage_ids": ["trial-lupus#p1"] * 11}, {"passage_ids": PRIVATE},
        {"passage_ids": ["trial-lupus#p1\n"]}, {"question": PRIVATE}, {"day": "2026-01-01"},
    ],
    ids=str,
)  # fmt: skip
def test_feedback_with_anything_else_is_refused(change: dict[str, object], send: Send) -> None:
    response = send("POST", "/v1/feedback", json={**HELPFUL, **change})

    assert told(response).type == f"{URN}invalid"
    assert "Eleonora" not in response.text


def test_a_damaged_store_refuses_feedback_and_answers_questions(
    site: tuple[Send, FeedbackStore], small_settings: Settings
) -> None:
    small_settings.feedback_file.write_bytes(b"no database " * 400)
    send = site[0]

    assert told(send("POST", "/v1/feedback", json=HELPFUL)).type == f"{URN}unavailable"
    assert send("POST", "/v1/ask", json={"question": "Any deaths?"}).status_code == 200
    assert small_settings.feedback_file.read_bytes() == b"no database " * 400
    small_settings.feedback_file.unlink()
    assert send("POST", "/v1/feedback", json=HELPFUL).status_code == 204


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@trials(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=JSON, path=st.sampled_from(["/v1/ask", "/v1/feedback"]))
def test_any_json_is_answered_or_a_problem(body: object, path: str, send: Send) -> None:
    response = send("POST", path, json=body)

    if response.status_code not in (200, 204):
        assert told(response).status in (400, 413, 422)


def test_the_examples_are_verified_quotes() -> None:
    (citation,) = example_answers()["quoted"].citations

    assert mismatch(citation, example_document()) is None
    assert (
        citation.cited_text == "We offer massage on the day after an infusion. We have not studied massage."
    )
