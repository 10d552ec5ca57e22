"""The chat a visitor sees (home of gradio): quote cards, six questions to start with, a notice."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from assistant.agents import offer_ask
from assistant.cards import QUOTED_IN
from assistant.collecting import nothing_collected
from assistant.live import LiveAssistant
from assistant.mounting import FOLDER_VARIABLE, fresh_folder, mount_page
from assistant.render import escape
from assistant.settings import Language, Settings
from assistant.stubs import no_stubs_written
from assistant.suggestions import examples
from assistant.traces import log_places
from assistant.turns import Turn, answered_turn, messages, refused_turn
from assistant.visitors import OVER_LIMIT, VISITOR
from assistant.waiting import cores_of_one
from assistant.wording import TABLES, Wording

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

_EXAMPLES = 6
_TURNS = 20
# Questions answered at once in a chat: more than there are cores makes each of them slower.
_AT_ONCE = 4
# What the page's own script says; it knows no words of its own.
_SCRIPT_TEXTS = (
    "answer", "your_question", "conversation", "examples", "follow_ups", "waiting", "busy", "unavailable",
    "crisis", "emergency", "too_long",
    "copy", "copied", "caveat_label", "print_title", "helpful", "yes", "no", "why_not", "thanks", "not_sent",
    "placeholder", "new_window", "reason.not_my_question", "reason.hard_to_understand", "reason.too_little",
    "reason.looks_wrong", "reason.other", "add_words", "no_names", "send",
)  # fmt: skip


def mount_chat(app: FastAPI, live: LiveAssistant, settings: Settings) -> None:
    """Mount the chat at `/chat`, and at `/chat/LANGUAGE` in every other language."""
    for language in sorted(TABLES, key=lambda name: name == settings.language):
        # A mount takes everything below its path, so the shortest comes last.
        path = "/chat" if language == settings.language else f"/chat/{language}"
        _mount(app, live, settings, language, path)
    threading.Thread(target=_warm_up, name="warming", daemon=True).start()


def _warm_up() -> None:
    """Import what Gradio imports with its first turn: half a second that the first visitor would wait."""
    import_module("matplotlib.pyplot")


def _mount(app: FastAPI, live: LiveAssistant, settings: Settings, language: Language, path: str) -> None:
    """Mount one chat."""
    gr = import_gradio(settings.home / "gradio")
    blocks = build_chat(live, settings, language)
    with blocks:
        offer_ask(gr, live)
    # The guard refuses long before a queue is full, all but urgent questions, which must find room.
    head = _head(live.now().wordings[language], takes_text=settings.feedback_text)
    mount_page(gr, app, blocks, path, head=head, sessions=500, waiting=512)


def build_chat(live: LiveAssistant, settings: Settings, language: Language = "en") -> gr.Blocks:
    """Return the page: the Chatbot is output only, the conversation lives in a State."""
    gr = import_gradio(settings.home / "gradio")
    faq = live.now()
    say = faq.wordings[language].text
    with gr.Blocks(title=say("title"), analytics_enabled=False, fill_height=True) as blocks:
        _header(gr, say)
        chat = _chatbot(gr, say, examples(faq.offered(), _EXAMPLES), settings.keep_questions != "no")
        box = _question_box(gr, say, settings.max_question_chars)
        with gr.Row(elem_id="faq-below"):
            again = gr.Button(say("new_chat"), size="sm", variant="secondary", elem_id="faq-again")
            # The page's script prints: a printed page is the browser's own.
            gr.Button(say("print"), size="sm", variant="secondary", elem_id="faq-print")
        asked = gr.State([], time_to_live=3600)

        def reply(question: str, turns: list[Turn], request: Any = None) -> _Shown:
            history = [turn.question for turn in turns]
            over_limit = request is not None and OVER_LIMIT in request.headers
            turn = refused_turn(live, question, language) if over_limit else None
            turn = turn or answered_turn(live, question, history, language, _visitor(request))
            number = turns[-1].number + 1 if turns else 1
            turns = [*turns, turn._replace(number=number)][-_TURNS:]
            return messages(turns), turns, ""

        def pick(event: Any, turns: list[Turn], request: Any = None) -> _Shown:
            # An example is an object with its text, a follow-up its text alone.
            picked = event.value["text"] if isinstance(event.value, dict) else event.value
            return reply(picked, turns, request)

        # Gradio hands over events and requests by their annotation, and is itself imported late.
        pick.__annotations__.update(event=gr.SelectData, request=gr.Request)
        reply.__annotations__.update(request=gr.Request)
        options: Any = {
            "outputs": [chat, asked, box], "api_visibility": "private", "show_progress": "hidden",
            "concurrency_id": "ask", "trigger_mode": "once",
            "concurrency_limit": min(_AT_ONCE, cores_of_one(settings.workers)),
        }  # fmt: skip
        box.submit(reply, inputs=[box, asked], **options)
        chat.example_select(pick, inputs=[asked], **options)
        chat.option_select(pick, inputs=[asked], **options)
        again.click(lambda: ([], [], ""), inputs=[], **options)
    return blocks  # type: ignore[no-any-return]


def _visitor(request: Any) -> str:
    """Return the guard's pseudonym for whoever asks, "" when no request came through it."""
    return request.headers.get(VISITOR, "") if request is not None else ""


