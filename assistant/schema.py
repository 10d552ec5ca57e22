"""The answer, the same for chat, HTTP, Python and evaluation logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, model_validator

from assistant import exports
from assistant.citation import Citation
from content.normalize import fold
from content.schema import Fact, Slug

if TYPE_CHECKING:
    from assistant.wording import Wording

Status = Literal["answered", "no_answer", "redirected"]
RedirectKind = Literal["crisis", "emergency", "personal_advice", "contact"]
# Emergency texts stand alone: a quote beside them would compete with the number to call.
ALONE: frozenset[RedirectKind] = frozenset({"crisis", "emergency"})


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
    """Why nothing was quoted. `best_score` and `threshold` are probabilities when both are given.

    `withheld`: a quote did not pass its check. `document_withheld`: the document that would have been
    quoted is retracted or waits for its review.
    """

    reason: Literal["below_threshold", "nothing_found", "withheld", "document_withheld"]
    best_score: float | None = None
    threshold: float | None = None
    calibration_id: str | None = None


class Hint(Fact):
    """What an approved short form in a quote stands for; shown under the quote, never inside it."""

    short: str
    long: str
    citation: int


class Answer(Fact):
    """What a visitor is shown, and everything needed to check it."""

    schema_version: Literal["1"] = "1"
    question: str
    status: Status
    redirect: Redirect | None = None
    blocks: tuple[Block, ...]
    citations: tuple[Citation, ...] = ()
    hints: tuple[Hint, ...] = ()
    closest: tuple[Topic, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    abstention: Abstention | None = None
    index_id: str
    receipt: str
    timings_ms: dict[str, float] = Field(default_factory=dict)
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
        if self.status == "no_answer" and shown:
            raise ValueError("a refusal shows no words of a document")
        numbers = {block.citation for block in quotes}
        for block in shown:
            allowed = numbers if isinstance(block, CaveatBlock) else {None}
            if self.citations[block.citation - 1].caveat_of not in allowed:
                raise ValueError("a caveat belongs to a quote, and a quote to nothing")
        for hint in self.hints:
            cited = [c.cited_text for c in self.citations if c.number == hint.citation]
            if not any(hint.short in words and fold(hint.long) not in fold(words) for words in cited):
                raise ValueError("a hint explains a short form of its quote that the quote does not explain")
        if (self.status == "redirected") != (self.redirect is not None):
            raise ValueError("a redirected answer says where to, and no other does")
        if self.redirect and self.redirect.kind in ALONE and shown:
            raise ValueError(f"{self.redirect.kind} text stands alone")
        if (self.status == "no_answer") != (self.abstention is not None):
            raise ValueError("a refusal says why, and nothing else does")
        return self

    def to_anthropic(self, wording: Wording) -> list[dict[str, Any]]:
        """Return content blocks of Anthropic's Messages, quotes cited by `char_location`."""
        return exports.to_anthropic(self, wording)

    def to_openai(self, wording: Wording) -> dict[str, Any]:
        """Return an output message of OpenAI's Responses, annotated where it quotes."""
        return exports.to_openai(self, wording)

    def to_w3c(self) -> list[dict[str, Any]]:
        """Return a W3C Web Annotation for each citation."""
        return exports.to_w3c(self)
