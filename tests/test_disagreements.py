"""Of two documents that contradict each other each names the other, or neither is taken."""

from __future__ import annotations

import re
from datetime import date

import pytest
from asking import page

from content.disagreements import ContradictionNotFound, opposed_ids, other_sides
from content.library import Library
from content.lint import lint
from content.schema import Document

YES, NO = "Cells helped.", "Cells did not help."


def named(document_id: str, words: str, *contradicts: str) -> Document:
    body = f"We looked at cells. {words}"
    return page(body, id=document_id, title=document_id, source={"publisher": "A"}, contradicts=contradicts)


ONE = named("one-page", YES, f"two-page: {NO}")
TWO = named("two-page", NO, f"one-page: {YES}")


def test_each_finds_the_sentence_of_the_other() -> None:
    (side,), (back,) = other_sides(ONE, (ONE, TWO)), other_sides(TWO, (ONE, TWO))

    assert (side.document_id, TWO.slice(side.span)) == ("two-page", NO)
    assert (back.document_id, ONE.slice(back.span)) == ("one-page", YES)
    assert side.passage_id == "two-page#p1"
    assert (opposed_ids(ONE), opposed_ids(TWO)) == (("two-page",), ("one-page",))


BROKEN = {
    "told on one side only": (ONE, named("two-page", NO)),
    "is not an exact sentence of two-page": (named("one-page", YES, "two-page: Cells did not"), TWO),
    "names no other document": (named("one-page", YES, f"gone-page: {NO}"), TWO),
}


@pytest.mark.parametrize(("why", "documents"), BROKEN.items())
def test_what_is_told_by_halves_is_refused_and_found_by_lint(
    why: str, documents: tuple[Document, Document]
) -> None:
    with pytest.raises(ContradictionNotFound, match=re.escape(why)):
        other_sides(documents[0], documents)

    found = lint(Library(documents=documents), date(2026, 1, 1))
    errors = [f for f in found if (f.severity, f.field) == ("error", "contradicts")]
    assert [error.document_id for error in errors][:1] == ["one-page"]
    assert why in errors[0].message


def test_a_document_does_not_contradict_itself() -> None:
    alone = named("one-page", YES, f"one-page: {YES}")
    with pytest.raises(ContradictionNotFound, match="names no other document"):
        other_sides(alone, (alone,))
    with pytest.raises(ContradictionNotFound, match="names no other document"):
        other_sides(named("one-page", YES, YES), (ONE,))


def test_a_pair_that_both_name_passes() -> None:
    found = lint(Library(documents=(ONE, TWO)), date(2026, 1, 1))
    assert [f for f in found if f.field == "contradicts"] == []


def test_a_document_without_a_pair_keeps_the_bytes_it_had_before() -> None:
    plain = named("one-page", YES)
    assert not {"contradicts", "approval", "stopped_early"} & set(plain.model_dump())
    assert Document.model_validate(ONE.model_dump(mode="json")) == ONE
