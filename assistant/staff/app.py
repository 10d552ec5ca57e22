"""Everything behind the staff's port: numbers for monitoring, and the page, built when first looked at."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from assistant.feedback import FeedbackStore
from assistant.headers import App, Receive, Scope, Send
from assistant.live import LiveAssistant
from assistant.monitoring import staff_pages
from assistant.mounting import upload_folder
from assistant.packed import PackedFile
from assistant.settings import Settings
from assistant.staff.desk import Desk
from assistant.staff.guard import StaffGuard
from assistant.staff.login import Door
from assistant.staff.paths import PAGE, beside
from assistant.staff_port import Page, is_loopback
from content.errors import FaqError

_STATIC = Path(__file__).parents[1] / "static"
# What the page loads: its media type and the files that are one to the browser.
_FILES = {
    "staff.css": ("text/css", ("answer.css", "staff.css")),
    "staff.js": ("text/javascript", ("staff.js",)),
}


def staff_app(settings: Settings, live: LiveAssistant | None, why_not: str = "") -> App:
    """Return the guarded app; `why_not` is told where there is no index to answer from yet."""
    token, url = settings.staff_token, settings.staff_url
    secure = url is not None and url.startswith("https:")
    return StaffGuard(
        _StaffSide(settings, live, why_not),
        uploads=lambda: upload_folder(settings.home),
        door=Door(token, secure=secure) if token else None,
        url=url,
        any_address=not is_loopback(settings.staff_host),
        proxies=settings.trusted_proxies,
    )


class _StaffSide:
    """Sends each request to what answers it. Who never looks at the page pays nothing for it."""

    def __init__(self, settings: Settings, live: LiveAssistant | None, why_not: str) -> None:
        self._settings, self._live = settings, live
        self._pages = staff_pages(live, settings) if live else _without_index(why_not)
        self._files = {f"/{name}": _packed(name) for name in _FILES}
        self._page: App | None = None
        self._opening = asyncio.Lock()
        self._lives: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if path.startswith(PAGE):
            app = await self._opened()
        else:
            app = await self._answer(path, Request(scope))
        await app(scope, receive, send)

    async def _answer(self, path: str, request: Request) -> Response:
        if path == "/":
            return RedirectResponse(PAGE, 303)
        if path in self._files:
            return self._files[path].answer(request)
        if document_id := beside(path):
            return await run_in_threadpool(self._beside, document_id)
        page = self._pages.get(path)
        if page is None:
            return PlainTextResponse("There is nothing here.\n", 404)
        # Reading what is stored may wait for whoever writes just now.
        body = await run_in_threadpool(page.body)
        return Response(body, page.status(), media_type=page.media_type)

    def _beside(self, document_id: str) -> Response:
        from assistant.staff.beside import beside_page

        try:
            return HTMLResponse(beside_page(self._settings, document_id))
        except FaqError as error:
            return PlainTextResponse(f"{error}\n", 404)

    async def _opened(self) -> App:
        """Return the page; the first time it is built and its life begins, which ends with the loop."""
        from assistant.staff.page import build_page

        async with self._opening:
            if self._page is None:
                page = build_page(_desk(self._settings, self._live))
                begun = asyncio.get_running_loop().create_future()
                self._lives = asyncio.create_task(_live(page, begun))
                await begun
                self._page = page
            return self._page


async def _live(page: Starlette, begun: asyncio.Future[None]) -> None:
    async with page.router.lifespan_context(page):
        begun.set_result(None)
        await asyncio.Event().wait()


def _desk(settings: Settings, live: LiveAssistant | None) -> Desk:
    from assistant.questions import QuestionStore

    return Desk(settings, live, FeedbackStore(settings.feedback_file), QuestionStore(settings.questions_file))


def _packed(name: str) -> PackedFile:
    media_type, files = _FILES[name]
    return PackedFile(b"".join((_STATIC / file).read_bytes() for file in files), media_type)


def _without_index(why: str) -> Mapping[str, Page]:
    body = json.dumps({"ready": False, "detail": why}).encode()
    return {"/readyz": Page("application/json", lambda: body, lambda: 503)}
