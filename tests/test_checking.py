"""A staff question that its own document does not answer first is found before anyone is answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from fakes import WordEmbedder
from small import DOCUMENTS, tree

from assistant.building import build
from assistant.checking import CheckReport, check
from assistant.settings import Settings

ANSWERED = "Can cells help after a stroke?"


def ask_in(settings: Settings, name: str, *questions: str) -> None:
    """Put staff questions into the front matter of a document of the small library."""
    path = settings.content / name
    listed = "".join(f"\n  - {question}" for question in questions)
    kind = "trial" if name.startswith("trials") else name.split("/")[0].replace("therapies", "therapy")
    text = path.read_text("utf-8").replace(f"kind: {kind}", f"kind: {kind}\nquestions:{listed}")
    path.write_text(text, "utf-8")


def told(report: CheckReport) -> list[str]:
    """Return what was found against staff questions, without the advice that ends each message."""
    asked = [one for one in report.errors if one.field == "questions"]
    assert all(one.message.endswith("Ask what the document says, or take the question out") for one in asked)
    return [f"{one.document_id}: {one.message.rpartition('. ')[0]}" for one in asked]


def test_a_question_that_its_document_answers_passes(unbuilt: Settings) -> None:
    ask_in(unbuilt, "therapies/stroke.md", ANSWERED)

    report = check(unbuilt)

    assert (report.documents, report.questions, report.errors) == (4, 1, ())


@pytest.mark.parametrize(
    ("name", "question", "why"),
    [
        ("therapies/stroke.md", "What does it cost?", "is refused: 0."),
        ("therapies/knee.md", ANSWERED, "is answered from therapy-stroke"),
        (
            "therapies/stroke.md",
            "Should I stop my tablets?",
            "it is taken as personal advice",
        ),
        (
            "therapies/stroke.md",
            "Is it " + "x" * 600 + "?",
            "cannot be asked (the question has 607 char",
        ),
    ],
    ids=["refused", "another document", "safety rules", "too long"],
)
def test_a_question_that_fails_says_why(unbuilt: Settings, name: str, question: str, why: str) -> None:
    ask_in(unbuilt, name, question, ANSWERED if "stroke" in name else question)

    found = told(check(unbuilt))

    assert len(found) == (1 if "stroke" in name else 2)
    assert why in found[0]


def test_without_the_reader_a_refused_question_is_a_warning_and_a_wrong_answer_an_error(
    unbuilt: Settings,
) -> None:
    ask_in(unbuilt, "therapies/knee.md", "What does it cost?", ANSWERED)

    report = check(unbuilt.model_copy(update={"reader": False}))

    (cost,) = (one for one in report.findings if one.severity == "warning" and one.field == "questions")
    assert "'What does it cost?' is refused: 0." in cost.message and "FAQ_READER=true" in cost.message
    assert ["is answered from therapy-stroke" in one for one in told(report)] == [True]


@pytest.mark.parametrize("built", [False, True])
def test_the_index_in_use_tells_the_same_as_one_in_memory(unbuilt: Settings, built: bool) -> None:
    ask_in(unbuilt, "therapies/stroke.md", ANSWERED, "What does it cost?")
    if built:
        # What was built before there was a check, or by another way than publishing.
        build(unbuilt)

    assert [one.partition(" is refused")[0] for one in told(check(unbuilt))] == [
        "therapy-stroke: 'What does it cost?'"
    ]


def test_checking_publishes_nothing_and_embeds_only_what_is_new(unbuilt: Settings) -> None:
    build(unbuilt)
    before = tree(unbuilt.index_root)
    path = unbuilt.content / "therapies" / "stroke.md"
    path.write_text(path.read_text("utf-8") + "\nCells are small.\n", "utf-8")
    ask_in(unbuilt, "therapies/stroke.md", ANSWERED)
    embedder = WordEmbedder()

    assert check(unbuilt, embedder=embedder).errors == ()

    assert tree(unbuilt.index_root) == before
    new = [text for text in embedder.asked if "Cells are small." in text]
    assert new, "the passage and its document changed"
    assert not any("Scottsdale" in text for text in embedder.asked)


def test_nothing_is_asked_while_a_document_must_be_mended(unbuilt: Settings) -> None:
    ask_in(unbuilt, "therapies/stroke.md", "What does it cost?")
    path = unbuilt.content / "trials" / "lupus.md"
    path.write_text(
        DOCUMENTS["trials/lupus.md"].replace("caveats: [The study", "caveats: [This study"), "utf-8"
    )
    embedder = WordEmbedder()

    report = check(unbuilt, embedder=embedder)

    assert [one.field for one in report.errors] == ["caveats"]
    assert embedder.asked == []


@pytest.mark.parametrize("why", ["retracted", "overdue"])
def test_a_withheld_document_does_not_stop_the_others(unbuilt: Settings, why: str) -> None:
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    text = DOCUMENTS["therapies/stroke.md"].replace(
        "kind: therapy", f"kind: therapy\nquestions:\n  - {ANSWERED}"
    )
    line = {
        "retracted": "retracted: Taken back by the journal.",
        "overdue": f"reviewed: {{by: Staff, on: 2020-01-02, review_by: {yesterday}}}",
    }
    (unbuilt.content / "therapies" / "stroke.md").write_text(
        text.replace("source:", f"{line[why]}\nsource:"), "utf-8"
    )

    report = check(unbuilt)

    assert report.errors == ()
    assert any(one.document_id == "therapy-stroke" and "withheld" in one.message for one in report.findings)
