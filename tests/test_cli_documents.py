"""Documents at the command line: brought in through the real readers, each in a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shell import Done, Shell
from small import tree

from assistant.settings import Settings, read_settings
from content.editing import save_facts
from content.library import BUILT_IN, load_library
from content.lint import lint

PAGE = """<!doctype html><html><head><title>Knees – Clinic</title><style>.x { display: none }</style></head>
<body><nav>Menu</nav><main><h1>Knees</h1>
<p>Give 1×10<sup>6</sup> cells per knee, and never more than that.</p>
<p>Pain fell in 8 of 16 people.</p></main><p class="x">Hidden words</p></body></html>"""
RECORD = """
PMID- 12345678
TI  - Cord cells in lupus: a single-arm trial.
AB  - We conducted a single-arm trial that involved 16 patients with lupus. All of them
      received 1x10^6 cells per kilogram. They were followed for 8 months. No one died.
FAU - Example, Ada
DP  - 2010 Aug 3
TA  - Journal of Examples
JT  - Journal of examples
LID - 10.1000/lupus [doi]
PT  - Clinical Trial
PT  - Journal Article
"""


def source(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def add(shell: Shell, *words: object) -> Done:
    return shell("add", *words)


def test_a_page_comes_in_and_the_next_command_is_said(shell: Shell, tmp_path: Path) -> None:
    done = add(
        shell, source(tmp_path, "knee.html", PAGE), "--kind", "therapy", "--content", tmp_path / "pages"
    )
    (document,) = load_library(tmp_path / "pages").documents

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(
        f"new: therapy-knees  ({tmp_path}/pages/therapies/therapy-knees.md) from knee.html\n"
    )
    assert done.out.endswith(
        f"faq check --content {tmp_path}/pages, then: faq build --content {tmp_path}/pages\n"
    )
    assert "left out, " in done.out
    assert document.text == (
        "Knees\n\nGive 1×10⁶ cells per knee, and never more than that.\n\nPain fell in 8 of 16 people."
    )


def test_the_first_page_copies_the_built_in_ones_and_says_so(shell: Shell, tmp_path: Path) -> None:
    before = tree(BUILT_IN)
    done = add(shell, source(tmp_path, "knee.html", PAGE), "--kind", "therapy")
    again = add(shell, source(tmp_path, "knee.html", PAGE))
    own = read_settings().home / "content"

    assert done.err == f"The built-in documents were copied to {own}, which is used from now on.\n"
    assert (again.code, again.err) == (0, "")
    assert again.out.startswith("unchanged: therapy-knees  ")
    assert len(shell("documents").out.splitlines()) == len(load_library(BUILT_IN).documents) + 1
    assert tree(BUILT_IN) == before


def test_a_refused_file_stops_no_other(shell: Shell, tmp_path: Path) -> None:
    files = [
        tmp_path / "missing.html",
        source(tmp_path, "unknown.odt", "x"),
        source(tmp_path, "knee.html", PAGE),
        source(tmp_path, "clinic.html", PAGE.replace("Knees", "Us").replace("16 people", "17 people")),
    ]
    done = add(shell, *files, "--kind", "therapy", "--content", tmp_path / "pages", "--json")
    rows = [json.loads(row) for row in done.out.splitlines()]

    assert done.code == 65
    assert [row["file"] for row in rows] == [file.name for file in files]
    assert ["refused" in row for row in rows] == [True, True, False, False]
    assert [line.split(": ")[1] for line in done.err.splitlines()] == ["missing.html", "unknown.odt"]
    assert len(load_library(tmp_path / "pages").documents) == 2


def test_a_kind_that_nobody_says_is_asked_for_with_the_choices(shell: Shell, tmp_path: Path) -> None:
    page = source(tmp_path, "knee.html", PAGE)
    done = add(shell, page, "--content", tmp_path / "pages")

    assert (done.code, done.out) == (64, "")
    assert done.err.startswith(
        "faq: knee.html: the file does not say what kind of page it is. Say it with --kind: "
    )
    assert all(f"{kind} (" in done.err for kind in ("trial", "therapy", "clinic"))
    assert add(shell, page, "--kind", "advert").code == 2


def test_a_changed_page_shows_its_sentences_and_the_questions_they_answered(
    shell: Shell, small_settings: Settings, tmp_path: Path
) -> None:
    page = source(tmp_path, "knee.html", PAGE)
    add(shell, page, "--kind", "therapy")
    with (small_settings.content / "questions.jsonl").open("a", encoding="utf-8") as file:
        row = {"id": "k1", "question": "Does it hurt less?", "expect": "quote", "accept_any": ["Pain fell"]}
        file.write(json.dumps(row) + "\n")

    done = add(shell, source(tmp_path, "knee.html", PAGE.replace("Pain fell in", "It helped")))

    assert "  sentences: 1 gone, 1 new, 1 as before\n    - Pain fell in 8 of 16 people.\n" in done.out
    assert "    + It helped 8 of 16 people.\n" in done.out
    assert "“Does it hurt less?” (labelled k1) “Pain fell in 8 of 16 people.”" in done.out


def test_everything_can_be_shown_and_saved_beside_its_source(shell: Shell, tmp_path: Path) -> None:
    page, view = source(tmp_path, "knee.html", PAGE), tmp_path / "view.html"
    given = (page, "--kind", "therapy", "--content", tmp_path / "pages", "--html")
    done = add(shell, *given, view, "--show")

    assert "  paragraph  Pain fell in 8 of 16 people.\n" in done.out
    assert "  left out, " in done.out.partition("paragraph  Pain")[2]
    assert done.err == f"saved in {view}\n"
    assert "<iframe sandbox" in view.read_text("utf-8")
    refused = add(shell, *given, tmp_path / "nowhere" / "view.html")
    assert refused.code == 73
    assert "faq add FILE --html PAGE.html" in refused.err


def test_a_trial_is_complete_once_its_facts_are_entered(shell: Shell, tmp_path: Path) -> None:
    content = tmp_path / "pages"
    done = add(shell, source(tmp_path, "lupus.nbib", RECORD), "--content", content)
    (document,) = load_library(content).documents
    assert done.code == 0, done.err
    assert shell("check", "--content", content).code == 1, "and nothing is published"
    assert (document.kind, document.speaker) == ("trial", "published_abstract")
    assert {line.strip().partition(":")[0] for line in done.out.splitlines() if line.startswith("    ")} == {
        "reviewed", "study.design", "study.comparison_group", "study.randomised", "study.participants",
        "study.follow_up", "caveats",
    }  # fmt: skip

    today = datetime.now(UTC).date()
    save_facts(
        content, document.id,
        {
            "study": {
                "design": "single-arm trial", "participants": 16, "comparison_group": False,
                "randomised": False, "follow_up": "8 months",
            },
            "caveats": ["We conducted a single-arm trial that involved 16 patients with lupus."],
            "reviewed": {"by": "Staff", "on": today, "review_by": today + timedelta(days=365)},
        },
    )  # fmt: skip

    assert lint(load_library(content), today) == []


def test_documents_can_be_checked_by_anyone(shell: Shell, small_settings: Settings) -> None:
    rows = [json.loads(row) for row in shell("documents", "--json").out.splitlines()]

    assert all(hashlib.sha256(row["text"].encode()).hexdigest() == row["sha256"] for row in rows)
    assert {row["id"]: row["text"] for row in rows} == {
        document.id: document.text for document in load_library(small_settings.content).documents
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_named(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir(mode=0o500)
    done = add(shell, source(tmp_path, "k.html", PAGE), "--kind", "therapy", "--content", tmp_path / "pages")

    assert done.code == 73
    assert "pages: cannot be written" in done.err
