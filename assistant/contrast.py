"""Two explanations of one question side by side: what another index or setting changes."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.explanation import Explanation
from content.schema import Fact


class Contrast(Fact):
    """What differs, in sentences; empty when a visitor would see the same."""

    differences: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Say whether a visitor would see the same."""
        return not self.differences


def contrast(one: Explanation, other: Explanation) -> Contrast:
    """Compare what a visitor would see: status, quotes with their caveats in order, closest topics.

    Scores and thresholds may differ without a word here: they stand in the explanations themselves.
    """
    return Contrast(differences=tuple(_differences(one, other)))


def _differences(one: Explanation, other: Explanation) -> Iterator[str]:
    before, after = one.answer, other.answer
    if before.status != after.status:
        yield f"The first is {_status(one)}, the second {_status(other)}."
    old, new = _quotes(one), _quotes(other)
    yield from (f"Only the first quotes {name}: “{words}”" for name, words in old if (name, words) not in new)
    yield from (
        f"Only the second quotes {name}: “{words}”" for name, words in new if (name, words) not in old
    )
    if old != new and sorted(old) == sorted(new):
        yield "Both quote the same in another order."
    topics, others = ([topic.title for topic in answer.closest] for answer in (before, after))
    if topics != others:
        yield f"Closest topics: {', '.join(topics) or 'none'} against {', '.join(others) or 'none'}."


def _status(found: Explanation) -> str:
    answer = found.answer
    if answer.redirect:
        return f"redirected ({answer.redirect.kind})"
    return "answered" if answer.status == "answered" else "refused"


def _quotes(found: Explanation) -> list[tuple[str, str]]:
    return [(citation.document_id, citation.cited_text) for citation in found.answer.citations]
