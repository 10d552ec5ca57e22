"""A pair that staff marked, and an approval, from the front matter to what a visitor reads."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from asking import COSINE, held_in_memory
from fakes import WordEmbedder
from shown import Shown
from small import DOCUMENTS, write_library

from assistant.answer import Assistant
from assistant.cards import as_html
from assistant.exports import cited_documents
from assistant.proofs import Proofs
from assistant.render import as_json, as_text
from assistant.schema import Answer, WordingBlock
from assistant.settings import Settings
from assistant.since import document_changes
from assistant.whole_document import whole_document
from content.drafts import facts_of
from content.library import load_library
from content.lint import lint
from content.readers.front_matter import read_front_matter, write_front_matter
from content.schema import Document
from index.search import Searcher

TODAY = date(2026, 6, 30)
SAYS, DENIES = "A lupus study treated 16 patients with cells.", "Cells did no more than nothing did."
DECISION = "No agency approved cells for lupus."
NEWER = f"""---
id: trial-newer
title: Newer study
kind: trial
speaker: published_abstract
source: {{doi: 10.1000/newer, published: 2017-08-03}}
reviewed: {{by: Staff, on: 2026-01-02, review_by: 2027-03-02}}
study:
  {{design: randomised trial, participants: 18, comparison_group: true, randomised: true,
   follow_up: 6 months}}
caveats: [We randomised 18 people.]
contradicts: ["trial-lupus: {SAYS}"]
stopped_early: stopped early
approval: {{status: not_approved, by: Example Agency, on: 2026-06-01, text: "{DECISION}"}}
---

We randomised 18 people. They were seen for 6 months. It was stopped early. {DECISION}

{DENIES}
"""
DEATHS = "Were there any deaths?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the small library with a newer study that contradicts its trial."""
    library = write_library(tmp_path / "library")
    trial = DOCUMENTS["trials/lupus.md"].replace(
        "aliases:", f'contradicts: ["trial-newer: {DENIES}"]\naliases:'
    )
    (library / "trials/lupus.md").write_text(trial, "utf-8")
    (library / "trials/newer.md").write_text(NEWER, "utf-8")
    return library


def asking(folder: Path, day: date = TODAY, **changed: object) -> Assistant:
    """Return an assistant over the folder's documents, the newer study's facts changed."""
    library = load_library(folder)
    documents = tuple(
        d.model_copy(update=changed if d.id == "trial-newer" else {}) for d in library.documents
    )
    data = held_in_memory(library.model_copy(update={"documents": documents}), WordEmbedder())
    return Assistant(Searcher(data, WordEmbedder()), COSINE, Settings(), today=lambda: day)


def quoted(answer: Answer) -> list[str]:
    return [c.cited_text for c in answer.citations if c.caveat_of is None]


def test_both_sides_stand_together_with_their_caveats_the_better_evidence_first(folder: Path) -> None:
    faq = asking(folder)
    answer = faq.answer(DEATHS)

    said = [
        block.id if isinstance(block, WordingBlock) else answer.citations[block.citation - 1].cited_text
        for block in answer.blocks
    ]
    assert said == [
        "quotes_intro", DENIES, "We randomised 18 people.", DECISION, "says_otherwise",
        "There were no deaths.", "The study had no comparison group.", SAYS, "not_advice",
    ]  # fmt: skip
    assert faq.answer(DEATHS) == answer
    assert all(Proofs.of(faq.documents).of_citation(c).problem is None for c in answer.citations)


def test_the_two_sides_are_one_card_so_that_neither_is_cut_out_alone(folder: Path) -> None:
    faq = asking(folder)
    answer = faq.answer(DEATHS)
    html = as_html(answer, faq.wording, faq.documents, faq.passages)

    (card,) = html.split('<div class="faq-card">')[1:]
    assert {DENIES, SAYS, "There were no deaths."} <= set(Shown(card, "blockquote").texts)
    assert faq.wording.text("says_otherwise") in Shown(card, "p").texts
    told = (
        "randomised trial · 18 people · with a comparison group · by chance into groups"
        " · followed for: 6 months · stopped early · 2017"
        " · treatment not approved by Example Agency, as of 2026-06-01"
    )
    assert any(caption.startswith(told) for caption in Shown(card, "figcaption").texts)
    assert told in as_text(answer, faq.wording, faq.documents)
    spanish = as_html(answer, faq.wordings["es"], faq.documents, faq.passages)
    assert "tratamiento no aprobado por" in " ".join(Shown(spanish, "span").texts)


