"""Looking back, as a shell sees it: what is printed, and the exit code."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest
from shell import Shell
from small import edited

from assistant.archive import archived
from assistant.publishing import roll_back
from assistant.settings import Settings

ASKED = "Were there any deaths?"


@pytest.fixture
def stored(shell: Shell, small_settings: Settings, tmp_path: Path) -> Path:
    """Return a file with one stored answer of two quotes."""
    path = tmp_path / "answers" / "tuesday.jsonl"
    path.parent.mkdir()
    path.write_text(shell("ask", ASKED, "--json").out, "utf-8")
    return path


def publish(shell: Shell, settings: Settings, old: str, new: str) -> None:
    edited(settings.content, old, new)
    done = shell("build")
    assert done.code == 0, done.err


def test_verifying_catches_one_changed_character(shell: Shell, stored: Path) -> None:
    whole = shell("verify", stored)
    stored.write_text(stored.read_text("utf-8").replace("no deaths.", "no Deaths."), "utf-8")

    changed = shell("verify", stored)

    assert (whole.code, whole.err) == (0, "")
    assert whole.out == (
        f"{stored}, line 1: proved by the index in use\n"
        "1 answers, 2 quotes: 1 proved by the index in use, 0 proved by an older text, 0 nothing quoted, "
        "0 NOT PROVED\n"
    )
    assert changed.code == 1
    assert "  trial-lupus: the words differ from the document" in changed.out


def test_an_answer_from_words_that_changed_since_is_still_proved(
    shell: Shell, small_settings: Settings, stored: Path
) -> None:
    publish(shell, small_settings, "There were no deaths.", "There were no deaths at all.")
    kept = shell("verify", stored)
    for n in range(3):
        publish(shell, small_settings, f"common{'!' * n}.", f"common{'!' * (n + 1)}.")
    pruned = shell("verify", stored)
    document = json.loads(stored.read_text("utf-8"))["citations"][0]["document_sha256"]
    text = small_settings.home / "archive" / "texts" / f"{document}.txt"
    text.write_bytes(text.read_bytes().replace(b"no deaths", b"no Deaths"))
    damaged = shell("verify", stored)

    assert (kept.code, pruned.code, damaged.code) == (0, 0, 1)
    assert "line 1: proved by an older text (g-000001)\n" in kept.out
    assert "line 1: proved by an older text (the archive)\n" in pruned.out
    assert "the document has changed since it was quoted, and its text of then" in damaged.out
    assert damaged.err == f"{text}: damaged, so it proves nothing\n"
    assert archived(small_settings.home).damaged() == (text,)


def test_what_was_revoked_was_said_all_the_same(shell: Shell, small_settings: Settings, stored: Path) -> None:
    publish(shell, small_settings, "There were no deaths.", "There were no deaths at all.")
    stored.write_text(shell("ask", ASKED, "--json").out, "utf-8")
    roll_back(small_settings, reason="a wrong count", by="Ada")

    done = shell("verify", stored)

    assert done.code == 0
    assert "proved by an older text (g-000002, revoked by Ada: a wrong count)" in done.out


def test_a_folder_is_proved_file_by_file(shell: Shell, small_settings: Settings, stored: Path) -> None:
    answer = json.loads(stored.read_text("utf-8"))
    deep = stored.parent / "of" / "may"
    deep.mkdir(parents=True)
    (deep / "pretty.json").write_text(json.dumps(answer, indent=2), "utf-8")
    refused = shell("ask", "What does it cost?", "--json").out
    (deep / "two.jsonl").write_text(f"{refused}\n{json.dumps(answer)}\n", "utf-8")
    (deep / "notes.txt").write_text("no answer", "utf-8")

    whole = shell("verify", stored.parent)
    answer["citations"][0]["evidence"]["participants"] = 1600
    (deep / "two.jsonl").write_text(f"{refused}\n{json.dumps(answer)}\n", "utf-8")
    (deep / "latin.json").write_bytes(b"\xff\xfe")
    tampered = shell("verify", stored.parent, "--json")

    assert (whole.code, whole.err) == (0, "")
    assert whole.out.endswith("4 answers, 6 quotes: 3 proved by the index in use, 0 proved by an older text, "
                              "1 nothing quoted, 0 NOT PROVED\n")  # fmt: skip
    assert tampered.code == 1
    found = [json.loads(line) for line in tampered.out.splitlines()]
    assert [(Path(one["file"]).name, one["line"], one["proved"]) for one in found] == [
        ("latin.json", 1, "no"), ("pretty.json", 1, "in_use"), ("two.jsonl", 1, "nothing_quoted"),
        ("two.jsonl", 3, "no"), ("tuesday.jsonl", 1, "in_use"),
    ]  # fmt: skip
    assert found[3]["problems"] == [
        "trial-lupus: not as published, beside the quote: the facts of the source"
    ]


def test_anyone_can_prove_by_a_folder_of_documents(
    shell: Shell, small_settings: Settings, stored: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "elsewhere"))

    assert shell("verify", stored, "--content", small_settings.content).code == 0
    without = shell("verify", stored)
    edited(small_settings.content, "There were no deaths.", "There were no deaths at all.")

    assert (without.code, without.out) == (66, "")
    assert "no index here. Run: faq build" in without.err
    assert shell("verify", stored, "--content", small_settings.content).code == 1


def test_a_folder_without_answers_and_a_missing_file_are_said(
    shell: Shell, small_settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()

    nothing, missing = shell("verify", tmp_path / "empty"), shell("verify", tmp_path / "none.jsonl")

    assert (nothing.code, missing.code) == (66, 66)
    assert "no file in it ends with .json or .jsonl" in nothing.err
    assert "cannot be read as text" in missing.err


def test_a_terminal_sees_how_far_it_is(shell: Shell, stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)

    shell("verify", stored)

    assert "verifying: 100%" in terminal.getvalue()


def test_an_answer_of_then_is_given_again(shell: Shell, small_settings: Settings, stored: Path) -> None:
    receipt = json.loads(stored.read_text("utf-8"))["receipt"]
    publish(shell, small_settings, "There were no deaths.", "There were no deaths at all.")

    told = shell("replay", stored)
    # The question is one of the labelled ones.
    bare = shell("replay", receipt, "--json")

    assert (told.code, told.err) == (0, "")
    assert told.out.startswith(f"{receipt}: the same answer, g-000001 (ix-")
    assert '\n  asked "Were there any deaths?" (stored answer)\n' in told.out
    then, _, today = told.out.partition("\nSince then:\n")
    assert "“There were no deaths.”\n  — Lupus study\n" in then
    assert (
        "  trial-lupus (quoted or near): changed\n"
        "    - There were no deaths.\n    + There were no deaths at all.\n"
    ) in today
    assert "\nToday:\n" in today and "“There were no deaths at all.”" in today
    found = json.loads(bare.out)
    assert (bare.code, found["same"], found["whence"]) == (0, True, "labelled question")
    assert found["documents"][0]["sentences"]["removed"] == ["There were no deaths."]


def test_an_index_that_is_gone_ends_with_one(shell: Shell, small_settings: Settings, stored: Path) -> None:
    for n in range(4):
        publish(shell, small_settings, f"common{'!' * n}.", f"common{'!' * (n + 1)}.")

    done = shell("replay", stored)

    assert done.code == 1
    assert ": NOT the same answer, ix-" in done.out
    assert "is no longer kept; 4 of its 4 documents stand in the archive" in done.out
    assert "“There were no deaths.”" in done.out, "the stored answer, proved by the archive"
    assert "  therapy-knee: changed\n    - Knee pain is common.\n    + Knee pain is common!!!!.\n" in done.out
    assert done.out.endswith("Today a visitor sees the same.\n")
    assert shell("verify", stored).code == 0


def test_a_stored_answer_that_was_tampered_with_is_not_shown(
    shell: Shell, small_settings: Settings, stored: Path
) -> None:
    answer = json.loads(stored.read_text("utf-8").replace("There were no deaths.", "There were 90 deaths."))
    stored.write_text(json.dumps(answer), "utf-8")

    done = shell("replay", stored)

    assert done.code == 1
    assert (
        "  in the stored answer, citations.1.cited_text: 'There were 90 deaths.', now 'There were no deaths.'"
    ) in done.out
    assert "“There were no deaths.”" in done.out


def test_a_conversation_in_a_file_gives_its_own_history(
    shell: Shell, small_settings: Settings, tmp_path: Path
) -> None:
    first, then = "What did the lupus study find?", "And how many months?"
    path = tmp_path / "talk.jsonl"
    lines = [shell("ask", first, "--json").out, shell("ask", then, "--history", first, "--json").out]
    path.write_text("".join(lines), "utf-8")
    alone = tmp_path / "alone.json"
    alone.write_text(lines[1], "utf-8")

    talk = shell("replay", path)
    lost, given = shell("replay", alone), shell("replay", alone, "--history", first)

    assert (talk.code, talk.err) == (0, "")
    assert f'  asked "{then}" (stored answer)\n  after "{first}"\n' in talk.out
    assert (lost.code, lost.out) == (66, "")
    assert "earlier questions too: faq replay RECEIPT --question" in lost.err
    assert given.code == 0


def test_what_cannot_be_replayed_says_what_to_give(
    shell: Shell, small_settings: Settings, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{}\n", "utf-8")
    unknown = "r-" + "0" * 24

    said = {name: shell("replay", name) for name in (unknown, "r-12", broken)}

    assert {done.code for done in said.values()} == {66}
    assert "none of the questions known here fits it; what visitors ask is not kept" in said[unknown].err
    assert "is neither a receipt (r- and 24 digits" in said["r-12"].err
    assert "broken.jsonl: line 1 is no answer (question: Field required)" in said[broken].err
    assert shell("replay", unknown, "--question", ASKED).code == 66
