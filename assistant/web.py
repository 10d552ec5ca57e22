"""The web app: the chat, the routes for programs, and the health of both."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from functools import cache
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from assistant.api import build_api
from assistant.chat import mount_chat
from assistant.embedding import embedding_routes
from assistant.errors import McpNotInstalled
from assistant.feedback import FeedbackStore
from assistant.guard import guarded
from assistant.headers import App
from assistant.live import LiveAssistant
from assistant.neighbours import Neighbours
from assistant.openapi import as_bytes, describe
from assistant.packed import PackedFile
from assistant.problems import answer_error
from assistant.rates import Rates
from assistant.settings import Settings
from content.errors import FaqError

_STATIC = Path(__file__).parent / "static"
# What a page loads: its media type and the files that are one to the browser.
_PAGE_FILES = {
    "frame.js": ("text/javascript", ("frame.js",)),
    "chat.css": ("text/css", ("answer.css", "chat.css")),
}


def build_app(settings: Settings, live: LiveAssistant, neighbours: Neighbours | None = None) -> App:
    """Return the guarded ASGI app: `/v1`, `/openapi.json`, `/healthz`, `/readyz`, `/chat`, maybe `/mcp`.

    `neighbours` are told whom this process lets through, and are heard.
    """
    agents = _agents(live, settings) if settings.mcp else None

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        live.questions.start()
        async with agents.router.lifespan_context(app) if agents else nullcontext():
            try:
                yield
            finally:
                live.questions.close()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    # With one of the parent's own, Gradio leaves out its middleware, which lets every site read everything;
    # this one lets nobody in: the guard, outside of it, knows the allowed sites.
    app.add_middleware(CORSMiddleware, allow_origins=())

    feedback = FeedbackStore(settings.feedback_file)
    routes = build_api(live, feedback, takes_text=settings.feedback_text)
    app.include_router(routes)
    app.include_router(embedding_routes(settings))
    app.include_router(_page_routes(live, cache(lambda: as_bytes(describe(routes)))))
    for error in (FaqError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(error, answer_error)
    app.router.routes.extend(agents.routes if agents else ())
    mount_chat(app, live, settings)
    texts = {name: wording.text for name, wording in live.now().wordings.items()}
    rates = Rates(settings.questions_per_minute)
    if neighbours:
        rates = Rates(settings.questions_per_minute, neighbours.tell)
        neighbours.listen(rates.heard)
    return guarded(app, settings, texts, live.route, rates)


def _agents(live: LiveAssistant, settings: Settings) -> Starlette:
    """Return the app for agents; its package is an extra. Raises McpNotInstalled."""
    try:
        from assistant.mcp_server import build_mcp
    except ModuleNotFoundError as error:
        raise McpNotInstalled from error
    return build_mcp(live, settings)


def _page_routes(live: LiveAssistant, described: Callable[[], bytes]) -> APIRouter:
    """Return what a browser and a watchdog ask for; nothing of it is in the description for programs.

    `described` is asked for that once somebody wants it: it takes a while to be written.
    """
    routes = APIRouter(include_in_schema=False)

    @routes.get("/openapi.json")
    def openapi() -> Response:
        return Response(described(), media_type="application/json")

    @routes.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok", "index_id": live.now().index_id}

    @routes.get("/readyz")
    def readyz() -> JSONResponse:
        state = live.readiness()
        if not state.ready:
            # Why not is for the staff: it names places of the server.
            state = state.model_copy(update={"detail": "a newer index cannot be opened"})
        return JSONResponse(state.model_dump(), status_code=200 if state.ready else 503)

    for name, (media_type, files) in _PAGE_FILES.items():
        packed = PackedFile(b"".join((_STATIC / file).read_bytes() for file in files), media_type)
        routes.add_api_route(f"/{name}", packed.answer, response_class=Response)

    @routes.get("/")
    def root() -> RedirectResponse:
        return RedirectResponse("/chat/")

    return routes
