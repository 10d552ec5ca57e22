"""What is answered while the index loads: alive, not ready, and whom to call in an emergency."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from starlette.responses import HTMLResponse, JSONResponse, Response

from assistant.allowed import is_chat_question, language_of, within_chat
from assistant.bodies import decoded, read_body
from assistant.guard import guarded
from assistant.headers import App, Receive, Scope, Send
from assistant.problems import as_response, problem
from assistant.safety import safety_rules
from assistant.settings import Settings
from assistant.urgency import urgent_kind
from assistant.wording import Wording, load_wordings

RETRY_SECONDS = 5


def starting_app(settings: Settings) -> App:
    """Return the app of a server whose index is not loaded yet, behind the same guard as the whole one."""
    region = safety_rules().regions[settings.region]
    wordings = load_wordings(region, settings.wording)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        wording = wordings[language_of(path, settings.language)]
        if scope["method"] == "POST":
            reply = _to_question(path, decoded(await read_body(receive) or b""), wording)
        else:
            reply = _to_look(path, wording)
        await reply(scope, receive, send)

    return guarded(answer, settings, {name: wording.text for name, wording in wordings.items()})


def _to_question(path: str, body: object, wording: Wording) -> Response:
    kind = urgent_kind(path, body)
    told = problem("unavailable", wording.text(kind or "unavailable"))
    if is_chat_question(path):
        # A chat shows the sentence of every status but 503, for which Gradio has words of its own.
        told = told.model_copy(update={"status": 429})
    return as_response(told, _retry())


def _to_look(path: str, wording: Wording) -> Response:
    if path == "/healthz":
        return JSONResponse({"status": "starting"})
    if path == "/readyz":
        state = {"ready": False, "detail": "the index is being loaded"}
        return JSONResponse(state, 503, headers=_retry())
    if path == "/" or within_chat(path) == "":
        return HTMLResponse(_page(wording), 503, headers=_retry())
    return as_response(problem("unavailable"), _retry())


def _page(wording: Wording) -> str:
    """Return a page that looks again by itself."""
    return (
        f'<!doctype html><html lang="{wording.language}"><head><meta charset="utf-8">'
        f'<meta http-equiv="refresh" content="{RETRY_SECONDS}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(wording.text('title'))}</title></head>"
        f"<body><main><h1>{escape(wording.text('title'))}</h1><p>{escape(wording.text('unavailable'))}</p>"
        "</main></body></html>"
    )


def _retry() -> Mapping[str, str]:
    return {"retry-after": str(RETRY_SECONDS)}
