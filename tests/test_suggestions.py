"""Only questions that were answered rightly are offered, and never the one just asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asking import page
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.citation import Citation, cite
from assistant.confidence import Suggestion
from assistant.errors import BadQuestion
from assistant.schema import Abstention, Answer, QuoteBlock, Topic
from assistant.suggestions import closest_topics, examples, find_suggestions, follow_ups
from content.normalize import fold
from content.questions import LabelledQuestion
from content.schema import Document

CELLS = page(
    "Cells were given.\n\nSixteen took part.", id="cells", kind="trial", questions=["Were cells given?"]
)
KNEE = page("Knees hurt.", id="knee", kind="therapy", questions=["Do knees hurt?", "Why?"])
REFUSED = Answer(
    question="q", status="no_answer", blocks=(), abstention=Abstention(reason="nothing_found"),
    index_id="ix", receipt="r",
)  # fmt: skip


def quote(document: Document, block: int = 0) -> Citation:
    return cite(1, document, f"{document.id}#p{block + 1}", document.blocks[block])


def answered(document: Document, block: int = 0) -> Answer:
    return Answer(
        question="q", status="answered", blocks=(QuoteBlock(citation=1),),
        citations=(quote(document, block),), index_id="ix", receipt="r",
    )  # fmt: skip


def asks(**known: Answer) -> Callable[[str], Answer]:
    """Return an assistant that knows these questions and no other."""

    def ask(question: str) -> Answer:
        if len(question) > 60:
            raise BadQuestion("too long")
        return known.get(question.rstrip("?").replace(" ", "_"), REFUSED)

    return ask


def labelled(text: str, words: str, **more: object) -> LabelledQuestion:
    facts = {"id": text, "question": text, "expect": "quote", "accept_any": [words], **more}
    return LabelledQuestion.model_validate(facts)


def offered(text: str, passage_id: str) -> Suggestion:
    return Suggestion(text=text, passage_id=passage_id)


def test_a_documents_own_question_is_offered_when_that_document_answers_it() -> None:
    ask = asks(Were_cells_given=answered(CELLS, 1), Do_knees_hurt=answered(CELLS), Why=REFUSED)

    assert find_suggestions(ask, [KNEE, CELLS], []) == (offered("Were cells given?", "cells#p2"),)


def test_studies_are_offered_first() -> None:
    ask = asks(Were_cells_given=answered(CELLS), Do_knees_hurt=answered(KNEE), Why=answered(KNEE))

    found = [suggestion.text for suggestion in find_suggestions(ask, [KNEE, CELLS], [])]
    assert found == ["Were cells given?", "Do knees hurt?", "Why?"]


def test_a_labelled_question_is_offered_when_its_first_quote_is_right() -> None:
    ask = asks(How_many=answered(CELLS, 1), Where=answered(CELLS, 1), Who=REFUSED)
    questions = [
        labelled("How many?", "SIXTEEN  took"),
        labelled("Where?", "Knees"),
        labelled("Who?", "Sixteen"),
    ]

    assert find_suggestions(ask, [], questions) == (offered("How many?", "cells#p2"),)


UNFIT = {
    "no capital": labelled("how many?", "Sixteen"),
    "no question mark": labelled("How many", "Sixteen"),
    "a follow-up": labelled("How many?", "Sixteen", history=["Cells?"]),
    "too long to click on": labelled("How many" + " x" * 37 + "?", "Sixteen"),
    "uncovered": LabelledQuestion(id="q", question="How many?", expect="no_passage"),
    "unquoted": LabelledQuestion(id="q", question="How many?", expect="never_unquoted"),
}


@pytest.mark.parametrize("question", UNFIT.values(), ids=UNFIT)
def test_only_whole_short_questions_with_an_answer_are_offered(question: LabelledQuestion) -> None:
    assert find_suggestions(lambda _: answered(CELLS, 1), [], [question]) == ()


def test_a_question_is_offered_once_under_its_document() -> None:
    ask = asks(Were_cells_given=answered(CELLS), WERE_cells_given=answered(CELLS))
    found = find_suggestions(ask, [CELLS], [labelled("WERE cells given?", "Cells")])

    assert found == (offered("Were cells given?", "cells#p1"),)


def test_a_question_too_long_to_ask_is_not_offered_and_stops_nothing() -> None:
    long = "Were cells " + "really " * 9 + "given?"
    wordy = page("Cells were given.", id="wordy", questions=[long, "Were cells given?"])
    found = find_suggestions(asks(Were_cells_given=answered(wordy)), [wordy], [labelled(long, "Cells")])

    assert len(long) <= 80
    assert found == (offered("Were cells given?", "wordy#p1"),)


PASSAGES = "cells#p1 cells#p2 cells#p2 knee#p1 cells#p3 cells#p4 cells#p5".split()
KNOWN = tuple(map(offered, "A? B? C? D? E? F? G?".split(), PASSAGES))


def test_follow_ups_are_of_the_same_document_and_other_passages() -> None:
    assert [f.text for f in follow_ups(KNOWN, [quote(CELLS)], "?")] == ["B?", "E?", "F?"]
    assert [f.text for f in follow_ups(KNOWN, [quote(CELLS)], " b? ")] == ["C?", "E?", "F?"]
    assert [f.text for f in follow_ups(KNOWN, [quote(CELLS, 1), quote(CELLS)], "?")] == ["E?", "F?", "G?"]
    assert follow_ups(KNOWN, [quote(KNEE), quote(CELLS)], "?") == ()
    assert follow_ups(KNOWN, [], "?") == ()


texts, asked = st.sampled_from(["A?", "B?", "C?"]), st.sampled_from(["a?", "B?", "x"])
passages = st.sampled_from(["cells#p1", "cells#p2", "cells#p3", "knee#p1", "cells-b#p1"])


@settings(deadline=None)
@given(st.lists(st.builds(offered, texts, passages)), asked)
def test_a_follow_up_is_never_what_was_just_asked_or_quoted(known: list[Suggestion], asked: str) -> None:
    found = follow_ups(known, [quote(CELLS)], asked)

    assert len(found) <= 3
    assert len({f.passage_id for f in found}) == len(found)
    for follow_up in found:
        assert follow_up.passage_id in ("cells#p2", "cells#p3")
        assert fold(follow_up.text) != fold(asked)
        assert offered(follow_up.text, follow_up.passage_id) in known


def test_examples_take_one_of_each_document_in_turn() -> None:
    assert examples(KNOWN, 3) == ["A?", "D?", "B?"]
    assert examples(KNOWN, 99) == ["A?", "D?", "B?", "C?", "E?", "F?", "G?"]
    assert examples(KNOWN, 0) == examples((), 6) == []


def test_the_closest_topics_are_three_different_documents_by_title() -> None:
    others = [
        page("x", id=f"page-{n}", title=f"Page {n}", source={"url": f"https://e.org/{n}"}) for n in (1, 2)
    ]

    assert closest_topics([KNEE, others[0], KNEE, others[1], CELLS]) == (
        Topic(document_id="knee", title="A page"),
        Topic(document_id="page-1", title="Page 1", url="https://e.org/1"),
        Topic(document_id="page-2", title="Page 2", url="https://e.org/2"),
    )
    assert closest_topics([]) == ()
