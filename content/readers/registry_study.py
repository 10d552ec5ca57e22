"""The parts of a registered study in reading order: what it is about, how it is done, who may take part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from content.extract import Piece
from content.readers.registry_criteria import criteria_pieces
from content.readers.registry_fields import at, many, named, words
from content.readers.registry_text import registry_pieces
from content.readers.table import table_pieces

_DATES = (
    "startDateStruct",
    "primaryCompletionDateStruct",
    "completionDateStruct",
    "lastUpdatePostDateStruct",
)
_OUTCOMES = ("primaryOutcomes", "secondaryOutcomes", "otherOutcomes")


def study_pieces(protocol: dict[str, Any], title: str) -> Iterator[Piece]:
    """Yield the pieces of a study. Headings and names of rows are names of fields, all else its words."""
    yield Piece(kind="heading", text=title, level=1)
    official = words(protocol, "identificationModule", "officialTitle")
    if official and official != title:
        yield from _part("Official title", registry_pieces(official))
    for field in ("briefSummary", "detailedDescription"):
        yield from _part(named(field), registry_pieces(_raw(protocol, "descriptionModule", field)))
    yield from _part("Conditions", _items(protocol, "conditionsModule", "conditions"))
    yield from _part("Status", _table(_status(protocol)))
    yield from _part(named("whyStopped"), registry_pieces(_raw(protocol, "statusModule", "whyStopped")))
    yield from _part("Design", _design(protocol))
    arms = at(protocol, "armsInterventionsModule")
    yield from _part("Arms", _described(many(arms, "armGroups"), "label", "type", "interventionNames"))
    yield from _part("Interventions", _described(many(arms, "interventions"), "name", "type", "otherNames"))
    for field in _OUTCOMES:
        outcomes = many(protocol, "outcomesModule", field)
        yield from _part(named(field), _described(outcomes, "measure", "timeFrame"))
    yield from _part("Eligibility", _eligibility(protocol))


def _part(name: str, pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Yield the pieces under a heading, and no heading where there are none."""
    for number, piece in enumerate(pieces):
        if not number:
            yield Piece(kind="heading", text=name, level=2)
        yield piece


def _raw(record: Any, *path: str) -> str:
    found = at(record, *path[:-1]).get(path[-1])
    return found if isinstance(found, str) else ""


def _items(record: Any, *path: str) -> Iterator[Piece]:
    listed = at(record, *path[:-1]).get(path[-1])
    for item in listed if isinstance(listed, list) else ():
        yield from (piece.model_copy(update={"kind": "item"}) for piece in registry_pieces(str(item)))


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[Piece]:
    yield from table_pieces("", (), [row for row in rows if any(row[1:])])


def _status(protocol: dict[str, Any]) -> list[tuple[str, ...]]:
    status = at(protocol, "statusModule")
    rows: list[tuple[str, ...]] = [(named("overallStatus"), words(status, "overallStatus"))]
    for field in _DATES:
        day, kind = words(status, field, "date"), words(status, field, "type")
        rows.append((named(field.removesuffix("Struct")), f"{day} ({kind})" if kind else day))
    return rows


def _design(protocol: dict[str, Any]) -> Iterator[Piece]:
    module = at(protocol, "designModule")
    info, enrolled = at(module, "designInfo"), at(module, "enrollmentInfo")
    fields = ("allocation", "interventionModel", "primaryPurpose", "observationalModel", "timePerspective")
    rows = [(named(field), words(module, field)) for field in ("studyType", "phases", "targetDuration")]
    rows += [(named(field), words(info, field)) for field in fields]
    rows += [(named(field), words(info, "maskingInfo", field)) for field in ("masking", "whoMasked")]
    count, kind = words(enrolled, "count"), words(enrolled, "type")
    rows.append(("Enrollment", f"{count} ({kind})" if count and kind else count))
    yield from _table(rows)
    yield from registry_pieces(_raw(info, "interventionModelDescription"))
    yield from registry_pieces(_raw(info, "maskingInfo", "maskingDescription"))


def _described(entries: Sequence[dict[str, Any]], name: str, *fields: str) -> Iterator[Piece]:
    """Yield a table of what is short, then each description under the name of what it describes."""
    heading = [tuple(named(field) for field in (name, *fields))]
    rows = [tuple(words(entry, field) for field in (name, *fields)) for entry in entries]
    if rows:
        yield from table_pieces("", heading, rows)
    for entry in entries:
        described = list(registry_pieces(_raw(entry, "description")))
        if described and words(entry, name):
            yield Piece(kind="heading", text=words(entry, name), level=3)
        yield from described


def _eligibility(protocol: dict[str, Any]) -> Iterator[Piece]:
    module = at(protocol, "eligibilityModule")
    fields = ("sex", "minimumAge", "maximumAge", "healthyVolunteers", "samplingMethod")
    yield from _table([(named(field), words(module, field)) for field in fields])
    yield from registry_pieces(_raw(module, "studyPopulation"))
    yield from criteria_pieces(_raw(module, "eligibilityCriteria"))
