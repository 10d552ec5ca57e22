"""The words: documents, their sentences and passages, and who is speaking."""

from content.library import Library, load_library
from content.schema import Document, Passage, Span

__all__ = ["Document", "Library", "Passage", "Span", "load_library"]
