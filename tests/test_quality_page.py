"""The staff read the last evaluation, the promise and the drift, and whether they belong to this index."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime
from html import unescape

import numpy as np
import pytest
from shown import Shown

from assistant.answer import Assistant
from assistant.confidence import CAUTIOUS
from assistant.drift import drift
from assistant.evaluation import evaluate
from assistant.last_report import SavedReport
from assistant.quality_page import drift_html, evaluation_html, promise_html
from assistant.settings import Settings
from assistant.staff.texts import say
from content.library import load_library

HOSTILE = "<script>alert(1)</script>"


def pictures(html: str) -> list[str]:
    found = [source["src"] or "" for source in Shown(html, "img").attributes]
    assert all(source.startswith("data:image/svg+xml;base64,") for source in found)
    return [b64decode(source.partition(",")[2]).decode("utf-8") for source in found]


@pytest.fixture
def saved(small_settings: Settings) -> SavedReport:
    report = evaluate(Assistant.open(small_settings), load_library(small_settings.content).questions)
    return SavedReport(report=report, folder="questions-ix", saved_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC))


def test_the_evaluation_shows_every_figure_and_its_plot(saved: SavedReport) -> None:
    html = evaluation_html(saved, saved.report.index_id)

    assert "2026-01-02 03:04 UTC" in html
    assert all(f"<td>{name}</td>" in html for name in saved.report.figures)
    assert "Risk and coverage, most confident first" in pictures(html)[0]
    assert "another index" not in html


def test_a_report_of_another_index_says_so(saved: SavedReport) -> None:
    assert "Of another index" in evaluation_html(saved, "ix-other")


def test_without_a_report_it_says_so() -> None:
    told = evaluation_html(None, "ix-1")
    assert "Nothing was evaluated yet" in told
    assert say("publish_evaluate") in told, "the button that evaluates, by its name"


def test_hostile_names_stay_words(saved: SavedReport) -> None:
    html = evaluation_html(saved.model_copy(update={"folder": HOSTILE}), HOSTILE)
    html += promise_html(CAUTIOUS.model_copy(update={"source": HOSTILE}))

    assert "<script" not in html
    assert HOSTILE in unescape(html)


def test_without_a_certificate_nothing_is_promised() -> None:
    assert "Nothing is promised" in promise_html(CAUTIOUS)


def test_drift_says_when_there_is_too_little_and_draws_what_there_is() -> None:
    live = np.array([0.5, 0.7])

    html = drift_html(drift((0.1, 0.9), live), (0.1, 0.9), live.tolist())

    assert "Too little to compare: 2 questions asked" in html
    assert "asked by visitors (2)" in pictures(html)[0]


def test_a_picture_is_a_file_in_the_page_and_says_what_it_shows(saved: SavedReport) -> None:
    html = evaluation_html(saved, saved.report.index_id)

    shown, told = Shown(html, "img").attributes, Shown(html, "figcaption").texts
    assert len(shown) >= 3
    assert [picture["alt"] for picture in shown] == told
    assert "<svg" not in html, "what is drawn in place, Gradio takes apart"


def test_nothing_is_drawn_of_nothing() -> None:
    assert pictures(drift_html(drift((), np.array([])), (), ())) == []
