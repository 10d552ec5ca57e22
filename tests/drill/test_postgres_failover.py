"""PostgreSQL falls at any moment: what was published stays, nothing half-written is, and readers go on."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random

import pytest
from drill import postgres_builder
from drill.figures import Figures, sized
from engine_contract import batches_of, blobs_of, body_of, facts_of, publish, questions_of, vectors_of
from postgres_cluster import Cluster, cluster

from index.engines.errors import EngineError, EngineUnreachable
from index.engines.gate import check
from index.engines.nearest import nearest
from index.engines.postgres import PostgresEngine

COUNT = 600


@pytest.fixture
def servers() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture
def engine(servers: Cluster) -> Iterator[PostgresEngine]:
    """Return an engine whose generations all have a graph."""
    with closing(PostgresEngine(servers.url(servers.primary), exact_up_to=50)) as found:
        yield found


class Reader(threading.Thread):
    """Somebody who opens what is published and searches it, again and again."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.engine = PostgresEngine(url)
        self.stop = threading.Event()
        self.right, self.failed = 0, list[str]()

    def run(self) -> None:
        questions = questions_of(vectors_of(COUNT))
        while not self.stop.is_set():
            try:
                generation = self.engine.open()
                found = nearest(generation, questions[self.right % len(questions)], 5)
                record = generation.get([found[0][0]])[0]
                assert record.body.startswith(b"passage %d " % found[0][0])
                self.right += 1
            except EngineError as error:
                self.failed.append(str(error))
        self.engine.close()


@sized(seconds=(1.5, 20.0))
def test_the_primary_is_killed_under_load(seconds: float, servers: Cluster, figures: Figures) -> None:
    url = servers.url(servers.primary, servers.standby)
    with closing(PostgresEngine(url)) as writer:
        _fall(seconds, servers, writer, url, figures)


def _fall(seconds: float, servers: Cluster, writer: PostgresEngine, url: str, figures: Figures) -> None:
    vectors = vectors_of(COUNT)
    published = [publish(writer, vectors)]
    # Two are at the standby, as the address has it, two at the server that will fall.
    readers = [Reader(url), Reader(url), *(Reader(f"{url}&target_session_attrs=any") for _ in range(2))]
    for reader in readers:
        reader.start()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        published.append(publish(writer, vectors, "before"))

    servers.primary.kill()
    fell = time.monotonic()
    with pytest.raises(EngineUnreachable):
        publish(writer, vectors, "nowhere")
    refused = time.monotonic() - fell
    time.sleep(max(0.0, fell + 0.5 - time.monotonic()))
    promoted = time.monotonic()
    servers.standby.promote()
    while True:
        try:
            writer.revoke("g-999999", b"the first write that is taken again")
            break
        except EngineUnreachable:
            time.sleep(0.02)
    back = time.monotonic() - promoted
    again = publish(writer, vectors, "after")
    whole = time.monotonic() - promoted
    time.sleep(seconds / 2)
    for reader in readers:
        reader.stop.set()
    for reader in readers:
        reader.join()

    right, failed = (
        sum(reader.right for reader in readers),
        [words for reader in readers for words in reader.failed],
    )
    figures.add(
        "R30 primary killed under load", published=len(published), reads=right, failed=len(failed),
        writes_refused_after=f"{refused:.2f} s", writes_back=f"{back:.2f} s after promotion",
        the_next_published=f"{whole:.2f} s after it",
    )  # fmt: skip
    assert set(published) <= set(writer.names()), "what was acknowledged is at the standby"
    assert writer.open(name=published[-1]).count() == COUNT
    assert (writer.published(), again) == (again, writer.names()[0])
    assert all(reader.right > 10 for reader in readers)
    assert len(failed) <= 0.005 * (right + len(failed)), failed[:3]
    assert refused < 3
    assert back <= 2


@sized(kills=(3, 30))
def test_the_server_is_killed_at_any_moment_of_building(
    kills: int, servers: Cluster, engine: PostgresEngine, figures: Figures
) -> None:
    vectors, random, counted = vectors_of(COUNT), Random(11), {"acknowledged": 1, "unknown": 0, "nothing": 0}
    began = time.monotonic()
    acknowledged = publish(engine, vectors, "0")
    usual = time.monotonic() - began
    for number in range(1, kills + 1):
        done: list[str] = []

        def build(mark: str = str(number), done: list[str] = done) -> None:
            with suppress(EngineUnreachable):
                done.append(publish(engine, vectors, mark))

        builder = threading.Thread(target=build)
        builder.start()
        time.sleep(random.uniform(0, 1.5 * usual))
        servers.primary.kill()
        builder.join()
        servers.primary.start()
        name = verified(engine, done[0] if done else acknowledged, str(number))
        counted["acknowledged" if done else "nothing" if name == acknowledged else "unknown"] += 1
        acknowledged = name
    figures.add("R31 server killed while it is built", kills=kills, **counted, lost=0, half_published=0)
    whole_again(engine)


@sized(kills=(2, 20))
def test_the_builder_is_killed_at_any_moment(
    kills: int, servers: Cluster, engine: PostgresEngine, figures: Figures
) -> None:
    url, vectors, random = servers.url(servers.primary), vectors_of(COUNT), Random(12)
    began = time.monotonic()
    acknowledged, acknowledgements = publish(engine, vectors, "built"), 0
    usual = time.monotonic() - began
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, str(Path(postgres_builder.__file__)), url, "quoted_faq", str(COUNT)]
    for _ in range(kills):
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as builder:
            assert builder.stdout and builder.stdout.readline() == "begun\n"
            time.sleep(random.uniform(0, 2 * usual))
            builder.kill()
            # A name that was not yet printed whole was not acknowledged.
            lines = [line.strip() for line in builder.stdout if line.endswith("\n")]
        acknowledgements += len(lines)
        acknowledged = verified(engine, lines[-1] if lines else acknowledged, "built")
    figures.add("R32 builder killed", kills=kills, acknowledged=acknowledgements, lost=0, half_published=0)
    whole_again(engine)


def verified(engine: PostgresEngine, acknowledged: str, mark: str) -> str:
    """Return what is published: what was acknowledged last or the one begun after it, and it is whole."""
    generation = engine.open()
    name, number = generation.facts.name, int(acknowledged[2:])
    assert int(name[2:]) in (number, number + 1)
    check(generation)
    marks = {record.body.split(b"\0")[0].rsplit(b" ", 1)[1] for record in generation.get(range(COUNT))}
    assert len(marks) == 1, "passages of two generations"
    assert name == acknowledged or marks == {mark.encode()}
    assert len(generation.blobs([key for key, _ in blobs_of()])) == 4
    assert acknowledged in engine.names(), "what was acknowledged is lost"
    return name


def whole_again(engine: PostgresEngine) -> None:
    """A name that was begun can be written, nobody holds the lock, and no table is left that no name has."""
    vectors = vectors_of(COUNT)
    deadline = time.monotonic() + 10
    while True:
        try:
            with engine.building() as name:
                engine.write(facts_of(name, COUNT), batches_of(vectors, "again"), blobs_of("again"))
                engine.publish(name)
            break
        except EngineError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert engine.open().get([5])[0].body == body_of(5, "again")
    known = engine._store.rows("SELECT tables FROM {schema}.generations WHERE tables IS NOT NULL")
    tables = engine._store.rows(
        "SELECT substr(relname, 10)::bigint FROM pg_class WHERE relname ~ '^passages_[0-9]+$'"
    )
    assert sorted(map(str, tables)) == sorted(map(str, known))
