"""The chat a visitor sees (home of gradio): quote cards, six questions to start with, a notice."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import BadQuestion
from assistant.live import LiveAssistant
from assistant.render import as_html, escape
from assistant.settings import Settings
from assistant.suggestions import examples
from content.errors import FaqError
from content.normalize import fold

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

_STYLE = Path(__file__).parent / "static" / "chat.css"
_EXAMPLES = 6
_TURNS = 20
_SHOWN_CHARS = 500
# A question and the HTML of its answer, kept as it was shown: a new index never rewrites a conversation.
Turn = tuple[str, str]
_SYSTEM_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]


def mount_chat(app: FastAPI, live: LiveAssistant, settings: Settings) -> None:
    """Mount the chat at `/chat` with every file, share, upload and telemetry feature off."""
    gr = _import_gradio(settings.home / "gradio")
    blocks = build_chat(live, settings)
    blocks.queue(max_size=64, default_concurrency_limit=4, api_open=False, status_update_rate=5)
    root = f"{settings.public_url.rstrip('/')}/chat" if settings.public_url else None
    gr.mount_gradio_app(
        app, blocks, path="/chat", footer_links=[], run_history=False, show_error=False,
        enable_monitoring=False, max_file_size=1, pwa=False, ssr_mode=False, mcp_server=False,
        allowed_paths=[], blocked_paths=["/"], root_path=root, theme=_theme(gr),
        css=_STYLE.read_text("utf-8"), head='<script src="/frame.js" defer></script>',
    )  # fmt: skip
    # A mounted app never launches, and Gradio checks the files a client names only after launching:
    # without this line any client could have any file of the server copied and served.
    blocks.has_launched = True
    blocks.state_session_capacity = 2000


def build_chat(live: LiveAssistant, settings: Settings) -> gr.Blocks:
    """Return the page: the Chatbot is output only, the conversation lives in a State."""
    gr = _import_gradio(settings.home / "gradio")
    faq = live.now()
    say = faq.wording.text
    starters = examples(faq.calibration.suggestions, _EXAMPLES)
    welcome = "".join(f'<p class="faq-wording">{escape(say(i))}</p>' for i in ("privacy", "examples"))
    with gr.Blocks(title=say("title"), analytics_enabled=False, fill_height=True) as blocks:
        _header(gr, say)
        chat = gr.Chatbot(
            show_label=False, container=False, height="calc(100dvh - 15rem)", buttons=[],
            sanitize_html=True, allow_tags=False, latex_delimiters=[], allow_file_downloads=False,
            autoscroll=False, placeholder=f'<div class="faq-welcome">{welcome}</div>', layout="panel",
            examples=[{"text": text} for text in starters], group_consecutive_messages=False,
            elem_id="faq-chat",
        )  # fmt: skip
        box = gr.Textbox(
            label=say("your_question"), show_label=False, placeholder=say("placeholder"),
            max_length=settings.max_question_chars, submit_btn=say("ask"), autofocus=False,
            elem_id="faq-question",
        )  # fmt: skip
        again = gr.Button(say("new_chat"), size="sm", variant="secondary", elem_id="faq-again")
        asked = gr.State([], time_to_live=3600)

        def reply(question: str, turns: list[Turn]) -> tuple[list[dict[str, str]], list[Turn], str]:
            history = [earlier for earlier, _ in turns]
            turns = [*turns, (question, reply_html(live, question, history))][-_TURNS:]
            return messages(turns), turns, ""

        def pick(event: Any, turns: list[Turn]) -> tuple[list[dict[str, str]], list[Turn], str]:
            return reply(event.value["text"], turns)

        # Gradio hands over the event by its annotation, and is itself imported late.
        pick.__annotations__["event"] = gr.SelectData
        options: Any = {
            "outputs": [chat, asked, box], "api_visibility": "private", "show_progress": "hidden",
            "concurrency_id": "ask", "concurrency_limit": 4, "trigger_mode": "once",
        }  # fmt: skip
        box.submit(reply, inputs=[box, asked], **options)
        chat.example_select(pick, inputs=[asked], **options)
        again.click(lambda: ([], [], ""), inputs=[], **options)
    return blocks  # type: ignore[no-any-return]


def _header(gr: Any, say: Callable[[str], str]) -> None:
    gr.Markdown(f"<h1>{escape(say('title'))}</h1>", elem_id="faq-title")
    notice = f"{escape(say('notice'))} {escape(say('emergency_line'))}"
    gr.Markdown(f'<p class="faq-notice">{notice}</p>', elem_id="faq-notice")


def messages(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """Return a conversation as the Chatbot takes it; every word of the visitor is escaped."""
    shown = []
    for question, html in turns:
        asked = f'<div class="faq-asked">{escape(question[:_SHOWN_CHARS])}</div>'
        shown += [{"role": "user", "content": asked}, {"role": "assistant", "content": html}]
    return shown


def reply_html(live: LiveAssistant, question: str, history: Sequence[str]) -> str:
    """Return the card of one answer, or the wording that says why there is none."""
    faq = live.now()
    try:
        return as_html(live.noted(faq.answer(question, history)), faq.wording, faq.documents)
    except BadQuestion:
        wording_id = "too_long" if fold(question) else "empty"
    except FaqError:
        wording_id = "unavailable"
    return f'<div class="faq-answer"><p class="faq-wording">{escape(faq.wording.text(wording_id))}</p></div>'


def _theme(gr: Any) -> Any:
    return gr.themes.Base(
        primary_hue="teal", neutral_hue="slate", font=_SYSTEM_FONTS, font_mono=["ui-monospace", "monospace"]
    )


def _import_gradio(folder: Path) -> Any:
    """Import gradio with telemetry off and a private, empty folder for its files."""
    if "GRADIO_TEMP_DIR" not in os.environ:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        os.environ["GRADIO_TEMP_DIR"] = str(folder)
    # Gradio loads matplotlib with the first question, whose list of fonts would go to the user's own folder.
    os.environ.setdefault("MPLCONFIGDIR", str(folder.with_name("matplotlib")))
    os.environ.update(GRADIO_ANALYTICS_ENABLED="False", HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
    import gradio

    return gradio
