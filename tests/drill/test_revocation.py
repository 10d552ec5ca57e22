"""Withdrawn words are not quoted again: not under load, and not when anything else is damaged."""

from __future__ import annotations

import hashlib
import itertools
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

import pytest
from drill.figures import Figures, sized
from drill.verdict import versions
from small import write_library

from assistant.live import LiveAssistant
from assistant.publishing import publish
from assistant.settings import Settings
from content.errors import FaqError
from index.pointer import readable_pointer
from index.rollback import Revocation, roll_back
from index.stored import open_generation, open_index

WHY = Revocation(reason="wrong dose", by="Ada", on=datetime(2026, 11, 27, tzinfo=UTC))
ASKED = "Were there any deaths?"


@sized(rounds=(3, 40))
def test_withdrawn_words_are_not_quoted_once_they_are_withdrawn(
    rounds: int, words_model: None, memory: Path, figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.live._LOOK_EVERY_SECONDS", 0.0)
    content = write_library(memory / "library")
    settings = Settings(home=memory / "home", content=content, joint_risk=0.2)
    publish(settings)
    lupus, live = settings.content / "trials" / "lupus.md", LiveAssistant(settings)
    good = lupus.read_text("utf-8")
    withdrawn: list[str] = []
    late: list[str] = []
    errors: list[BaseException] = []
    stop = threading.Event()
    asked, early = itertools.count(), 0

    def ask() -> None:
        while not stop.is_set():
            gone = tuple(withdrawn)
            try:
                answer = live.now().answer(ASKED)
            except BaseException as error:  # noqa: BLE001 - counted
                errors.append(error)
                continue
            next(asked)
            late.extend(words for words in gone if words in answer.model_dump_json())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(rounds):
        bad = f"no deaths with {number} cells."
        lupus.write_text(good.replace("no deaths.", bad), "utf-8")
        publish(settings)
        lupus.write_text(good, "utf-8")
        roll_back(settings.index_root, WHY)
        meanwhile = bad in live.now().answer(ASKED).model_dump_json()
        # A load that began before the rollback ends first; the next look has the older words for good.
        with live._loading:
            pass
        looked(live, settings)
        withdrawn.append(bad)
        early += meanwhile
    stop.set()
    for thread in threads:
        thread.join()
    figures.add(
        "R13 withdrawn while questions are asked", rounds=rounds, questions=next(asked),
        errors=len(errors), rounds_quoted_until_the_next_look=early,
        quoted_afterwards=len(late),
    )  # fmt: skip
    assert (errors, late) == ([], [])


def looked(live: LiveAssistant, settings: Settings) -> None:
    """Wait until the index in use is the one CURRENT names."""
    pointer = readable_pointer(settings.index_root)
    assert pointer
    wanted = open_generation(settings.index_root, pointer.generation)[0].index_id
    for _ in range(2000):
        if live.now().index_id == wanted:
            return
        sleep(0.005)
    raise AssertionError("the rolled-back index is not taken")


Harm = Callable[[Path], object]
HARMS: dict[str, Harm] = {
    "CURRENT gone": lambda root: away(root / "CURRENT"),
    "CURRENT garbage": lambda root: instead(root / "CURRENT", b"?"),
    "CURRENT empty": lambda root: instead(root / "CURRENT", b""),
    "CURRENT a folder": lambda root: away(root / "CURRENT").mkdir(),
    "CURRENT names the withdrawn one": lambda root: instead(root / "CURRENT", line(root / "g-000002")),
    "manifest of the good one gone": lambda root: away(root / "g-000001" / "MANIFEST.json"),
    "words of the good one gone": lambda root: instead(root / "g-000001" / "documents.jsonl", b""),
    "the good one gone": lambda root: shutil.rmtree(root / "g-000001", ignore_errors=True),
    "words of the withdrawn one copied": lambda root: copied(root),
    "REVOKED empty": lambda root: instead(root / "g-000002" / "REVOKED", b""),
    "REVOKED garbage": lambda root: instead(root / "g-000002" / "REVOKED", b"\xff" * 99),
    "REVOKED a folder": lambda root: away(root / "g-000002" / "REVOKED").mkdir(),
    "REVOKED a broken link": lambda root: away(root / "g-000002" / "REVOKED").symlink_to(root / "none"),
}


def away(path: Path) -> Path:
    path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
    return path


def instead(path: Path, raw: bytes) -> None:
    with suppress(OSError):
        away(path).write_bytes(raw)


def copied(root: Path) -> None:
    with suppress(OSError):
        shutil.copy(root / "g-000002" / "documents.jsonl", root / "g-000001" / "documents.jsonl")


def line(folder: Path) -> bytes:
    return f"{folder.name} {hashlib.sha256((folder / 'MANIFEST.json').read_bytes()).hexdigest()}\n".encode()


@sized(step=(4, 1))
def test_withdrawn_words_stay_withdrawn_whatever_else_is_damaged(
    step: int, memory: Path, figures: Figures
) -> None:
    known = versions(memory / "words", "old", "new")
    for version in known:
        version.publish(memory / "template")
    roll_back(memory / "template", WHY)
    answered = refused = 0
    for harms in itertools.chain(
        ((harm,) for harm in HARMS), itertools.islice(itertools.permutations(HARMS, 2), 0, None, step)
    ):
        root = memory / "index"
        shutil.copytree(memory / "template", root)
        for harm in harms:
            HARMS[harm](root)
        try:
            said = "".join(document.text for document in open_index(root)[0].documents)
            assert known[1].says not in said, harms
            answered += 1
        except FaqError:
            refused += 1
        shutil.rmtree(root)
    figures.add(
        "R13 rollback and damage", tried=answered + refused, answered_with_older_words=answered,
        refused=refused, withdrawn_words=0,
    )  # fmt: skip
    assert answered > 10
