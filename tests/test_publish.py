"""Only what passes the check is answered from; what was taken back stays away until a person says so."""

from __future__ import annotations

import pytest
from small import tree
from test_checking import ANSWERED, ask_in

from assistant.answer import Assistant
from assistant.building import build
from assistant.errors import CheckFailed, ContentRevoked
from assistant.publishing import generations, publish, roll_back
from assistant.settings import Settings
from content.errors import CaveatNotFound
from index.errors import NothingToRollBackTo

NEW = "Knees of most people bend."


def add_words(settings: Settings, words: str = NEW) -> None:
    path = settings.content / "therapies" / "knee.md"
    path.write_text(f"{path.read_text('utf-8')}\n{words}\n", "utf-8")


def test_what_passes_is_answered_from(unbuilt: Settings) -> None:
    ask_in(unbuilt, "therapies/stroke.md", ANSWERED)

    report = publish(unbuilt)

    assert report.built
    assert Assistant.open(unbuilt).answer(ANSWERED).citations[0].document_id == "therapy-stroke"
    assert not publish(unbuilt).built


@pytest.mark.parametrize("broken", ["a staff question", "a fact", "a caveat"])
def test_what_fails_changes_nothing(unbuilt: Settings, broken: str) -> None:
    publish(unbuilt)
    before = tree(unbuilt.index_root)
    add_words(unbuilt)
    if broken == "a staff question":
        ask_in(unbuilt, "therapies/stroke.md", "What does it cost?")
    elif broken == "a fact":
        path = unbuilt.content / "trials" / "lupus.md"
        path.write_text(path.read_text("utf-8").replace("participants: 16", "participants: 61"), "utf-8")
    else:
        path = unbuilt.content / "trials" / "lupus.md"
        path.write_text(path.read_text("utf-8").replace("caveats: [The", "caveats: [That"), "utf-8")

    with pytest.raises(CaveatNotFound if broken == "a caveat" else CheckFailed, match="faq check"):
        publish(unbuilt)

    assert tree(unbuilt.index_root) == before
    assert Assistant.open(unbuilt).answer("Do people bend their knees?").status == "no_answer"


def test_a_first_index_that_fails_is_none(unbuilt: Settings) -> None:
    ask_in(unbuilt, "therapies/stroke.md", "What does it cost?")

    with pytest.raises(CheckFailed, match=r"'What does it cost\?' is refused"):
        publish(unbuilt)

    assert generations(unbuilt) == ()


def test_a_question_that_stops_nothing_yet_can_stop_an_unchanged_index_neither(unbuilt: Settings) -> None:
    # A restart must not take away what answers: the check is for what is new.
    ask_in(unbuilt, "therapies/stroke.md", "What does it cost?")
    build(unbuilt)

    assert not publish(unbuilt).built


def test_generations_say_what_each_is(unbuilt: Settings) -> None:
    publish(unbuilt)
    add_words(unbuilt)
    publish(unbuilt)
    roll_back(unbuilt, reason="a wrong dose", by="Ada")
    (unbuilt.index_root / "g-000003").mkdir()

    broken, second, first = generations(unbuilt)

    assert (first.name, first.current, first.revoked, first.documents) == ("g-000001", True, None, 4)
    assert (second.name, second.current) == ("g-000002", False)
    assert second.revoked is not None and second.revoked.startswith("a wrong dose (Ada, 20")
    assert first.index_id != second.index_id
    assert broken.damaged


def test_words_taken_back_do_not_come_back_by_themselves(unbuilt: Settings) -> None:
    publish(unbuilt)
    add_words(unbuilt)
    publish(unbuilt)
    roll_back(unbuilt, reason="a wrong dose", by="Ada")

    # The folder still holds them: a restart of the server would publish it again.
    with pytest.raises(ContentRevoked, match=r"revoked by Ada: a wrong dose.*faq build --force"):
        publish(unbuilt)
    assert Assistant.open(unbuilt).answer("Do people bend their knees?").status == "no_answer"

    assert publish(unbuilt, force=True).built
    assert Assistant.open(unbuilt).answer("Do people bend their knees?").citations[0].cited_text == NEW
    assert not publish(unbuilt).built, "the person who forced it has decided"


def test_other_words_are_published_after_a_rollback(unbuilt: Settings) -> None:
    publish(unbuilt)
    add_words(unbuilt)
    publish(unbuilt)
    roll_back(unbuilt, reason="a wrong dose", by="Ada")
    add_words(unbuilt, "Knees of few people bend.")

    assert publish(unbuilt).built


def test_there_must_be_something_to_go_back_to(unbuilt: Settings) -> None:
    publish(unbuilt)
    before = tree(unbuilt.index_root)

    with pytest.raises(NothingToRollBackTo):
        roll_back(unbuilt, reason="a wrong dose", by="Ada")
    assert tree(unbuilt.index_root) == before
