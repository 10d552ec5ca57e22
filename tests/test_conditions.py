"""What a document is about is told by the other names that staff gave to documents."""

from __future__ import annotations

from asking import page

from content.conditions import Conditions

PAGES = (
    page("One.", id="lupus-page", title="Cell therapy for lupus", aliases=("lupus", "SLE")),
    page("Two.", id="lupus-trial", title="Cells in systemic lupus", aliases=("cell therapy",)),
    page("Three.", id="lung-page", title="Cell therapy for COPD", aliases=("COPD", "cell therapy")),
    page("Four.", id="knee-page", title="Cell therapy for knees"),
)
KNOWN = Conditions(PAGES)


def test_a_name_in_a_title_or_among_other_names_is_the_documents() -> None:
    assert {p.id: set(KNOWN.of(p.id)) for p in PAGES} == {
        "lupus-page": {"lupus", "sle"},
        # It gives itself another name; its title holds that of another document.
        "lupus-trial": {"lupus"},
        "lung-page": {"copd"},
        "knee-page": set(),
    }


def test_what_most_documents_are_called_tells_nothing() -> None:
    assert KNOWN.named_in("Does cell therapy help?") == frozenset()
    alone = Conditions(PAGES[1:2])
    assert alone.of("lupus-trial") == frozenset(), "of one document everything is common"


def test_names_are_whole_words_in_any_case() -> None:
    assert KNOWN.named_in("does it work for LUPUS, or for copd?") == {"lupus", "copd"}
    assert KNOWN.named_in("slept, and lupuses") == frozenset()