def test_programs_get_the_same(folder: Path) -> None:
    faq = asking(folder)
    answer = faq.answer(DEATHS)

    evidence = json.loads(as_json(answer))["citations"][0]["evidence"]
    assert evidence["stopped_early"] is True
    assert evidence["approval"] == {
        "status": "not_approved", "by": "Example Agency", "on": "2026-06-01", "text": DECISION,
        "review_by": None,
    }  # fmt: skip
    assert Answer.model_validate_json(as_json(answer)) == answer
    assert cited_documents(answer) == ("trial-newer", "trial-lupus")
    blocks = answer.to_anthropic(faq.wording)
    assert next(c["cited_text"] for block in blocks for c in block["citations"] or ()) == DENIES
    assert len(answer.to_w3c()) == len(answer.citations)
    fetched = whole_document("trial-newer", faq)
    assert (fetched.contradicts, fetched.caveats[-1]) == ((SAYS,), DECISION)


@pytest.mark.parametrize(
    ("changed", "day"),
    [
        ({"retracted": "in 2026"}, TODAY),
        ({}, date(2027, 3, 3)),
        # The approval was looked at in June 2026 and never again.
        ({}, date(2026, 6, 1) + timedelta(days=366)),
    ],
)
def test_where_one_side_may_not_be_shown_neither_is(
    folder: Path, changed: dict[str, object], day: date
) -> None:
    faq = asking(folder, day, **changed)

    assert {"trial-lupus", "trial-newer"} <= set(faq.withheld())
    assert faq.answer(DEATHS).status == "no_answer"


def test_the_last_day_of_an_approval_is_its_own_or_a_year_later(folder: Path) -> None:
    newer = load_library(folder).document("trial-newer")
    assert newer.approval
    assert newer.approval.due == date(2027, 6, 1)
    assert newer.approval.model_copy(update={"review_by": TODAY}).due == TODAY
    assert newer.approval.model_copy(update={"on": date.max}).due == date.max


# What is replaced by what in the newer study, and the finding it must give.
FOUND = (
    ("on: 2026-06-01, text", "on: 2026-07-01, text", "error", "approval.on", "has not come yet"),
    ("on: 2026-06-01, text", "on: 2025-06-01, text", "warning", "approval", "due on 2026-06-01"),
    (f', text: "{DECISION}"', "", None, "", ""),
    (f'not_approved, by: Example Agency, on: 2026-06-01, text: "{DECISION}"',
     "approved, by: A, on: 2026-06-01", "warning", "approval.text", "for what"),
    (f'text: "{DECISION}"', 'text: "Nobody approved it."', "error", "caveats", "Nobody approved it."),
    ("stopped_early: stopped early\n", "", "warning", "stopped_early", "'stopped early'"),
    ("stopped_early: stopped early", "stopped_early: abandoned", "error", "stopped_early", "not written"),
)  # fmt: skip


@pytest.mark.parametrize(("old", "new", "severity", "field", "says"), FOUND)
def test_one_change_gives_one_finding(
    folder: Path, old: str, new: str, severity: str | None, field: str, says: str
) -> None:
    def findings() -> list[tuple[str, str, str]]:
        found = lint(load_library(folder), TODAY)
        return [(f.severity, f.field, f.message) for f in found if f.document_id == "trial-newer"]

    assert findings() == []
    assert NEWER.count(old) == 1
    (folder / "trials/newer.md").write_text(NEWER.replace(old, new), "utf-8")

    found = findings()
    assert [(s, f) for s, f, _ in found] == ([(severity, field)] if severity else [])
    assert all(says in message for _, _, message in found)


def test_the_facts_are_read_as_they_were_written_and_a_change_is_told(folder: Path) -> None:
    newer = load_library(folder).document("trial-newer")
    front = facts_of(newer)
    assert read_front_matter(Path("x.md"), write_front_matter(front)) == front

    plain = Document.model_validate(newer.model_dump(exclude={"approval", "contradicts", "stopped_early"}))
    for one, other in ((newer, plain), (plain, newer)):
        (change,) = document_changes(
            {newer.id: newer.sha256}, {newer.id: one}, {newer.id: other}, cited=[], withheld_then={},
            withheld_now={},
        )  # fmt: skip
        assert set(change.facts) == {"approval", "contradicts", "stopped_early"}
