"""Names: one click approves or rejects what documents explain; synonyms are saved whole or not at all."""

from __future__ import annotations

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from asgi import in_loop
from shown import Shown

from assistant.answer import Assistant
from assistant.building import build
from assistant.chat import import_gradio
from assistant.feedback import FeedbackStore
from assistant.questions import QuestionStore
from assistant.settings import Settings
from assistant.staff import names, names_tab
from assistant.staff.desk import Desk
from content.library import BUILT_IN, load_library

LUPUS = "sle = systemic lupus erythematosus"
LOAD = "sle = systolic load effect"


@pytest.fixture
def site(small_settings: Settings) -> Settings:
    """Two documents that explain a short form in two ways, and a third that agrees with the first."""
    told = {
        "trials/lupus.md": "Systemic lupus erythematosus (SLE) was meant.",
        "therapies/knee.md": "Systolic load effect (SLE) is another thing.",
        "therapies/stroke.md": "If p < 0.05, systemic lupus erythematosus (SLE) is rare.",
    }
    for name, words in told.items():
        path = small_settings.content / name
        path.write_text(f"{path.read_text('utf-8')}\n{words}\n", "utf-8")
    return small_settings


def facts(settings: Settings, document_id: str) -> tuple[dict[str, str], tuple[str, ...]]:
    document = load_library(settings.content).document(document_id)
    return document.abbreviations, document.rejected_abbreviations


def test_every_pair_is_shown_with_its_words_and_the_undecided_one_is_next(site: Settings) -> None:
    found = names.overview(site)

    assert [key for _, key in found.choices] == [LUPUS, LOAD]
    assert found.next == LUPUS
    assert Shown(found.table, "td").texts[:3] == [
        "SLE", "systemic lupus erythematosus", "found with two meanings, not decided",
    ]  # fmt: skip
    assert "(SLE) was meant." in Shown(found.table, "td").texts[3]
    assert "p < 0.05" in Shown(found.table, "td").texts[3] and "p < 0.05" not in found.table


def test_one_click_approves_in_every_document_that_explains_it(site: Settings) -> None:
    words = {d.id: d.text for d in load_library(site.content).documents}
    told = names.decide(site, LUPUS, approve=True)

    assert unescape(told).endswith("in therapy-stroke, trial-lupus.</p>")
    assert facts(site, "trial-lupus") == ({"SLE": "Systemic lupus erythematosus"}, ())
    assert facts(site, "therapy-stroke")[0] == {"SLE": "systemic lupus erythematosus"}, "as it writes it"
    assert facts(site, "therapy-knee") == ({}, ())
    assert {d.id: d.text for d in load_library(site.content).documents} == words
    assert names.overview(site).next == LOAD


def test_one_click_rejects_and_the_last_decision_counts(site: Settings) -> None:
    names.decide(site, LOAD, approve=True)
    assert facts(site, "therapy-knee") == ({"SLE": "Systolic load effect"}, ())
    names.decide(site, LOAD, approve=False)
    names.decide(site, LUPUS, approve=True)

    assert facts(site, "therapy-knee") == ({}, ("SLE",))
    assert names.overview(site).next is None
    before = sorted(path.read_bytes() for path in site.content.rglob("*.md"))
    assert "decided like that before" in names.decide(site, LOAD, approve=False)
    assert sorted(path.read_bytes() for path in site.content.rglob("*.md")) == before


@pytest.mark.parametrize("key", [None, "", "SLE", "XYZ = nothing of this kind"])
def test_what_is_no_pair_changes_nothing(key: str | None, site: Settings) -> None:
    before = sorted(path.read_bytes() for path in site.content.rglob("*.md"))

    assert "Choose a short form first." in names.decide(site, key, approve=True)
    assert sorted(path.read_bytes() for path in site.content.rglob("*.md")) == before


def test_the_built_in_documents_are_copied_first(site: Settings, tmp_path: Path) -> None:
    settings = site.model_copy(update={"home": tmp_path / "new", "content": BUILT_IN})
    before = sorted(path.read_bytes() for path in BUILT_IN.rglob("*.md"))
    (_, key), *_ = names.overview(settings).choices
    names.decide(settings, key, approve="approved" not in names.overview(settings).table)

    assert sorted(path.read_bytes() for path in BUILT_IN.rglob("*.md")) == before
    assert (tmp_path / "new" / "content").is_dir() or "before" in names.decide(settings, key, approve=True)


def test_a_broken_document_is_named(site: Settings) -> None:
    (site.content / "broken.md").write_text("---\nid: x\n---\n", "utf-8")

    assert "broken.md" in names.overview(site).table
    assert "broken.md" in names.decide(site, LUPUS, approve=True)


def test_synonyms_are_one_group_on_each_line_and_search_both_ways(site: Settings) -> None:
    lines, seen, _ = names.synonyms(site)
    assert (lines, seen) == ("", ())
    told, after = names.save_synonyms(site, "knee pain = gonalgia\n\n stroke=CVA = brain attack\n", seen)

    assert "Saved 2 groups" in told
    assert after == (("knee pain", "gonalgia"), ("stroke", "CVA", "brain attack"))
    assert load_library(site.content).synonyms == after
    assert names.synonyms(site)[0] == "knee pain = gonalgia\nstroke = CVA = brain attack"
    build(site)
    assert "knee pain" in Assistant.open(site).searcher.expanded("Does it help gonalgia?")


@pytest.mark.parametrize("lines", ["a lone term", "stroke = CVA\ncva = apoplexy", "x = = y", "stroke ="])
def test_a_wrong_line_is_named_and_nothing_is_saved(lines: str, site: Settings) -> None:
    _, seen = names.save_synonyms(site, "stroke = CVA", ())
    before = (site.content / "synonyms.toml").read_bytes()
    told, same = names.save_synonyms(site, lines, seen)

    assert "group" in told and 'role="alert"' in told
    assert same == seen
    assert (site.content / "synonyms.toml").read_bytes() == before


def test_nobody_overwrites_what_somebody_else_saved_meanwhile(site: Settings) -> None:
    names.save_synonyms(site, "stroke = CVA", ())
    told, _ = names.save_synonyms(site, "knee = genu", ())

    assert "changed since it was read" in told
    assert load_library(site.content).synonyms == (("stroke", "CVA"),)


def test_deciding_shows_the_next_one_at_once(site: Settings) -> None:
    gr = import_gradio(site.home / "gradio")
    desk = Desk(site, None, FeedbackStore(site.feedback_file), QuestionStore(site.questions_file))

    def drawn() -> Any:
        with gr.Blocks(analytics_enabled=False) as blocks, gr.Tab("Documents"):
            names_tab.build(gr, desk)
        return blocks

    run: dict[str, Any] = {event.fn.__name__: event.fn for event in in_loop(drawn).fns.values()}
    told, table, pair = run["approved"](LUPUS)
    assert "Approved" in told and "approved" in table and pair["value"] == LOAD
    told, table, pair = run["rejected"](LOAD)
    assert "Rejected" in told and "rejected" in table and pair["value"] is None
    assert "Saved 1 groups" in run["kept"]("knee pain = gonalgia", [])[0]
