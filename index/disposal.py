"""Folders taken away whole: no reader and no power cut ever sees half a generation under its name."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from index.durable import sync
from index.regular import must_be_regular


def remove(begun: Path) -> None:
    """Remove what was begun, whatever kind of file it is; what cannot be removed waits for the next build."""
    # Once more: a disk that refused one call need not refuse the next.
    for _ in range(2):
        with suppress(OSError):
            if stat.S_ISDIR(begun.lstat().st_mode):
                shutil.rmtree(begun, ignore_errors=True)
            else:
                begun.unlink()


def dispose(root: Path, name: str) -> None:
    """Remove a generation unless a reader holds its LOCK; then the next build tries again."""
    folder, doomed = root / name, root / f"tmp-del-{name}"
    with suppress(OSError):
        must_be_regular(folder / "LOCK")
        with (folder / "LOCK").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.rename(folder, doomed)
        # Its name is gone for good before the first of its files is.
        sync(root)
        remove(doomed)
