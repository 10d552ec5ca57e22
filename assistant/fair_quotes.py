"""What stands beside a quote, and in which order, so that nobody sees the weaker or only one side."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence

from assistant.quotes import WITHIN, Quote, choose_quotes, merged
from assistant.worked_out import WorkedOut
from content.conditions import Conditions
from content.disagreements import disagreeing, other_sides
from content.levels import is_study, place_of
from content.library import Caveat
from content.schema import Document, FrontMatter
from index.reader import SentenceScore

Score = Callable[[Caveat], SentenceScore]
Caveats = Mapping[str, Sequence[Caveat]]


class FairQuotes:
    """Completes and orders the quotes of an answer by the evidence of a library; any thread may ask.

    `asked` is the question with its topic when it is about benefit, None for any other question.
    """

    def __init__(
        self, front: Sequence[FrontMatter], documents: Mapping[str, Document], caveats: Caveats
    ) -> None:
        """Take what is known of the documents, the documents by id, and their caveats."""
        self._by_id, self._caveats = documents, caveats
        known = {d.id: d for d in front}
        self._other_sides = WorkedOut(known, lambda name: other_sides(documents[name], documents))
        self._sides = {d.id: disagreeing(d.id, known) for d in front}
        self._places = {d.id: place_of(d) for d in front}
        self._studies = sorted((d.id for d in front if is_study(d)), key=self._places.__getitem__)
        self._conditions = Conditions(front)

    def completed(
        self, quotes: Sequence[Quote], sentences: Sequence[SentenceScore], asked: str | None, score: Score
    ) -> list[Quote]:
        """Return the quotes with what must stand beside them, in the order in which they are shown.

        Law: all of `quotes` are among them. Marked sentences that contradict each other stand together,
        the better evidence first. Where benefit is asked about, the best evidence that also answers is
        there and first: a study's sentence within the likelihood margin comes before any page of the
        clinic, unless the question names a condition that the page is about and the study is not, or the
        page stands with what it contradicts.
        """
        better = self._better(quotes, sentences, asked) if asked is not None else []
        found = self._with_other_sides([*quotes, *better], score)
        if asked is not None:
            off_topic = self._off_topic(found, asked)
            found.sort(key=lambda quote: (_of(quote) in off_topic, self._places[_of(quote)]))
        return self._grouped(found)

    def caveats(self, quotes: Sequence[Quote], asked: str | None, withheld: Container[str]) -> Caveats:
        """Return the sentences that stand beside each document's quotes.

        Where benefit is asked about and the library holds a better study of the same condition than any
        that is quoted, that is its first caveat, which tells what kind of study there is.
        """
        if asked is None:
            return self._caveats
        quoted = list(dict.fromkeys(map(_of, quotes)))
        best = min(self._places[document_id] for document_id in quoted)
        found = {document_id: self._caveats.get(document_id, ()) for document_id in quoted}
        named = self._conditions.named_in(asked)
        for study in self._studies:
            if self._places[study] >= best:
                break
            if study in withheld:
                continue
            above = next(self._about_the_same(study, quoted, named), None)
            if above and not any(caveat.document_id == study for d in quoted for caveat in found.get(d, ())):
                found[above] = (*found.get(above, ()), *self._caveats.get(study, ())[:1])
                break
        return found

    def _about_the_same(self, study: str, quoted: Sequence[str], named: frozenset[str]) -> Iterator[str]:
        """Yield the quoted documents of a study's condition, or the first one if the question names it."""
        own = self._conditions.of(study)
        yield from (document_id for document_id in quoted if own & self._conditions.of(document_id))
        if own & named:
            yield quoted[0]

    def _better(self, quotes: Sequence[Quote], sentences: Sequence[SentenceScore], asked: str) -> list[Quote]:
        """Return the study that also answers and is better than all that is quoted, if there is one."""
        named = self._conditions.named_in(asked)
        near = [s for s in sentences if s.score >= sentences[0].score - WITHIN]
        answering = {s.passage.document_id for s in near if self._may_be_about(s.passage.document_id, named)}
        best = next((study for study in self._studies if study in answering), None)
        off_topic = self._off_topic(quotes, asked)
        places = [self._places[_of(quote)] for quote in quotes if _of(quote) not in off_topic]
        if best is None or any(place <= self._places[best] for place in places):
            return []
        return choose_quotes([s for s in near if s.passage.document_id == best], self._by_id, limit=1)

    def _off_topic(self, quotes: Sequence[Quote], asked: str) -> set[str]:
        """Return quoted documents about another condition than asked, and less likely than one about it."""
        named = self._conditions.named_in(asked)
        likely = [quote.best.score for quote in quotes if named & self._conditions.of(_of(quote))]
        return {
            _of(quote)
            for quote in quotes
            if likely and quote.best.score < max(likely) and not self._may_be_about(_of(quote), named)
        }

    def _may_be_about(self, document_id: str, named: frozenset[str]) -> bool:
        """Say whether a document may be about what is named; one without names may be about anything."""
        own = self._conditions.of(document_id)
        return not named or not own or bool(named & own)

    def _with_other_sides(self, quotes: list[Quote], score: Score) -> list[Quote]:
        """Add the marked sentences of both sides wherever a document of either is quoted."""
        found, documents = quotes, list(dict.fromkeys(map(_of, quotes)))
        for document_id in documents:
            for side in self._other_sides[document_id]:
                if not any(_holds(quote, side) for quote in found):
                    found = merged(found, Quote(score(side), side.span))
                if side.document_id not in documents:
                    # Whose own other sides are looked at in turn.
                    documents.append(side.document_id)
        return found

    def _grouped(self, quotes: list[Quote]) -> list[Quote]:
        """Put what contradicts each other together, better evidence first, where its first quote stands."""
        found: list[Quote] = []
        left = list(quotes)
        while left:
            ids = self._sides[_of(left[0])] or {_of(left[0])}
            found += sorted((q for q in left if _of(q) in ids), key=lambda q: self._places[_of(q)])
            left = [quote for quote in left if _of(quote) not in ids]
        return found


def _of(quote: Quote) -> str:
    return quote.best.passage.document_id


def _holds(quote: Quote, side: Caveat) -> bool:
    inside = quote.span.start <= side.span.start and side.span.end <= quote.span.end
    return _of(quote) == side.document_id and inside
