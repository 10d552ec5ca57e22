"""The index in a store that many machines share, kept in step with the one that is built here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from assistant.settings import Settings
from content.errors import FaqError
from index.durable import replace_synced
from index.engines.opening import open_engine
from index.engines.protocol import Engine
from index.engines.shipping import index_id_of, ship, shipped
from index.generations import generation_names
from index.manifest import read_manifest
from index.pointer import readable_pointer
from index.rollback import read_revocation
from index.stored import open_index

# Beside the generations: which of them this machine brought to which store last.
_BROUGHT = "BROUGHT"
# Old generations stay for readers that are about to look for a newer one, and to go back to.
_KEPT = 3


@lru_cache(maxsize=4)
def _engine(url: str) -> Engine:
    """Return the engine of an address, with its connections shared by all that this process does."""
    return open_engine(url)


def engine_of(settings: Settings) -> Engine | None:
    """Return the store the site shares, None when the index is a folder of this machine."""
    return _engine(settings.index_url.get_secret_value()) if settings.index_url else None


def shared_by_all(settings: Settings) -> str | None:
    """Return the store in words when an index is published there, None without a store or index."""
    engine = engine_of(settings)
    return engine.where if engine is not None and shipped(engine) is not None else None


def finish_broken_off(settings: Settings) -> str | None:
    """Do `keep_in_step` where it was stopped before its end, and nothing where it was not.

    Of several machines that build, the one whose folder is behind must not bring the store back to it
    while it builds what is new.
    """
    engine, pointer = engine_of(settings), readable_pointer(settings.index_root)
    if engine is None or pointer is None:
        return None
    brought = settings.index_root / _BROUGHT
    index_id = index_id_here(settings.index_root / pointer.generation)
    if brought.is_file() and brought.read_bytes() == _line(index_id, engine):
        return None
    return keep_in_step(settings)


def note_in_step(engine: Engine, root: Path) -> None:
    """Note that what this folder has in use needs to be brought to the store no more."""
    pointer = readable_pointer(root)
    if pointer is not None:
        replace_synced(root / _BROUGHT, _line(index_id_here(root / pointer.generation), engine))


def keep_in_step(settings: Settings) -> str | None:
    """Let the store hold what this machine's folder has in use; return the name of what was published.

    Law: first nobody is answered any more from what was taken back here, then everybody is from what is in
    use here; done twice it is done once, so that whoever was stopped in between runs `faq build`. Nothing
    happens without a store, without an index here, or where the store has it already. Raises
    EngineUnreachable, EngineBusy, WriteRefused.
    """
    engine, pointer = engine_of(settings), readable_pointer(settings.index_root)
    if engine is None or pointer is None:
        return None
    _take_back(engine, settings)
    # The index itself is read only where it has to be written.
    index_id = index_id_here(settings.index_root / pointer.generation)
    name = None
    if shipped(engine) != index_id:
        name = _brought(engine, index_id, settings)
        if name is None:
            return None
    note_in_step(engine, settings.index_root)
    return name


def _brought(engine: Engine, index_id: str, settings: Settings) -> str | None:
    """Publish what is in use here and drop what is old; None where it is damaged.

    It is written anew where the store has it no more.
    """
    name = _published_again(engine, index_id)
    if name is None:
        data, manifest, degraded = open_index(settings.index_root)
        name = None if degraded else ship(engine, data, manifest)
    if name is not None:
        for old in [other for other in engine.names() if other != name][_KEPT - 1 :]:
            engine.drop(old)
    return name


def _line(index_id: str, engine: Engine) -> bytes:
    return f"{index_id} {engine.where}\n".encode()


def _take_back(engine: Engine, settings: Settings) -> None:
    """Revoke in the store whatever was revoked here, unless the same index also stands here unrevoked."""
    folders = [settings.index_root / name for name in generation_names(settings.index_root)]
    revocations = {folder: read_revocation(folder) for folder in folders}
    standing = {index_id_here(folder) for folder, revocation in revocations.items() if revocation is None}
    taken_back = {
        index_id_here(folder): revocation
        for folder, revocation in revocations.items()
        if revocation is not None
    }
    known = engine.revocations() if taken_back else {}
    for name in engine.names() if taken_back else ():
        index_id = index_id_of(engine, name)
        revocation = None if index_id in standing else taken_back.get(index_id)
        if revocation is not None and name not in known:
            told = revocation.model_copy(update={"index_id": index_id})
            engine.revoke(name, told.model_dump_json().encode("utf-8"))


def index_id_here(folder: Path) -> str:
    """Return the id of the index a folder holds, "" where nobody can tell."""
    try:
        return read_manifest(folder, any_builder=True).index_id
    except FaqError:
        return ""


def _published_again(engine: Engine, index_id: str) -> str | None:
    """Publish a generation of the store that holds an index already, if there is one."""
    revoked = engine.revocations()
    for name in engine.names():
        if name not in revoked and index_id_of(engine, name) == index_id:
            engine.publish(name)
            return name
    return None
