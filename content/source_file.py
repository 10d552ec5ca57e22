"""A file that somebody brings in, before anything of it is understood."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import NamedTuple

from content.errors import SourceRefused
from content.verdict import MOST_SOURCE_BYTES

# Markdown that somebody wrote for this program, and no other program's page with facts above it.
_FACTS = re.compile(rb"\A(?:\xef\xbb\xbf)?---[ \t]*[\r\n](.*?)[\r\n]---[ \t]*(?:[\r\n]|\Z)", re.DOTALL)
_OURS = (re.compile(rb"(?m)^id:"), re.compile(rb"(?m)^kind:"))
_SUFFIX = re.compile(r"\.[a-z0-9]{1,12}")


class SourceFile(NamedTuple):
    """The bytes of one file under the name it was given."""

    name: str
    data: bytes

    @property
    def sha256(self) -> str:
        """Hash of the bytes: the same source is known by it under any name."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def kept_name(self) -> str:
        """Name under which the bytes are kept, with the suffix that tells programs how to open them."""
        suffix = Path(self.name).suffix.lower()
        return self.sha256 + (suffix if _SUFFIX.fullmatch(suffix) else "")

    @property
    def is_document(self) -> bool:
        """Say whether it is one of our own documents: Markdown whose front matter has an id and a kind."""
        facts = _FACTS.match(self.data)
        is_markdown = Path(self.name).suffix.lower() in (".md", ".markdown")
        return is_markdown and facts is not None and all(field.search(facts[1]) for field in _OURS)


def read_source_file(path: Path, name: str | None = None) -> SourceFile:
    """Read a whole file of at most 20 MB; `name` is what to call it. Raises SourceRefused."""
    name = Path(name or path.name).name
    try:
        if not path.is_file():
            raise SourceRefused(name, "there is no such file")
        if path.stat().st_size > MOST_SOURCE_BYTES:
            raise SourceRefused(name, f"more than {MOST_SOURCE_BYTES // 1_000_000} MB")
        return SourceFile(name, path.read_bytes())
    except OSError as error:
        raise SourceRefused(name, f"it cannot be read ({error.strerror})") from error
