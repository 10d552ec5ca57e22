"""A library of passages that Markdown, HTML or a formula would like to change."""

from __future__ import annotations

import json
from pathlib import Path

# Each is one sentence about a plant of its own; fences keep it as it is.
PASSAGES = {
    "amber": "Amber doses are <mg/day>, never <b>grams</b> or </div> more.",
    "birch": "Birch results were significant, p < 0.05 and n > 3.",
    "cedar": "Cedar cells were counted, 10^6 in each infusion and 10^-3 in ~~none~~.",
    "daisy": "Daisy visits cost $$ or $5 and never $x^2$ or $$y$$.",
    "elder": "Elder forms hold `code` and ```fences``` and ``more``.",
    "fern": "Fern values | low | high\n--- | --- | ---\na | 1 | 2",
    "ginger": "Ginger  has  two spaces,   three and    four.",
    "hazel": "Hazel\tcolumns\tare\t\ttabs.",
    "iris": "Iris lines\nbreak\nthree times\nhere.",
    "juniper": "Juniper is *not* **bold**, 2 * 3 * 4 and ***loud***.",
    "kale": "Kale is _not_ __slanted__, a snake_case_word or ___.",
    "lemon": "Lemon 👩🏽‍⚕️ nurses wave 🇺🇸 and 😀.",
    "mint": "Mint β‐blockers raise TGF‐β to 10⁶ µg ± ½.",
    "nettle": "Nettle &amp; sage &lt;grow&gt; as &#42; and &nbsp;.",
}
UNCOVERED = "oak palm quince rose sorrel thyme umber violet willow yarrow zinnia".split()


def question_about(plant: str) -> str:
    """Return what a visitor asks about a plant."""
    return f"What is said about the plant {plant}?"


def write_awkward_library(folder: Path) -> Path:
    """Write one clinic page for each passage, and questions to calibrate on; return the folder."""
    folder.mkdir(parents=True)
    for plant, words in PASSAGES.items():
        head = f"id: about-{plant}\ntitle: About {plant}\nkind: clinic\nspeaker: clinic_page\nsource: {{}}"
        (folder / f"{plant}.md").write_text(f"---\n{head}\n---\n\n~~~\n{words}\n~~~\n", "utf-8")
    lines = [
        {"id": plant, "question": question_about(plant), "expect": "quote", "accept_any": [words]}
        for plant, words in PASSAGES.items()
    ] + [{"id": plant, "question": question_about(plant), "expect": "no_passage"} for plant in UNCOVERED]
    (folder / "questions.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return folder
