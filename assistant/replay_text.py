"""A replay for a terminal: whether the answer is the same, why not, what changed, what is said today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.render import as_text
from assistant.replayed import Replay
from assistant.schema import Answer
from assistant.since import Difference, DocumentChange
from assistant.wording import Wording
from content.schema import Document

# Documents that the answer did not quote, and differences, are told up to this many.
_TOLD = 20
Documents = Mapping[str, Document]


def replay_text(replay: Replay, wording: Wording, then: Documents, today: Documents) -> str:
    """Return everything a person wants to know first; quotes are checked against the documents again."""
    parts = [
        _headline(replay),
        *_circumstances(replay),
        *(f"  because {obstacle}" for obstacle in replay.obstacles),
        *_differences("  in the stored answer", replay.differences),
        *_answer("Then" if replay.then else "", replay.then, wording, then),
        *_since(replay),
        *_today(replay, wording, today),
    ]
    return "\n".join(parts)


def _headline(replay: Replay) -> str:
    asked = replay.index
    name = f"{asked.generation} ({asked.index_id})" if asked.generation else asked.index_id
    published = f", published {asked.published:%Y-%m-%d %H:%M} UTC" if asked.published else ""
    said = "the same answer" if replay.same else "NOT the same answer"
    return f"{replay.receipt}: {said}, {name}{published}"


def _circumstances(replay: Replay) -> Iterator[str]:
    yield f'  asked "{replay.question}" ({replay.whence})'
    yield from (f'  after "{earlier}"' for earlier in replay.history)
    if replay.index.revoked:
        yield f"  revoked since: {replay.index.revoked}"
    found = replay.circumstances
    if found is None:
        return
    given = ", ".join(f"{name} {value}" for name, value in found.given.model_dump().items())
    since = f"noted {found.noted:%Y-%m-%d %H:%M} UTC" if found.noted else "noted by nobody, found by trying"
    yield f"  with {given} ({since})"
    yield from (f"  {name} was withheld: {why}" for name, why in found.withheld.items())


def _differences(where: str, found: tuple[Difference, ...]) -> Iterator[str]:
    for one in found[:_TOLD]:
        yield f"{where}, {one.field}: {one.then!r}, now {one.now!r}"
    if len(found) > _TOLD:
        yield f"{where}: {len(found) - _TOLD} more differences"


def _answer(title: str, answer: Answer | None, wording: Wording, documents: Documents) -> Iterator[str]:
    if answer is not None:
        yield f"\n{title}:"
        yield as_text(answer, wording, documents)


def _since(replay: Replay) -> Iterator[str]:
    if not replay.changes and not replay.documents:
        yield "\nSince then: nothing that the answer depends on has changed."
        return
    yield "\nSince then:"
    yield from (f"  {one.what}: {one.then} then, {one.now} now" for one in replay.changes)
    cited = [one for one in replay.documents if one.cited]
    others = [one for one in replay.documents if not one.cited]
    for one in (*cited, *others[:_TOLD]):
        yield from _document(one)
    if len(others) > _TOLD:
        yield f"  {len(others) - _TOLD} more documents"


def _document(change: DocumentChange) -> Iterator[str]:
    told: list[str] = [change.became] if change.became != "unchanged" else []
    told += [f"other {', '.join(change.facts)}"] if change.facts else []
    told += [f"withheld today: {change.withheld}"] if change.withheld else []
    yield f"  {change.document_id}{' (quoted or near)' if change.cited else ''}: {'; '.join(told)}"
    if change.sentences is None:
        if change.became == "changed":
            yield "    its text of then is not kept"
        return
    yield from (f"    - {sentence}" for sentence in change.sentences.removed)
    yield from (f"    + {sentence}" for sentence in change.sentences.added)


def _today(replay: Replay, wording: Wording, documents: Documents) -> Iterator[str]:
    today = replay.today
    if today.answer is None:
        yield f"\nToday nobody is answered: {today.problem}"
    elif replay.then and not today.differences:
        yield "\nToday a visitor sees the same."
    else:
        yield from _answer("Today", today.answer, wording, documents)
        yield from _differences("  another than then", today.differences)
