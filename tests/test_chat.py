"""The chat: what goes in, what comes out, and that nothing else does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from asgi import in_loop
from shown import Shown

from assistant.answer import Assistant
from assistant.building import build
from assistant.cards import as_html
from assistant.chat import build_chat
from assistant.live import LiveAssistant
from assistant.schema import Answer
from assistant.settings import Settings
from assistant.turns import Turn
from content.errors import FaqError

FINDING = "What did the lupus study find?"
FOLLOW_UP = "And how many months were they followed?"


@pytest.fixture
def live(small_settings: Settings) -> LiveAssistant:
    return LiveAssistant(small_settings)


@pytest.fixture
def blocks(live: LiveAssistant, small_settings: Settings) -> Any:
    return in_loop(lambda: build_chat(live, small_settings))


def reply(blocks: Any, *questions: str) -> tuple[list[dict[str, str]], list[Turn]]:
    """Ask one question after the other, as pressing Ask does; return messages and conversation."""
    shown: list[dict[str, str]] = []
    turns: list[Turn] = []
    for question in questions:
        shown, turns, box = blocks.fns[0].fn(question, turns)
        assert box == "", "the box is emptied"
    return shown, turns


def card(faq: Assistant, answer: Answer, turn: int) -> str:
    html = as_html(answer, faq.wording, faq.documents, faq.passages)
    return f'<div class="faq-turn-{turn}">{html}</div>'


def of_type(blocks: Any, kind: str) -> list[dict[str, Any]]:
    return [part for part in blocks.config["components"] if part["type"] == kind]


def test_the_chatbot_is_never_an_input_and_nothing_is_public(blocks: Any) -> None:
    (chatbot,), (state,), (box,) = (of_type(blocks, kind) for kind in ("chatbot", "state", "textbox"))
    events = blocks.config["dependencies"]

    # Asking, an example, a follow-up, and starting over.
    asking, picking = [box["id"], state["id"]], [state["id"]]
    assert [event["inputs"] for event in events] == [asking, picking, picking, []]
    assert all(chatbot["id"] in event["outputs"] for event in events)
    assert {event["api_visibility"] for event in events} == {"private"}
    assert {event["queue"] for event in events} == {True}
    assert blocks.get_api_info() == {"named_endpoints": {}, "unnamed_endpoints": {}}


def test_everything_the_chat_could_do_with_files_is_off(blocks: Any) -> None:
    (chatbot,), (box,) = of_type(blocks, "chatbot"), of_type(blocks, "textbox")

    assert {part["type"] for part in blocks.config["components"]} <= {
        "markdown", "chatbot", "textbox", "button", "state", "form", "row",
    }  # fmt: skip
    facts = chatbot["props"]
    assert (facts["sanitize_html"], facts["allow_tags"], facts["allow_file_downloads"]) == (
        True,
        False,
        False,
    )
    assert (facts["buttons"], facts["latex_delimiters"]) == ([], [])
    assert box["props"]["max_length"] == 500


def test_the_questions_to_start_with_are_answered(blocks: Any, live: LiveAssistant) -> None:
    (chatbot,) = of_type(blocks, "chatbot")
    starters = [example["text"] for example in chatbot["props"]["examples"]]

    assert 1 <= len(starters) <= 6
    assert {live.now().answer(text).status for text in starters} == {"answered"}


def test_a_turn_is_the_visitors_words_and_the_rendered_answer(blocks: Any, live: LiveAssistant) -> None:
    faq = live.now()
    (user, bot), _ = reply(blocks, "Were there any deaths?")

    assert (user["role"], bot["role"]) == ("user", "assistant")
    assert Shown(user["content"], "div").texts == ["Were there any deaths?"]
    assert bot["content"] == card(faq, faq.answer("Were there any deaths?"), 1)


def test_a_follow_up_is_answered_in_its_conversation(blocks: Any, live: LiveAssistant) -> None:
    faq = live.now()
    shown, _ = reply(blocks, FINDING, FOLLOW_UP)

    assert [message["role"] for message in shown] == ["user", "assistant"] * 2
    assert shown[:2] == reply(blocks, FINDING)[0], "the first turn stays"
    assert shown[3]["content"] == card(faq, faq.answer(FOLLOW_UP, [FINDING]), 2)


def test_a_new_index_rewrites_no_conversation(
    blocks: Any, live: LiveAssistant, small_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, turns = reply(blocks, "Were there any deaths?")
    path = small_settings.content / "trials" / "lupus.md"
    path.write_text(path.read_text("utf-8").replace("There were no deaths.", "Nobody died."), "utf-8")
    build(small_settings)
    monkeypatch.setattr("assistant.live._LOOK_EVERY_SECONDS", -1.0)

    later, _, _ = blocks.fns[0].fn("Were there any deaths?", turns)

    assert later[:2] == shown
    assert "There were no deaths." in shown[1]["content"]
    assert "There were no deaths." not in later[3]["content"]


def test_markup_of_a_visitor_is_words(blocks: Any) -> None:
    typed = '<script>alert(1)</script> **bold** [a](https://evil.example) <img src=x onerror="x">'
    (user, _), _ = reply(blocks, typed)

    assert Shown(user["content"], "div").texts == [typed]
    assert user["content"].count("<") == 2
    assert not any(loud in user["content"] for loud in ("*", "[", "](", "\n"))


@pytest.mark.parametrize(
    ("question", "says"), [("", "empty"), (" \n", "empty"), ("\u00ad", "empty"), ("cells " * 100, "too_long")]
)
def test_what_cannot_be_asked_is_said_kindly(
    question: str, says: str, blocks: Any, live: LiveAssistant
) -> None:
    (user, bot), _ = reply(blocks, question)

    assert Shown(bot["content"], "p").texts == [live.now().wording.text(says)]
    assert Shown(user["content"], "div").texts == [question[:500]]


def test_when_nothing_can_be_searched_the_number_to_call_is_shown(
    blocks: Any, live: LiveAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise FaqError("the disk is gone")

    monkeypatch.setattr(live.now().searcher, "search", fails)
    (_, bot), _ = reply(blocks, "Were there any deaths?")

    assert "911" in Shown(bot["content"], "p").texts[0]
    assert "disk" not in bot["content"]


def test_a_conversation_keeps_its_last_twenty_turns(blocks: Any) -> None:
    asked = [f"Is there a clinic {n}?" for n in range(25)]
    shown, turns = reply(blocks, *asked)

    assert [turn.question for turn in turns] == asked[5:]
    assert [turn.number for turn in turns] == list(range(6, 26))
    assert len(shown) == 40


def test_starting_over_forgets_everything(blocks: Any) -> None:
    assert blocks.fns[3].fn() == ([], [], "")


def test_files_of_the_chat_are_private_to_this_user(blocks: Any) -> None:
    folder = Path(os.environ["GRADIO_TEMP_DIR"])

    assert folder.is_dir()
    assert folder.stat().st_mode & 0o077 == 0
