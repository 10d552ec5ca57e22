"""A page of its own that shows a document's kept source beside what was taken from it."""

from __future__ import annotations

from assistant.before_after import before_after_page
from assistant.settings import Settings
from assistant.staff.folder import reading
from content.editing import document_path
from content.errors import DocumentNotFound
from content.importing import Added
from content.library import read_folder
from content.sandbox import extracted
from content.writing import SOURCES


def beside_page(settings: Settings, document_id: str) -> str:
    """Read the source again and return the page. Raises DocumentNotFound, SourceRefused, …"""
    folder = reading(settings)
    document = next((found for _, found in read_folder(folder) if found.id == document_id), None)
    imported = document.imported if document else None
    kept = sorted((folder / SOURCES).glob(f"{imported.sha256}*")) if imported else []
    if document is None or imported is None or not kept:
        raise DocumentNotFound(folder, document_id)
    extracts = extracted(kept[0], name=imported.file)
    # A file may hold several documents, each with a title of its own.
    extract = next((one for one in extracts if one.title == document.title), extracts[0])
    added = Added(
        document=document, path=str(document_path(folder, document_id)), outcome="unchanged",
        left_out=extract.left_out, pieces=extract.pieces,
    )  # fmt: skip
    return before_after_page([(added, kept[0].read_bytes())])
