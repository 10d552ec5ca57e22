"""What is written from a source reads back as the same words and facts, whatever they are."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path

import pytest
from fidelity_cases import RIGHT
from hypothesis import given, settings
from hypothesis import strategies as st

from content.drafts import as_markdown, facts_of, written_words
from content.errors import SourceRefused
from content.extract import Piece, PieceKind
from content.normalize import normalize
from content.readers.markdown import as_document, canonical_text
from content.schema import (
    Approval,
    Document,
    FrontMatter,
    Imported,
    Reviewed,
    Source,
    Study,
    StudyHints,
)

FRONT = FrontMatter(
    id="trial-cells", title="Cells: a trial", kind="trial", speaker="published_abstract",
    source=Source(doi="10.1000/cells", published=date(2010, 8, 3), authors=("Ada Example", "et al.")),
)  # fmt: skip
EVERY_FACT = FrontMatter(
    id="trial-all", title="yes", kind="trial", speaker="published_abstract",
    source=Source(
        url="https://doi.org/10.1000/cells", doi="10.1000/cells", authors=("A: B", "- C"), publisher="on",
        published=date(2010, 8, 3), accessed=date(2026, 1, 2),
    ),
    reviewed=Reviewed(by="2026-01-02", on=date(2026, 1, 2), review_by=date(2027, 1, 2)),
    study=Study(
        design="single-arm trial", participants=16, comparison_group=False, randomised=False,
        follow_up="8.25", registered="NCT00000001",
    ),
    caveats=("One: two.", "other-page: It's “so” — 16 #1."), outcome_sections=("Results",),
    limitation_sections=("Discussion",), aliases=("SLE",), questions=("Did any die?",),
    abbreviations={"SLE": "systemic lupus erythematosus", "on": "off"}, rejected_abbreviations=("ANA",),
    publication_types=("Clinical Trial",),
    retracted="Retracted in 2020", concern="Concern in 2019", study_hints=StudyHints(randomised=False),
    imported=Imported(file="a b.nbib", sha256="0" * 64, format="medline", on=date(2026, 1, 2)),
    approval=Approval(status="not_approved", by="no", on=date(2026, 1, 2), text="yes: #1"),
    contradicts=("other-page: It's “so” — 16 #1.",), stopped_early="~",
)  # fmt: skip
HOSTILE = "#*_-+=~`| >[]()!\\&;<:.\t1aé6⁶\u0301\u00a0\u00ad\u200b😀"
one_line = st.text(alphabet=HOSTILE, min_size=1, max_size=40) | st.text(min_size=1, max_size=40)
lines = st.lists(one_line, min_size=1, max_size=4).map("\n".join)
KINDS: tuple[PieceKind, ...] = ("heading", "paragraph", "item", "table")
UNESCAPED = "p < 0.05, 5 * 3 mg, AT&T, a_b [1] at 10^6"
# Direction controls, and an accent at the start of a line, which would change the "\n" before it.
REFUSED = re.compile("[\u202a-\u202e\u2066-\u2069]|\n[\u0300-\u036f]")


def piece(kind: PieceKind, text: str, level: int = 1) -> Piece:
    return Piece(kind=kind, text=text, level=level if kind == "heading" else 0)


pieces = st.builds(piece, st.sampled_from(KINDS), lines, st.integers(1, 6)).filter(
    lambda p: bool(normalize(p.text).strip())
)


def blocks_of(body: str) -> list[tuple[str, int]]:
    """Return what a Markdown body holds, in order, as the reader of documents sees it."""
    text, blocks, headings = canonical_text(body)
    found = [(b.start, b.end, 0) for b in blocks] + [(h.span.start, h.span.end, h.level) for h in headings]
    return [(text[start:end], level) for start, end, level in sorted(found)]


def read_back(front: FrontMatter) -> Document:
    text = as_markdown(front, [piece("paragraph", "Words.")])
    return as_document(Path("page.md"), text.encode("utf-8"))


def body_of(*given: Piece) -> str:
    return written_words("page.html", given).removesuffix("\n")


@settings(deadline=None, max_examples=300)
@given(st.lists(pieces, min_size=1, max_size=4))
def test_written_words_read_back(given: list[Piece]) -> None:
    """Only NUL, which Markdown replaces, cannot be written."""
    try:
        body = written_words("page.html", given)
    except SourceRefused:
        assert any("\0" in p.text for p in given)
        return
    assert blocks_of(body) == [(normalize(p.text).strip(), p.level) for p in given]


def test_every_case_of_the_fidelity_set_reads_back_in_every_kind_of_block() -> None:
    given = [piece(kind, case.expected) for case in RIGHT for kind in KINDS]
    found = blocks_of(written_words("page.html", given))

    assert found == [(normalize(p.text), p.level) for p in given]


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (piece("heading", "Results", 2), "## Results"),
        (piece("heading", "Group #", 3), r"### Group \#"),
        (
            piece("paragraph", "p < 0.05, 5 * 3 mg, AT&T, a_b [1] at 10^6"),
            "p < 0.05, 5 * 3 mg, AT&T, a_b [1] at 10^6",
        ),
        (piece("paragraph", "1. One"), r"1\. One"),
        (piece("paragraph", "- 7 points, *not* more"), r"\- 7 points, \*not\* more"),
        (piece("paragraph", "&lt; and <b>"), r"\&lt; and <b>"),
        (piece("item", "Pain fell."), "- Pain fell."),
        (piece("table", "Dose | Deaths\n10⁶ | 0"), "Dose | Deaths\n10⁶ | 0"),
        (piece("table", "| a\nb |\n | c"), "| a\nb |\n&#32;| c"),
        (piece("paragraph", "[1]: https://a.example"), r"\[1]: https://a.example"),
        (piece("paragraph", "===\n---"), "\\===\n\\---"),
    ],
)
def test_few_characters_are_escaped(given: Piece, written: str) -> None:
    assert body_of(given) == written


def test_a_list_stands_together_and_the_rest_apart() -> None:
    given = [
        piece("paragraph", "Risks:"),
        piece("item", "fever"),
        piece("item", "pain"),
        piece("paragraph", "End."),
    ]

    assert body_of(*given) == "Risks:\n\n- fever\n- pain\n\nEnd."


def test_invisible_pieces_are_left_out_and_a_file_of_nothing_else_is_refused() -> None:
    invisible = piece("paragraph", "\u200b")

    assert body_of(invisible, piece("paragraph", "Words.")) == "Words."
    with pytest.raises(SourceRefused, match=r"^trial-cells: no words below the front matter\. Nothing of it"):
        as_markdown(FRONT, [invisible])


def test_long_hostile_words_take_no_time() -> None:
    started = time.perf_counter()
    for mark in ("[", "*a **b ", "_a ", "`", "![", "<", "&a;", "\\", "> ", "- "):
        words = (mark * 30_000)[:30_000].strip()
        assert blocks_of(body_of(piece("paragraph", words))) == [(words, 0)]
    assert time.perf_counter() - started < 10


def test_direction_controls_and_nul_are_refused_by_name() -> None:
    with pytest.raises(SourceRefused, match=r"trial-cells: invisible direction control U\+202E"):
        as_markdown(FRONT, [piece("paragraph", "Give \u202e61 cells.")])
    with pytest.raises(SourceRefused, match=r"page.html: block 2 \('Give .*unchanged"):
        written_words("page.html", [piece("paragraph", "Words."), piece("paragraph", "Give \0 cells.")])


def test_a_document_file_by_hand() -> None:
    given = [piece("heading", "Cells"), piece("paragraph", "None died.")]

    assert as_markdown(FRONT, given) == (
        "---\nid: trial-cells\ntitle: 'Cells: a trial'\nkind: trial\nspeaker: published_abstract\n"
        "source:\n  doi: 10.1000/cells\n"
        "  authors:\n    - Ada Example\n    - et al.\n  published: 2010-08-03\n"
        "---\n\n# Cells\n\nNone died.\n"
    )


def test_every_fact_is_written_in_the_schema_s_order() -> None:
    text = as_markdown(EVERY_FACT, [piece("paragraph", "Words.")])

    assert facts_of(read_back(EVERY_FACT)) == EVERY_FACT
    assert re.findall(r"(?m)^(\w+):", text) == list(FrontMatter.model_fields)


def test_a_page_of_nothing_but_its_required_facts() -> None:
    front = FrontMatter(id="a-page", title="A", kind="clinic", speaker="clinic_page", source=Source())

    assert "source: {}\n---\n" in as_markdown(front, [piece("paragraph", "Words.")])


@settings(deadline=None, max_examples=60)
@given(title=lines.filter(str.strip), caveat=lines, short=one_line)
def test_facts_read_back_normalised_or_are_refused(title: str, caveat: str, short: str) -> None:
    given = {"title": title, "caveats": (caveat,), "abbreviations": {short: caveat}}
    try:
        document = read_back(FRONT.model_copy(update=given))
    except SourceRefused:
        assert not normalize(title) or REFUSED.search(normalize(title + caveat + short))
        return
    assert document.title == normalize(title)
    assert document.caveats == ((normalize(caveat),) if normalize(caveat) else ())
