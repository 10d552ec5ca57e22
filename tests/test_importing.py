"""A source comes in whole or not at all, and coming in again loses nothing that a person entered."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import brought
import pytest
from fakes import WordEmbedder
from small import tree

from content import errors, importing
from content.changes import Changes
from content.editing import save_facts
from content.importing import Added, add_source
from content.library import load_library
from content.schema import Imported, StudyHints
from index.build import build_index

TODAY, LATER = date(2026, 6, 30), date(2026, 12, 1)
STUDY = {"design": "single-arm trial", "participants": 16, "comparison_group": False, "randomised": False}
REVIEWED = {"by": "Staff", "on": "2026-06-30", "review_by": "2027-06-30"}
TRIAL = """title: Cord cells in lupus
kind: trial
doi: 10.1000/lupus
published: 2010-08-03
participants: 16
hidden: Buy now

# Cord cells in lupus
We treated 16 patients. No one died.
- Pain fell.
"""
PAGE = "title: Knee pain\nkind: therapy\npublisher: Clinic\n\nKnees hurt. Cells may help.\n"
ENTERED: dict[str, Any] = {
    "study": STUDY, "caveats": ["We treated 16 patients."], "aliases": ["lupus trial"],
    "questions": ["Did anyone die?"], "abbreviations": {"SLE": "lupus"}, "outcome_sections": ["Results"],
    "limitation_sections": ["Limits"], "reviewed": REVIEWED,
}  # fmt: skip


@pytest.fixture(autouse=True)
def _notation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "extracted", brought.extracted)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pages"


def bring(folder: Path, text: str, *, name: str = "page.html", today: date = TODAY, **given: Any) -> Added:
    (added,) = bring_all(folder, text, name=name, today=today, **given)
    return added


def bring_all(folder: Path, text: str, *, name: str, today: date = TODAY, **given: Any) -> tuple[Added, ...]:
    source = folder.parent / name
    source.write_text(text, "utf-8")
    return add_source(source, folder, today, **given)


def files(folder: Path) -> dict[str, bytes | None]:
    """Return everything but the lock."""
    return {name: raw for name, raw in tree(folder).items() if name != ".lock"}


def test_a_new_source_becomes_a_document_with_its_own_facts(folder: Path) -> None:
    added = bring(folder, TRIAL, name="lupus.nbib")
    (document,) = load_library(folder).documents
    sha256 = hashlib.sha256(TRIAL.encode()).hexdigest()

    assert (added.document, added.outcome, added.changes) == (document, "new", None)
    assert added.path == str(folder / "trials" / "trial-cord-cells-lupus-2010.md")
    assert (document.id, document.title) == ("trial-cord-cells-lupus-2010", "Cord cells in lupus")
    assert (document.kind, document.speaker) == ("trial", "published_abstract")
    assert (document.source.doi, document.source.accessed) == ("10.1000/lupus", TODAY)
    assert (document.study, document.study_hints) == (None, StudyHints(participants=16))
    assert document.imported == Imported(file="lupus.nbib", sha256=sha256, format="html", on=TODAY)
    assert document.text == "Cord cells in lupus\n\nWe treated 16 patients. No one died.\n\nPain fell."
    assert (folder / ".sources" / f"{sha256}.nbib").read_text("utf-8") == TRIAL


def test_what_was_taken_left_out_and_is_missing_is_told(folder: Path) -> None:
    added = bring(folder, TRIAL)

    assert [piece.text for piece in added.pieces] == added.document.text.split("\n\n")
    assert [(left.why, left.text) for left in added.left_out] == [("hidden", "Buy now")]
    assert [line.partition(":")[0] for line in added.missing] == [
        "reviewed", "study.design", "study.comparison_group", "study.randomised", "study.participants",
        "study.follow_up", "caveats",
    ]  # fmt: skip
    assert any("the source says: 16; check it" in line for line in added.missing)
    assert added.missing[-1].endswith("candidates: “We treated 16 patients.”")


def test_an_unchanged_source_writes_nothing(folder: Path) -> None:
    first = bring(folder, TRIAL)
    before = files(folder)

    for name in ("page.html", "renamed.html"):
        again = bring(folder, TRIAL, name=name, today=LATER)
        assert again == first.model_copy(update={"outcome": "unchanged"})
        assert files(folder) == before


def test_what_a_person_entered_stays_when_the_source_changes(folder: Path) -> None:
    first = bring(folder, TRIAL)
    before = save_facts(folder, first.document.id, {**ENTERED, "title": "Cells and lupus"})
    raw = Path(first.path).read_bytes()

    again = bring(
        folder, TRIAL.replace("No one died.", "One died.").replace("16\nhidden", "18\nhidden"), today=LATER
    )

    after = load_library(folder).document(before.id)
    assert (again.outcome, again.document, again.path) == ("changed", after, first.path)
    assert again.changes == Changes(added=("One died.",), removed=("No one died.",), kept=2)
    kept = set(ENTERED) - {"reviewed"} | {"id", "kind", "speaker", "title"}
    assert after.model_dump(include=kept) == before.model_dump(include=kept)
    assert after.reviewed is None, "somebody must compare the words again"
    assert after.study_hints == StudyHints(participants=18)
    assert after.source.accessed == LATER
    assert (folder / ".removed" / f"{before.id}.md").read_bytes() == raw


def test_words_that_stayed_need_no_second_review(folder: Path) -> None:
    before = save_facts(folder, bring(folder, TRIAL).document.id, ENTERED)

    again = bring(folder, TRIAL.replace("hidden: Buy now\n", ""), today=LATER)

    assert (again.outcome, again.changes) == ("changed", Changes(kept=3))
    assert again.document.reviewed == before.reviewed
    assert again.document.imported != before.imported


def test_a_title_follows_its_source_unless_a_person_chose_it(folder: Path) -> None:
    bring(folder, TRIAL)
    renamed = TRIAL.replace("Cord cells in lupus", "RETRACTED: Cord cells in lupus")

    assert bring(folder, renamed).document.title == "RETRACTED: Cord cells in lupus"
    save_facts(folder, "trial-cord-cells-lupus-2010", {"title": "Our name"})
    assert bring(folder, TRIAL).document.title == "Our name"


def test_a_retraction_is_taken_over_and_stays(folder: Path) -> None:
    document = save_facts(folder, bring(folder, TRIAL).document.id, ENTERED)
    retracted = bring(folder, f"retracted: Retracted in 2020\nconcern: Doubts\n{TRIAL}")

    assert (retracted.document.retracted, retracted.document.concern) == ("Retracted in 2020", "Doubts")
    assert retracted.document.reviewed == document.reviewed
    assert bring(folder, f"{TRIAL}Another copy.\n").document.retracted == "Retracted in 2020"


def test_a_lost_caveat_is_named_with_the_documents_that_carry_it(folder: Path) -> None:
    trial = save_facts(folder, bring(folder, TRIAL).document.id, ENTERED)
    page = bring(folder, PAGE, name="knee.html")
    save_facts(folder, page.document.id, {"caveats": [f"{trial.id}: We treated 16 patients."]})

    again = bring(folder, TRIAL.replace("treated 16", "treated sixteen"))

    assert again.lost_caveats == (
        f"{page.document.id}: We treated 16 patients.", f"{trial.id}: We treated 16 patients.",
    )  # fmt: skip


def test_a_file_of_two_documents_gives_two(folder: Path) -> None:
    both = f"{TRIAL}=====\n{PAGE}"
    first, second = bring_all(folder, both, name="both.html")

    assert [one.document.id for one in (first, second)] == [
        "trial-cord-cells-lupus-2010",
        "therapy-knee-pain",
    ]
    assert [one.outcome for one in bring_all(folder, both, name="both.html")] == ["unchanged"] * 2
    changed = bring_all(folder, both.replace("Knees hurt.", "Knees ache."), name="both.html")
    assert [(one.document.id, one.changes and one.changes.removed) for one in changed] == [
        (first.document.id, ()),
        (second.document.id, ("Knees hurt.",)),
    ]


@pytest.mark.parametrize(
    ("second", "error"),
    [
        (PAGE.replace("kind: therapy\n", ""), errors.KindNeeded),
        (PAGE.replace("Knees", "\u202eKnees"), errors.SourceRefused),
        (TRIAL.replace("10.1000/lupus", "10.1000/other"), errors.DuplicateDocument),
        ("REFUSE", errors.SourceRefused),
    ],
)
def test_one_refused_document_refuses_the_file(
    folder: Path, second: str, error: type[errors.FaqError]
) -> None:
    bring(folder, "title: Other\nkind: clinic\n\nOther words.\n", name="other.html")
    before = files(folder)

    with pytest.raises(error, match=r"both\.html"):
        bring_all(folder, f"{TRIAL}=====\n{second}", name="both.html")

    assert files(folder) == before


def test_the_same_words_from_another_file_are_refused(folder: Path) -> None:
    first = bring(folder, PAGE, name="knee.html")

    with pytest.raises(errors.DuplicateDocument, match=rf"^copy\.html: the same words as {first.path}"):
        bring(folder, PAGE.replace("Knee pain", "Pain of the knee"), name="copy.html")


def test_a_kind_nobody_told_is_asked_for(folder: Path) -> None:
    unknown = PAGE.replace("kind: therapy\n", "")
    with pytest.raises(errors.KindNeeded, match=r"page\.html"):
        bring(folder, unknown)

    added = bring(folder, unknown, kind="clinic", speaker="authority")
    assert (added.document.id, added.document.speaker) == ("clinic-knee-pain", "authority")
    assert added.path == str(folder / "clinic" / "clinic-knee-pain.md")
    assert bring(folder, unknown).outcome == "unchanged", "the document tells its kind by now"
    assert bring(folder, f"{unknown}More.\n", kind="therapy").document.kind == "clinic"


def test_a_given_kind_makes_no_therapy_page_of_a_trial(folder: Path) -> None:
    both = f"{TRIAL}=====\n{PAGE.replace('kind: therapy', 'publisher: C')}"

    found = bring_all(folder, both, name="both.html", kind="therapy", speaker="authority")

    assert [(one.document.kind, one.document.speaker) for one in found] == [
        ("trial", "authority"),
        ("therapy", "authority"),
    ]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b.html", "/tmp/x.html"])
def test_an_uploaded_name_leads_nowhere_else(folder: Path, name: str) -> None:
    source = folder.parent / "upload.tmp"
    source.write_text(PAGE, "utf-8")
    (added,) = add_source(source, folder, TODAY, name=name)

    assert added.document.imported is not None
    assert added.document.imported.file == Path(name).name
    written = {path.parent.name for path in folder.rglob("*") if path.is_file()}
    assert written == {"pages", "therapies", ".sources"}


def test_our_own_markdown_is_taken_as_it_is(folder: Path) -> None:
    facts = "kind: clinic # ours\nid: our-page\ntitle: Ours\nspeaker: clinic_page\nsource: {publisher: C}"
    own = f"---\n{facts}\n---\n\nWords.\n"
    added = bring(folder, own, name="whatever.md")

    assert (added.outcome, added.path) == ("new", str(folder / "clinic" / "our-page.md"))
    assert Path(added.path).read_text("utf-8") == own
    assert bring(folder, own, name="other.md").outcome == "unchanged"
    changed = bring(folder, own.replace("Words.", "Others."), name="whatever.md")
    assert (changed.outcome, changed.changes) == ("changed", Changes(added=("Others.",), removed=("Words.",)))
    with pytest.raises(errors.UnreadableDocument, match=r"whatever\.md, line 2, field kind"):
        bring(folder, own.replace("kind: clinic", "kind: advert"), name="whatever.md")


def test_another_program_s_markdown_is_a_source(folder: Path) -> None:
    added = bring(folder, f"---\nlayout: post\n---\n{PAGE}", name="post.md", kind="clinic")

    assert added.document.imported is not None
    assert added.document.imported.file == "post.md"


@pytest.mark.parametrize("name", ["missing.html", "folder.html"])
def test_a_file_that_cannot_be_read_is_refused_by_name(folder: Path, name: str) -> None:
    (folder.parent / "folder.html").mkdir()

    with pytest.raises(errors.SourceRefused, match=rf"^{name}: there is no such file"):
        add_source(folder.parent / name, folder, TODAY)
    assert not folder.exists()


def test_a_huge_file_is_refused_before_it_is_read(folder: Path) -> None:
    huge = folder.parent / "huge.html"
    with huge.open("wb") as file:
        file.truncate(1 << 40)

    with pytest.raises(errors.SourceRefused, match=r"huge\.html: more than 20 MB"):
        add_source(huge, folder, TODAY)


def test_a_file_that_changes_while_it_is_read_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changes(path: Path, *, name: str | None = None) -> object:
        found = brought.extracted(path, name=name)
        path.write_text("other", "utf-8")
        return found

    monkeypatch.setattr(importing, "extracted", changes)
    with pytest.raises(errors.SourceRefused, match="changed while it was read"):
        bring(folder, PAGE)


def test_one_broken_document_stops_the_import(folder: Path) -> None:
    bring(folder, PAGE)
    (folder / "broken.md").write_text("words", "utf-8")

    with pytest.raises(errors.UnreadableDocument, match=r"broken\.md, line 1"):
        bring(folder, TRIAL, name="other.html")


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_full_disk_leaves_every_document_old_or_new(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, changed = getattr(os, name), TRIAL.replace("No one", "One")
    old = bring(folder, TRIAL).document
    for failing in count(1):
        calls = count(1)

        def fail(*given: object, failing: int = failing, calls: Iterator[int] = calls) -> object:
            if next(calls) == failing:
                raise OSError(28, "No space left on device")
            return real(*given)

        monkeypatch.setattr(os, name, fail)
        try:
            added = bring(folder, changed)
            break
        except errors.CannotWrite as error:
            assert "No space left" in str(error)
        finally:
            monkeypatch.setattr(os, name, real)
        assert not list(folder.rglob(".new-*"))
        if load_library(folder).documents != (old,):
            assert load_library(folder).document(old.id).text == old.text.replace("No one", "One")
            bring(folder, TRIAL)
    assert failing > 3
    assert load_library(folder).documents == (added.document,)


def test_two_programs_bring_in_one_file_once(folder: Path) -> None:
    source = folder.parent / "page.html"
    source.write_text(PAGE, "utf-8")
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(add_source, source, folder, TODAY) for _ in range(4)]
        found = [added for one in running for added in one.result()]

    assert sorted(one.outcome for one in found) == ["new", "unchanged", "unchanged", "unchanged"]
    assert len(load_library(folder).documents) == 1


# Brings the file in from a copy of the folder again and again, each time killed one call later.
KILLED = """
import os, shutil, signal, sys
from datetime import date
from itertools import count
from pathlib import Path
import brought
from content import importing

