"""Problem details: every error the project raises on purpose is told as a kind, and only its kind."""

from __future__ import annotations

from pathlib import Path

import pytest

import assistant.errors
import content.errors
import index.errors
from assistant.errors import BadQuestion, EmptyQuestion, FeedbackUnavailable, NoSuchDocument
from assistant.problems import PROBLEMS, URN, Problem, answer_error, as_response, explained, kind_of, problem
from content.errors import FaqError

PLACE = "/srv/secret/place"


def all_errors() -> set[type[FaqError]]:
    found: set[type[FaqError]] = set()
    for module in (assistant.errors, content.errors, index.errors):
        found |= {kind for kind in vars(module).values() if isinstance(kind, type)}
    return {kind for kind in found if issubclass(kind, FaqError)}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (EmptyQuestion(), "empty"),
        (BadQuestion("the question has 700 characters, at most 500 are searched"), "too-long"),
        (NoSuchDocument(PLACE), "no-such-document"),
        (FeedbackUnavailable(Path(PLACE), "database is locked"), "unavailable"),
        (FaqError(PLACE), "unavailable"),
    ],
)
def test_an_error_is_told_as_its_kind(error: FaqError, kind: str) -> None:
    told = explained(error)

    assert told.type == URN + kind
    assert PLACE not in told.model_dump_json()


def test_only_a_questions_own_errors_are_the_visitors_fault() -> None:
    for error in all_errors() - {BadQuestion, EmptyQuestion, NoSuchDocument}:
        # Made without its message: the class alone decides.
        assert PROBLEMS[kind_of(error.__new__(error))].status == 503, error


@pytest.mark.parametrize("kind", PROBLEMS)
def test_a_problem_fits_rfc_9457(kind: str) -> None:
    told = problem(kind)  # type: ignore[arg-type]
    response = as_response(told)

    assert Problem.model_validate_json(bytes(response.body)) == told
    assert response.media_type == "application/problem+json"
    assert response.status_code == told.status
    assert told.type.startswith("urn:")
    assert told.title != told.detail


def test_what_nobody_foresaw_says_nothing_of_itself() -> None:
    response = answer_error(None, ValueError(PLACE))  # type: ignore[arg-type]

    assert response.status_code == 500
    assert PLACE.encode() not in bytes(response.body)
