"""A database file of what visitors did (home of sqlite3): for its owner alone, and really emptied."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from content.errors import FaqError

_WAIT_SECONDS = 5.0
_OWNER_ALONE = 0o600
# Shorter values are names of ours ("en", "yes"), which stand in any file.
_TELLING_CHARS = 6


class Database:
    """One SQLite file, opened when first needed. Any thread may use it, and other processes beside it.

    What was committed outlives a killed process and a power cut. `unavailable` makes the error that
    everything raises: SQLite's own message names tables and files, never values.
    """

    def __init__(self, path: Path, tables: str, unavailable: Callable[[Path, str], FaqError]) -> None:
        self.path = path
        self._tables, self._unavailable = tables, unavailable
        self._lock = Lock()
        self._open: sqlite3.Connection | None = None

    @contextmanager
    def use(self) -> Iterator[sqlite3.Connection]:
        """Give the connection to one thread at a time; after any error the next use opens anew."""
        with self._lock:
            try:
                self._open = self._open or self._connect()
                yield self._open
            except (sqlite3.Error, OSError) as error:
                self._let_go()
                raise self._unavailable(self.path, str(error)) from error

    def shred(self) -> None:
        """Write the file anew without what was deleted, and empty the log of changes beside it.

        Deleting overwrites a row (`secure_delete`), but older copies of its page stay in the log until
        it is cut (https://sqlite.org/pragma.html#pragma_wal_checkpoint).
        """
        with self.use() as database:
            database.execute("VACUUM")
            busy = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if busy:
                raise sqlite3.OperationalError("another program keeps reading it, so deleted rows stay in it")

    def values(self) -> set[str]:
        """Return every text stored, without those that also stand in the description of the tables."""
        with self.use() as database:
            tables = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
            schema = " ".join(sql or "" for _, sql in tables)
            # The names are those of our own tables, not anybody's input.
            rows = [row for name, _ in tables for row in database.execute(f'SELECT * FROM "{name}"')]  # noqa: S608
        texts = {value for row in rows for value in row if isinstance(value, str)}
        return {text for text in texts if len(text) >= _TELLING_CHARS and text not in schema}

    def files(self) -> list[Path]:
        """Return the file and those that SQLite keeps beside it, as far as they exist."""
        beside = (self.path.with_name(self.path.name + end) for end in ("", "-wal", "-shm", "-journal"))
        return [path for path in beside if path.exists()]

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        with self._lock:
            self._let_go()

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Before SQLite would make it readable for all; the files beside it take over its mode.
        self.path.touch(_OWNER_ALONE)
        self.path.chmod(_OWNER_ALONE)
        database = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, check_same_thread=False)
        try:
            database.execute("PRAGMA journal_mode=WAL")
            # FULL: what was accepted outlives a power cut, too.
            database.execute("PRAGMA synchronous=FULL")
            database.execute("PRAGMA secure_delete=ON")
            # Otherwise writing the file anew leaves a copy of it in the folder for temporary files.
            database.execute("PRAGMA temp_store=MEMORY")
            database.executescript(self._tables)
            database.commit()
        except sqlite3.Error:
            database.close()
            raise
        return database

    def _let_go(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
