"""Which document of the folder a source file is another version of, and what a new one is called."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date

from content.changes import sentences
from content.extract import Extract, Piece
from content.normalize import fold, normalize
from content.schema import Document, Kind, StudyHints
from content.sentences import sentence_spans

_WORDS = 7
_LONGEST = 60
_SMALL_WORDS = frozenset("a an and as at by for from in into of on or the to with".split())
_REGISTRY = "clinicaltrials"


def earlier_version(
    extract: Extract, documents: Iterable[Document], *, file: str, sha256: str
) -> Document | None:
    """Return the document made from an earlier version of the same source, None when there is none.

    Same bytes tell most, then doi or registry number, then url, then the file's name. Bytes and name
    are not enough, because a file may hold several documents and many pages are called index.html: the
    title or one sentence must be the same too. Another doi or registry number is another document.
    """
    sure = [(_sureness(extract, document, file=file, sha256=sha256), document) for document in documents]
    # The first of the surest.
    best = max(sure, key=lambda found: found[0], default=((0, False), None))
    return best[1] if best[0][0] else None


def new_id(kind: Kind, title: str, published: date | None, taken: Collection[str]) -> str:
    """Return an id nobody has, told from kind, title and year: "trial-cord-cells-lupus-2010".

    Letters outside a–z lose their accents or are left out; a title of none of them gives its hash.
    """
    bare = unicodedata.normalize("NFKD", re.sub("['’]", "", fold(title)))
    found = re.findall(r"[a-z0-9]+", bare.encode("ascii", "ignore").decode("ascii"))
    words = [word for word in found if word not in _SMALL_WORDS][:_WORDS]
    joined = "-".join(words)
    if len(joined) > _LONGEST:
        joined = joined[: _LONGEST + 1].rpartition("-")[0] or joined[:_LONGEST]
    named = joined or hashlib.sha256(title.encode("utf-8")).hexdigest()[:8]
    parts = [kind, named.removeprefix(f"{kind}-"), str(published.year) if published else ""]
    base = "-".join(filter(None, parts))
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)


def _sureness(extract: Extract, document: Document, *, file: str, sha256: str) -> tuple[int, bool]:
    """Return how sure it is that both are one source, 0 when they are not, and if the title is the same."""
    imported, url, doi = document.imported, document.source.url, document.source.doi
    same_title = fold(extract.title) == fold(document.title)
    alike = same_title or _shares_words(extract, document)
    if imported is not None and imported.sha256 == sha256 and alike:
        return 4, same_title
    # A trial's entry in a registry and a paper about it are two documents.
    if (extract.format == _REGISTRY) != (imported is not None and imported.format == _REGISTRY):
        return 0, False
    numbers = (_registered(extract.hints), _registered(document.study_hints))
    for here, there in ((extract.source.doi, doi), numbers if extract.format == _REGISTRY else (None, None)):
        if here and there:
            return (3, same_title) if fold(here) == fold(there) else (0, False)
    if url and url == extract.source.url:
        return 2, same_title
    same_name = imported is not None and imported.file == file
    return (1, same_title) if same_name and alike else (0, False)


def _registered(hints: StudyHints | None) -> str | None:
    return hints.registered if hints else None


def _shares_words(extract: Extract, document: Document) -> bool:
    return not set(sentences(document)).isdisjoint(_sentences(extract.pieces))


def _sentences(pieces: Iterable[Piece]) -> Iterable[str]:
    for piece in pieces:
        words = normalize(piece.text)
        if piece.kind != "heading":
            yield from (words[span.start : span.end].strip() for span in sentence_spans(words))
