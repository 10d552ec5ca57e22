"""The three routes for programs: ask, fetch a document, give feedback. Each error is a problem detail."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.requests import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BeforeValidator, Field

from assistant.api_examples import examples_of
from assistant.feedback import Feedback, FeedbackStore, GivenFeedback
from assistant.live import LiveAssistant
from assistant.problems import WrongMediaType
from assistant.render import as_json
from assistant.schema import Answer
from assistant.whole_document import WholeDocument, whole_document
from content.schema import Fact

_JSON = "application/json"
_REMEMBERED = 50
_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def _newest(given: object) -> object:
    """Keep the newest questions of a list; what is none is taken as it is."""
    return given[-_REMEMBERED:] if isinstance(given, list | tuple) else given


class Ask(Fact):
    """The body of `POST /v1/ask`: a question and the visitor's earlier ones, oldest first.

    Neither a long question nor a long history is refused here: the safety rules see the question first.
    """

    question: Annotated[
        str,
        Field(description="What is asked. One too long to search is answered all the same if it is urgent."),
    ]
    history: Annotated[
        tuple[str, ...],
        BeforeValidator(_newest),
        Field(description=f"Earlier questions, oldest first; the last {_REMEMBERED} are heard."),
    ] = ()


class _JsonRoute(APIRoute):
    """A route whose body must say that it is JSON: any page may send a form to any server unasked."""

    def get_route_handler(self) -> _Handler:
        handle = super().get_route_handler()

        async def checked(request: Request) -> Response:
            given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if request.method == "POST" and given != _JSON:
                raise WrongMediaType(f"{given}: send {_JSON}")
            return await handle(request)

        return checked


def build_api(live: LiveAssistant, feedback: FeedbackStore) -> APIRouter:
    """Return the routes under `/v1`; `assistant/openapi.py` describes exactly these."""
    routes = APIRouter(prefix="/v1", route_class=_JsonRoute)

    @routes.post("/ask", response_model=Answer, summary="Ask a question")
    def ask(body: Annotated[Ask, Body(openapi_examples=examples_of("ask"))]) -> Response:
        """Verified quotes, a refusal or a redirect. The same question, history and index: the same bytes."""
        return Response(as_json(live.answer(body.question, body.history)), media_type=_JSON)

    @routes.get("/documents/{document_id}", response_model=WholeDocument, summary="Fetch a document")
    def document(document_id: str) -> Response:
        """The canonical text that offsets count in, with its sha256, so that anyone can check a quote."""
        found = whole_document(document_id, live.now())
        return Response(found.model_dump_json(), media_type=_JSON)

    @routes.post("/feedback", status_code=204, summary="Say whether an answer helped")
    def give_feedback(
        body: Annotated[GivenFeedback, Body(openapi_examples=examples_of("give_feedback"))],
    ) -> None:
        """Only a day, the index, yes or no, a reason from the list and passage ids are kept."""
        faq = live.now()
        # Ids of passages nobody holds could be words after all.
        known = tuple(name for name in dict.fromkeys(body.passage_ids) if name in faq.passages)
        feedback.add(
            Feedback(
                day=date.today(),
                index_id=faq.index_id,
                helpful=body.helpful,
                reason=body.reason,
                passage_ids=known,
            )
        )

    return routes
