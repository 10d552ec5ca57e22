"""A folder in memory, for tests that sync thousands of times."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """Give a folder where a sync costs nothing, the disk's own when there is none; it is gone at the end."""
    shared = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="faq-test-", dir=shared if shared.is_dir() else None))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
