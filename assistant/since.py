"""What has changed between an answer of then and today: fields, settings, models, documents."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Literal

from assistant.receipts import Circumstances
from assistant.schema import Answer
from assistant.withholding import Why
from content.changes import Changes, sentence_changes
from content.schema import Document, Fact
from index.manifest import Manifest

# What a visitor does not see of an answer, and what names its index.
UNSEEN = frozenset({
    "timings_ms", "index_id", "receipt", "document_sha256", "passage_id", "start_char_index",
    "end_char_index", "selector", "scores", "confidence", "best_score", "threshold", "calibration_id",
})  # fmt: skip


class Difference(Fact):
    """One field of an answer that differs; None where one of the two has no such field."""

    field: str
    then: Any
    now: Any


class Change(Fact):
    """One thing that an answer depends on, other than then."""

    what: str
    then: str
    now: str


class DocumentChange(Fact):
    """What became of a document since. `cited`: the answer of then quoted it.

    `sentences`: what came and went, None where nothing did or the text of then is not kept. `facts`:
    the fields of its front matter that differ. `withheld`: why it is withheld today and was not then.
    """

    document_id: str
    cited: bool
    became: Literal["changed", "removed", "added", "unchanged"]
    sentences: Changes | None = None
    facts: tuple[str, ...] = ()
    withheld: Why | None = None


def differences(then: Answer, now: Answer, ignored: Collection[str] = ("timings_ms",)) -> list[Difference]:
    """Return the fields in which two answers differ, those of `ignored` names left out at any depth."""
    return list(_fields("", then.model_dump(mode="json"), now.model_dump(mode="json"), ignored))


def setting_changes(then: Circumstances, now: Circumstances) -> list[Change]:
    """Return the settings, the calibration and the safety rules that are others than then."""
    before, after = then.model_dump(), now.model_dump()
    return [
        Change(what=name, then=str(before[name]), now=str(after[name]))
        for name in before
        if before[name] != after[name]
    ]


def model_changes(then: Manifest, now: Manifest) -> list[Change]:
    """Return the models and the builder of an index that are others than then."""
    pairs = {
        "builder": (then.builder, now.builder),
        "embedder": (then.embedder.short, now.embedder.short),
        "reader": tuple(m.evidence.weights_sha256[:16] if m.evidence else "none" for m in (then, now)),
    }
    return [Change(what=what, then=one, now=other) for what, (one, other) in pairs.items() if one != other]


def document_changes(
    hashes: Mapping[str, str], then: Mapping[str, Document], now: Mapping[str, Document], *,
    cited: Collection[str], withheld_then: Mapping[str, Why], withheld_now: Mapping[str, Why],
) -> list[DocumentChange]:  # fmt: skip
    """Return what became of the documents of an index, those it was answered from first.

    `hashes` are those of its manifest, which tell what changed; `then` are the documents that are still
    kept, which tell how.
    """
    found = []
    for document_id in dict.fromkeys((*cited, *hashes, *now)):
        before, after = then.get(document_id), now.get(document_id)
        why = withheld_now.get(document_id)
        change = DocumentChange(
            document_id=document_id,
            cited=document_id in cited,
            became=_became(hashes.get(document_id), after),
            sentences=sentence_changes(before, after)
            if before and after and before.text != after.text
            else None,
            facts=tuple(_other_facts(before, after)) if before and after else (),
            withheld=why if after and why != withheld_then.get(document_id) else None,
        )
        if change.became != "unchanged" or change.facts or change.withheld:
            found.append(change)
    return found


def _became(
    sha256: str | None, after: Document | None
) -> Literal["changed", "removed", "added", "unchanged"]:
    if after is None:
        return "removed"
    if sha256 is None:
        return "added"
    return "unchanged" if after.sha256 == sha256 else "changed"


def _other_facts(before: Document, after: Document) -> Iterable[str]:
    words = {"text", "blocks", "headings"}
    names = [name for name in Document.model_fields if name not in words]
    return (name for name in names if getattr(before, name) != getattr(after, name))


def _fields(path: str, then: Any, now: Any, ignored: Collection[str]) -> Iterator[Difference]:
    """Yield the innermost fields that differ; a quote of other words is one difference, not many."""
    if then == now:
        return
    if isinstance(then, dict) and isinstance(now, dict):
        quotes = [one.get("cited_text") for one in (then, now)]
        if quotes[0] != quotes[1]:
            yield Difference(field=f"{path}.cited_text".lstrip("."), then=quotes[0], now=quotes[1])
            return
        for name in dict.fromkeys((*then, *now)):
            if name not in ignored:
                yield from _fields(f"{path}.{name}".lstrip("."), then.get(name), now.get(name), ignored)
    elif isinstance(then, list) and isinstance(now, list):
        for place in range(max(len(then), len(now))):
            one, other = (rows[place] if place < len(rows) else None for rows in (then, now))
            yield from _fields(f"{path}.{place + 1}", _short(one, other), _short(other, one), ignored)
    else:
        yield Difference(field=path, then=then, now=now)


def _short(one: Any, other: Any) -> Any:
    """Return a list's entry, of a quote that stands on one side alone only its words."""
    return one["cited_text"] if other is None and isinstance(one, dict) and "cited_text" in one else one
