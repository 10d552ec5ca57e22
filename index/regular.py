"""Only regular files are read: a pipe would never begin, a device never end."""

from __future__ import annotations

import errno
import stat
from collections.abc import Iterator
from pathlib import Path


def must_be_regular(path: Path) -> int:
    """Return the length of a regular file; raises OSError for anything else, or nothing, of this name."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    return found.st_size


def read_regular(path: Path, most: int) -> bytes:
    """Return the bytes of a file; raises OSError for one that is longer than `most`."""
    must_be_regular(path)
    with path.open("rb") as file:
        raw = file.read(most + 1)
    if len(raw) > most:
        raise OSError(errno.EFBIG, f"longer than {most:,} bytes")
    return raw


def everything_below(folder: Path) -> Iterator[Path]:
    """Yield all that stands below a folder, inside before outside; raises OSError for what cannot be listed.

    `rglob` would pass over a folder that it may not list.
    """
    for path in sorted(folder.iterdir()):
        if stat.S_ISDIR(path.lstat().st_mode):
            yield from everything_below(path)
        yield path
