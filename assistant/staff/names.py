"""What staff decide about names: short forms that documents explain, and the site's own synonyms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.settings import Settings
from assistant.staff.folder import changing, reading
from assistant.staff.shown import alert, done, table
from assistant.staff.texts import say
from content.alias_review import AliasPlace, AliasReview, decided_facts, review_aliases
from content.editing import save_facts
from content.errors import FaqError
from content.library import read_folder
from content.normalize import fold
from content.schema import Document, Span
from content.synonyms import SYNONYMS_FILE, Synonyms, read_synonyms, write_synonyms

_AROUND = 60
_MOST_PLACES = 3
# First those that a person has to decide about.
_ORDER = ("conflicting", "mined", "approved", "rejected")
# What stands between words that mean the same: no term holds it.
_SAME = " = "
Choices = list[tuple[str, str]]


class Names(NamedTuple):
    """What is shown: the table of pairs, those to choose from, and which is to be decided next."""

    table: str
    choices: Choices
    next: str | None


def overview(settings: Settings) -> Names:
    """Return every pair that a document explains or a person approved, undecided ones first."""
    try:
        documents = [document for _, document in read_folder(reading(settings))]
    except FaqError as error:
        return Names(alert(str(error)), [], None)
    found = sorted(review_aliases(documents), key=lambda pair: _ORDER.index(pair.status))
    if not found:
        return Names(done(say("names_none")), [], None)
    choices = [
        (
            say("names_choice", short=pair.short, long=pair.long, status=say(f"names_{pair.status}")),
            _key(pair),
        )
        for pair in found
    ]
    undecided = (_key(pair) for pair in found if pair.status in ("conflicting", "mined"))
    return Names(_table(found, documents), choices, next(undecided, None))


def decide(settings: Settings, key: str | None, *, approve: bool) -> str:
    """Approve or reject a pair in the front matter of every document that explains it."""
    saved = []
    try:
        documents = {document.id: document for _, document in read_folder(reading(settings))}
        pair = next((pair for pair in review_aliases(list(documents.values())) if _key(pair) == key), None)
        if pair is None:
            return alert(say("names_choose_first"))
        if pair.status == ("approved" if approve else "rejected"):
            return done(say("names_already", short=pair.short, long=pair.long))
        for place in pair.places:
            document = documents[place.document_id]
            # Of what the text explains its own spelling is kept.
            words = pair.short if place.short_at else f"{pair.short}={pair.long}"
            facts = decided_facts(document, [words] if approve else (), () if approve else [pair.short])
            save_facts(changing(settings), document.id, facts)
            saved.append(document.id)
    except FaqError as error:
        return alert(str(error)) + (done(say("names_saved_in", documents=", ".join(saved))) if saved else "")
    told = "names_is_approved" if approve else "names_is_rejected"
    return done(say(told, short=pair.short, long=pair.long, documents=", ".join(saved)))


def synonyms(settings: Settings) -> tuple[str, Synonyms, str]:
    """Return the site's synonyms as they are edited, as they are stored, and what is wrong with them."""
    try:
        found = _stored(settings)
    except FaqError as error:
        return "", (), alert(str(error))
    return "\n".join(_SAME.join(group) for group in found), found, ""


def save_synonyms(settings: Settings, lines: str, seen: Synonyms) -> tuple[str, Synonyms]:
    """Save one group of words that mean the same for each line; a refusal names the line, nothing changes."""
    groups = tuple(
        tuple(term.strip() for term in line.split(_SAME.strip()))
        for line in lines.splitlines()
        if line.strip()
    )
    # Gradio may hand back lists for what was kept as tuples.
    before = tuple(tuple(group) for group in seen)
    try:
        after = write_synonyms(changing(settings), groups, seen=before)
    except FaqError as error:
        return alert(str(error)), before
    return done(say("synonyms_saved", count=len(after), file=SYNONYMS_FILE)), after


def _stored(settings: Settings) -> Synonyms:
    path = reading(settings) / SYNONYMS_FILE
    return read_synonyms(path) if path.exists() else ()


def _key(pair: AliasReview) -> str:
    """Name a pair however it is written: an approval may change its capitals."""
    return f"{fold(pair.short)}{_SAME}{fold(pair.long)}"


def _table(found: Sequence[AliasReview], documents: Sequence[Document]) -> str:
    by_id = {document.id: document for document in documents}
    head = [say(f"names_{name}") for name in ("short", "long", "state", "places")]
    rows = [[pair.short, pair.long, say(f"names_{pair.status}"), _places(pair, by_id)] for pair in found]
    return table(say("names_all"), head, rows, kinds=[pair.status for pair in found])


def _places(pair: AliasReview, documents: Mapping[str, Document]) -> str:
    """Return where a pair is explained, with the words around it."""
    shown = [_place(documents[place.document_id], place) for place in pair.places[:_MOST_PLACES]]
    more = len(pair.places) - len(shown)
    return "; ".join(shown) + (f"; {say('names_more', more=more)}" if more > 0 else "")


def _place(document: Document, place: AliasPlace) -> str:
    if place.short_at is None or place.long_at is None:
        return say("names_said", id=document.id)
    start = max(0, min(place.short_at.start, place.long_at.start) - _AROUND)
    end = max(place.short_at.end, place.long_at.end) + _AROUND
    words = " ".join(document.slice(Span(start=start, end=min(end, len(document.text)))).split())
    return say("names_place", id=document.id, words=words)
