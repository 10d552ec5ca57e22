"""The laws of engines on a real PostgreSQL, primary and standby, and what only it can do wrong."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import numpy as np
import psycopg
import pytest
from engine_contract import (
    COUNT,
    EngineContract,
    batches_of,
    blobs_of,
    body_of,
    facts_of,
    publish,
    questions_of,
    vectors_of,
)
from memory_engine import MemoryEngine
from postgres_cluster import Cluster, Node, cluster
from shell import free_port

from index.engines import postgres_reading
from index.engines.errors import (
    EngineBusy,
    EngineUnreachable,
    GenerationDamaged,
    NotPublished,
    StandbyBehind,
    WriteRefused,
)
from index.engines.nearest import nearest
from index.engines.opening import open_engine
from index.engines.postgres import PostgresEngine
from index.engines.protocol import Where

REAL = os.environ.get("TEST_PG_DSN")
Opened = Callable[..., PostgresEngine]
_numbers = count(1)


@pytest.fixture(scope="session")
def servers() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture
def schema() -> Iterator[str]:
    """A store of its own for every test; making a database takes much longer."""
    name = f"faq_{os.getpid()}_{next(_numbers)}"
    yield name
    if REAL:
        with psycopg.connect(REAL) as connection:
            connection.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE'.encode())


@pytest.fixture
def opened(schema: str) -> Iterator[Opened]:
    """Open engines of the test's store at an address, all closed at its end."""
    engines: list[PostgresEngine] = []

    def at(url: str, **settings: Any) -> PostgresEngine:
        engines.append(PostgresEngine(url, schema=schema, **settings))
        return engines[-1]

    yield at
    for engine in engines:
        engine.close()


@pytest.fixture
def engine(servers: Cluster, opened: Opened) -> PostgresEngine:
    return opened(servers.url(servers.primary))


