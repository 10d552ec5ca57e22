"""Answers written by hand: a trial with awkward words, a clinic page, a refusal, an emergency."""

from __future__ import annotations

from datetime import date

from assistant.citation import Citation, cite
from assistant.safety import safety_rules
from assistant.schema import Abstention, Answer, Block, CaveatBlock, QuoteBlock, Redirect, Topic, WordingBlock
from assistant.wording import load_wording
from content.schema import Document, Source, Span, Study

SAY = load_wording(safety_rules().regions["US"])
AWKWARD = "Cells <b>&amp;</b>  cost\t$5 *or* `p < 0.05`.\nDose 10^6."
STUDY = Study(design="single-arm trial", participants=16, comparison_group=False, randomised=False)
FACTS = "single-arm trial · 16 people · no comparison group · 2010"


def page(name: str, text: str, *, study: Study | None = None, url: str | None = None) -> Document:
    return Document(
        id=name, title=f"Page <{name}>", kind="trial" if study else "therapy",
        speaker="published_abstract" if study else "clinic_page",
        source=Source(url=url, published=date(2010, 8, 3) if study else None),
        study=study, text=text, blocks=(Span(start=0, end=len(text)),),
    )  # fmt: skip


TRIAL = page("trial", f"{AWKWARD} No comparison.", study=STUDY, url="https://example.org/a?b=1&c=2")
CLINIC = page("clinic", "Cells may help.")
DOCUMENTS = {page.id: page for page in (TRIAL, CLINIC)}
QUOTE = cite(1, TRIAL, "trial#p1", Span(start=0, end=len(AWKWARD)))
CAVEAT = cite(2, TRIAL, "trial#p1", Span(start=len(AWKWARD) + 1, end=len(TRIAL.text)), caveat_of=1)
CLAIM = cite(1, CLINIC, "clinic#p1", Span(start=0, end=len(CLINIC.text)))


def answered(*citations: Citation) -> Answer:
    blocks: list[Block] = [WordingBlock(id="quotes_intro")]
    for one in citations:
        blocks.append((CaveatBlock if one.caveat_of else QuoteBlock)(citation=one.number))
    return Answer(
        question="q", status="answered", blocks=(*blocks, WordingBlock(id="not_advice")),
        citations=citations, index_id="ix-1", receipt="r-1",
    )  # fmt: skip


REFUSED = Answer(
    question="q", status="no_answer", index_id="ix-1", receipt="r-1",
    blocks=tuple(WordingBlock(id=name) for name in ("no_answer", "closest", "contact")),
    closest=(Topic(document_id="a-page", title="Knees & <hips>", url="https://example.org/?a=1&b=2"),
             Topic(document_id="b-page", title="Stroke")),
    abstention=Abstention(reason="below_threshold"),
)  # fmt: skip
REDIRECTED = Answer(
    question="q", status="redirected", redirect=Redirect(kind="emergency", rule="emergency.chest"),
    blocks=(WordingBlock(id="emergency"),), index_id="ix-1", receipt="r-1",
)  # fmt: skip
# What could be wrong with a citation that once was right.
TAMPERED: tuple[dict[str, object], ...] = (
    {"cited_text": AWKWARD.replace("$5", "$4")},
    {"start_char_index": 1, "end_char_index": len(AWKWARD) + 1},
    {"document_sha256": "0" * 64},
    {"document_id": "gone"},
)
