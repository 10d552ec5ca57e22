"""The staff's page: a tab for each thing that staff do."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware

from assistant.chat import import_gradio
from assistant.mounting import mount_page
from assistant.render import escape
from assistant.staff import documents_tab, publish_tab, quality_tab, questions_tab, try_tab
from assistant.staff.desk import Desk
from assistant.staff.guard import MAX_UPLOAD_BYTES
from assistant.staff.login import LOGOUT
from assistant.staff.paths import PAGE
from assistant.staff.texts import say

# Few people work here at once; each open page holds a session.
_SESSIONS, _WAITING = 50, 32
# What was uploaded and never used is deleted within the hour.
_KEPT_SECONDS = 3600
_HEAD = '<link rel="stylesheet" href="/staff.css"><script src="/staff.js" defer></script>'
TABS = (
    ("try", try_tab), ("documents", documents_tab), ("questions", questions_tab),
    ("quality", quality_tab), ("publish", publish_tab),
)  # fmt: skip


def build_page(desk: Desk) -> Starlette:
    """Return an app with the page mounted in it."""
    gr = import_gradio(desk.settings.home / "gradio")
    app = Starlette()
    # With one of the parent's own, Gradio leaves out its middleware, which lets every site read everything.
    app.add_middleware(CORSMiddleware, allow_origins=())
    mount_page(
        gr, app, build_blocks(gr, desk), PAGE.rstrip("/"), head=_HEAD,
        sessions=_SESSIONS, waiting=_WAITING, max_file_size=MAX_UPLOAD_BYTES,
    )  # fmt: skip
    return app


def build_blocks(gr: Any, desk: Desk) -> Any:
    """Return the page itself."""
    with gr.Blocks(
        title=say("title"), analytics_enabled=False, delete_cache=(_KEPT_SECONDS, _KEPT_SECONDS)
    ) as blocks:
        gr.Markdown(f"<h1>{escape(say('title'))}</h1>", elem_id="staff-title")
        if desk.settings.staff_token is not None:
            gr.Markdown(f'<a href="{LOGOUT}">{escape(say("log_out"))}</a>', elem_id="staff-leave")
        # On a telephone in two rows: behind a menu nobody would find the last ones.
        with gr.Tabs(elem_id="staff-tabs", overflow_behavior="wrap"):
            for name, tab in TABS:
                with gr.Tab(say(f"tab_{name}"), elem_id=f"staff-{name}"):
                    tab.build(gr, desk)
    return blocks