def asked(node: Node, statement: str) -> object:
    """Ask a server behind the engine's back."""
    with psycopg.connect(f"postgresql://faq@{node.host}/postgres", autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchone() if cursor.description else None


class TestPrimary(EngineContract):
    """One server; every generation of some size has a graph."""

    @pytest.fixture
    def writer(self, request: pytest.FixtureRequest, opened: Opened) -> PostgresEngine:
        if REAL:
            return opened(REAL, exact_up_to=1_500)
        servers: Cluster = request.getfixturevalue("servers")
        return opened(servers.url(servers.primary), exact_up_to=1_500)


class TestStandby(EngineContract):
    """What is written to the primary is read from the standby at once."""

    @pytest.fixture
    def writer(self, servers: Cluster, opened: Opened) -> PostgresEngine:
        return opened(servers.url(servers.primary, servers.standby))

    @pytest.fixture
    def reader(self, servers: Cluster, opened: Opened) -> PostgresEngine:
        return opened(servers.url(servers.standby))


def test_readers_are_at_the_standby_and_writers_at_the_primary(servers: Cluster, opened: Opened) -> None:
    engine = opened(servers.url(servers.primary, servers.standby))
    publish(engine, vectors_of(60))
    assert engine.open().count() == 60
    links = engine._store.reading, engine._store.writing
    standby = [link.ask(lambda used: used.execute("SELECT pg_is_in_recovery()").fetchone()) for link in links]

    assert standby == [(True,), (False,)]
    with pytest.raises(EngineUnreachable, match="read-only"):
        opened(servers.url(servers.standby)).revoke("g-000001", b"no")


def test_publishing_waits_until_the_standby_shows_it(servers: Cluster, opened: Opened) -> None:
    url, vectors = servers.url(servers.primary, servers.standby), vectors_of(60)
    writer, reader = opened(url), opened(url)
    first = publish(writer, vectors)
    impatient = opened(url, patience=0.3)

    asked(servers.standby, "SELECT pg_wal_replay_pause()")
    try:
        with pytest.raises(StandbyBehind, match=f"{servers.standby.host}: did not follow within 0.3"):
            publish(impatient, vectors, "second")
        assert reader.published() == first
        assert opened(servers.url(servers.primary)).published() == "g-000002"

        # Now one who waits long enough.
        began = time.monotonic()
        resume = "SELECT pg_wal_replay_resume()"
        later = threading.Timer(0.7, asked, (servers.standby, resume))
        later.start()
        third = publish(writer, vectors, "third")
        assert time.monotonic() - began > 0.6
        assert reader.published() == third == reader.open().facts.name
        later.join()
    finally:
        asked(servers.standby, "SELECT pg_wal_replay_resume()")


def test_a_dead_standby_is_told_of_and_holds_nobody_up(
    servers: Cluster, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    dead = f"127.0.0.1:{free_port()}"
    url = f"postgresql://faq:s3cr3t@{servers.primary.host},{dead}/postgres?connect_timeout=20"
    engine, began = opened(url), time.monotonic()

    with caplog.at_level(logging.WARNING):
        name = publish(engine, vectors_of(60))

    assert time.monotonic() - began < 10
    assert engine.published() == name
    assert any(f"postgresql://{dead}" in record.getMessage() for record in caplog.records)
    assert "s3cr3t" not in caplog.text


@pytest.mark.parametrize("words", ["a\0b", "\ud800"])
@pytest.mark.parametrize("column", ["ids", "document_ids", "blob"])
def test_what_cannot_be_kept_is_refused(engine: PostgresEngine, words: str, column: str) -> None:
    (batch,) = batches_of(vectors_of(6))
    blobs = [(words, b"")] if column == "blob" else []
    if column == "ids":
        batch = batch._replace(ids=[words] * 6)
    if column == "document_ids":
        batch = batch._replace(document_ids=[words] * 6)
    with pytest.raises(WriteRefused, match="cannot keep"):
        engine.write(facts_of("g-000001", 6), [batch], blobs)
    assert engine.names() == []


def test_what_the_server_refuses_is_refused(engine: PostgresEngine) -> None:
    (batch,) = batches_of(vectors_of(6))
    words = "".join(np.random.default_rng(0).choice(list("abcdefghijklmnop"), 9_000))
    not_finite = batch.vectors.copy()
    not_finite[3, 3] = np.inf
    for wrong in (
        batch._replace(document_ids=[words] * 6),
        batch._replace(vectors=not_finite),
        batch._replace(vectors=batch.vectors.astype(np.float64)),
        batch._replace(bodies=batch.bodies[1:]),
    ):
        with pytest.raises(WriteRefused):
            engine.write(facts_of("g-000001", 6), [wrong], [])
    with pytest.raises(WriteRefused):
        engine.write(facts_of("g-000001", 6), [batch], [("twice", b"1"), ("twice", b"2")])
    for name in ("g-000001; DROP SCHEMA public", "xg-000001", "g-000001\n"):
        with pytest.raises(WriteRefused, match="no name of a generation"):
            engine.write(facts_of("g-000001", 6).model_copy(update={"name": name}), [batch], [])
        with pytest.raises(NotPublished):
            engine.open(name=name)
        engine.drop(name)
    assert engine.names() == []


def test_what_cannot_be_kept_is_never_found(engine: PostgresEngine) -> None:
    publish(engine, vectors_of(60))
    generation = engine.open()
    assert generation.count(Where(document_id=("a\0b", "\ud800"))) == 0
    assert generation.rows_where(Where(document_id=("a\0b", "document-7"))) == list(range(42, 48))
    assert generation.blobs(["a\0b", "\ud800", "empty"]) == {"empty": b""}


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://faq:s3cr3t@127.0.0.1:{dead}/faq",
        "postgresql://faq:s3cr3t@127.0.0.1:{dead},127.0.0.1:{dead}/faq",
        "postgresql://faq:s3cr3t@[::1/faq",
        "postgresql://faq:s3cr3t@127.0.0.1:port/faq",
        "postgresql://faq:s3cr3t@127.0.0.1:{dead}/faq?s3cr3t=1",
        "postgresql://faq@127.0.0.1:{dead}/faq?password=s3cr3t&dbname=%00",
    ],
)
def test_who_cannot_be_asked_is_named_at_once_and_without_a_password(url: str) -> None:
    began = time.monotonic()
    with pytest.raises(EngineUnreachable, match="postgresql://") as caught:
        open_engine(url.format(dead=free_port())).open()
    with pytest.raises(EngineUnreachable), open_engine(url.format(dead=free_port())).building():
        pass

    assert time.monotonic() - began < 3
    assert "s3cr3t" not in repr(caught.value)
    assert caught.value.__suppress_context__


def test_a_server_that_is_silent_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port, began = silent.getsockname()[1], time.monotonic()
        with pytest.raises(EngineUnreachable):
            PostgresEngine(f"postgresql://faq@127.0.0.1:{port}/faq").published()
        assert time.monotonic() - began < 3


def test_lost_connections_are_made_again(servers: Cluster, engine: PostgresEngine) -> None:
    publish(engine, vectors_of(60))
    generation = engine.open()
    others = """SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
        WHERE application_name = 'quoted-faq'"""

    assert asked(servers.primary, others) != (0,)
    assert generation.get([7])[0].body == body_of(7)
    asked(servers.primary, others)
    engine.revoke("g-000009", b"never written")
    assert engine.revocations() == {"g-000009": b"never written"}


