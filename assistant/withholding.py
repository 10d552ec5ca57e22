"""Which documents are not quoted just now: taken back by their publisher, or not looked at again in time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

from content.disagreements import opposed_ids
from content.library import leaning_on
from content.schema import FrontMatter

Why = Literal["retracted", "overdue"]


def utc_today() -> date:
    """Return today's date everywhere alike: that of Greenwich."""
    return datetime.now(UTC).date()


def withheld(documents: Iterable[FrontMatter], today: date) -> dict[str, Why]:
    """Return why documents are withheld, by id; the day a review is due is its last day in use.

    So it is with what they say of an approval.
    """
    found: dict[str, Why] = {}
    for document in documents:
        if document.retracted:
            found[document.id] = "retracted"
        elif any(day < today for day in _last_days(document)):
            found[document.id] = "overdue"
    return found


def turning_days(documents: Iterable[FrontMatter]) -> list[date]:
    """Return the days on which more is withheld than the day before, earliest first."""
    due = {day for document in documents for day in _last_days(document)}
    return sorted(day + timedelta(days=1) for day in due if day < date.max)


def _last_days(document: FrontMatter) -> Iterator[date]:
    if document.reviewed:
        yield document.reviewed.review_by
    if document.approval:
        yield document.approval.due


class Withholding:
    """What one library withholds on a day, worked out once for each day; any thread may ask."""

    def __init__(self, documents: Iterable[FrontMatter]) -> None:
        """Take what is known of the documents; their words are not needed."""
        self._documents = tuple(documents)
        ids = {document.id for document in self._documents}
        leaning = {document.id: leaning_on(document, ids) for document in self._documents}
        self._leaning = {document_id: others for document_id, others in leaning.items() if others}
        self._on = lru_cache(maxsize=4)(self._worked_out)

    def on(self, day: date) -> Mapping[str, Why]:
        """Return why documents may not be quoted on a day, by id, in order of ids.

        Those that are withheld, and those with a caveat that stands in one of them: an outcome is
        never shown without its caveats, and these must not be shown. Of documents that contradict each
        other none is quoted when one is not.
        """
        return self._on(day)

    def _worked_out(self, day: date) -> Mapping[str, Why]:
        found = withheld(self._documents, day)
        leaning = {
            document_id: found[other]
            for document_id, others in self._leaning.items()
            for other in others
            if other in found
        }
        hidden = {**leaning, **found}
        while one_sided := [d for d in self._documents if d.id not in hidden and self._other(d, hidden)]:
            hidden |= {document.id: hidden[self._other(document, hidden)[0]] for document in one_sided}
        return MappingProxyType(dict(sorted(hidden.items())))

    def _other(self, document: FrontMatter, hidden: Mapping[str, Why]) -> list[str]:
        return [other for other in opposed_ids(document) if other in hidden]
