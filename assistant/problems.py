"""Everything that can go wrong over HTTP, as problem details (RFC 9457) of a stable kind."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Literal, NamedTuple

from fastapi.exceptions import RequestValidationError
from fastapi.requests import Request
from fastapi.responses import Response
from pydantic import Field
from starlette.exceptions import HTTPException

from assistant.errors import BadQuestion, EmptyQuestion, NoSuchDocument
from content.errors import FaqError
from content.schema import Fact

MEDIA_TYPE = "application/problem+json"
URN = "urn:quoted-faq:problem:"
_log = logging.getLogger(__name__)

Kind = Literal[
    "not-json", "not-allowed", "not-found", "no-such-document", "method", "too-large", "media-type",
    "invalid", "empty", "too-long", "busy", "unavailable", "internal",
]  # fmt: skip


class _Told(NamedTuple):
    status: int
    title: str
    detail: str


# What each kind says when nothing more exact is known; none ever repeats what was asked.
PROBLEMS: Mapping[Kind, _Told] = {
    "not-json": _Told(400, "The body is no JSON", "Send JSON as /openapi.json describes it."),
    "not-allowed": _Told(400, "The request holds what is never accepted", "See /openapi.json."),
    "not-found": _Told(404, "There is nothing here", "See /openapi.json for what there is."),
    "no-such-document": _Told(404, "No such document", "No document of the index in use has this id."),
    "method": _Told(405, "The method is not allowed", "See /openapi.json for the method of each path."),
    "too-large": _Told(413, "The body is too large", "Ask in one or two sentences."),
    "media-type": _Told(415, "The body is of another type", "Send content-type: application/json."),
    "invalid": _Told(422, "The body is not as described", "See /openapi.json for its fields."),
    "empty": _Told(422, "The question is empty", "Ask in one or two sentences."),
    "too-long": _Told(422, "The question is too long", "Ask in one or two sentences."),
    "busy": _Told(429, "Too many questions", "Try again in a minute."),
    "unavailable": _Told(503, "It cannot be done right now", "Try again later; the staff sees the reason."),
    "internal": _Told(500, "Something broke", "Try again later."),
}
# The first class that an error is decides.
_ERRORS: tuple[tuple[type[FaqError], Kind], ...] = (
    (EmptyQuestion, "empty"),
    (BadQuestion, "too-long"),
    (NoSuchDocument, "no-such-document"),
    (FaqError, "unavailable"),
)
_STATUSES: Mapping[int, Kind] = {404: "not-found", 405: "method", 415: "media-type"}


class Problem(Fact):
    """What went wrong, of a kind named by `type`; neither a question nor a path of the server is in it."""

    type: str = Field(pattern=f"^{URN}[a-z-]+$", examples=[f"{URN}too-long"])
    title: str
    status: int = Field(ge=400, le=599)
    detail: str


class WrongMediaType(FaqError):
    """A body that does not say it is JSON: a form of another site could send it unasked."""


def problem(kind: Kind, detail: str | None = None) -> Problem:
    """Return the problem of a kind; `detail` replaces its usual sentence."""
    told = PROBLEMS[kind]
    return Problem(type=URN + kind, title=told.title, status=told.status, detail=detail or told.detail)


def kind_of(error: FaqError) -> Kind:
    """Return the kind an error is told as."""
    return next(kind for known, kind in _ERRORS if isinstance(error, known))


def explained(error: FaqError) -> Problem:
    """Return an error as a problem. Only a question's own errors say more than their kind.

    The others name files and commands of the server, which are for the staff.
    """
    kind = kind_of(error)
    return problem(kind, str(error) if isinstance(error, BadQuestion) else None)


def answer_error(_: Request, error: Exception) -> Response:
    """Answer any error of a route with problem details."""
    if isinstance(error, WrongMediaType):
        return as_response(problem("media-type"))
    if isinstance(error, RequestValidationError):
        return as_response(_invalid(error))
    if isinstance(error, HTTPException):
        kind = _STATUSES.get(error.status_code, "internal" if error.status_code >= 500 else "not-allowed")
        return as_response(problem(kind), error.headers)
    if isinstance(error, FaqError):
        found = explained(error)
        if found.status >= 500:
            # The name alone: a message could hold a visitor's words one day.
            _log.error("a request failed: %s", type(error).__name__)
        return as_response(found)
    return as_response(problem("internal"))


def as_response(found: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """Return a problem as an HTTP response."""
    return Response(found.model_dump_json(), found.status, headers, media_type=MEDIA_TYPE)


def _invalid(error: RequestValidationError) -> Problem:
    """Name the field and the rule it breaks. A field nobody knows is not named: it could be a question."""
    first = error.errors()[0]
    if first["type"] == "json_invalid":
        return problem("not-json")
    unknown = first["type"] == "extra_forbidden"
    place = ".".join(str(part) for part in (first["loc"][:-1] if unknown else first["loc"]))
    return problem("invalid", f"{place}: {'no other fields are known' if unknown else first['msg']}")
