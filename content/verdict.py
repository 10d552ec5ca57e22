"""What the child that reads a source file says to its parent, and how much it may take to say it."""

from __future__ import annotations

from content.extract import Extract
from content.schema import Fact

MOST_SOURCE_BYTES = 20_000_000
MOST_RESULT_BYTES = 10_000_000
# Each block of a result takes its parent half a kilobyte, however short it is.
MOST_BLOCKS = 50_000


class Limits(Fact):
    """What a child may use. `seconds` is time on the clock, `cpu_seconds` time of a processor."""

    memory_bytes: int = 1_000_000_000
    cpu_seconds: int = 20
    seconds: float = 30.0
    open_files: int = 64


class Verdict(Fact):
    """The documents of a file, or why it is refused."""

    extracts: tuple[Extract, ...] = ()
    refused: str | None = None
