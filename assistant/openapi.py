"""The description of the HTTP interface (OpenAPI 3.1), made from the routes that it describes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi

from assistant.api_examples import example_answers, example_whole_document
from assistant.problems import MEDIA_TYPE, Kind, Problem, problem

_ABOUT = (
    "Answers with verified verbatim quotes, or says that nothing covers the question. No text is generated. "
    "Every error is a problem detail (RFC 9457) with a stable type."
)
_POSTED: tuple[Kind, ...] = (
    "not-json", "not-allowed", "too-large", "media-type", "invalid", "busy", "unavailable",
)  # fmt: skip
# What each operation may answer instead of what was asked for.
PROBLEMS_OF: Mapping[str, tuple[Kind, ...]] = {
    "/v1/ask": (*_POSTED, "empty", "too-long"),
    "/v1/documents/{document_id}": ("not-allowed", "no-such-document", "unavailable"),
    "/v1/feedback": _POSTED,
}


def describe(routes: APIRouter) -> dict[str, Any]:
    """Return the OpenAPI description of these routes and no others, with problems and examples."""
    found: dict[str, Any] = get_openapi(
        title="Quoted FAQ", version=version("quoted-faq"), description=_ABOUT, routes=routes.routes
    )
    schemas = found["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = Problem.model_json_schema(mode="serialization")
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            operation["operationId"] = f"{method}{path.partition('{')[0].rstrip('/').replace('/', '_')}"
            replies = operation["responses"]
            replies.pop("422", None)
            replies.update(_problem_replies(PROBLEMS_OF[path]))
    _add_examples(found["paths"])
    return found


def as_bytes(description: Mapping[str, Any]) -> bytes:
    """Return a description as it is served: the same routes give the same bytes."""
    return json.dumps(description, ensure_ascii=False, sort_keys=True).encode("utf-8")


def _problem_replies(kinds: tuple[Kind, ...]) -> dict[str, Any]:
    by_status: dict[int, dict[str, Problem]] = {}
    for kind in kinds:
        told = problem(kind)
        by_status.setdefault(told.status, {})[kind] = told
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        str(status): {
            "description": "; ".join(told.title for told in of_status.values()),
            "content": {
                MEDIA_TYPE: {
                    "schema": schema,
                    "examples": {kind: {"value": told.model_dump()} for kind, told in of_status.items()},
                }
            },
        }
        for status, of_status in sorted(by_status.items())
    }


def _add_examples(paths: dict[str, Any]) -> None:
    answers = {name: answer.model_dump(mode="json") for name, answer in example_answers().items()}
    document = example_whole_document().model_dump(mode="json")
    for path, method, values in (
        ("/v1/ask", "post", answers),
        ("/v1/documents/{document_id}", "get", {"page": document}),
    ):
        reply = paths[path][method]["responses"]["200"]["content"]["application/json"]
        reply["examples"] = {name: {"value": value} for name, value in values.items()}
