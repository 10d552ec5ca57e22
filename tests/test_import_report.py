"""A person reads what became of a file and what to do; a script reads the same."""

from __future__ import annotations

import json

from assistant.import_report import RefusedFile, import_report, report_text, taken_text
from assistant.vanished import LostQuestion
from content.changes import Changes
from content.extract import LeftOut, Piece
from content.importing import Added
from content.readers.plain import read_plain

ADDED = Added(
    document=read_plain("None died. Pain fell.\nSecond.", document_id="a-page"), path="pages/a-page.md",
    outcome="changed", changes=Changes(added=("Pain fell.",), removed=("Pain rose.",), kept=2),
    missing=("reviewed: who compared",), lost_caveats=("b-page: Pain rose.",),
    left_out=(LeftOut(why="hidden", text="Buy  now"), LeftOut(why="hidden", text="x" * 200)),
    pieces=(Piece(kind="heading", text="Head", level=2), Piece(kind="item", text="Pain fell.")),
)  # fmt: skip
LOST = LostQuestion(by="labelled", id="q1", question="Did it hurt?", sentence="Pain rose.")


def test_the_whole_report_by_hand() -> None:
    assert (
        report_text(import_report("a.html", ADDED, [LOST]))
        == f"""\
changed: a-page  (pages/a-page.md) from a.html
  taken: 2 blocks, 5 words; left out: 2 hidden
    left out, hidden: Buy now
    left out, hidden: {"x" * 100}…
  sentences: 1 gone, 1 new, 2 as before
    - Pain rose.
    + Pain fell.
  a caveat is gone: b-page: Pain rose.
  a question loses its sentence: “Did it hurt?” (labelled q1) “Pain rose.”
  enter above the words in that file:
    reviewed: who compared"""
    )


def test_a_plain_one_is_two_lines() -> None:
    plain = ADDED.model_copy(
        update={"outcome": "new", "changes": None, "missing": (), "lost_caveats": (), "left_out": ()}
    )

    assert report_text(import_report("a.html", plain)).splitlines() == [
        "new: a-page  (pages/a-page.md) from a.html",
        "  taken: 2 blocks, 5 words; left out: nothing",
    ]


def test_many_parts_left_out_are_counted() -> None:
    many = ADDED.model_copy(update={"left_out": tuple(LeftOut(why="menu", text=f"{n}") for n in range(7))})
    lines = report_text(import_report("a.html", many)).splitlines()

    assert "left out: 7 menu" in lines[1]
    assert lines[7] == "    … and 2 more: faq add --show FILE"


def test_everything_taken_can_be_shown() -> None:
    assert taken_text(ADDED).splitlines()[:3] == [
        "  ##  Head",
        "  item  Pain fell.",
        "  left out, hidden  Buy  now",
    ]


def test_a_script_reads_the_same() -> None:
    row = json.loads(import_report("a.html", ADDED, [LOST]).model_dump_json())

    assert (row["file"], row["id"], row["outcome"]) == ("a.html", "a-page", "changed")
    assert row["changes"] == {"added": ["Pain fell."], "removed": ["Pain rose."], "kept": 2}
    assert row["lost_questions"][0]["id"] == "q1"
    assert json.loads(RefusedFile(file="a", refused="why").model_dump_json()) == {
        "file": "a",
        "refused": "why",
    }
