"""The generations that are kept, in this machine's folder or in a store, as a person is shown them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from content.errors import FaqError
from content.schema import Fact
from index.engines.protocol import Engine
from index.engines.shipping import manifest_in
from index.generations import generation_names
from index.manifest import Manifest, read_manifest
from index.pointer import readable_pointer
from index.rollback import Revocation, read_revocation, revocation_of


class GenerationFacts(Fact):
    """One kept generation. `revoked`: why nobody is answered from it; `damaged`: why nobody could be."""

    name: str
    index_id: str = ""
    built_at: str = ""
    documents: int = 0
    current: bool = False
    revoked: str | None = None
    damaged: str | None = None


def generations_here(root: Path) -> tuple[GenerationFacts, ...]:
    """Return the generations of this machine's folder, newest first; their files are not verified."""
    pointer = readable_pointer(root)
    in_use = pointer.generation if pointer else None
    return tuple(
        _facts(name, name == in_use, partial(read_manifest, root / name), read_revocation(root / name))
        for name in generation_names(root)
    )


def generations_in_store(engine: Engine) -> tuple[GenerationFacts, ...]:
    """Return the generations of a store, newest first, also those another version of the program built."""
    in_use = engine.published()
    revoked = {name: revocation_of(why) for name, why in engine.revocations().items()}
    return tuple(
        _facts(name, name == in_use, partial(manifest_in, engine, name), revoked.get(name))
        for name in engine.names()
    )


def _facts(
    name: str, current: bool, read: Callable[[], Manifest], revoked: Revocation | None
) -> GenerationFacts:
    try:
        manifest = read()
    except FaqError as error:
        return GenerationFacts(name=name, current=current, damaged=str(error))
    return GenerationFacts(
        name=name,
        index_id=manifest.index_id,
        built_at=manifest.created_at.isoformat(timespec="seconds"),
        documents=manifest.counts["documents"],
        current=current,
        revoked=str(revoked) if revoked else None,
    )
