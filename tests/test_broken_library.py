"""A library that cannot be quoted safely is never built, and what was built before stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import tree

from assistant.answer import Assistant
from assistant.building import build
from assistant.settings import Settings
from content.errors import CaveatNotFound, ContentNotFound, FaqError, UnreadableDocument
from index.errors import IndexNotFound

QUESTION = "Were there any deaths?"
CAVEAT = 'caveats: ["trial-lupus: The study had no comparison group."]'
BROKEN: dict[str, tuple[str, str, type[FaqError]]] = {
    "a caveat that is no sentence": (CAVEAT, "caveats: [It had no comparison group.]", CaveatNotFound),
    "a caveat of half a sentence": (CAVEAT, CAVEAT.replace("The study", "study"), CaveatNotFound),
    "a sentence that a caveat names is gone": (
        "comparison group.\n\nThe",
        "control group.\n\nThe",
        CaveatNotFound,
    ),
    "a document without a title": ("title: Stroke", "titel: Stroke", UnreadableDocument),
}


@pytest.mark.parametrize(("old", "new", "error"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("built_before", [False, True])
def test_a_broken_library_stops_before_anything_is_written(
    unbuilt: Settings, old: str, new: str, error: type[FaqError], built_before: bool
) -> None:
    if built_before:
        build(unbuilt)
    before = tree(unbuilt.home)
    answer = Assistant.open(unbuilt).answer(QUESTION) if built_before else None
    for path in unbuilt.content.rglob("*.md"):
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")

    with pytest.raises(error):
        build(unbuilt, force=True)
    assert tree(unbuilt.home) == before
    if built_before:
        assert Assistant.open(unbuilt).answer(QUESTION) == answer


def test_a_folder_without_documents_is_no_content(unbuilt: Settings, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(ContentNotFound):
        build(unbuilt.model_copy(update={"content": tmp_path / "empty"}))
    with pytest.raises(IndexNotFound):
        Assistant.open(unbuilt)
