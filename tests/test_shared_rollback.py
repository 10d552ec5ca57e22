"""What is taken back from a store is taken back for all machines, from any of them, and stays away."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import WordEmbedder
from memory_engine import MemoryEngine
from small import edited, write_library

from assistant import shared_index
from assistant.citation import cite
from assistant.errors import ContentRevoked
from assistant.kept_generations import generations_here
from assistant.proofs import Proof, Proofs
from assistant.publishing import generations, publish, roll_back
from assistant.settings import Settings
from assistant.shared_index import engine_of
from content.schema import Span
from index.engines.errors import EngineUnreachable
from index.engines.shipping import manifest_in, open_shared, shipped
from index.errors import IndexNotFound, NothingToRollBackTo

ENDS = ("", " at all", " whatsoever", " ever")


@pytest.fixture
def builder(builder: Settings) -> Settings:
    """A machine that published three versions of its documents."""
    for before, after in zip(("", *ENDS), ENDS[:3], strict=False):
        write(builder, before, after)
        publish(builder, embedder=WordEmbedder())
    return builder


def write(settings: Settings, before: str, after: str) -> None:
    if before != after:
        edited(settings.content, f"There were no deaths{before}.", f"There were no deaths{after}.")


def ids(settings: Settings) -> dict[str, str]:
    return {one.name: one.index_id for one in generations(settings)}


def test_every_machine_lists_what_stands_in_the_store(builder: Settings, web: Settings) -> None:
    assert generations(web) == generations(builder)
    assert [(one.name, one.current, one.documents) for one in generations(web)] == [
        ("g-000003", True, 4), ("g-000002", False, 4), ("g-000001", False, 4),
    ]  # fmt: skip
    assert generations_here(web.index_root) == ()


def test_a_machine_that_built_nothing_takes_back_for_all(
    engine: MemoryEngine, builder: Settings, web: Settings
) -> None:
    before = ids(web)

    manifest = roll_back(web, reason="a wrong number", by="Ann")

    assert (manifest.generation, manifest.index_id) == ("g-000002", before["g-000002"])
    assert (engine.published(), shipped(engine)) == ("g-000002", before["g-000002"])
    assert [one.revoked and one.revoked.partition(",")[0] for one in generations(builder)] == [
        "a wrong number (Ann", None, None,
    ]  # fmt: skip
    # Also where it was built: it comes back only changed.
    with pytest.raises(ContentRevoked, match="revoked by Ann: a wrong number"):
        publish(builder, embedder=WordEmbedder())
    assert shipped(engine) == before["g-000002"]
    assert [bool(one.revoked) for one in generations_here(builder.index_root)] == [True, False, False]
    write(builder, ENDS[2], ENDS[3])
    changed = publish(builder, embedder=WordEmbedder())
    assert shipped(engine) == changed.manifest.index_id
    assert changed.embedded < changed.reused, "what is unchanged is not embedded again"


def test_the_wanted_one_is_gone_back_to_and_what_came_after_it_revoked(
    engine: MemoryEngine, builder: Settings, web: Settings
) -> None:
    assert roll_back(web, to="g-000001", reason="a wrong dose", by="Ann").generation == "g-000001"

    assert [(one.current, bool(one.revoked)) for one in generations(builder)] == [
        (False, True), (False, True), (True, False),
    ]  # fmt: skip
    for name, why in {
        "g-000001": "in use", "g-000002": "was revoked by Ann: a wrong dose", "g-000009": "no such"
    }.items():  # fmt: skip
        with pytest.raises(NothingToRollBackTo, match=why):
            roll_back(web, to=name, reason="again", by="Ann")
    with pytest.raises(NothingToRollBackTo, match="no other whole generation"):
        roll_back(web, reason="again", by="Ann")
    assert engine.published() == "g-000001"


def test_taking_back_does_not_wait_for_a_build_that_is_being_written(
    engine: MemoryEngine, builder: Settings, web: Settings
) -> None:
    with engine.building():
        roll_back(web, reason="a wrong number", by="Ann")

    assert engine.published() == "g-000002"


def test_what_a_person_publishes_all_the_same_stays(
    engine: MemoryEngine, builder: Settings, web: Settings
) -> None:
    bad = ids(web)["g-000003"]
    roll_back(web, reason="a wrong number", by="Ann")

    publish(builder, force=True, embedder=WordEmbedder())
    again = publish(builder, embedder=WordEmbedder())

    assert (again.built, shipped(engine)) == (False, bad)
    assert engine.published() == "g-000004"


def test_of_two_builders_the_other_ones_index_is_what_is_taken_back(
    engine: MemoryEngine, builder: Settings, tmp_path: Path
) -> None:
    other = builder.model_copy(update={"home": tmp_path / "other", "content": write_library(tmp_path / "o")})
    write(other, "", " in either group")
    publish(other, embedder=WordEmbedder())
    mine = {one.index_id for one in generations_here(builder.index_root)}
    assert shipped(engine) not in mine

    manifest = roll_back(builder, reason="a wrong group", by="Ann")

    assert (manifest.generation, manifest.index_id in mine) == ("g-000003", True)
    assert not [one for one in generations_here(builder.index_root) if one.revoked]
    assert not publish(builder, embedder=WordEmbedder()).built
    assert engine.published() == "g-000003"
    with pytest.raises(ContentRevoked, match="a wrong group"):
        publish(other, embedder=WordEmbedder())


def test_a_folder_that_goes_further_back_than_its_store_is_gone_back_to(
    builder: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    second, moved = ids(builder)["g-000002"], MemoryEngine()
    moved.where = "another"
    monkeypatch.setattr(shared_index, "_engine", lambda url: moved)
    publish(builder, embedder=WordEmbedder())
    assert moved.names() == ["g-000001"]

    roll_back(builder, reason="a wrong number", by="Ann")

    assert shipped(moved) == second
    assert list(moved.revocations()) == ["g-000001"]


def test_a_machine_that_built_nothing_proves_quotes_by_the_store(
    engine: MemoryEngine, builder: Settings, web: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def proof(settings: Settings, number: int) -> Proof:
        data, _ = open_shared(engine, f"g-00000{number}")
        document = data.by_id["trial-lupus"]
        start = document.text.index("There were no deaths")
        quote = Span(start=start, end=len(document.text))
        cited = cite(1, document, f"{document.id}#p2", quote)
        return Proofs.open(settings.home, settings.index_root, engine_of(settings)).of_citation(cited)

    def gone() -> list[str]:
        raise EngineUnreachable("memory", "the cable")

    roll_back(web, reason="a wrong number", by="Ann")

    assert proof(web, 2) == Proof(by="the index in use")
    assert proof(web, 1) == Proof(by="g-000001", older=True)
    assert proof(web, 3) == Proof(by="g-000003, revoked by Ann: a wrong number", older=True)
    with monkeypatch.context() as patch:
        patch.setattr(engine, "names", gone)
        assert proof(builder, 1) == Proof(by="g-000001", older=True)
        with pytest.raises(IndexNotFound):
            proof(web, 1)


def test_what_another_version_of_the_program_built_is_listed_and_replaced(
    engine: MemoryEngine, builder: Settings
) -> None:
    older = manifest_in(engine, "g-000003").model_copy(update={"builder": "an older one"})
    engine.generations["g-000003"].kept["file/manifest"] = older.as_bytes()
    assert generations(builder)[0].index_id == older.index_id == shipped(engine)
    write(builder, ENDS[2], ENDS[3])

    report = publish(builder, embedder=WordEmbedder())

    assert shipped(engine) == report.manifest.index_id
    assert engine.published() == "g-000004"