def test_a_builder_that_lost_the_lock_cannot_write(
    servers: Cluster, engine: PostgresEngine, opened: Opened
) -> None:
    publish(engine, vectors_of(60))
    locks = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
    with engine.building() as name:
        other = opened(servers.url(servers.primary))
        with pytest.raises(EngineBusy), other.building():
            pass
        asked(servers.primary, locks)
        with other.building() as same:
            assert same == name
        with pytest.raises(EngineUnreachable):
            engine.write(facts_of(name, 60), batches_of(vectors_of(60)), [])
    assert engine.names() == ["g-000001"]


def test_what_is_gone_or_changed_behind_our_back_is_damaged(servers: Cluster, engine: PostgresEngine) -> None:
    first, second = publish(engine, vectors_of(60)), publish(engine, vectors_of(60))
    dropped, generation = engine.open(name=first), engine.open()
    engine.drop(first)
    with pytest.raises(GenerationDamaged):
        dropped.get([0])

    passages = f"{engine._store.tables.schema}.passages_{generation.number}"
    blobs = passages.replace("passages", "blobs")
    asked(servers.primary, f"UPDATE {passages} SET body = body || '!' WHERE row = 7")  # noqa: S608
    asked(servers.primary, f"UPDATE {blobs} SET value = '!' WHERE key = 'empty'")  # noqa: S608
    asked(servers.primary, f"DELETE FROM {passages} WHERE row = 8")  # noqa: S608
    assert generation.get([6])[0].body == body_of(6)
    with pytest.raises(GenerationDamaged, match="passage 7"):
        generation.get([6, 7])
    with pytest.raises(GenerationDamaged, match="passage 8"):
        generation.vectors([8])
    with pytest.raises(GenerationDamaged, match="empty"):
        generation.blobs(["empty"])
    with pytest.raises(WriteRefused, match="holds 59"):
        engine.publish(second)


def test_a_name_written_anew_is_not_what_was_opened_under_it(engine: PostgresEngine) -> None:
    engine.write(facts_of("g-000001", 60), batches_of(vectors_of(60), "old"), [])
    opened = engine.open(name="g-000001")
    engine.write(facts_of("g-000001", 60), batches_of(vectors_of(60), "new"), [])
    with pytest.raises(GenerationDamaged):
        opened.get([5])
    assert engine.open(name="g-000001").get([5])[0].body == body_of(5, "new")


def test_a_filter_that_many_match_is_asked_of_the_graph(
    servers: Cluster, opened: Opened, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, oracle = (
        opened(servers.url(servers.primary), exact_up_to=50),
        MemoryEngine(),
    )
    vectors = vectors_of(COUNT)
    publish(engine, vectors)
    publish(oracle, vectors)
    generation, exact = engine.open(), oracle.open()
    monkeypatch.setattr(postgres_reading, "_FEW", 100)

    overlap = 0
    for question in questions_of(vectors):
        found = nearest(generation, question, 10, Where(kind=("trial",)))
        wanted = nearest(exact, question, 10, Where(kind=("trial",)))
        assert len(found) == 10
        overlap += len({row for row, _ in found} & {row for row, _ in wanted})
    assert overlap / 250 >= 0.97
    # The server counts scans when a connection has been idle for a while, or ends.
    engine.close()
    deadline = time.monotonic() + 10
    scans = "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname LIKE '%vector%' AND schemaname = "
    while asked(servers.primary, f"{scans}'{schema}'") == (0,) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert asked(servers.primary, f"{scans}'{schema}'") != (0,), "the graph was never asked"


def test_a_child_process_makes_connections_of_its_own(engine: PostgresEngine) -> None:
    name = publish(engine, vectors_of(60))
    child = os.fork()
    if not child:
        os._exit(0 if engine.published() == name and engine.open().count() == 60 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert engine.open().get([7])[0].body == body_of(7)


def test_many_threads_read_at_once(engine: PostgresEngine) -> None:
    vectors = vectors_of(240)
    publish(engine, vectors)
    generation, questions, wrong = engine.open(), questions_of(vectors, 8), []
    wanted = [nearest(generation, question, 5) for question in questions]

    def read(place: int) -> None:
        for _ in range(10):
            if nearest(generation, questions[place], 5) != wanted[place]:
                wrong.append(place)

    threads = [threading.Thread(target=read, args=(place,)) for place in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    engine.close()
    with pytest.raises(EngineUnreachable, match="was closed"):
        generation.count()


def test_half_written_blobs_are_nothing(engine: PostgresEngine) -> None:
    def torn() -> Iterator[tuple[str, bytes]]:
        yield from blobs_of()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.write(facts_of("g-000001", 60), batches_of(vectors_of(60)), torn())
    assert engine.names() == []
    with pytest.raises(WriteRefused, match="never written whole"):
        engine.publish("g-000001")
