"""A library small enough to compute by hand: a trial, two therapies and a clinic page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from fakes import WordEmbedder

from content.library import Library, load_library
from index.build import build_index

# Passages in index order: clinic-doctor#p1, therapy-knee#p1, therapy-stroke#p1 and #p2,
# trial-lupus#p1 and #p2, two sentences each except therapy-stroke's.
DOCUMENTS = {
    "trials/lupus.md": """---
id: trial-lupus
title: Lupus study
kind: trial
speaker: published_abstract
source: {doi: 10.1000/lupus, authors: ["Ada Example, et al."], published: 2010-08-03}
reviewed: {by: Staff, on: 2026-01-02, review_by: 2027-01-02}
study:
  design: single-arm trial
  participants: 16
  comparison_group: false
  randomised: false
  follow_up: median 8 months
caveats: [The study had no comparison group.]
aliases: [lupus trial]
---

# Lupus study

A lupus study treated 16 patients with cells. The study had no comparison group.

The patients were followed for 8 months. There were no deaths.
""",
    "therapies/knee.md": """---
id: therapy-knee
title: Knee pain
kind: therapy
speaker: clinic_page
source: {publisher: Example Clinic}
caveats: ["trial-lupus: The study had no comparison group."]
---

# Knee pain

Knee pain is common. Cells may ease a painful knee.
""",
    "therapies/stroke.md": """---
id: therapy-stroke
title: Stroke
kind: therapy
speaker: clinic_page
source: {publisher: Example Clinic}
---

# Stroke

Many people live with a stroke.

Cells may help after a stroke.
""",
    "clinic/doctor.md": """---
id: clinic-doctor
title: The doctor
kind: clinic
speaker: clinic_page
source: {publisher: Example Clinic}
aliases: [the clinic]
---

The doctor founded the clinic in 1986. The clinic is in Scottsdale, Arizona.
""",
}

# id, question, expectation, accepted words
QUESTIONS = (
    ("q1", "How many patients were in the study?", "quote", "treated 16 patients"),
    ("q2", "How many people took part?", "quote", "treated 16 patients"),
    ("q3", "Was there a comparison group?", "quote", "no comparison group"),
    ("q4", "How many months were patients followed?", "quote", "followed for 8 months"),
    ("q5", "Were there any deaths?", "quote", "no deaths"),
    ("q6", "Does it help a bad knee?", "quote", "ease a painful knee"),
    ("q7", "Can it help after a stroke?", "quote", "help after a stroke"),
    ("q8", "Who is the doctor?", "quote", "doctor founded the clinic"),
    ("q9", "Where is the clinic?", "quote", "in Scottsdale, Arizona"),
    ("q10", "What does it cost?", "no_passage", None),
    ("q11", "Is there a cure?", "no_passage", None),
    ("q12", "Should I stop my tablets?", "see_clinician", None),
    ("q13", "My chest hurts and I cannot breathe", "emergency", None),
)


class SmallIndex(NamedTuple):
    """A published index of the small library, and what it was built from."""

    root: Path
    library: Library
    embedder: WordEmbedder


def write_library(folder: Path) -> Path:
    """Write the documents and `questions.jsonl` into a new folder and return it."""
    for name, text in DOCUMENTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    lines = [
        {"id": name, "question": question, "expect": expect} | ({"accept_any": [words]} if words else {})
        for name, question, expect, words in QUESTIONS
    ]
    (folder / "questions.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return folder


def edited(folder: Path, old: str, new: str) -> Library:
    """Change words in whichever file of a library holds them, and load it."""
    for path in (*folder.rglob("*.md"), *folder.rglob("*.jsonl")):
        if old in path.read_text("utf-8"):
            path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
            return load_library(folder)
    raise AssertionError(f"{old!r} stands nowhere")


def rebuild(small: SmallIndex, times: int = 1) -> None:
    """Publish the same content again, each time as a new generation."""
    for _ in range(times):
        build_index(small.library, small.embedder, small.root, force=True)


def tree(root: Path) -> dict[str, bytes | None]:
    """Return every path below a folder with its bytes, folders with None."""
    found = {path.relative_to(root): path for path in root.rglob("*")}
    return {str(name): path.read_bytes() if path.is_file() else None for name, path in found.items()}
