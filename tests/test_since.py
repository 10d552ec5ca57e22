"""What changed is told field by field, setting by setting, sentence by sentence, and nothing else."""

from __future__ import annotations

from asking import page, small_assistant
from hypothesis import given
from hypothesis import strategies as st

from assistant.receipts import circumstances
from assistant.settings import Settings
from assistant.since import UNSEEN, Change, DocumentChange, differences, document_changes, setting_changes
from content.changes import Changes

FAQ = small_assistant(body="Lupus patients improved. Nobody was harmed.\n\nThe doctor left the clinic.")
ANSWER = FAQ.answer("How were the lupus patients?")
REFUSED = FAQ.answer("What does it cost?")


def told(*given: object) -> list[tuple[str, object, object]]:
    return [(one.field, one.then, one.now) for one in differences(*given)]  # type: ignore[arg-type]


def test_an_answer_differs_from_itself_in_nothing() -> None:
    assert told(ANSWER, ANSWER.model_copy(update={"timings_ms": {"all": 1.0}})) == []
    assert told(ANSWER, ANSWER.model_copy(update={"receipt": "r-1"})) == [("receipt", ANSWER.receipt, "r-1")]
    assert told(ANSWER, ANSWER.model_copy(update={"receipt": "r-1", "confidence": 0.1}), UNSEEN) == []


def test_a_quote_of_other_words_is_one_difference() -> None:
    cited = ANSWER.citations[0]
    other = cited.model_copy(update={"cited_text": "Other.", "start_char_index": 3, "passage_id": "x"})

    assert told(ANSWER, ANSWER.model_copy(update={"citations": (other,)})) == [
        ("citations.1.cited_text", cited.cited_text, "Other.")
    ]
    assert told(ANSWER, ANSWER.model_copy(update={"citations": ()})) == [
        ("citations.1", cited.cited_text, None)
    ]
    assert ("status", "answered", "no_answer") in told(ANSWER, REFUSED, UNSEEN)


@given(st.text(), st.text())
def test_a_difference_is_told_from_both_sides(one: str, other: str) -> None:
    first, second = (ANSWER.model_copy(update={"question": words}) for words in (one, other))

    assert told(first, second) == ([("question", one, other)] if one != other else [])


def test_settings_that_changed_are_named_with_both_values() -> None:
    then, now = (circumstances("cal-1", Settings(region=region)) for region in ("UK", "US"))

    assert setting_changes(then, now) == [Change(what="region", then="UK", now="US")]
    assert setting_changes(then, then) == []


def test_documents_by_hand() -> None:
    same, old, new, facts, gone, added = (
        page("Same."), page("One. Two.", id="b-page"), page("Two. Three.", id="b-page"),
        page("Facts.", id="c-page"), page("Gone.", id="d-page"), page("Added.", id="e-page"),
    )  # fmt: skip
    lost = "f" * 64
    then = {document.id: document for document in (same, old, facts, gone)}
    titled = facts.model_copy(update={"title": "Other", "retracted": "yes"})
    now = {one.id: one for one in (same, new, titled, added, page("New.", id="f-page"))}

    found = document_changes(
        {**{document.id: document.sha256 for document in then.values()}, "f-page": lost}, then, now,
        cited=["d-page", "a-page"], withheld_then={"a-page": "overdue"},
        withheld_now={"a-page": "overdue", "c-page": "retracted"},
    )  # fmt: skip

    assert found == [
        DocumentChange(document_id="d-page", cited=True, became="removed"),
        DocumentChange(
            document_id="b-page", cited=False, became="changed",
            sentences=Changes(added=("Three.",), removed=("One.",), kept=1),
        ),
        DocumentChange(
            document_id="c-page", cited=False, became="unchanged", facts=("title", "retracted"),
            withheld="retracted",
        ),
        DocumentChange(document_id="f-page", cited=False, became="changed"),
        DocumentChange(document_id="e-page", cited=False, became="added"),
    ]  # fmt: skip
