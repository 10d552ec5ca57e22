"""A person reads first whether the answer is the same, then why, then what changed, then today."""

from __future__ import annotations

from typing import Any

from asking import small_assistant

from assistant.replay_text import replay_text
from assistant.replayed import IndexThen, Replay, Today
from assistant.since import Difference, DocumentChange

FAQ = small_assistant(body="Lupus patients improved.")
ANSWER = FAQ.answer("How were the lupus patients?")
SAME: dict[str, Any] = {
    "receipt": ANSWER.receipt, "question": ANSWER.question, "history": (), "whence": "stored answer",
    "index": IndexThen(index_id=ANSWER.index_id), "same": True, "obstacles": (), "then": ANSWER,
    "today": Today(answer=ANSWER),
}  # fmt: skip


def text(**other: object) -> str:
    return replay_text(Replay.model_validate(SAME | other), FAQ.wording, FAQ.documents, FAQ.documents)


def test_the_same_answer_is_short() -> None:
    first, second, *_ = text().split("\n")

    assert first == f"{ANSWER.receipt}: the same answer, ix-unsaved"
    assert second == '  asked "How were the lupus patients?" (stored answer)'
    assert "“Lupus patients improved.”" in text()
    assert text().endswith(
        "\nSince then: nothing that the answer depends on has changed.\n\nToday a visitor sees the same."
    )


def test_words_that_no_kept_document_holds_are_not_shown_as_a_quote() -> None:
    cited = ANSWER.citations[0].model_copy(update={"cited_text": "Lupus patients declined."})
    forged = ANSWER.model_copy(update={"citations": (cited,)})

    assert "declined" not in text(same=False, then=forged)


def test_a_long_list_is_cut_but_never_what_was_quoted() -> None:
    documents = [
        DocumentChange(document_id=f"page-{n}", cited=n >= 30, became="removed") for n in range(60)
    ]  # fmt: skip
    fields = [Difference(field=f"field.{n}", then=n, now=None) for n in range(25)]

    told = text(same=False, documents=documents, differences=fields)

    assert told.count("(quoted or near): removed") == 30
    assert told.count(": removed") == 50
    assert "\n  10 more documents\n" in told
    assert "  in the stored answer: 5 more differences\n" in told


def test_nobody_answering_today_is_told_with_why() -> None:
    assert text(today=Today(problem="no index here")).endswith("Today nobody is answered: no index here")
