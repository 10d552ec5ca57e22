"""One question of an evaluation and what came of it: what every figure is counted from."""

from __future__ import annotations

import re
from typing import Literal

from content.normalize import fold
from content.schema import Fact
from index.answer_types import ANSWER_TYPES

Asks = Literal["number", "time", "place", "person", "yes_no", "open"]
ASKS: tuple[Asks, ...] = ("number", "time", "place", "person", "yes_no", "open")
# What a redirect must be for a question that expects one.
REDIRECTS = {"emergency": ("crisis", "emergency"), "see_clinician": ("personal_advice",)}
_STATUSES = {"quote": "answered", "no_passage": "no_answer"}
_ASKS: dict[str, Asks] = {
    "money": "number", "number": "number", "duration": "time", "date": "time",
    "place": "place", "person": "person",
}  # fmt: skip
_FILLER = r"(?:(?:and|but|so|or|also|then|ok|okay|please)\b,? )*"
_AUXILIARY = re.compile(
    rf"^{_FILLER}(?:is|are|was|were|am|do|does|did|has|have|had|can?|could|will|wo|would|should|shall|may|"
    r"might|must)(?:n?['’]?t)?\b"
)
_INTERROGATIVE = re.compile(r"\b(?:who|whose|when|where|how|what|which)\b")


class Outcome(Fact):
    """What a question expects and what it got, as far as two runs can be compared by it.

    `hit_rank`: first shown quote that holds accepted words, from 1. `exact`: every shown quote is
    a slice of its document.
    """

    id: str
    expect: str
    status: str
    redirect: str | None
    hit_rank: int | None
    exact: bool

    def right_within(self, k: int) -> bool:
        """Say whether one of the first `k` quotes shown holds accepted words; a refusal holds none."""
        return self.hit_rank is not None and self.hit_rank <= k

    @property
    def right_decision(self) -> bool:
        """Quoted where something covers the question, refused where nothing does, redirected where
        it must be; where only exactness is asked for, exact."""
        if self.expect in REDIRECTS:
            return self.redirect in REDIRECTS[self.expect]
        return self.status == _STATUSES[self.expect] if self.expect in _STATUSES else self.exact


class Row(Outcome):
    """One question and what came of it.

    `kind`: of the document that holds the first accepted words, "" for none. `wanted`: the
    library's sentence with these words. `quoted`: the first quote shown, "" for none.
    `hit_rank_unrefused`: `hit_rank` had the threshold let every question through. `confidence`:
    probability in [0, 1], 0 when none was stated.
    """

    question: str
    history: tuple[str, ...]
    kind: str
    asks: Asks
    wanted: str
    quoted: str
    hit_rank_unrefused: int | None
    confidence: float
    quotes: int
    passage_ids: tuple[str, ...]
    right_passage_ids: tuple[str, ...]
    milliseconds: float

    @property
    def miss(self) -> str:
        """Return in a few words what went wrong, "" when all is as expected."""
        if not self.exact:
            return "quote is not exact"
        if self.expect in REDIRECTS and not self.right_decision:
            return "not redirected" if self.redirect is None else f"redirected as {self.redirect}"
        if self.expect not in _STATUSES:
            return ""
        if self.redirect is not None:
            return f"redirected as {self.redirect}"
        if not self.right_decision:
            return "refused" if self.expect == "quote" else "answered, though nothing covers it"
        if self.expect == "no_passage" or self.hit_rank == 1:
            return ""
        return f"right words only in quote {self.hit_rank}" if self.hit_rank else "other words quoted"


def question_kind(question: str) -> Asks:
    """Return what a question asks for, by its words alone.

    "Was there any follow-up?" opens with an auxiliary verb and asks yes or no; "Can you say how long
    it took?" holds an interrogative too and asks for a time. Costs are numbers.
    """
    folded = fold(question)
    yes_no = bool(_AUXILIARY.search(folded))
    if yes_no and not _INTERROGATIVE.search(folded):
        return "yes_no"
    # Types without a group of their own stand aside: "How many controls?" asks for a number.
    asked = (_ASKS[kind.name] for kind in ANSWER_TYPES if kind.name in _ASKS and kind.asked.search(folded))
    return next(asked, "yes_no" if yes_no else "open")