_Shown = tuple[list[dict[str, Any]], list[Turn], str]


def _header(gr: Any, say: Callable[[str], str]) -> None:
    gr.Markdown(f"<h1>{escape(say('title'))}</h1>", elem_id="faq-title")
    notice = f"{escape(say('notice'))} {escape(say('emergency_line'))}"
    gr.Markdown(f'<p class="faq-notice">{notice}</p>', elem_id="faq-notice")


def _chatbot(gr: Any, say: Callable[[str], str], starters: Sequence[str], keeps_words: bool) -> Any:
    # Who keeps questions must say so before one is typed.
    told = (say("welcome"), say("privacy_kept" if keeps_words else "privacy"), say("examples"))
    welcome = [f'<p class="faq-wording">{escape(words)}</p>' for words in told]
    return gr.Chatbot(
        show_label=False, container=False, height="calc(100dvh - 15rem)", buttons=[],
        sanitize_html=True, allow_tags=False, latex_delimiters=[], allow_file_downloads=False,
        autoscroll=False, placeholder=f'<div class="faq-welcome">{"".join(welcome)}</div>', layout="panel",
        examples=[{"text": text} for text in starters], group_consecutive_messages=False,
        elem_id="faq-chat",
    )  # fmt: skip


def _question_box(gr: Any, say: Callable[[str], str], longest: int) -> Any:
    return gr.Textbox(
        label=say("your_question"), show_label=False, placeholder=say("placeholder"), max_length=longest,
        submit_btn=say("ask"), autofocus=False, elem_id="faq-question",
    )  # fmt: skip


def _head(wording: Wording, *, takes_text: bool = False) -> str:
    """Return what stands in the page's head: its script, and the words that script may say."""
    said = {name: wording.text(name) for name in _SCRIPT_TEXTS}
    facts = {"language": wording.language, "quotes_in": QUOTED_IN, "takes_text": takes_text}
    texts = json.dumps({**facts, **said}, ensure_ascii=True)
    island = texts.replace("<", "\\u003c")
    return (
        f'<script type="application/json" id="faq-texts">{island}</script>'
        # Not Gradio's `css`: that is sent twice and rewritten, rules about the page itself are lost.
        '<link rel="stylesheet" href="/chat.css"><script src="/frame.js" defer></script>'
    )


def import_gradio(folder: Path) -> Any:
    """Import gradio with telemetry off and a private, empty folder for its files."""
    os.environ[FOLDER_VARIABLE] = str(fresh_folder(folder))
    # Gradio loads matplotlib with the first question, whose list of fonts would go to the user's own folder.
    os.environ.setdefault("MPLCONFIGDIR", str(folder.with_name("matplotlib")))
    os.environ.update(GRADIO_ANALYTICS_ENABLED="False", HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1")
    with no_stubs_written(), nothing_collected():
        import gradio

    # Its queue prints the whole trace of an error, whose message could hold a visitor's words.
    queueing: Any = gradio.queueing
    queueing.traceback = SimpleNamespace(print_exc=log_places)
    # It makes an app of a page each time it is touched; `mount_page` makes the one that answers.
    blocks: Any = gradio.blocks
    blocks.App = SimpleNamespace(create_app=lambda *_, **__: None)
    return gradio
