"""Back to an older generation of a store that many machines share, and what the others learn of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from assistant.settings import Settings
from assistant.shared_index import engine_of, index_id_here, note_in_step
from content.errors import FaqError
from index import rollback
from index.engines.errors import EngineUnreachable
from index.engines.protocol import Engine
from index.engines.shipping import index_id_of, manifest_in, shipped
from index.errors import BuildFailed, NothingToRollBackTo
from index.generations import generation_names, number_of
from index.manifest import Manifest
from index.pointer import readable_pointer
from index.rollback import Revocation, read_revocation, revocation_of


def roll_back_for_all(
    settings: Settings, revocation: Revocation, *, to: str | None = None
) -> Manifest | None:
    """Roll back the store and this machine with it; return the manifest of what is in use there now.

    None where nothing is published in a store, or where only this machine's folder, which the store is in
    step with, has something to go back to: then going back is the folder's part. Raises what
    `roll_back_store` does.
    """
    engine = engine_of(settings)
    if engine is None or engine.published() is None:
        return None
    try:
        manifest = roll_back_store(engine, revocation, to=to)
    except NothingToRollBackTo:
        pointer = readable_pointer(settings.index_root)
        here = index_id_here(settings.index_root / pointer.generation) if pointer else None
        if to is None and here == shipped(engine):
            return None
        raise
    learn_revocations(settings)
    return manifest


def roll_back_store(engine: Engine, revocation: Revocation, *, to: str | None = None) -> Manifest:
    """Revoke what is in use in a store and publish another generation of it; return that one's manifest.

    The same law as of a folder (`index.rollback.roll_back`): without `to` the newest of other words that was
    not revoked, and whatever is newer than the wanted one is revoked as well. Nobody waits for a build that
    is being written, which may take an hour: it holds other words and is published after this. Who was
    stopped in between asks again. Raises NothingToRollBackTo before anything is changed, EngineUnreachable.
    """
    in_use = engine.published()
    if in_use is None:
        raise NothingToRollBackTo(Path(engine.where), "nothing is published there")
    target = _wanted(engine, to, in_use) if to else _newest_other(engine, in_use)
    newer = [name for name in _unrevoked(engine) if number_of(name) > number_of(target.generation)]
    for name in dict.fromkeys((in_use, *newer)):
        manifest = _readable(engine, name)
        told = revocation.model_copy(update={"index_id": manifest.index_id if manifest else ""})
        # The first reason stays.
        engine.revoke(name, told.model_dump_json().encode("utf-8"))
    engine.publish(target.generation)
    return target


def learn_revocations(settings: Settings) -> None:
    """Revoke in this machine's folder what was revoked in the store, unless the store has it again.

    Law: withdrawn content is not published again by a machine that had built it and was not there when it
    was taken back. What this folder goes back to is not brought to the store, which has something in use.
    Raises BuildFailed, RollbackFailed, BuildLocked, EngineUnreachable.
    """
    engine, root = engine_of(settings), settings.index_root
    standing = [name for name in generation_names(root) if read_revocation(root / name) is None]
    if engine is None or not standing:
        return
    known = engine.revocations()
    taken_back = {one.index_id: one for one in map(revocation_of, known.values()) if one.index_id}
    found = {name: taken_back.get(index_id_here(root / name)) for name in standing}
    bad = {name: why for name, why in found.items() if why is not None}
    if not bad:
        return
    again = {index_id_of(engine, name) for name in engine.names() if name not in known}
    pointer = readable_pointer(root)
    in_use = pointer.generation if pointer else ""
    # What is in use comes last: it must not be gone back from to another of these.
    for name, why in sorted(bad.items(), key=lambda one: one[0] == in_use):
        if why.index_id not in again:
            _revoke_here(root, name, why, in_use=name == in_use)
    if shipped(engine) is not None:
        note_in_step(engine, root)


def _revoke_here(root: Path, name: str, why: Revocation, *, in_use: bool) -> None:
    if in_use:
        with suppress(NothingToRollBackTo):
            rollback.roll_back(root, why)
    try:
        rollback.revoke(root / name, why)
    except OSError as error:
        # The store is done: `faq rollback` again would go back further, `faq build` only learns.
        raise BuildFailed(root, error) from error


def _unrevoked(engine: Engine) -> list[str]:
    known = engine.revocations()
    return [name for name in engine.names() if name not in known]


def _wanted(engine: Engine, name: str, in_use: str) -> Manifest:
    place = Path(engine.where) / name
    if name not in engine.names():
        raise NothingToRollBackTo(place, "there is no such generation")
    if name == in_use:
        raise NothingToRollBackTo(place, "this is the generation in use")
    why = engine.revocations().get(name)
    if why is not None:
        revoked = revocation_of(why)
        raise NothingToRollBackTo(place, f"was revoked by {revoked.by}: {revoked.reason}")
    return manifest_in(engine, name)


def _newest_other(engine: Engine, in_use: str) -> Manifest:
    manifests = {name: manifest for name in engine.names() if (manifest := _readable(engine, name))}
    standing = _unrevoked(engine)
    # The same words under another number would be the withdrawn ones again.
    withdrawn = {
        manifest.content_fingerprint
        for name, manifest in manifests.items()
        if name == in_use or name not in standing
    }
    for name in standing:
        manifest = manifests.get(name)
        if manifest is not None and manifest.content_fingerprint not in withdrawn:
            return manifest
    raise NothingToRollBackTo(Path(engine.where), "no other whole generation with other words is kept")


def _readable(engine: Engine, name: str) -> Manifest | None:
    try:
        return manifest_in(engine, name)
    except EngineUnreachable:
        raise
    except FaqError:
        return None
