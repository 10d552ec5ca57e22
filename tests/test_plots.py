"""Pictures: ink where there are questions, the same bytes for the same rows, words that stay words."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import matplotlib.image
import pytest
from judged import ROWS, row

from assistant.figures import groups
from assistant.plots import plot_loss, plot_risk_coverage, svg_drift, svg_plots
from assistant.rows import Row


@pytest.mark.parametrize("rows", [(), ROWS])
def test_the_plot_is_a_picture(tmp_path: Path, rows: tuple[Row, ...]) -> None:
    path = tmp_path / "risk_coverage.png"

    plot_risk_coverage(rows, path)

    assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")
    # 6 × 4 inches at 120 dots, with ink on it: height, width, colours.
    picture = matplotlib.image.imread(path)
    assert picture.shape[:2] == (480, 720)
    assert picture[..., :3].min() < 0.5


@pytest.mark.parametrize("rows", [(), ROWS, (row(confidence=0.5),)])
def test_every_picture_is_one_well_formed_element(rows: tuple[Row, ...]) -> None:
    drawn = svg_plots(rows, groups(rows))

    assert len(drawn) == 5
    for svg in drawn.values():
        drawing = ElementTree.fromstring(svg)  # noqa: S314  # of our own making
        assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
        assert svg.startswith("<svg")


def test_the_same_rows_give_the_same_bytes_and_others_do_not() -> None:
    drawn = svg_plots(ROWS, groups(ROWS))

    assert drawn == svg_plots(ROWS, groups(ROWS))
    other = svg_plots(ROWS[1:], groups(ROWS[1:]))
    assert all(drawn[caption] != other[caption] for caption in drawn)


def test_groups_and_counts_are_written_below_their_bars() -> None:
    by_kind = svg_plots(ROWS, groups(ROWS))["Right quotes by kind"]
    words = re.findall(r"<text[^>]*>([^<]+)</text>|<tspan[^>]*>([^<]+)</tspan>", by_kind)
    written = {one for found in words for one in found if one}

    assert {"trial", "therapy", "4", "1"} <= written
    assert "none" not in written, "what nothing covers has no hits"


def test_a_trainings_loss_is_a_picture_however_short_it_was(tmp_path: Path) -> None:
    """Nothing, one step, a validation of no question with gold, and a whole run: four different pictures."""
    whole = [{"step": step, "hit squad2": 0.5, "hit new": 0.7, "auroc squad2": 0.6} for step in (20, 40)]
    losses = [3.0, 1.0] * 20
    runs: list[tuple[list[float], list[dict[str, float]]]] = [
        ([], []),
        ([1.5], []),
        (losses, [{"step": 40}]),
        (losses, whole),
    ]

    for number, run in enumerate(runs):
        plot_loss(*run, tmp_path / f"{number}.png")

    pictures = [(tmp_path / f"{number}.png").read_bytes() for number in range(4)]
    assert len(set(pictures)) == 4
    for number in range(4):
        assert matplotlib.image.imread(tmp_path / f"{number}.png").shape[:2] == (720, 840)
    plot_loss(*runs[3], tmp_path / "again.png")
    assert (tmp_path / "again.png").read_bytes() == pictures[3]


def test_drift_shows_shares_and_how_many_each_side_holds() -> None:
    drawn = svg_drift([0.1, 0.9, 0.9, 0.9], [0.1])

    words = [
        one or other
        for one, other in re.findall(r"<text[^>]*>([^<]+)</text>|<tspan[^>]*>([^<]+)</tspan>", drawn)
    ]
    assert {"labelled (4)", "asked by visitors (1)", "share of questions"} <= set(words)
    assert drawn == svg_drift([0.1, 0.9, 0.9, 0.9], [0.1])
    assert drawn != svg_drift([0.1, 0.9, 0.9, 0.9], [0.9])
    assert svg_drift([], []).startswith("<svg"), "before anything is asked the plot is empty"
