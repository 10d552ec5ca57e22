"""A Gradio page in an app of ours, with every file, share and telemetry feature off."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

_SYSTEM_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
FOLDER_VARIABLE = "GRADIO_TEMP_DIR"
# What several processes that serve one chat have in common.
APP_VARIABLE = "QUOTED_FAQ_APP"
_LOOK_SECONDS = 0.01


def mount_page(
    gr: Any,
    app: Any,
    blocks: Any,
    path: str,
    *,
    head: str,
    sessions: int,
    waiting: int,
    max_file_size: int = 1,
) -> None:
    """Mount a page whose clients may name no file but those they uploaded, if they can upload any.

    `sessions` is how many open pages are remembered, `waiting` how many events may wait for their turn.
    `max_file_size` is in bytes; only a page for which it is more than one can be sent files.
    """
    blocks.queue(max_size=waiting, default_concurrency_limit=4, api_open=False, status_update_rate=5)
    # Mounting takes it over, and takes no notice later. Each page costs 26 kB; of one that is forgotten the
    # next question begins a new conversation.
    blocks.state_session_capacity = sessions
    gr.mount_gradio_app(
        app, blocks, path=path, footer_links=[], run_history=False, show_error=False,
        enable_monitoring=False, max_file_size=max_file_size, pwa=False, ssr_mode=False, mcp_server=False,
        allowed_paths=[], blocked_paths=["/"] if max_file_size == 1 else [], theme=_theme(gr), head=head,
    )  # fmt: skip
    blocks.app = app.router.routes[-1].app
    # A mounted app never launches, and Gradio checks the files a client names only after launching:
    # without this line any client could have any file of the server copied and served.
    blocks.has_launched = True
    if APP_VARIABLE in os.environ:
        # A page that loses its worker and is given another one must not begin anew.
        blocks.app_id = int(os.environ[APP_VARIABLE], 16)
    # Statistics that nobody reads: each costs the time of an answer, and half a second for the first.
    blocks._queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize
    # Each queue looks for work every so often, also at night; a thousand times a second is its own default.
    blocks._queue.sleep_when_free = _LOOK_SECONDS


def _theme(gr: Any) -> Any:
    return gr.themes.Base(
        primary_hue="teal", neutral_hue="slate", font=_SYSTEM_FONTS, font_mono=["ui-monospace", "monospace"]
    )


def fresh_folder(folder: Path) -> Path:
    """Return a private, empty folder for what is uploaded; one that the environment names stays as it is."""
    if FOLDER_VARIABLE in os.environ:
        return Path(os.environ[FOLDER_VARIABLE])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return folder


def upload_folder(home: Path) -> Path:
    """Return where Gradio keeps what was uploaded: a private folder, emptied at every start."""
    return Path(os.environ.get(FOLDER_VARIABLE) or home / "gradio")
