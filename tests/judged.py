"""Rows of an evaluation, written by hand."""

from __future__ import annotations

from assistant.rows import Row

RIGHT = ("p1",)


def row(
    name: str = "q", expect: str = "quote", status: str = "no_answer", *, redirect: str | None = None,
    hit_rank: int | None = None, unrefused: int | None = None, confidence: float = 0.0, quotes: int = 0,
    found: tuple[str, ...] = (), exact: bool = True, milliseconds: float = 1.0, **facts: object,
) -> Row:  # fmt: skip
    """Return a row; what is answered would also be shown without a threshold."""
    usual = {
        "question": f"{name}?", "history": (), "kind": "trial" if expect == "quote" else "", "asks": "open",
        "wanted": "", "quoted": "", "right_passage_ids": RIGHT if expect == "quote" else (),
    }  # fmt: skip
    return Row.model_validate({
        "id": name, "expect": expect, "status": status, "redirect": redirect, "hit_rank": hit_rank,
        "hit_rank_unrefused": hit_rank or unrefused, "confidence": confidence, "quotes": quotes,
        "passage_ids": found, "exact": exact, "milliseconds": milliseconds, **usual, **facts,
    })  # fmt: skip


# Answered rightly, answered rightly in second place, answered wrongly, refused although the words
# were found, sent away by mistake; then two questions that nothing covers, one of them answered.
ROWS = (
    row("c1", "quote", "answered", hit_rank=1, confidence=0.9, quotes=1, found=("p1", "p2"), asks="number"),
    row("c2", "quote", "answered", hit_rank=2, confidence=0.8, quotes=2, found=("p2", "p1"), kind="therapy"),
    row("c3", "quote", "answered", confidence=0.7, quotes=1, found=("p2", "p3"), asks="number"),
    row("c4", "quote", "no_answer", unrefused=1, confidence=0.2, found=("p1",)),
    row("c5", "quote", "redirected", redirect="personal_advice"),
    row("u1", "no_passage", "answered", confidence=0.6, quotes=1, found=("p1",), asks="number"),
    row("u2", "no_passage", "no_answer", confidence=0.1, found=("p1",)),
)
