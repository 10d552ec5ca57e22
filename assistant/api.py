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
from assistant.feedback import Comment, Feedback, FeedbackStore, GivenFeedback, WordedFeedback
from assistant.live import LiveAssistant
from assistant.problems import WrongMediaType
from assistant.redaction import redacted
from assistant.render import as_json
from assistant.schema import Answer
from assistant.visitors import VISITOR
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


def build_api(live: LiveAssistant, feedback: FeedbackStore, *, takes_text: bool = False) -> APIRouter:
    """Return the routes under `/v1`; `assistant/openapi.py` describes exactly these.

    `takes_text` lets feedback carry a few words, which are kept redacted.
    """
    routes = APIRouter(prefix="/v1", route_class=_JsonRoute)

    @routes.post("/ask", response_model=Answer, summary="Ask a question")
    def ask(request: Request, body: Annotated[Ask, Body(openapi_examples=examples_of("ask"))]) -> Response:
        """Verified quotes, a refusal or a redirect. The same question, history and index: the same bytes."""
        answer = live.answer(body.question, body.history, visitor=request.headers.get(VISITOR, ""))
        return Response(as_json(answer), media_type=_JSON)

    @routes.get("/documents/{document_id}", response_model=WholeDocument, summary="Fetch a document")
    def document(document_id: str) -> Response:
        """The canonical text that offsets count in, with its sha256, so that anyone can check a quote."""
        found = whole_document(document_id, live.now())
        return Response(found.model_dump_json(), media_type=_JSON)

    def give_feedback(body: GivenFeedback) -> None:
        """Only a day, the index, yes or no, a reason from the list and passage ids are kept."""
        _store(body, live, feedback)

    # FastAPI takes the body for what its annotation says, which is the site's choice.
    kind = WordedFeedback if takes_text else GivenFeedback
    examples = Body(openapi_examples=examples_of("give_feedback"))
    give_feedback.__annotations__["body"] = Annotated[kind, examples]
    routes.post("/feedback", status_code=204, summary="Say whether an answer helped")(give_feedback)
    return routes


def _store(given: GivenFeedback, live: LiveAssistant, feedback: FeedbackStore) -> None:
    faq, today = live.now(), date.today()
    # Ids of passages nobody holds could be words after all.
    known = tuple(name for name in dict.fromkeys(given.passage_ids) if name in faq.passages)
    feedback.add(
        Feedback(
            day=today, index_id=faq.index_id, helpful=given.helpful, reason=given.reason, passage_ids=known
        )
    )
    if not given.helpful:
        live.questions.unhelpful(given.receipt)
    if isinstance(given, WordedFeedback) and given.text.strip():
        words = redacted(given.text)
        feedback.comment(Comment(day=today, helpful=given.helpful, reason=given.reason, words=words))
