"""Documents that may prove a quote: those of a kept generation, in this machine's folder or in a store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from assistant.citation import Citation
from assistant.kept_index import KeptHere, KeptInStore
from content.errors import FaqError
from content.schema import Document
from index.engines.errors import EngineUnreachable
from index.engines.protocol import Engine
from index.rollback import Revocation, revocation_of

IN_USE = "the index in use"
Find = Callable[[Citation], Iterable[Document]]


class Source(NamedTuple):
    """Documents that may prove a quote: `find` gives those of the cited id, and those with the cited hash."""

    by: str
    older: bool
    find: Find


def sources_in_store(engine: Engine) -> list[Source]:
    """Return the generations of a store as sources, the one in use first; [] while it cannot be asked.

    A document is fetched when a quote of it is to be proved: there may be millions.
    """
    try:
        names, in_use = engine.names(), engine.published()
        revoked = {name: revocation_of(why) for name, why in engine.revocations().items()}
    except EngineUnreachable:
        return []
    return [
        Source(_by(name, name == in_use, revoked.get(name)), name != in_use, _fetched(engine, name))
        for name in sorted(names, key=lambda name: name != in_use)
    ]


def source_here(root: Path, name: str, *, in_use: bool) -> Source:
    """Return a generation of this machine's folder, read when the first quote is to be proved."""

    kept = KeptHere(root / name)

    def read() -> Iterable[Document]:
        # A generation that cannot be read proves nothing.
        with suppress(FaqError):
            return kept.documents()
        return ()

    return Source(_by(name, in_use, None if in_use else kept.revoked), not in_use, among(read))


def _by(name: str, in_use: bool, revoked: Revocation | None) -> str:
    if in_use and revoked is None:
        return IN_USE
    return f"{name}, revoked by {revoked.by}: {revoked.reason}" if revoked else name


def among(read: Callable[[], Iterable[Document]]) -> Find:
    """Return what looks among documents that are all read when the first quote is to be proved."""

    @cache
    def held() -> dict[str, list[Document]]:
        found: dict[str, list[Document]] = {}
        for document in read():
            for name in (document.sha256, document.id):
                found.setdefault(name, []).append(document)
        return found

    return lambda cited: chain.from_iterable(
        held().get(name, ()) for name in (cited.document_sha256, cited.document_id)
    )


def _fetched(engine: Engine, name: str) -> Find:
    @cache
    def held() -> Mapping[str, Document]:
        # A generation that cannot be opened proves nothing.
        with suppress(FaqError):
            return KeptInStore(engine, name).open()[0].by_id
        return {}

    def find(citation: Citation) -> Iterable[Document]:
        with suppress(FaqError):
            return [held()[citation.document_id]] if citation.document_id in held() else []
        return []

    return find
