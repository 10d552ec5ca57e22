"""Answers as HTML and text: what is shown is the stored slice, escaped and never edited."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shown import Shown

from assistant.citation import Citation, Evidence, cite
from assistant.render import as_html, as_json, as_text, escape, facts, shown_words
from assistant.safety import safety_rules
from assistant.schema import Abstention, Answer, Block, CaveatBlock, QuoteBlock, Redirect, Topic, WordingBlock
from assistant.wording import load_wording
from content.schema import Document, Source, Span, Study

SAY = load_wording(safety_rules().regions["US"])
AWKWARD = "Cells <b>&amp;</b>  cost\t$5 *or* `p < 0.05`.\nDose 10^6."
STUDY = Study(design="single-arm trial", participants=16, comparison_group=False, randomised=False)
FACTS = "single-arm trial · 16 people · no comparison group · 2010"
# Characters that Markdown, HTML or a formula could take for their own.
LOUD = re.compile(r"[<>\"'`*_\[\]$%\n\r\t\u00a0#~|\\^!(){}+=:;/-]|  ")
ENTITY = re.compile(r"&#\d+;")


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


@given(st.text())
@settings(deadline=None)
def test_what_is_escaped_reads_back_as_it_was(words: str) -> None:
    assert html.unescape(escape(words)) == words


@given(st.text(st.sampled_from("ab \t\n\r<>&\"'`*_[]$%#~|\\^!(){}+=-:/;é⁶🙂\u00a0.,1")))
@settings(deadline=None)
def test_nothing_loud_is_left_outside_entities(words: str) -> None:
    bare = ENTITY.sub("x", escape(words))

    assert not LOUD.search(bare)
    assert "&" not in bare


def test_harmless_words_stay_readable_in_the_source() -> None:
    assert escape("Of 16 patients, β‐dsDNA fell to 10⁶.") == "Of 16 patients, β‐dsDNA fell to 10⁶."
    assert escape("a_b <i>") == "a&#95;b &#60;i&#62;"


@pytest.mark.parametrize(
    ("evidence", "shown"),
    [
        (Evidence(speaker="clinic_page"), []),
        (QUOTE.evidence, FACTS.split(" · ")),
        (
            Evidence(speaker="authority", participants=200, comparison_group=True, randomised=True),
            ["200 people", "with a comparison group", "by chance into groups"],
        ),
    ],
)
def test_facts_by_hand(evidence: Evidence, shown: list[str]) -> None:
    assert facts(evidence, SAY) == shown


def test_text_of_an_answer_by_hand() -> None:
    assert as_text(answered(QUOTE, CAVEAT), SAY, DOCUMENTS) == (
        f"{SAY.text('quotes_intro')}\n\n"
        f"“{AWKWARD}”\n  — Page <trial>\n  Published study · {FACTS}\n  {QUOTE.url}\n\n"
        "Keep in mind:\n“No comparison.”\n\n"
        f"{SAY.text('not_advice')}"
    )


def test_html_of_an_answer_by_hand() -> None:
    shown = as_html(answered(QUOTE, CAVEAT), SAY, DOCUMENTS)

    assert Shown(shown, "blockquote").texts == [AWKWARD, "No comparison."]
    assert Shown(shown, "figcaption").texts == [f"Published study{FACTS}Page <trial>Open the source"]
    assert Shown(shown, "p").texts == [SAY.text("quotes_intro"), "Keep in mind:", SAY.text("not_advice")]
    assert Shown(shown, "a").attributes == [
        {"class": "faq-source", "href": QUOTE.url, "target": "_blank", "rel": "noopener noreferrer"}
    ]


@pytest.mark.parametrize(("answer", "lines"), [(REFUSED, ["no_answer", "closest", "contact"]),
                                               (REDIRECTED, ["emergency"])])  # fmt: skip
def test_an_answer_without_quotes_says_its_sentences_only(answer: Answer, lines: list[str]) -> None:
    shown = as_html(answer, SAY, DOCUMENTS)

    assert Shown(shown, "p").texts == [SAY.text(line) for line in lines]
    assert Shown(shown, "blockquote").texts == []
    assert Shown(shown, "div").attributes == [{"class": f"faq-answer faq-{answer.status}"}]
    assert [text for text in as_text(answer, SAY, DOCUMENTS).split("\n\n") if "•" not in text] == [
        SAY.text(line) for line in lines
    ]


def test_a_refusal_lists_topics_by_title_with_their_links() -> None:
    shown = as_html(REFUSED, SAY, DOCUMENTS)

    assert Shown(shown, "li").texts == ["Knees & <hips>", "Stroke"]
    assert [link["href"] for link in Shown(shown, "a").attributes] == ["https://example.org/?a=1&b=2"]
    assert "\n  • Knees & <hips>  https://example.org/?a=1&b=2\n  • Stroke\n" in as_text(REFUSED, SAY, {})


@pytest.mark.parametrize(("home", "sources"), [(CLINIC, 1), (TRIAL, 2)], ids=["same page", "other page"])
def test_only_a_caveat_of_another_document_names_its_own_source(home: Document, sources: int) -> None:
    answer = answered(CLAIM, cite(2, home, f"{home.id}#p1", Span(start=0, end=5), caveat_of=1))

    assert len(Shown(as_html(answer, SAY, DOCUMENTS), "figcaption").texts) == sources
    assert as_text(answer, SAY, DOCUMENTS).count("\n  — ") == sources


def test_a_page_without_an_address_says_where_it_is_from() -> None:
    assert Shown(as_html(answered(CLAIM), SAY, DOCUMENTS), "a").texts == []
    assert SAY.text("no_link") in Shown(as_html(answered(CLAIM), SAY, DOCUMENTS), "figcaption").texts[0]


@pytest.mark.parametrize("answer", [answered(QUOTE, CAVEAT), answered(CLAIM), REFUSED, REDIRECTED])
def test_html_is_one_line_and_json_gives_the_answer_back(answer: Answer) -> None:
    # Markdown ends an HTML block at a blank line; what follows would be read as Markdown.
    assert "\n" not in as_html(answer, SAY, DOCUMENTS)
    assert "\n" not in as_json(answer)
    assert Answer.model_validate_json(as_json(answer)) == answer


@pytest.mark.parametrize(
    "changed",
    [
        {"cited_text": AWKWARD.replace("$5", "$4")},
        {"start_char_index": 1, "end_char_index": len(AWKWARD) + 1},
        {"document_sha256": "0" * 64},
        {"document_id": "gone"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_tampered_citation_is_withheld_everywhere(changed: dict[str, object]) -> None:
    # Behind the validator's back, as only a damaged memory or a programmer's error could.
    tampered = QUOTE.model_copy(update=changed)
    answer = answered(QUOTE).model_copy(update={"citations": (tampered,)})
    shown = as_html(answer, SAY, DOCUMENTS)

    assert shown_words(QUOTE, DOCUMENTS) == AWKWARD
    assert shown_words(tampered, DOCUMENTS) is None
    assert Shown(shown, "blockquote").texts == []
    for words in (html.unescape(shown), as_text(answer, SAY, DOCUMENTS)):
        assert SAY.text("withheld") in words
        assert "cost" not in words
