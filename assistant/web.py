"""The web app: the chat, the question route for scripts, and the health of both."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.requests import Request
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response
from pydantic import Field
from starlette.middleware.cors import CORSMiddleware

from assistant.chat import mount_chat
from assistant.embedding import embedding_routes
from assistant.errors import BadQuestion
from assistant.guard import guarded
from assistant.headers import App
from assistant.live import LiveAssistant
from assistant.render import as_json
from assistant.settings import Settings
from content.errors import FaqError
from content.schema import Fact

_FRAME_SCRIPT = Path(__file__).parent / "static" / "frame.js"


class Ask(Fact):
    """The body of `POST /v1/ask`: a question and the visitor's earlier ones, oldest first."""

    question: Annotated[str, Field(max_length=4000)]
    history: Annotated[tuple[Annotated[str, Field(max_length=4000)], ...], Field(max_length=50)] = ()


def build_app(settings: Settings, live: LiveAssistant) -> App:
    """Return the guarded ASGI app: `/v1/ask`, `/healthz`, `/readyz`, `/chat`."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    # With one of the parent's own, Gradio leaves out its middleware, which lets every site read everything;
    # this one lets nobody in: the guard, outside of it, knows the allowed sites.
    app.add_middleware(CORSMiddleware, allow_origins=())

    @app.post("/v1/ask")
    def ask(body: Ask) -> Response:
        answer = live.answer(body.question, body.history)
        return Response(as_json(answer), media_type="application/json")

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok", "index_id": live.now().index_id}

    @app.get("/readyz")
    def readyz() -> JSONResponse:
        live.now()
        ready = live.reload_error is None
        state = {"ready": ready, "detail": live.reload_error, "drift": live.drift().says}
        return JSONResponse(state, status_code=200 if ready else 503)

    @app.get("/frame.js")
    def frame_script() -> FileResponse:
        return FileResponse(_FRAME_SCRIPT, media_type="text/javascript")

    @app.get("/")
    def root() -> RedirectResponse:
        return RedirectResponse("/chat/")

    app.add_exception_handler(FaqError, _explain)
    app.add_exception_handler(RequestValidationError, _explain)
    app.include_router(embedding_routes(settings))
    mount_chat(app, live, settings)
    busy = live.now().wording.text("busy")
    return guarded(app, settings, busy)


def _explain(_: Request, error: Exception) -> Response:
    """Answer with RFC 9457 problem details; the question itself is never repeated in them."""
    if isinstance(error, RequestValidationError):
        first = error.errors()[0]
        detail, status = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}", 422
    else:
        detail, status = str(error), 422 if isinstance(error, BadQuestion) else 503
    problem = {"type": "about:blank", "title": type(error).__name__, "status": status, "detail": detail}
    return JSONResponse(problem, status_code=status, media_type="application/problem+json")
