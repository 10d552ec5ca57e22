"""The question function for gradio_client, declared beside the chat: `predict(…, api_name="/ask")`."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from assistant.api import Ask
from assistant.live import LiveAssistant
from assistant.problems import Problem, explained, problem
from assistant.schema import Answer
from assistant.visitors import OVER_LIMIT, VISITOR
from content.errors import FaqError

_ABOUT = "Answers with verified verbatim quotes, a refusal or a redirect; history holds earlier questions."


def offer_ask(gr: Any, live: LiveAssistant) -> None:
    """Declare `/ask` in the Blocks being built: the same answers as `POST /v1/ask`, as a plain dict.

    What cannot be answered is Gradio's error with the problem's sentence, which never repeats a
    question. A client that asks too often, as the guard's own header says, is told to wait.
    """

    def ask(question: str, history: list[str] = [], request: Any = None) -> dict[str, Any]:  # noqa: B006
        headers = request.headers if request is not None else {}
        visitor = headers.get(VISITOR, "")
        found = _answered(live, question, history, limited=OVER_LIMIT in headers, visitor=visitor)
        if isinstance(found, Problem):
            raise gr.Error(found.detail, print_exception=False)
        return found.model_dump(mode="json")

    # Gradio reads the types themselves, and is itself imported late.
    ask.__annotations__.update(
        question=str, history=list[str], request=gr.Request, **{"return": dict[str, Any]}
    )
    gr.api(ask, api_name="ask", api_description=_ABOUT, concurrency_id="ask", concurrency_limit=4)


def _answered(
    live: LiveAssistant, question: object, history: object, *, limited: bool, visitor: str
) -> Answer | Problem:
    # Gradio hands over whatever JSON a client sent, whatever the annotations say.
    try:
        given = Ask.model_validate({"question": question, "history": history or ()})
        # An emergency is answered however often somebody asked.
        if limited and not live.is_urgent(given.question):
            return problem("busy", live.now().wording.text("busy"))
        return live.answer(given.question, given.history, visitor=visitor)
    except ValidationError:
        return problem("invalid", "A question and a list of earlier questions are needed, as text.")
    except FaqError as error:
        return explained(error)
