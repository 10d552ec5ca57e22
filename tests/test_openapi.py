"""The description of the HTTP interface: exactly three operations, and what they really answer fits it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asgi import call
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from small import QUESTIONS
from test_api import HELPFUL
from test_web import Send, requests_to

from assistant.api_examples import example_whole_document
from assistant.headers import App
from assistant.openapi import PROBLEMS_OF
from assistant.problems import PROBLEMS, URN

ASK, DOCUMENT, FEEDBACK = "/v1/ask", "/v1/documents/{document_id}", "/v1/feedback"


@pytest.fixture
def send(small_app: App) -> Send:
    return requests_to(small_app)


@pytest.fixture
def described(send: Send) -> dict[str, Any]:
    found: dict[str, Any] = send("GET", "/openapi.json").json()
    return found


def misfits(described: dict[str, Any], schema: dict[str, Any], value: object) -> list[str]:
    """Return what of a value does not fit a schema of the description."""
    found = Draft202012Validator({**schema, "components": described["components"]}).iter_errors(value)
    return [f"{error.json_path}: {error.message}" for error in found]


def reply_schema(described: dict[str, Any], path: str, method: str, status: int) -> dict[str, Any]:
    content = described["paths"][path][method]["responses"][str(status)]["content"]
    ((media_type, told),) = content.items()
    assert media_type == ("application/json" if status == 200 else "application/problem+json")
    found: dict[str, Any] = told["schema"]
    return found


def test_exactly_three_operations_are_described(described: dict[str, Any]) -> None:
    operations = {
        (method, path, told["operationId"])
        for path, methods in described["paths"].items()
        for method, told in methods.items()
    }

    assert operations == {
        ("post", ASK, "post_v1_ask"),
        ("get", DOCUMENT, "get_v1_documents"),
        ("post", FEEDBACK, "post_v1_feedback"),
    }
    assert set(PROBLEMS_OF) == set(described["paths"])


def test_it_is_openapi_without_leftovers(described: dict[str, Any]) -> None:
    validate(described)
    assert described["openapi"].startswith("3.1")
    text = json.dumps(described)
    unused = {name for name in described["components"]["schemas"] if f"schemas/{name}" not in text}
    assert unused == set()
    assert "HTTPValidationError" not in text


def test_there_is_no_page_of_documentation(send: Send) -> None:
    assert {send("GET", path).status_code for path in ("/docs", "/redoc", "/v1/docs")} == {404}


@pytest.mark.parametrize("question", [question for _, question, _, _ in QUESTIONS])
def test_real_answers_fit(question: str, described: dict[str, Any], send: Send) -> None:
    answer = send("POST", ASK, json={"question": question}).json()

    schema = reply_schema(described, ASK, "post", 200)
    assert misfits(described, schema, answer) == []
    assert misfits(described, schema, {**answer, "text": "generated"}) != []
    assert misfits(described, schema, {**answer, "generated_text": True}) != []


@pytest.mark.parametrize("name", ["trial-lupus", "therapy-knee", "therapy-stroke", "clinic-doctor"])
def test_real_documents_fit(name: str, described: dict[str, Any], send: Send) -> None:
    schema = reply_schema(described, DOCUMENT, "get", 200)
    assert misfits(described, schema, send("GET", f"/v1/documents/{name}").json()) == []


def test_examples_fit_what_they_are_examples_of(described: dict[str, Any]) -> None:
    checked = 0
    for methods in described["paths"].values():
        for operation in methods.values():
            parts = [*operation["responses"].values(), operation.get("requestBody", {})]
            for told in (told for part in parts for told in part.get("content", {}).values()):
                for example in told["examples"].values():
                    assert misfits(described, told["schema"], example["value"]) == []
                    checked += 1
    assert checked == 4 + 3 + sum(len(kinds) for kinds in PROBLEMS_OF.values())
    assert example_whole_document().caveats == ("We have not studied massage.",)


def test_a_question_of_any_length_is_as_described(described: dict[str, Any]) -> None:
    schema = described["components"]["schemas"]["Ask"]
    long = {"question": "why " * 2000, "history": ["I cannot breathe " * 300] * 60}

    assert misfits(described, schema, long) == []
    assert "the last 50 are heard" in schema["properties"]["history"]["description"]


def test_feedback_answers_nothing_as_described(described: dict[str, Any], send: Send) -> None:
    response = send("POST", FEEDBACK, json=HELPFUL)

    assert (response.status_code, response.content) == (204, b"")
    assert "content" not in described["paths"][FEEDBACK]["post"]["responses"]["204"]


@pytest.mark.parametrize(
    ("path", "method", "body", "kind", "status"),
    [
        (ASK, "post", b"{", "not-json", 400),
        (ASK, "post", b'"gradio.FileData"', "not-allowed", 400),
        (ASK, "post", b'"' + b"x" * 20_000 + b'"', "too-large", 413),
        (ASK, "post", b"{}", "invalid", 422),
        (ASK, "post", b'{"question": ""}', "empty", 422),
        (ASK, "post", json.dumps({"question": "why " * 200}).encode(), "too-long", 422),
        (DOCUMENT, "get", b"", "no-such-document", 404),
        (FEEDBACK, "post", b"{}", "invalid", 422),
    ],
)
def test_real_problems_are_described(
    path: str, method: str, body: bytes, kind: str, status: int, described: dict[str, Any], small_app: App
) -> None:
    reply = call(small_app, method.upper(), path.replace("{document_id}", "no-one"), body, client="127.0.0.1")

    found = json.loads(reply.body)
    assert (reply.status, found["type"]) == (status, URN + kind)
    assert kind in PROBLEMS_OF[path]
    assert misfits(described, reply_schema(described, path, method, status), found) == []


def test_every_kind_of_problem_is_described_or_needs_no_description() -> None:
    described = {kind for kinds in PROBLEMS_OF.values() for kind in kinds}
    assert set(PROBLEMS) - described == {"not-found", "method", "internal"}
