"""The staff's table says everything of an explanation, and nothing in it is read as HTML."""

from __future__ import annotations

import re
from html import unescape

import pytest
from shown import Shown

from assistant.answer import Assistant
from assistant.contrast import Contrast
from assistant.explanation import FATES, Explanation, explain
from assistant.explanation_page import contrast_html, explanation_html
from assistant.settings import Settings

HOSTILE = '<img src=x onerror=alert(1)>"&'


@pytest.fixture
def found(small_settings: Settings) -> Explanation:
    return explain(Assistant.open(small_settings), "Were there deaths in the lupus study?")


def cells(html: str) -> list[list[str]]:
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body)
    ]


def test_every_candidate_is_a_row_with_its_words_scores_and_fate(found: Explanation) -> None:
    rows = cells(explanation_html(found))

    assert len(rows) == len(found.candidates) > 3
    for row, candidate in zip(rows, found.candidates, strict=True):
        rank, words, *scores = row
        assert (rank, Shown(words, "div").texts) == (
            str(candidate.rank), [candidate.text, f"{FATES[candidate.fate]} ({candidate.passage_id})"],
        )  # fmt: skip
        assert scores == [
            f"{score:.3f}"
            for score in (
                candidate.dense, candidate.lexical, candidate.fused, candidate.staff_question,
                candidate.reader,
            )
        ]  # fmt: skip


def test_two_on_one_page_are_told_apart_by_name(found: Explanation) -> None:
    names = {
        box["title"]
        for name in ("First", "Second")
        for box in Shown(explanation_html(found, name), "div").attributes
        if box.get("title")
    }

    assert names == {
        f"{name}: {what}"
        for name in ("First", "Second")
        for what in ("every sentence that was read", "signals of the confidence")
    }


def test_the_decision_names_confidence_and_threshold(found: Explanation) -> None:
    html = explanation_html(found)

    assert f"<strong>{found.probability:.3f}</strong>" in html
    assert f"<strong>{found.threshold:.3f}</strong>" in html
    for signal in found.signals:
        assert f"<td>{signal.value:.3f}</td><td>{signal.moves:+.3f}</td>" in html


def test_a_redirect_names_its_rule(small_settings: Settings) -> None:
    told = explain(Assistant.open(small_settings), "I have chest pain")

    assert told.answer.redirect is not None
    html = unescape(explanation_html(told))
    assert "emergency" in html
    assert told.answer.redirect.rule in html


def test_hostile_words_stay_words(found: Explanation) -> None:
    first = found.candidates[0].model_copy(update={"text": HOSTILE, "passage_id": HOSTILE})
    told = found.model_copy(update={"candidates": (first,), "searched": HOSTILE, "calibration": HOSTILE})

    html = explanation_html(told) + contrast_html(Contrast(differences=(HOSTILE,)))

    assert "<img" not in html
    assert unescape(html).count(HOSTILE) == 5


def test_no_difference_says_so() -> None:
    assert "would see the same" in contrast_html(Contrast(differences=()))
    assert "something else" in contrast_html(Contrast(differences=("Another.",)))
