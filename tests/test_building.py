"""A build makes the index hold the content folder, calibrated, or leaves everything as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import COVERED, UNCOVERED
from fakes import WordEmbedder
from small import tree

from assistant.answer import Assistant
from assistant.building import build, recalibrated
from assistant.confidence import CAUTIOUS, load_calibration
from assistant.errors import TooFewQuestions
from assistant.opened_index import certified_hashes, open_searcher
from assistant.settings import Settings
from assistant.status import describe_status, status_text
from content.library import load_library
from index.errors import EmbedderMismatch
from index.generations import generation_names

STAFF = [*COVERED, *UNCOVERED]


def ask_first(library: Path, *questions: str) -> None:
    """Put staff questions into the front matter of the stroke page."""
    path = library / "therapies" / "stroke.md"
    listed = "".join(f"\n  - {question}" for question in questions)
    text = path.read_text("utf-8").replace("kind: therapy", f"kind: therapy\nquestions:{listed}")
    path.write_text(text, "utf-8")


def test_what_is_built_can_be_opened_and_asked(unbuilt: Settings) -> None:
    report = build(unbuilt)
    faq = Assistant.open(unbuilt)

    assert (report.built, report.embedded) == (True, 32)
    assert faq.index_id == report.manifest.index_id
    library = load_library(unbuilt.content)
    assert faq.documents == {document.id: document for document in library.documents}
    assert faq.searcher.data.questions == library.questions


def test_too_few_questions_of_its_own_give_the_cautious_default(unbuilt: Settings) -> None:
    build(unbuilt)
    calibration = Assistant.open(unbuilt).calibration

    assert calibration.model_copy(update={"suggestions": ()}) == CAUTIOUS


def test_enough_questions_of_its_own_are_fitted(unbuilt: Settings) -> None:
    rows = "\n".join(question.model_dump_json() for question in STAFF)
    (unbuilt.content / "questions.jsonl").write_text(rows, "utf-8")
    build(unbuilt)
    calibration = Assistant.open(unbuilt).calibration

    assert calibration.source == "the content folder's questions.jsonl"
    assert calibration.questions == len(STAFF)
    assert calibration.certificate is not None
    assert calibration.threshold == calibration.certificate.threshold
    assert (calibration.certificate.joint.errors + 1) / (len(STAFF) + 1) <= unbuilt.joint_risk


@pytest.mark.parametrize(
    ("change", "named"),
    [({"passages_read": 5}, "settings"), ({"joint_risk": 0.3}, "settings"), ({"region": "UK"}, None)],
)
def test_a_certificate_is_void_under_other_settings(
    unbuilt: Settings, change: dict[str, object], named: str | None
) -> None:
    rows = "\n".join(question.model_dump_json() for question in STAFF)
    (unbuilt.content / "questions.jsonl").write_text(rows, "utf-8")
    build(unbuilt)
    changed = unbuilt.model_copy(update=change)
    opened, status = Assistant.open(changed).calibration, status_text(describe_status(changed))

    if named is None:
        assert opened.certificate is not None
        assert "Promised for questions like the" in status
        return
    assert (opened.threshold, opened.certificate) == (CAUTIOUS.threshold, None)
    assert f"changed since it was certified: {named}" in opened.source
    assert opened.source in status
    assert "Nothing is promised" in status


def test_a_certificate_is_void_for_another_reader(unbuilt: Settings) -> None:
    rows = "\n".join(question.model_dump_json() for question in STAFF)
    (unbuilt.content / "questions.jsonl").write_text(rows, "utf-8")
    build(unbuilt)
    searcher = open_searcher(unbuilt)
    stored = searcher.data.calibration
    hashes = certified_hashes(searcher, unbuilt)

    assert load_calibration(stored, "ix", hashes).certificate is not None
    for name in hashes:
        void = load_calibration(stored, "ix", hashes | {name: "another"})
        assert (void.certificate, void.threshold) == (None, CAUTIOUS.threshold)
        assert name in void.source


def test_every_suggestion_is_answered_from_its_passage(unbuilt: Settings) -> None:
    ask_first(unbuilt.content, "Can cells help after a stroke?", "What does it cost?", "Is it " + "x" * 600)
    build(unbuilt)
    faq = Assistant.open(unbuilt)

    assert "Can cells help after a stroke?" in [found.text for found in faq.calibration.suggestions]
    for suggestion in faq.calibration.suggestions:
        answer = faq.answer(suggestion.text)
        assert answer.status == "answered"
        assert answer.citations[0].passage_id == suggestion.passage_id


def test_unchanged_content_builds_nothing(unbuilt: Settings) -> None:
    build(unbuilt)
    before, embedder = tree(unbuilt.index_root), WordEmbedder()
    report = build(unbuilt, embedder=embedder)

    assert (report.built, embedder.asked) == (False, [])
    assert tree(unbuilt.index_root) == before


@pytest.mark.parametrize(
    ("change", "built"),
    [
        ({"passages_read": 5}, True),
        ({"max_quotes": 2}, True),
        ({"joint_risk": 0.3}, True),
        ({"max_question_chars": 100}, True),
        ({"region": "UK"}, False),
        ({"port": 8080}, False),
    ],
    ids=lambda value: str(value),
)
def test_settings_a_calibration_depends_on_fit_it_again(
    unbuilt: Settings, change: dict[str, object], built: bool
) -> None:
    build(unbuilt)
    report = build(unbuilt.model_copy(update=change))

    assert (report.built, report.embedded, report.reused) == (built, 0, 32 if built else 0)


def test_a_forced_build_embeds_everything_anew(unbuilt: Settings) -> None:
    first = build(unbuilt)
    report = build(unbuilt, force=True)

    assert (report.built, report.embedded, report.reused) == (True, 32, 0)
    assert report.manifest.index_id == first.manifest.index_id
    assert generation_names(unbuilt.index_root) == ["g-000002", "g-000001"]


def test_given_questions_are_fitted_and_published_at_once(unbuilt: Settings, tmp_path: Path) -> None:
    calibration, manifest = recalibrated(unbuilt, STAFF, tmp_path / "mine.jsonl")
    faq = Assistant.open(unbuilt)

    assert (calibration.source, calibration.questions) == ("mine.jsonl", len(STAFF))
    assert faq.calibration == calibration
    assert faq.index_id == manifest.index_id
    assert not build(unbuilt).built, "the content is unchanged, so this calibration stays"
    assert recalibrated(unbuilt, STAFF, tmp_path / "mine.jsonl")[1].index_id == manifest.index_id


def test_too_few_given_questions_change_nothing(unbuilt: Settings, tmp_path: Path) -> None:
    build(unbuilt)
    before = tree(unbuilt.index_root)

    with pytest.raises(TooFewQuestions):
        recalibrated(unbuilt, STAFF[:12], tmp_path / "mine.jsonl")
    assert tree(unbuilt.index_root) == before


def test_an_index_of_another_model_is_not_opened(unbuilt: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    build(unbuilt)
    other = WordEmbedder(name="letters")
    monkeypatch.setattr("assistant.opened_index.open_embedder", lambda name, models: other)

    with pytest.raises(EmbedderMismatch):
        open_searcher(unbuilt)
