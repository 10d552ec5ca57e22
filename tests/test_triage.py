"""What the rules catch is never lowered; what they miss may be caught by what it sounds like."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safety_sets import ADVICE, CONTACT, URGENT
from small import edited

from assistant import checking
from assistant.answer import Assistant
from assistant.building import build
from assistant.live import LiveAssistant
from assistant.safety import ORDER, route
from assistant.settings import Settings
from assistant.triage import NEAR_CRISIS, NEAR_EMERGENCY, NEAR_PERSONAL, safety_version, triage
from assistant.waiting import MOST_WAITING
from content.library import load_library
from index.danger import Danger, DangerModel, Numbers, load_danger

PLAIN = "How many people took part in the lupus study?"


class Told(DangerModel):
    """Finds what it is told to find in every question."""

    def __init__(self, found: Danger) -> None:
        self.found = found

    def look(self, question: str, meaning: object = None) -> Danger:
        return self.found


EITHER = (False, True)
ANYTHING = [Danger(a, b, c) for a in EITHER for b in EITHER for c in EITHER]


@pytest.mark.parametrize("found", ANYTHING, ids=str)
def test_rules_are_only_added_to(found: Danger) -> None:
    asked = (
        [question for _, question in URGENT[::20]] + [q for qs in ADVICE.values() for q in qs[::9]] + CONTACT
    )
    for question in (*asked, PLAIN):
        ruled, led = route(question), triage(question, model=Told(found))
        if ruled is None:
            continue
        assert led is not None and ORDER.index(led.kind) <= ORDER.index(ruled.kind)
        if ruled.kind in ORDER[:2]:
            assert led == ruled


@pytest.mark.parametrize(
    ("found", "kind", "rule"),
    [
        (Danger(True, True, True), "crisis", NEAR_CRISIS),
        (Danger(True, False, True), "emergency", NEAR_EMERGENCY),
        (Danger(False, True, True), "personal_advice", NEAR_PERSONAL),
    ],
)
def test_what_it_sounds_like_leads_away(found: Danger, kind: str, rule: str) -> None:
    redirect = triage(PLAIN, model=Told(found))

    assert redirect and (redirect.kind, redirect.rule) == (kind, rule)
    assert triage(PLAIN, model=Told(Danger(False, True, False))) is None


def test_by_words_alone_dangers_in_nobody_s_patterns_are_found() -> None:
    asked = "My uncle went all floppy on one side at breakfast and his words come out like soup"

    redirect = triage(asked)
    assert redirect and redirect.kind == "emergency" and triage(PLAIN) is None


@given(st.text(max_size=300))
def test_any_text_has_one_answer(text: str) -> None:
    assert triage(text) == triage(text)


def test_another_model_is_another_version() -> None:
    assert safety_version().endswith(f"-{load_danger().version}")


class Plums:
    """A network to which plums are an emergency."""

    def log_odds(self, texts: Sequence[str]) -> Numbers:
        return np.array([[99.0 * ("plums" in text), -99, 0] for text in texts], np.float32)


def test_whatever_answers_asks_the_network_also_after_a_new_index(
    small_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = "How many plums did the people in the study eat?"
    monkeypatch.setattr("assistant.live._LOOK_EVERY_SECONDS", 0.0)
    monkeypatch.setattr("assistant.building.open_meaning", lambda models, renew=False: Plums())
    monkeypatch.setattr("assistant.opened_index.open_meaning", lambda models, renew=False: Plums())
    live, proposed = LiveAssistant(small_settings), list[Assistant]()
    assert triage(asked) is None
    first = live.now()
    edited(small_settings.content, "There were no deaths.", "There were no deaths at all.")
    build(small_settings, approve=proposed.append)
    second = live.now()

    assert first.index_id != second.index_id
    library = load_library(small_settings.content)
    checked = checking._candidate(library, small_settings, None, progress=False)
    for faq in (first, second, *proposed, checked):
        redirect = faq.answer(asked).redirect
        assert redirect and (redirect.kind, redirect.rule) == ("emergency", NEAR_EMERGENCY)
    assert len(proposed) == 1 and live.is_urgent(asked)


class Patient(Plums):
    """The same network; it counts what it is asked."""

    count = 0

    def log_odds(self, texts: Sequence[str]) -> Numbers:
        self.count += 1
        return super().log_odds(texts)


def test_a_crowd_that_waits_is_looked_at_once(
    small_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = Patient()
    monkeypatch.setattr("assistant.opened_index.open_meaning", lambda models, renew=False: network)
    faq = Assistant.open(small_settings)
    crowd = [f"How many plums did person {number} eat?" for number in range(2 * MOST_WAITING)]

    # The guard looks at all of them while they wait for their turn.
    assert {redirect and redirect.kind for redirect in map(faq.route, crowd)} == {"emergency"}
    looked = network.count
    assert {faq.answer(question).status for question in crowd} == {"redirected"}

    assert network.count == looked == len(crowd)
