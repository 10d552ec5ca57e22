"""The page of an evaluation: complete, escaped, and alone in the world."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

import pytest
from judged import ROWS, row

from assistant.comparison import compare
from assistant.evaluation import Report
from assistant.figures import figures, groups, intervals
from assistant.report_page import MEANINGS, as_page
from assistant.rows import Row

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></table></body></html>",
    "\"' onmouseover='alert(1)",
    "<svg><style>@import 'http://evil.example/';</style></svg>",
    "&lt;b&gt; & &amp;",
    "<!-- <a href='https://evil.example'>",
    "\u202eright to left",
)


def report(rows: Sequence[Row], before: Sequence[Row] | None = None) -> Report:
    return Report(
        index_id="ix-1", calibration_id="cal-1", questions=len(rows), figures=figures(rows),
        intervals=intervals(rows), groups=groups(rows), rows=tuple(rows),
        comparison=None if before is None else compare(rows, before),
    )  # fmt: skip


class Page(HTMLParser):
    """What a browser would make of a page: elements, attributes, and the cells of its tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.cells: list[str] = []
        self._in_cell = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag in ("td", "th"):
            self._in_cell = True
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.cells[-1] += data


def assert_alone(page: Page, text: str) -> None:
    """Assert that a page runs nothing and loads nothing."""
    assert not {"script", "link", "img", "iframe", "object", "embed", "a", "base", "form"} & set(
        page.elements
    )
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    for name, value in page.attributes:
        if name in ("href", "xlink:href", "src", "action"):
            assert value.startswith("#"), "a picture refers to its own parts alone"
    assert set(re.findall(r"url\(\s*[\"']?(.)", text)) <= {"#"}
    assert "@import" not in text.replace("@import &#x27;", "")


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_shown_and_nothing_else(words: str) -> None:
    rows = [row(words, "no_passage", "answered", question=words, quoted=words, history=(words,)),
            row("c", question=words, wanted=words)]  # fmt: skip
    text = as_page(report(rows, rows))
    page = Page(text)

    assert_alone(page, text)
    assert words in page.cells, "exactly the words, in a cell of their own"
    assert f"{words}after: {words}" in page.cells
    assert text.count("</html>") == 1
    assert text.count("<table") == text.count("</table>")


def test_the_page_forbids_scripts_and_other_places() -> None:
    text = as_page(report(ROWS))

    assert_alone(Page(text), text)
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    # The one address is the name of a format, which nobody fetches.
    assert set(re.findall(r"https?://[^\"'\s<>]+", text)) == {
        "http://www.w3.org/1999/xlink", "http://www.w3.org/2000/svg",
    }  # fmt: skip


def test_every_miss_stands_beside_what_was_wanted() -> None:
    rows = [row("hit", status="answered", hit_rank=1, question="never listed"),
            row("other", status="answered", wanted="Wanted words.", quoted="Other words.", confidence=0.75,
                question="Why?"),
            row("refused", unrefused=1, confidence=0.25, question="How?", wanted="A sentence."),
            row("away", "emergency", "answered", question="My chest hurts"),
            row("fine", "no_passage", question="also never listed")]  # fmt: skip
    text = as_page(report(rows))
    cells = Page(text).cells
    misses = cells[cells.index("confidence") + 1 :]

    assert [misses[start : start + 7] for start in range(0, len(misses), 7)] == [
        ["other", "Why?", "Wanted words.", "Other words.", "answered", "other words quoted", "0.750"],
        ["refused", "How?", "A sentence.", "", "no_answer", "refused", "0.250"],
        ["away", "My chest hurts", "", "", "answered", "not redirected", "0.000"],
    ]
    assert "3 of 5 questions." in text
    assert "never listed" not in text


def test_every_figure_has_a_value_an_interval_where_there_is_one_and_a_meaning() -> None:
    cells = Page(as_page(report(ROWS))).cells
    found = figures(ROWS)

    assert set(MEANINGS) == set(found)
    low, high = intervals(ROWS)["quote_hit@1"] or (0, 0)
    start = cells.index("quote_hit@1")
    assert cells[start : start + 4] == [
        "quote_hit@1", "0.2", f"{low:.3f} – {high:.3f}", MEANINGS["quote_hit@1"],
    ]  # fmt: skip
    start = cells.index("redirect_emergency")
    assert cells[start : start + 3] == ["redirect_emergency", "–", ""]


def test_groups_without_questions_are_left_out() -> None:
    cells = Page(as_page(report(ROWS))).cells

    assert {"trial", "therapy", "none", "number", "open"} <= set(cells)
    assert not {"clinic", "place", "person"} & set(cells)


def test_a_comparison_is_shown_with_its_verdict() -> None:
    before = [one.model_copy(update={"hit_rank": 1}) for one in ROWS]
    compared = report(ROWS, before)
    text = as_page(compared)

    assert compared.comparison
    assert compared.comparison.verdict in text
    cells = Page(text).cells
    start = cells.index("right@1")
    assert cells[start : start + 6] == ["right@1", "1", "0.2", "-0.800", "0.1250", "5"]
    assert "baseline" not in as_page(report(ROWS))


def test_an_empty_report_is_a_whole_page() -> None:
    text = as_page(report([]))

    assert_alone(Page(text), text)
    assert "0 of 0 questions." in text
    assert text.count("<svg") == 5
    assert text.endswith("</body></html>\n")


def test_the_same_report_gives_the_same_bytes() -> None:
    assert as_page(report(ROWS)) == as_page(report(ROWS))
