"""Turns of a conversation: kept as shown, told kindly when nothing can be said, chips that are answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown import Shown

from assistant.live import LiveAssistant
from assistant.settings import Settings
from assistant.turns import Turn, answered_turn, messages, refused_turn

FINDING = "What did the lupus study find?"


@pytest.fixture
def live(small_settings: Settings) -> LiveAssistant:
    return LiveAssistant(small_settings)


def lines(turn: Turn | None) -> list[str]:
    assert turn is not None
    return Shown(turn.html, "p").texts


def test_a_turn_offers_the_answers_own_follow_ups(live: LiveAssistant) -> None:
    answer = live.now().answer(FINDING)
    turn = answered_turn(live, FINDING, [])

    assert turn.follow_ups == tuple(follow_up.text for follow_up in answer.follow_ups)
    assert [m["options"] for m in messages([turn])[1:]] == [[{"value": t} for t in turn.follow_ups]]


@pytest.mark.model
def test_every_chip_is_answered_whatever_was_asked_before(built_in_home: Path) -> None:
    live = LiveAssistant(Settings(home=built_in_home))
    faq = live.now()
    before = "Can COPD be cured?"
    chips = [s.text for s in faq.calibration.suggestions][:40]

    assert len(chips) >= 12
    assert {text: faq.answer(text, [before]).status for text in chips} == dict.fromkeys(chips, "answered")


def test_who_asks_too_often_is_told_so_in_the_language_of_the_page(live: LiveAssistant) -> None:
    say = live.now().wordings

    assert lines(refused_turn(live, FINDING)) == [say["en"].text("busy")]
    assert lines(refused_turn(live, FINDING, "es")) == [say["es"].text("busy")]


@pytest.mark.parametrize("question", ["I have chest pain and cannot breathe", "I want to kill myself"])
def test_an_emergency_is_never_refused(question: str, live: LiveAssistant) -> None:
    assert refused_turn(live, question) is None
    assert live.now().wordings["es"].text("emergency").startswith("Llame ahora al 911")


@pytest.mark.parametrize(("typed", "told"), [("", "empty"), ("  ", "empty"), ("word " * 200, "too_long")])
def test_what_cannot_be_asked_is_told(typed: str, told: str, live: LiveAssistant) -> None:
    turn = answered_turn(live, typed, [], "es")

    assert lines(turn) == [live.now().wordings["es"].text(told)]
    assert turn.follow_ups == ()


@given(st.text(max_size=700))
def test_a_visitors_words_are_shown_as_typed_up_to_a_length(typed: str) -> None:
    user, bot = messages([Turn(typed, "<p></p>")])

    assert Shown(user["content"], "div").texts == [typed[:500]]
    assert (user["role"], bot["role"], bot["content"], bot["options"]) == (
        "user", "assistant", '<div class="faq-turn-1"><p></p></div>', [],
    )  # fmt: skip