importing.extracted = brought.extracted
source, folder, copies = map(Path, sys.argv[1:])
for n in count(1):
    copy = copies / str(n)
    shutil.copytree(folder, copy)
    child = os.fork()
    if not child:
        calls = count(1)
        for name in ("fsync", "replace"):
            def call(*given, real=getattr(os, name)):
                if next(calls) == n:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*given)
            setattr(os, name, call)
        importing.add_source(source, copy, date(2026, 12, 1))
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if status != signal.SIGKILL:
        sys.exit(status)
"""


def test_a_kill_at_any_call_leaves_every_document_old_or_new(folder: Path, tmp_path: Path) -> None:
    both = f"{TRIAL}=====\n{PAGE}"
    changed = both.replace("No one died.", "One died.").replace("Knees hurt.", "Knees ache.")
    bring_all(folder, both, name="both.html")
    old = {document.id: document.text for document in load_library(folder).documents}
    source = tmp_path / "both.html"
    source.write_text(changed, "utf-8")
    command = [sys.executable, "-c", KILLED, str(source), str(folder), str(tmp_path / "copies")]
    subprocess.run(command, env=os.environ | {"PYTHONPATH": ":".join(sys.path)}, check=True)

    copies = sorted((tmp_path / "copies").iterdir(), key=lambda path: int(path.name))
    found = [{document.id: document.text for document in load_library(copy).documents} for copy in copies]
    new = found[-1]
    assert len(copies) > 10
    assert found[0] == old
    assert new["trial-cord-cells-lupus-2010"] == old["trial-cord-cells-lupus-2010"].replace("No one", "One")
    assert all(texts[name] in (old[name], new[name]) for texts in found for name in old)
    assert len({tuple(texts.items()) for texts in found}) == 3, "one after the other"
    for copy in copies:
        add_source(source, copy, LATER)
        assert {document.id: document.text for document in load_library(copy).documents} == new
        assert not list(copy.rglob(".new-*"))


def test_one_changed_page_among_a_thousand_embeds_only_its_own_passages(folder: Path, tmp_path: Path) -> None:
    facts = "title: A page\nkind: clinic\nspeaker: clinic_page\nsource: {}"
    folder.mkdir()
    for n in range(999):
        (folder / f"{n}.md").write_text(f"---\nid: page-{n}\n{facts}\n---\nWords of {n}.\n", "utf-8")
    bring(folder, PAGE)
    embedder = WordEmbedder()
    first = build_index(load_library(folder), embedder, tmp_path / "index")
    embedder.asked.clear()

    bring(folder, PAGE.replace("Cells may help.", "Cells may heal.\n\nAsk us."), today=LATER)
    second = build_index(load_library(folder), embedder, tmp_path / "index")

    changed = "Knees hurt. Cells may heal."
    assert set(embedder.asked) == {
        f"Knee pain. {changed}", "Cells may heal.", "Knee pain. Ask us.", "Ask us.",
        f"Knee pain. {changed}\n\nAsk us.",
    }  # fmt: skip
    assert (first.reused, second.embedded, second.reused) == (0, 5, first.embedded - 3 + 1)
