"""The same answer from the kept index, or exactly what changed since."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from fakes import WordEmbedder
from small import edited, tree

from assistant.answer import Assistant
from assistant.asked import Asked
from assistant.circumstances import record_circumstances
from assistant.past_errors import ReceiptUnknown
from assistant.publishing import publish, roll_back
from assistant.replay import Replays
from assistant.replayed import HIDDEN, Replay
from assistant.schema import Answer
from assistant.settings import Settings
from assistant.since import Change
from assistant.triage import safety_version

ASKED = "Were there any deaths?"
THEN, NOW = "There were no deaths.", "There were no deaths at all."


@pytest.fixture
def home(unbuilt: Settings) -> Settings:
    """Return settings of a published index."""
    publish(unbuilt)
    return unbuilt


def ask(settings: Settings, question: str = ASKED, *history: str) -> Answer:
    return Assistant.open(settings).answer(question, history)


def changed(settings: Settings, old: str = THEN, new: str = NOW) -> None:
    edited(settings.content, old, new)
    assert publish(settings).built


def asked(question: str = ASKED, *history: str) -> list[Asked]:
    return [Asked(question, history, "command line")]


def replayed(settings: Settings, answer: Answer, **more: object) -> Replay:
    """Replay a stored answer, before and after which the home is the same to the last byte."""
    before = tree(settings.home)
    found = Replays(settings, **more).replay(answer.receipt, asked(answer.question), answer)  # type: ignore[arg-type]
    assert tree(settings.home) == before
    return found


def test_at_once_nothing_has_changed(home: Settings) -> None:
    answer = ask(home)

    found = replayed(home, answer)

    assert (found.same, found.then, found.today.answer) == (True, answer, answer)
    assert (found.obstacles, found.differences, found.changes, found.documents) == ((), (), (), ())
    assert found.index.generation == "g-000001"
    assert found.index.documents == found.index.documents_kept == 4


def test_a_changed_document_changes_today_and_not_what_was_said(home: Settings) -> None:
    answer = ask(home)
    changed(home)

    found = replayed(home, answer)

    assert (found.same, found.then) == (True, answer)
    assert (found.index.generation, found.index.index_id) == ("g-000001", answer.index_id)
    (document,) = found.documents
    assert (document.document_id, document.became, document.cited) == ("trial-lupus", "changed", True)
    assert document.sentences is not None
    assert (document.sentences.removed, document.sentences.added) == ((THEN,), (NOW,))
    assert [(one.field, one.then, one.now) for one in found.today.differences] == [
        ("citations.1.cited_text", THEN, NOW)
    ]


def test_a_receipt_alone_is_enough_with_the_question(home: Settings) -> None:
    answer = ask(home)
    changed(home)

    found = Replays(home).replay(answer.receipt, asked("  Were there any deaths? "))

    assert (found.same, found.then) == (True, answer)


def test_a_pruned_index_is_said_to_be_gone_with_what_is_left_of_it(home: Settings) -> None:
    answer = ask(home)
    published = Replays(home).replay(answer.receipt, asked()).index.published
    changed(home)
    for n in range(3):
        changed(home, f"common{'!' * n}.", f"common{'!' * (n + 1)}.")

    found = replayed(home, answer)
    bare = Replays(home).replay(answer.receipt, asked())

    assert (found.same, found.then, found.index.generation) == (False, answer, None)
    assert (found.index.published, found.index.documents_kept) == (published, 4)
    assert found.obstacles == (
        f"g-000001 ({answer.index_id}, published {found.index.published:%Y-%m-%d}) is no longer kept; "
        "4 of its 4 documents stand in the archive and prove its quotes",
    )
    assert [(one.document_id, one.became) for one in found.documents] == [
        ("trial-lupus", "changed"), ("therapy-knee", "changed"),
    ]  # fmt: skip
    assert found.documents[0].sentences is not None
    assert found.documents[0].sentences.removed == (THEN,)
    assert found.today.answer == ask(home)
    assert (bare.same, bare.then, bare.obstacles) == (False, None, found.obstacles)

    (damaged,) = (home.home / "archive" / "texts").glob(f"{answer.citations[0].document_sha256}.txt")
    damaged.write_bytes(damaged.read_bytes().replace(b"no deaths", b"no Deaths"))
    found = replayed(home, answer)
    assert found.index.documents_kept == 3
    assert (found.documents[0].became, found.documents[0].sentences) == ("changed", None)


def test_settings_of_then_are_found_and_told(home: Settings) -> None:
    other = home.model_copy(update={"region": "UK", "max_quotes": 1, "passages_read": 4})
    answer = ask(other)

    found = replayed(home, answer)

    assert (found.same, found.then) == (True, answer)
    assert found.changes == (
        Change(what="passages_read", then="4", now="10"),
        Change(what="max_quotes", then="1", now="3"),
        Change(what="region", then="UK", now="US"),
    )
    assert found.circumstances is not None
    assert found.circumstances.noted is None, "found by trying"


def test_settings_that_nobody_could_guess_are_found_when_they_were_noted(home: Settings) -> None:
    other = home.model_copy(update={"max_question_chars": 777})
    faq = Assistant.open(other)
    answer = faq.answer(ASKED)

    with pytest.raises(ReceiptUnknown, match=r"fit it with no index and no settings.*faq replay RECEIPT"):
        Replays(home).replay(answer.receipt, asked(), answer)
    record_circumstances(other, faq.calibration.calibration_id, faq.index_id)
    found = replayed(home, answer)

    assert found.same
    assert found.circumstances is not None and found.circumstances.noted is not None
    assert found.changes == (Change(what="max_question_chars", then="777", now="500"),)


def test_a_document_retracted_since_is_quoted_as_then_and_withheld_today(home: Settings) -> None:
    answer = ask(home)
    changed(home, "id: trial-lupus", "id: trial-lupus\nretracted: Retracted in 2026")

    found = replayed(home, answer)

    assert (found.same, found.then) == (True, answer)
    assert [(one.document_id, one.became, one.facts, one.withheld) for one in found.documents] == [
        ("trial-lupus", "unchanged", ("retracted",), "retracted"),
        ("therapy-knee", "unchanged", (), "retracted"),
    ], "the knee's caveat stands in the trial"
    assert found.today.answer is not None and found.today.answer.status == "no_answer"


@pytest.mark.parametrize(("then", "status"), [("2027-01-02", "answered"), ("2027-01-03", "no_answer")])
def test_the_day_of_then_is_found(home: Settings, then: str, status: str) -> None:
    # The trial must be looked at again by 2027-01-02.
    opened = Assistant.open(home)
    day = date.fromisoformat(then)
    faq = Assistant(opened.searcher, opened.calibration, home, today=lambda: day)
    answer = faq.answer(ASKED)
    assert answer.status == status

    found = replayed(home, answer, today=lambda: date(2028, 1, 1))

    assert (found.same, found.then) == (True, answer)
    assert found.circumstances is not None
    assert bool(found.circumstances.withheld) == (status == "no_answer")
    assert [one.withheld for one in found.documents] == (["overdue"] * 2 if status == "answered" else [])
    assert found.today.answer is not None and found.today.answer.status == "no_answer"


def test_what_was_revoked_is_asked_again_all_the_same(home: Settings) -> None:
    changed(home)
    answer = ask(home)
    roll_back(home, reason="a wrong count", by="Ada")

    found = replayed(home, answer)

    assert (found.same, found.index.generation) == (True, "g-000002")
    assert found.index.revoked is not None and found.index.revoked.startswith("a wrong count (Ada, 20")
    assert found.today.answer is not None
    assert found.today.answer.citations[0].cited_text == THEN


def other_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("assistant.receipts.safety_version", "assistant.again.safety_version"):
        monkeypatch.setattr(name, lambda: "another")


def test_other_safety_rules_leave_a_doubt_that_only_the_stored_answer_clears(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    faq = Assistant.open(home)
    answer = faq.answer(ASKED)
    record_circumstances(home, faq.calibration.calibration_id, faq.index_id)
    version = safety_version()
    other_rules(monkeypatch)

    stored, bare = replayed(home, answer), Replays(home).replay(answer.receipt, asked())

    assert stored.obstacles == (f"the safety rules had version {version}, now another",)
    assert (stored.same, stored.differences) == (True, ())
    assert not bare.same
    assert stored.changes == (Change(what="safety_version", then=str(version), now="another"),)


def test_another_version_of_the_program_says_so(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = ask(home)
    for name in ("index.manifest.BUILDER_ID", "assistant.again.BUILDER_ID"):
        monkeypatch.setattr(name, "builder-of-tomorrow")

    found = replayed(home, answer)

    (obstacle,) = found.obstacles
    assert obstacle.startswith("g-000001 was built by ")
    assert obstacle.endswith(", this program is builder-of-tomorrow")
    assert (found.same, found.then, found.index.documents_kept) == (False, answer, 4)
    assert found.today.answer is None
    assert found.today.problem is not None and "faq build" in found.today.problem


def test_another_model_names_the_one_of_then(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(WordEmbedder):
        def __init__(self) -> None:
            super().__init__()
            self.facts = self.facts.model_copy(update={"weights_sha256": "1" * 64})

    answer = ask(home)
    monkeypatch.setattr("assistant.building.open_embedder", lambda name, models, renew=False: Other())
    monkeypatch.setattr("assistant.opened_index.open_embedder", lambda name, models, renew=False: Other())

    found = replayed(home, answer)

    assert (found.same, found.then) == (False, answer)
    assert found.obstacles[0].endswith("; set FAQ_EMBEDDER=words")


def test_a_damaged_generation_is_not_asked(home: Settings) -> None:
    answer = ask(home)
    changed(home)
    path = home.index_root / "g-000001" / "passages.npy"
    path.write_bytes(path.read_bytes()[:-1])

    found = replayed(home, answer)

    assert (found.same, found.then) == (False, answer)
    assert found.obstacles[0].startswith("g-000001 cannot be opened (")


def test_an_answer_that_was_tampered_with_differs(home: Settings) -> None:
    answer = ask(home)
    evidence = answer.citations[0].evidence.model_copy(update={"participants": 1600})
    cited = answer.citations[0].model_copy(update={"evidence": evidence})
    tampered = answer.model_copy(update={"citations": (cited, *answer.citations[1:]), "confidence": 0.9})

    found = replayed(home, tampered)

    assert not found.same
    assert found.then == answer
    assert [(one.field, one.then, one.now) for one in found.differences] == [
        ("citations.1.evidence.participants", 1600, 16), ("confidence", 0.9, answer.confidence),
    ]  # fmt: skip
    with pytest.raises(ReceiptUnknown):
        replayed(home, answer.model_copy(update={"question": "Were there many deaths?"}))


def test_how_long_it_took_is_no_difference(home: Settings) -> None:
    timed = Assistant.open(home).answer(ASKED, timed=True)

    assert replayed(home, timed).same


def test_refusals_and_redirects_are_replayed_too(home: Settings) -> None:
    for question in ("What does it cost?", "I cannot breathe", "Should I stop my tablets?"):
        answer = ask(home, question)
        assert answer.status != "answered"
        assert replayed(home, answer).same


def test_an_index_that_nobody_knows_is_told_with_what_the_archive_has(home: Settings, tmp_path: Path) -> None:
    answer = ask(home)
    elsewhere = home.model_copy(update={"home": tmp_path / "elsewhere"})
    changed(elsewhere)

    found = replayed(elsewhere, answer)
    nowhere = replayed(home.model_copy(update={"home": tmp_path / "nowhere"}), answer)

    assert (found.same, found.then, found.circumstances) == (False, answer, None)
    assert found.obstacles[0].startswith(f"the index {answer.index_id} is neither kept nor archived")
    assert [(one.document_id, one.became, one.sentences) for one in found.documents] == [
        ("trial-lupus", "changed", None)
    ]
    assert found.today.answer == ask(elsewhere)
    assert nowhere.today.problem is not None and "no index here" in nowhere.today.problem


def test_nothing_known_gives_an_error_that_says_what_to_give(home: Settings) -> None:
    receipt = "r-" + "0" * 24

    with pytest.raises(ReceiptUnknown, match=r"what visitors ask is not kept by default.*--question"):
        Replays(home).replay(receipt, Replays(home).asked_before())
    with pytest.raises(ReceiptUnknown, match=r"letter by letter, earlier questions too"):
        Replays(home).replay(receipt, asked())


def test_the_words_of_a_question_that_few_asked_are_not_shown(home: Settings) -> None:
    answer = ask(home)
    few = [Asked(ASKED, (), "kept question", shown=False)]

    found = Replays(home).replay(answer.receipt, few)

    assert (found.same, found.question) == (True, HIDDEN)
    assert ASKED not in found.model_dump_json()
    assert ASKED not in Replays(home).as_text(found)
