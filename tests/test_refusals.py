"""An answer without a quote says why, what is near, and how to reach a person."""

from __future__ import annotations

import pytest
from asking import COSINE, page

from assistant.refusals import refusal
from assistant.schema import Topic, WordingBlock
from assistant.wording import WORDING

PAGES = [page("One.", id="one-page", title="One"), page("Two.", id="two-page", title="Two")]


@pytest.mark.parametrize(
    ("reason", "why", "first"),
    [
        ("below_threshold", None, "no_answer"),
        ("nothing_found", None, "no_answer"),
        ("withheld", None, "withheld_answer"),
        ("document_withheld", "overdue", "withheld_overdue"),
        ("document_withheld", "retracted", "withheld_retracted"),
    ],
)
def test_a_refusal_says_why_and_names_what_is_near(reason: str, why: None, first: str) -> None:
    answer = refusal("q", [*PAGES, PAGES[0]], COSINE, 0.25, reason, why, index_id="ix", receipt="r")

    assert answer.blocks == tuple(WordingBlock(id=name) for name in (first, "closest", "contact"))
    assert {first, "closest", "contact"} <= set(WORDING)
    assert [topic.title for topic in answer.closest] == ["One", "Two"]
    assert answer.abstention
    assert (answer.abstention.reason, answer.abstention.threshold) == (reason, 0.5)
    assert answer.confidence == answer.abstention.best_score == 0.25


def test_without_anything_near_only_a_person_is_named() -> None:
    answer = refusal("q", [], COSINE, None, "nothing_found", index_id="ix", receipt="r")

    assert [block.id for block in answer.blocks if isinstance(block, WordingBlock)] == [
        "no_answer",
        "contact",
    ]
    assert answer.closest == ()
    assert Topic(document_id="one-page", title="One") not in answer.closest
