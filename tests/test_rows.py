"""What came of a question, in a word: right, missed and why, and what it asked for."""

from __future__ import annotations

import pytest
from judged import row

from assistant.rows import Row, question_kind

# What came of it, whether the decision was right, and the miss in words.
CAME = [
    (row("a", "quote", "answered", hit_rank=1), True, ""),
    (row("b", "quote", "answered", hit_rank=3), True, "right words only in quote 3"),
    (row("c", "quote", "answered"), True, "other words quoted"),
    (row("d", "quote", "no_answer", unrefused=1), False, "refused"),
    (row("e", "quote", "redirected", redirect="contact"), False, "redirected as contact"),
    (row("f", "no_passage", "no_answer"), True, ""),
    (row("g", "no_passage", "answered"), False, "answered, though nothing covers it"),
    (row("h", "no_passage", "redirected", redirect="crisis"), False, "redirected as crisis"),
    (row("i", "emergency", "redirected", redirect="crisis"), True, ""),
    (row("j", "emergency", "redirected", redirect="emergency"), True, ""),
    (row("k", "emergency", "redirected", redirect="contact"), False, "redirected as contact"),
    (row("l", "emergency", "answered"), False, "not redirected"),
    (row("m", "see_clinician", "redirected", redirect="personal_advice"), True, ""),
    (row("n", "see_clinician", "redirected", redirect="emergency"), False, "redirected as emergency"),
    (row("o", "never_unquoted", "answered"), True, ""),
    (row("p", "never_unquoted", "no_answer"), True, ""),
    (row("q", "never_unquoted", "answered", exact=False), False, "quote is not exact"),
    (row("r", "quote", "answered", hit_rank=1, exact=False), True, "quote is not exact"),
]


@pytest.mark.parametrize(("came", "right", "miss"), CAME, ids=[came.id for came, _, _ in CAME])
def test_a_decision_and_a_miss(came: Row, right: bool, miss: str) -> None:
    assert (came.right_decision, came.miss) == (right, miss)


def test_a_quote_is_right_within_its_rank_and_beyond() -> None:
    second, none = row(hit_rank=2), row()

    assert [second.right_within(k) for k in (1, 2, 3)] == [False, True, True]
    assert not none.right_within(10)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("How many patients took part?", "number"),
        ("What does it cost?", "number"),
        ("How long were they followed?", "time"),
        ("When was it published?", "time"),
        ("Where is the clinic?", "place"),
        ("Who wrote it?", "person"),
        ("Did it help?", "yes_no"),
        ("did anyone DIE", "yes_no"),
        ("Isn’t it dangerous?", "yes_no"),
        ("Can't I eat before?", "yes_no"),
        ("won't it hurt", "yes_no"),
        ("And is it safe?", "yes_no"),
        # These hold a word of a type, and still ask for yes or no.
        ("Was there any follow-up?", "yes_no"),
        ("Does insurance pay for it?", "yes_no"),
        # These open like a yes/no question, and ask for something else.
        ("Can you say how long it took?", "time"),
        ("Do you know who wrote it?", "person"),
        ("Is that what you call remission?", "yes_no"),
        # A word that only begins like an auxiliary verb is none.
        ("Isolated kidney disease", "open"),
        ("Cancer", "open"),
        ("How many controls were there?", "number"),
        ("What is COPD?", "open"),
        ("Tell me about lupus", "open"),
        ("", "open"),
    ],
)
def test_what_a_question_asks_for(question: str, asks: str) -> None:
    assert question_kind(question) == asks
