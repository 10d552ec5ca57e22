"""Where a site's own documents lie: the built-in ones are the program's and never edited."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from tempfile import mkdtemp

from content.errors import CannotWrite
from content.library import BUILT_IN
from content.writing import sync, write_files

_OWN = "content"


def site_content(home: Path) -> Path:
    """Return the folder documents are read from unless a setting names one: the site's own if it is there."""
    own = home / _OWN
    return own if own.is_dir() else BUILT_IN


def own_content(folder: Path, home: Path) -> Path:
    """Return the folder that may be changed; the first call copies the built-in documents to `home`.

    A folder that the site named itself is returned as it is. The copy is there whole or not at all,
    and its words and questions are those of the built-in documents, so nothing has to be built again.
    Raises CannotWrite.
    """
    if not folder.resolve().is_relative_to(BUILT_IN.resolve()):
        return folder
    own = home / _OWN
    if own.is_dir():
        return own
    try:
        home.mkdir(parents=True, exist_ok=True)
        begun = Path(mkdtemp(prefix=f".{_OWN}-", dir=home))
        try:
            _copy(BUILT_IN, begun / _OWN)
            os.rename(begun / _OWN, own)
            sync(home)
        finally:
            shutil.rmtree(begun, ignore_errors=True)
    except OSError as error:
        # Two first changes at once: the copy that came second is not needed.
        if not own.is_dir():
            raise CannotWrite(own, error.strerror or str(error)) from error
    return own


def _copy(source: Path, goal: Path) -> None:
    """Copy the files alone: an installed package may be read-only, and a site's folder is not."""
    files = (path for path in source.rglob("*") if path.is_file())
    write_files({goal / path.relative_to(source): path.read_bytes() for path in files})
