"""The answer, the same for chat, HTTP, Python and evaluation logs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, model_validator

from content.schema import Document, Fact, Slug, Speaker

Status = Literal["answered", "no_answer", "redirected"]
RedirectKind = Literal["crisis", "emergency", "personal_advice", "contact"]
# Emergency texts stand alone: a quote beside them would compete with the number to call.
ALONE: frozenset[RedirectKind] = frozenset({"crisis", "emergency"})


class Evidence(Fact):
    """Facts of the source, shown beside every quote."""

    speaker: Speaker
    design: str | None = None
    participants: int | None = None
    comparison_group: bool | None = None
    randomised: bool | None = None
    follow_up: str | None = None
    year: int | None = None
    doi: str | None = None


class Scores(Fact):
    """Raw component scores, higher is better; None where a component never saw the sentence."""

    dense: float | None = None
    lexical: float | None = None
    fused: float | None = None
    reader: float | None = None


class Selector(Fact):
    """W3C TextQuoteSelector: the words and up to 32 characters on either side of them."""

    exact: str
    prefix: str
    suffix: str


class Citation(Fact):
    """One verified quote. Offsets: 0-based, end-exclusive, code points of the canonical text.

    Law: `document.text[start:end] == cited_text` and the hash is the document's. Validation with
    the context {"documents": {id: Document}} checks it; without, only what the citation itself
    can show, so whoever loads stored answers passes the documents.
    """

    number: Annotated[int, Field(ge=1)]
    type: Literal["char_location"] = "char_location"
    document_id: Slug
    document_title: str
    document_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    passage_id: str
    start_char_index: Annotated[int, Field(ge=0)]
    end_char_index: int
    offset_unit: Literal["unicode_code_point"] = "unicode_code_point"
    cited_text: Annotated[str, Field(min_length=1)]
    selector: Selector
    url: str | None = None
    scores: Scores = Scores()
    evidence: Evidence
    caveat_of: int | None = None

    @model_validator(mode="after")
    def _is_a_slice(self, info: ValidationInfo) -> Citation:
        if len(self.cited_text) != self.end_char_index - self.start_char_index:
            raise ValueError("cited_text is not as long as its offsets say")
        if self.selector.exact != self.cited_text:
            raise ValueError("selector.exact differs from cited_text")
        if info.context and "documents" in info.context:
            document = info.context["documents"].get(self.document_id)
            problem = mismatch(self, document)
            if problem:
                raise ValueError(problem)
        return self


class WordingBlock(Fact):
    """A sentence of the wording table, by its id."""

    type: Literal["wording"] = "wording"
    id: str


class QuoteBlock(Fact):
    """A quote, by its citation number."""

    type: Literal["quote"] = "quote"
    citation: int


class CaveatBlock(Fact):
    """A sentence that qualifies the quotes above it, by its citation number."""

    type: Literal["caveat"] = "caveat"
    citation: int


Block = Annotated[WordingBlock | QuoteBlock | CaveatBlock, Field(discriminator="type")]


class Redirect(Fact):
    """Why the question was not searched, and by which reviewed rule."""

    kind: RedirectKind
    rule: str


class Topic(Fact):
    """A document near the question, offered by title when nothing covers it."""

    document_id: Slug
    title: str
    url: str | None = None


class FollowUp(Fact):
    """A staff question that is known to be answered."""

    text: str
    passage_id: str


class Abstention(Fact):
    """Why nothing was quoted. `best_score` and `threshold` are probabilities when both are given."""

    reason: Literal["below_threshold", "nothing_found", "withheld"]
    best_score: float | None = None
    threshold: float | None = None
    calibration_id: str | None = None


class Answer(Fact):
    """What a visitor is shown, and everything needed to check it."""

    schema_version: Literal["1"] = "1"
    question: str
    status: Status
    redirect: Redirect | None = None
    blocks: tuple[Block, ...]
    citations: tuple[Citation, ...] = ()
    closest: tuple[Topic, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    abstention: Abstention | None = None
    index_id: str
    receipt: str
    timings_ms: dict[str, float] = {}
    generated_text: Literal[False] = False

    @model_validator(mode="after")
    def _holds_together(self) -> Answer:
        shown = [b for b in self.blocks if not isinstance(b, WordingBlock)]
        if [c.number for c in self.citations] != list(range(1, len(self.citations) + 1)):
            raise ValueError("citations are not numbered 1, 2, 3 …")
        if sorted(block.citation for block in shown) != [c.number for c in self.citations]:
            raise ValueError("every citation is shown by exactly one block")
        quotes = [b for b in shown if isinstance(b, QuoteBlock)]
        if (self.status == "answered") != bool(quotes) and self.status != "redirected":
            raise ValueError("a quote is shown when, and only when, the question is answered")
        if (self.status == "redirected") != (self.redirect is not None):
            raise ValueError("a redirected answer says where to, and no other does")
        if self.redirect and self.redirect.kind in ALONE and shown:
            raise ValueError(f"{self.redirect.kind} text stands alone")
        if (self.status == "no_answer") != (self.abstention is not None):
            raise ValueError("a refusal says why, and nothing else does")
        return self


def mismatch(citation: Citation, document: Document | None) -> str | None:
    """Say what is wrong between a citation and the stored document, or None when it holds."""
    if document is None:
        return f"document {citation.document_id!r} is not stored"
    if citation.document_sha256 != document.sha256:
        return f"{citation.document_id}: the document has changed since it was quoted"
    if document.text[citation.start_char_index : citation.end_char_index] != citation.cited_text:
        return f"{citation.document_id}: the words differ from the document at these offsets"
    return None
