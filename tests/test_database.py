"""A database file: its owner's alone, and what was deleted is in none of its bytes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from assistant.database import Database
from assistant.errors import QuestionsUnavailable

TABLES = "CREATE TABLE IF NOT EXISTS things (id INTEGER PRIMARY KEY, name TEXT);"
PRIVATE = "Zebrafinchley"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "things.sqlite"


def opened(path: Path) -> Database:
    return Database(path, TABLES, QuestionsUnavailable)


def fill(database: Database, *names: str) -> None:
    with database.use() as things, things:
        things.executemany("INSERT INTO things (name) VALUES (?)", [(name,) for name in names])


def in_bytes(database: Database, words: str) -> bool:
    return any(words.encode() in file.read_bytes() for file in database.files())


def test_only_the_owner_may_read_any_of_its_files(path: Path) -> None:
    database = opened(path)
    fill(database, PRIVATE)

    assert [file.name for file in database.files()] == [
        "things.sqlite", "things.sqlite-wal", "things.sqlite-shm",
    ]  # fmt: skip
    assert {stat.S_IMODE(file.stat().st_mode) for file in database.files()} == {0o600}
    database.close()
    assert database.files() == [path]


def test_an_older_file_is_closed_to_others(path: Path) -> None:
    path.parent.mkdir()
    path.touch(0o644)

    fill(opened(path), PRIVATE)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_deleted_is_in_no_byte_after_shredding(path: Path) -> None:
    database = opened(path)
    # Long enough for pages of their own and for trees of several levels.
    fill(database, *(f"{PRIVATE} {number} {'x' * (number % 900)}" for number in range(3000)), "Staying")
    assert in_bytes(database, PRIVATE)
    with database.use() as things, things:
        things.execute("DELETE FROM things WHERE name LIKE ?", (f"{PRIVATE}%",))

    database.shred()

    assert not in_bytes(database, PRIVATE)
    assert in_bytes(database, "Staying")
    assert path.with_name("things.sqlite-wal").stat().st_size == 0
    database.close()
    assert not in_bytes(database, PRIVATE)


def test_another_one_that_has_it_open_does_not_keep_deleted_rows(path: Path) -> None:
    database, other = opened(path), opened(path)
    fill(database, PRIVATE)
    with other.use() as things:
        assert things.execute("SELECT COUNT(*) FROM things").fetchone() == (1,)
    with database.use() as things, things:
        things.execute("DELETE FROM things")

    database.shred()

    assert not in_bytes(database, PRIVATE)
    with other.use() as things:
        assert things.execute("SELECT COUNT(*) FROM things").fetchone() == (0,)


def test_one_who_is_reading_is_told_of_and_nothing_is_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.database._WAIT_SECONDS", 0.1)
    database, other = opened(path), opened(path)
    fill(database, PRIVATE, "Staying")
    with other.use() as reading:
        rows = reading.execute("SELECT name FROM things")
        assert rows.fetchone() == (PRIVATE,)
        with database.use() as things, things:
            things.execute("DELETE FROM things WHERE name = ?", (PRIVATE,))
        with pytest.raises(QuestionsUnavailable, match=r"things\.sqlite: another program keeps reading it"):
            database.shred()
        rows.close()

    database.shred()

    assert not in_bytes(database, PRIVATE)
    assert database.values() == {"Staying"}


def test_values_are_every_stored_text_that_is_no_name_of_ours(path: Path) -> None:
    database = opened(path)
    fill(database, PRIVATE, "short", "things", "INTEGER PRIMARY KEY", "a question")

    assert database.values() == {PRIVATE, "a question"}
