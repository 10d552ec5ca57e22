"""What `faq status` says is what is in use."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from small import QUESTIONS

from assistant.building import build
from assistant.confidence import CAUTIOUS
from assistant.settings import Settings
from assistant.status import describe_status, status_text
from content.library import load_library
from index.errors import IndexDamaged, IndexNotFound

KNEE = Path("therapies") / "knee.md"


def add_words(settings: Settings) -> None:
    path = settings.content / KNEE
    path.write_text(path.read_text("utf-8") + "\nKnees bend.\n", "utf-8")


def damage(settings: Settings, generation: str) -> None:
    path = settings.index_root / generation / "documents.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Knee", b"Neck", 1))


def test_a_fresh_index_is_described(small_settings: Settings) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    found = describe_status(small_settings)

    # Six passages: one of the clinic, one of the knee, two of the stroke, two of the trial.
    assert found.counts == {"documents": 4, "passages": 6, "sentences": 10, "questions": len(QUESTIONS)}
    assert [source.id for source in found.documents] == [
        "clinic-doctor", "therapy-knee", "therapy-stroke", "trial-lupus",
    ]  # fmt: skip
    assert {d.id: d.sha256 for d in load_library(small_settings.content).documents} == {
        source.id: source.sha256 for source in found.documents
    }
    assert (found.generation, found.degraded, found.content_changed) == ("g-000001", False, False)
    assert abs((datetime.fromisoformat(found.built_at) - before).total_seconds()) < 120
    assert found.embedder == "words (test, 16 dimensions, weights 00000000)"


def test_too_few_questions_leave_the_cautious_calibration(small_settings: Settings) -> None:
    found = describe_status(small_settings)

    assert (found.calibration_source, found.threshold) == (CAUTIOUS.source, CAUTIOUS.threshold)
    assert found.calibration_questions == 0


def test_changed_words_are_told_until_they_are_built(small_settings: Settings) -> None:
    first = describe_status(small_settings)
    add_words(small_settings)
    changed = describe_status(small_settings)
    build(small_settings)
    second = describe_status(small_settings)

    assert [report.content_changed for report in (first, changed, second)] == [False, True, False]
    assert [report.generation for report in (first, changed, second)] == ["g-000001", "g-000001", "g-000002"]
    assert changed.index_id == first.index_id != second.index_id


def test_content_that_cannot_be_read_is_told_and_the_index_still_described(small_settings: Settings) -> None:
    (small_settings.content / KNEE).write_text("no front matter", "utf-8")

    found = describe_status(small_settings)

    assert found.content_changed is None
    assert found.counts["documents"] == 4


def test_a_damaged_newest_index_is_told(small_settings: Settings) -> None:
    add_words(small_settings)
    build(small_settings)
    damage(small_settings, "g-000002")

    found = describe_status(small_settings)

    assert (found.generation, found.degraded) == ("g-000001", True)
    assert "DEGRADED" in status_text(found).splitlines()[1]


def test_without_an_index_that_holds_there_is_no_status(small_settings: Settings) -> None:
    damage(small_settings, "g-000001")
    with pytest.raises(IndexDamaged):
        describe_status(small_settings)

    with pytest.raises(IndexNotFound, match="faq build"):
        describe_status(small_settings.model_copy(update={"home": small_settings.home / "empty"}))


@pytest.mark.parametrize(
    ("changed", "says"), [(False, "unchanged"), (True, "changed since"), (None, "unreadable")]
)
def test_the_text_holds_every_fact(small_settings: Settings, changed: bool | None, says: str) -> None:
    found = describe_status(small_settings).model_copy(
        update={"content_changed": changed, "figures": {"auroc": 0.9}}
    )

    text = status_text(found)

    assert "DEGRADED" not in text
    for fact in (found.index_id, found.generation, found.embedder, found.calibration_id, "auroc 0.9"):
        assert fact in text
    assert f"4 documents, 6 passages, 10 sentences, {len(QUESTIONS)} questions; {says}" in text
    for document_id in ("clinic-doctor", "therapy-knee", "therapy-stroke"):
        assert f"{document_id}  review by –" in text
    assert "trial-lupus  review by 2027-01-02" in text


def test_documents_nobody_is_answered_from_are_named_with_why(small_settings: Settings) -> None:
    path = small_settings.content / "trials" / "lupus.md"
    words = path.read_text("utf-8").replace("kind: trial", "kind: trial\nretracted: Taken back.")
    path.write_text(words, "utf-8")
    build(small_settings)

    found = describe_status(small_settings)

    # The knee page's caveat stands in the study, so it cannot be shown either.
    assert found.withheld == {"therapy-knee": "retracted", "trial-lupus": "retracted"}
    assert "trial-lupus  review by 2027-01-02; WITHHELD: retracted" in status_text(found)
    assert "therapy-stroke  review by –\n" in status_text(found) + "\n"
