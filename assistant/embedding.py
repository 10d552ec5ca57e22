"""The widget for other sites' pages, one script that loads nothing until it is opened, and a page with it."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path

from fastapi import APIRouter
from fastapi.requests import Request
from fastapi.responses import HTMLResponse, Response

from assistant.packed import PackedFile
from assistant.settings import Settings

_STATIC = Path(__file__).parent / "static"
_KEPT_SECONDS = 3600
_OWN_LANGUAGE = 'SITE_LANGUAGE = "en"'


def embedding_routes(settings: Settings) -> APIRouter:
    """Return `/widget.js`, which any site may load and keep for an hour, and `/demo`.

    The script holds nothing but the interface's language: who may show the chat, its own headers say.
    """
    router = APIRouter(include_in_schema=False)
    script = PackedFile(
        widget_script(settings.language).encode(),
        "text/javascript",
        {"cache-control": f"public, max-age={_KEPT_SECONDS}", "cross-origin-resource-policy": "cross-origin"},
    )
    page = demo_page(settings.public_url or f"http://{settings.host}:{settings.port}")

    @router.api_route("/widget.js", methods=["GET", "HEAD"])
    def widget(request: Request) -> Response:
        return script.answer(request)

    @router.api_route("/demo", methods=["GET", "HEAD"])
    def demo() -> HTMLResponse:
        return HTMLResponse(page, headers={"content-security-policy": _demo_policy(page)})

    return router


def widget_script(language: str) -> str:
    """Return the widget's source; `language` is spoken where a page asks for no other."""
    source = (_STATIC / "widget.js").read_text("utf-8")
    if source.count(_OWN_LANGUAGE) != 1:
        raise AssertionError("widget.js has one place for the site's language")
    return source.replace(_OWN_LANGUAGE, f'SITE_LANGUAGE = "{language}"')


def demo_page(origin: str) -> str:
    """Return a page as another site would write it, with the code to copy for this origin."""
    return (_STATIC / "demo.html").read_text("utf-8").replace("{origin}", escape(origin.rstrip("/")))


def _demo_policy(page: str) -> str:
    """Allow the two scripts, the frames and this very style sheet: what a careful host page would allow."""
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'self'; frame-src 'self'; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
