"""Two explanations of one question side by side: what another index or setting changes."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.citation import Citation
from assistant.explanation import Explanation
from assistant.schema import Answer, WordingBlock
from content.schema import Fact


class Contrast(Fact):
    """What differs, in sentences; empty when a visitor would see the same."""

    differences: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Say whether a visitor would see the same."""
        return not self.differences


def contrast(one: Explanation, other: Explanation) -> Contrast:
    """Compare what a visitor would see, from the status to the questions offered next.

    Quotes are compared with their caveats, in order, and with the facts beside them. Scores and
    thresholds may differ without a word here: they stand in the explanations themselves.
    """
    return Contrast(differences=tuple(_differences(one, other)))


def _differences(one: Explanation, other: Explanation) -> Iterator[str]:
    before, after = one.answer, other.answer
    if before.status != after.status:
        yield f"The first is {_status(one)}, the second {_status(other)}."
    elif _wordings(before) != _wordings(after):
        yield f"Other sentences around it: {_listed(_wordings(before))} against {_listed(_wordings(after))}."
    old, new = _quotes(before), _quotes(after)
    yield from (f"Only the first quotes {name}: “{words}”" for name, words in old if (name, words) not in new)
    yield from (
        f"Only the second quotes {name}: “{words}”" for name, words in new if (name, words) not in old
    )
    if old != new and sorted(old) == sorted(new):
        yield "Both quote the same in another order."
    yield from _beside(before, after)
    topics, others = ([topic.title for topic in answer.closest] for answer in (before, after))
    if topics != others:
        yield f"Closest topics: {_listed(topics)} against {_listed(others)}."
    next_ones, other_ones = ([offered.text for offered in answer.follow_ups] for answer in (before, after))
    if next_ones != other_ones:
        yield f"Offered next: {_listed(next_ones)} against {_listed(other_ones)}."


def _beside(before: Answer, after: Answer) -> Iterator[str]:
    """Yield what stands otherwise beside words that both quote."""
    news = {(citation.document_id, citation.cited_text): citation for citation in after.citations}
    for citation in before.citations:
        other = news.get((citation.document_id, citation.cited_text))
        if other is None or citation.caveat_of is not None:
            # A caveat stands below a quote, whose facts are its own.
            continue
        facts, others = _facts(before, citation), _facts(after, other)
        for name in facts:
            if facts[name] != others[name]:
                yield f"Beside “{citation.cited_text}”, {name}: {facts[name]} against {others[name]}."


def _facts(answer: Answer, citation: Citation) -> dict[str, str]:
    evidence = citation.evidence.model_dump()
    hints = [f"{h.short} = {h.long}" for h in answer.hints if h.citation == citation.number]
    given = {"title": citation.document_title, "address": citation.url, **evidence}
    told = {name.replace("_", " "): _said(value) for name, value in given.items()}
    return {**told, "short forms": _listed(hints)}


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)


def _status(found: Explanation) -> str:
    answer = found.answer
    if answer.redirect:
        return f"redirected ({answer.redirect.kind})"
    return "answered" if answer.status == "answered" else "refused"


def _wordings(answer: Answer) -> list[str]:
    """Return the program's own sentences by id, each once."""
    return list(dict.fromkeys(block.id for block in answer.blocks if isinstance(block, WordingBlock)))


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _quotes(answer: Answer) -> list[tuple[str, str]]:
    return [(citation.document_id, citation.cited_text) for citation in answer.citations]
