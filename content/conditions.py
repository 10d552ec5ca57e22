"""Which documents are about the same condition, told by the other names that staff gave them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from content.normalize import fold
from content.schema import FrontMatter


class Conditions:
    """The names of conditions in a library: other names of its documents that tell some from the rest.

    A name is a document's own when it stands, as whole words, in its title or among its other names. What
    stands so in more than half of the documents ("stem cell therapy") tells nothing.
    """

    def __init__(self, documents: Iterable[FrontMatter]) -> None:
        names = {d.id: fold(" | ".join((d.title, *d.aliases))) for d in documents}
        named = dict.fromkeys(fold(alias) for d in documents for alias in d.aliases)
        self._names = {name: re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") for name in named if name}
        of = {document_id: self.named_in(words) for document_id, words in names.items()}
        common = {name for name in self._names if 2 * sum(name in own for own in of.values()) > len(of)}
        self._names = {name: pattern for name, pattern in self._names.items() if name not in common}
        self._of = {document_id: own - common for document_id, own in of.items()}

    def named_in(self, words: str) -> frozenset[str]:
        """Return the names that stand in some words."""
        folded = fold(words)
        return frozenset(name for name, pattern in self._names.items() if pattern.search(folded))

    def of(self, document_id: str) -> frozenset[str]:
        """Return the names of a document."""
        return self._of[document_id]
