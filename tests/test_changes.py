"""A diff counts sentences: what came, what went, and what only moved."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from content.changes import Changes, lost_caveats, sentence_changes, sentences
from content.readers.plain import read_plain
from content.schema import Document

SENTENCES = ("None died.", "Pain fell.", "One had fever.", "We treated 16 people.")
texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6)


def page(*written: str, document_id: str = "a-page", caveats: tuple[str, ...] = ()) -> Document:
    document = read_plain("\n".join(written), document_id=document_id)
    return document.model_copy(update={"caveats": caveats})


@given(texts, texts)
def test_every_sentence_is_counted_once_on_each_side(before: list[str], after: list[str]) -> None:
    found = sentence_changes(page(*before), page(*after))

    assert Counter(found.removed) + (Counter(before) & Counter(after)) == Counter(before)
    assert Counter(found.added) + (Counter(before) & Counter(after)) == Counter(after)
    assert (found.kept + len(found.removed), found.kept + len(found.added)) == (len(before), len(after))


@given(texts, st.randoms())
def test_moving_sentences_changes_nothing(before: list[str], random: object) -> None:
    after = list(before)
    random.shuffle(after)  # type: ignore[attr-defined]

    assert sentence_changes(page(*before), page(*after)) == Changes(kept=len(before))
    assert not sentence_changes(page(*before), page(*after)).any


def test_a_new_document_is_all_new() -> None:
    assert sentence_changes(None, page("One. Two.")) == Changes(added=("One.", "Two."))


def test_by_hand() -> None:
    before = page("None died. Pain fell. None died.", "16 people.")
    after = page("Pain fell. None died.", "18 people.")

    assert sentence_changes(before, after) == Changes(
        added=("18 people.",), removed=("None died.", "16 people."), kept=2
    )


def test_another_hyphen_or_space_breaks_a_quote() -> None:
    found = sentence_changes(page("A follow-up of  8 months."), page("A follow‐up of 8 months."))

    assert (found.added, found.removed) == (("A follow‐up of 8 months.",), ("A follow-up of  8 months.",))


def test_headings_are_no_sentences() -> None:
    document = page("A head", "None died.").model_copy(
        update={"blocks": (page("A head", "None died.").blocks[1],)}
    )

    assert sentences(document) == ["None died."]


def test_caveats_that_vanished_are_named_wherever_they_stand() -> None:
    own = page("None died.", caveats=("None died.", "other-page: None died.", "Pain fell."))
    other = page("Words.", document_id="other-page", caveats=("a-page: None died.", "None died."))

    assert lost_caveats(["None died."], "a-page", [own, other]) == (
        ("a-page", "None died."),
        ("other-page", "None died."),
    )
