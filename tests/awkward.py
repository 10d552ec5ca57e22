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
    "acacia": "Acacia notes hold <!-- comments -->, <![CDATA[data]]> and <?xml?>.",
    "bamboo": "Bamboo links [here](https://example.org) and ![picture](x.png) stay words.",
    "clover": "Clover sites https://example.org/a_b_c?d=1&e=2 and a@example.org are not links.",
    "dahlia": "Dahlia formulas \\(x^2\\), \\[y\\] and \\frac{1}{2} stay as typed.",
    "ebony": "Ebony\n# heading\n## heading\n> quoted\nend.",
    "fig": "Fig\n- one\n- [ ] two\n* three\n+ four\nend.",
    "garlic": "Garlic\n\tindented\n    code\n        deeper.",
    "holly": "Holly notes[^1] and :smile: and ==marked== and ^up^ and ~down~.",
    "ivy": "Ivy <script>window.ran=1</script> and <style>*{display:none}</style>.",
    "jasmine": "Jasmine <details><summary>open</summary>shut</details>.",
    "kumquat": "Kumquat שלום and مرحبا stand beside 16 and left to right.",
    "lilac": "Lilac 患者十六名 and пациенты and ασθενείς.",
    "maple": "Maple Z\u0327a\u0335 and q\u0301 carry marks that stand alone.",
    "nutmeg": "Nutmeg “curly” ‘quotes’, «angle», „low“ and 'straight' \"ones\".",
    "olive": "Olive ranges 3–28 and 3—28 and 3−28 and 3‐28 and 3‑28.",
    "poppy": "Poppy ≤ 5 ≥ 6 ≠ 7 ≈ 8 ± 9 × 10 ÷ 11 ∞ √ ∑ ∫.",
    "radish": "Radish H₂O, CO₂, m², 10⁻⁶, ½ and ℃.",
    "senna": "Senna ﬁbres, ﬂows and oﬃces have ligatures.",
    "tulip": "Tulip \\ backslashes \\* \\_ \\# \\` and \\\\ two.",
    "ulmus": "Ulmus 100% of %d, %s and %20 and {braces} and {{two}} and ${three}.",
    "vanilla": "Vanilla ends with two spaces  \nand goes on.",
    "wasabi": "Wasabi http://[::1]/ and file:///etc and javascript:alert(1).",
    "xylem": "Xylem " + "verylongword" * 12 + " is one word.",
    "yam": "Yam &lt;b&gt; &amp;amp; &#x3C; &copy; and &notanentity; stay.",
    "zucchini": "Zucchini a\u200db, a\u200cb and 👨‍👩‍👧 are joined.",
    "aloe": "Aloe `unclosed code and **unclosed bold and [unclosed link.",
    "basil": "Basil ```mermaid graph TD``` and $$\\int$$ and @mention and #tag.",
    "cumin": "Cumin <img src=x onerror=window.ran=1> and <a href=//evil.example>x</a>.",
}
UNCOVERED = "oak palm quince rose sorrel thyme umber violet willow yarrow zinnia".split()


def question_about(plant: str) -> str:
    """Return what a visitor asks about a plant."""
    return f"What is said about the plant {plant}?"


def write_awkward_library(folder: Path) -> Path:
    """Write one clinic page for each passage, and questions to calibrate on; return the folder."""
    folder.mkdir(parents=True)
    for plant, words in PASSAGES.items():
        source = "speaker: clinic_page\nsource: {publisher: A clinic}"
        head = f"id: about-{plant}\ntitle: About {plant}\nkind: clinic\n{source}"
        (folder / f"{plant}.md").write_text(f"---\n{head}\n---\n\n~~~\n{words}\n~~~\n", "utf-8")
    lines = [
        {"id": plant, "question": question_about(plant), "expect": "quote", "accept_any": [words]}
        for plant, words in PASSAGES.items()
    ] + [{"id": plant, "question": question_about(plant), "expect": "no_passage"} for plant in UNCOVERED]
    (folder / "questions.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return folder
