"""What the Try tab does: a question answered as a visitor is answered, and the same in another way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from assistant.answer import Assistant
from assistant.cards import as_html
from assistant.confidence import load_calibration
from assistant.contrast import contrast
from assistant.explanation import Explanation, explain
from assistant.explanation_page import contrast_html, explanation_html
from assistant.opened_index import certified_hashes
from assistant.render import escape
from assistant.staff.desk import Desk
from assistant.staff.shown import alert, listed
from assistant.staff.texts import say
from content.errors import FaqError
from index.search import Searcher
from index.stored import check_canaries, open_generation

# As many as the chat remembers.
_EARLIER = 20
IN_USE = ""


class Way(NamedTuple):
    """How else to answer: from an older index, under other settings; None is as visitors are answered."""

    generation: str | None = None
    passages_read: int | None = None
    max_quotes: int | None = None
    threshold: float | None = None


# What may be entered: as far as the settings themselves go.
LIMITS = {"passages_read": (1, 100), "max_quotes": (1, 3), "threshold": (0, 1)}


class Tryout:
    """Answers what staff try. Nothing of it is counted or kept but the older index looked at last."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._older: tuple[str, Searcher] | None = None

    def ask(self, question: str, before: str, chosen: Sequence[str]) -> str:
        """Return what visitors are shown beside every sentence that was read; twice for another way.

        `chosen` is what the form holds: an index, then what was entered for each of LIMITS.
        """
        live = self._desk.live
        if live is None:
            return alert(say("no_index"))
        way = _way(chosen)
        if isinstance(way, str):
            return alert(way)
        faq = live.now()
        history = [line for line in (before or "").splitlines() if line.strip()][-_EARLIER:]
        named = {name: told for told, name in self.choices()}
        if way.generation and way.generation not in named:
            return alert(say("try_gone"))
        try:
            one = explain(faq, question or "", history)
            if way == Way():
                return side_html("try_visitor", faq, one)
            other = self._other(faq, way)
            two = explain(other, question or "", history)
        except FaqError as error:
            return alert(str(error))
        differences = contrast_html(contrast(one, two))
        # A withdrawn index says so where it is read, too.
        note = named[way.generation or IN_USE]
        sides = side_html("try_visitor", faq, one) + side_html("try_other", other, two, note)
        return f'<div class="staff-differences">{differences}</div><div class="staff-sides">{sides}</div>'

    def choices(self) -> list[tuple[str, str]]:
        """Return the kept indexes to compare with, the one in use first, revoked ones marked."""
        from assistant.kept_generations import generations_here

        in_use = [(say("try_in_use"), IN_USE)]
        try:
            kept = generations_here(self._desk.settings.index_root)
        except FaqError:
            # The Publish tab says what is wrong; trying the index in use needs none of them.
            return in_use
        return in_use + [
            (_marked(say("try_kept", name=one.name, built_at=one.built_at), one.revoked), one.name)
            for one in kept
            if not (one.current or one.damaged)
        ]

    def _other(self, faq: Assistant, way: Way) -> Assistant:
        searcher = self._searcher(faq, way.generation) if way.generation else faq.searcher
        calibration = faq.calibration
        if searcher is not faq.searcher:
            hashes = certified_hashes(searcher, faq.settings)
            calibration = load_calibration(searcher.data.calibration, searcher.data.index_id, hashes)
        given = {"passages_read": way.passages_read, "max_quotes": way.max_quotes}
        changed = {name: value for name, value in given.items() if value is not None}
        if changed or way.threshold is not None:
            # Whatever was promised was promised for what stands in the settings.
            threshold = calibration.threshold if way.threshold is None else way.threshold
            calibration = calibration.model_copy(update={"threshold": threshold, "certificate": None})
        return Assistant(searcher, calibration, faq.settings.model_copy(update=changed))

    def _searcher(self, faq: Assistant, name: str) -> Searcher:
        """Open a kept index, also a revoked one, with the models in use: they are large."""
        if self._older is None or self._older[0] != name:
            data, manifest = open_generation(self._desk.settings.index_root, name)
            evidence = faq.searcher.evidence if manifest.evidence else None
            searcher = Searcher(data, faq.searcher.embedder, evidence, meaning=faq.searcher.meaning)
            check_canaries(searcher, manifest)
            self._older = name, searcher
        return self._older[1]


def _way(chosen: Sequence[str]) -> Way | str:
    """Return what the form holds, or what is wrong with it."""
    kept, *entered = [(words or "").strip() for words in chosen]
    found: dict[str, Any] = {}
    for (name, (low, high)), words in zip(LIMITS.items(), entered, strict=True):
        if not words:
            continue
        try:
            value = float(words.replace(",", ".")) if name == "threshold" else int(words)
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            return say("try_beyond", name=say(f"try_{name}"), low=low, high=high)
        found[name] = value
    return Way(kept or None, **found)


def _marked(name: str, revoked: str | None) -> str:
    return say("try_revoked", name=name, why=revoked) if revoked else name


def side_html(heading: str, faq: Assistant, found: Explanation, note: str = "") -> str:
    """Return an answer as the visitor sees it, beside what it was decided from; `note` names its index."""
    read, quotes = faq.settings.passages_read, faq.settings.max_quotes
    about = say("try_made_with", index_id=faq.index_id, passages=read, quotes=quotes)
    card = as_html(found.answer, faq.wording, faq.documents, faq.passages)
    offered = listed(follow_up.text for follow_up in found.answer.follow_ups)
    more = f"<p>{escape(say('try_offered'))}</p>{offered}" if offered else ""
    return (
        f"<section><h2>{escape(say(heading))}</h2><p>{escape(f'{note} {about}'.strip())}</p>"
        f'<div class="staff-try"><div><div class="faq-shown">{card}</div>{more}</div>'
        f"<div>{explanation_html(found, say(heading))}</div></div></section>"
    )
