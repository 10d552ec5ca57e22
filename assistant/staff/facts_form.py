"""The form in which a person enters a document's facts: each field by the name it has in front matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, get_args

from content.changes import sentences
from content.missing import caveat_candidates, hinted
from content.schema import ApprovalStatus, Document, Kind, Speaker

Shape = Literal["words", "choice", "yes_no", "day", "lines", "caveats"]
_YES_NO = {"yes": True, "no": False}
# Groups of facts that are taken out whole when nothing is entered in them, and a fact that may be missing.
_GROUPS, _OPTIONAL = ("study", "reviewed", "approval"), ("stopped_early",)


class Field(NamedTuple):
    """One field: its place in front matter and what can be entered."""

    name: str
    shape: Shape = "words"
    choices: tuple[str, ...] = ()

    @property
    def text_id(self) -> str:
        """The id of its label in the table of texts."""
        return f"fact_{self.name.replace('.', '_')}"


FIELDS = (
    Field("title"), Field("kind", "choice", get_args(Kind)), Field("speaker", "choice", get_args(Speaker)),
    Field("source.url"), Field("source.doi"), Field("source.publisher"), Field("source.published", "day"),
    Field("study.design"), Field("study.participants"), Field("study.comparison_group", "yes_no"),
    Field("study.randomised", "yes_no"), Field("study.follow_up"), Field("study.registered"),
    Field("caveats", "caveats"),
    Field("reviewed.by"), Field("reviewed.on", "day"), Field("reviewed.review_by", "day"),
    Field("approval.status", "choice", ("", *get_args(ApprovalStatus))), Field("approval.by"),
    Field("approval.on", "day"), Field("approval.text"), Field("approval.review_by", "day"),
    Field("contradicts", "lines"), Field("stopped_early"),
    Field("aliases", "lines"), Field("questions", "lines"),
)  # fmt: skip


def values_of(document: Document) -> list[Any]:
    """Return what stands in the fields of a document, in the order of FIELDS."""
    facts = document.model_dump(mode="json")
    return [_shown(field, _at(facts, field.name)) for field in FIELDS]


def facts_from(document: Document, values: Sequence[Any]) -> dict[str, object]:
    """Return the facts that the fields hold; None for a group in which nothing was entered.

    What is in no field stays as it is. Nothing is checked here: whoever saves it does that.
    """
    source = document.source.model_dump(mode="json", exclude_none=True)
    groups: dict[str, dict[str, object]] = {"source": source} | {name: {} for name in _GROUPS}
    found: dict[str, object] = {}
    for field, value in zip(FIELDS, values, strict=True):
        entered = _entered(field, value)
        group, dot, name = field.name.partition(".")
        if not dot:
            # An emptied title is told as such; left out it would come back.
            found[field.name] = "" if entered is None and field.name not in _OPTIONAL else entered
            continue
        groups[group].pop(name, None)
        if entered is not None:
            groups[group][name] = entered
    return {**found, "source": groups["source"]} | {name: groups[name] or None for name in _GROUPS}


def hints(document: Document) -> dict[str, str]:
    """Return what the source says of the study fields, by name: nobody has confirmed it yet."""
    told = {}
    for field in FIELDS:
        group, _, name = field.name.partition(".")
        if group == "study" and (said := hinted(document.study_hints, name)):
            told[field.name] = said.removeprefix("; ").capitalize()
    return told


def caveat_choices(document: Document) -> list[str]:
    """Return the sentences to choose caveats from: those in use, likely ones, then all others in order."""
    return list(dict.fromkeys([*document.caveats, *caveat_candidates(document), *sentences(document)]))


def field_named(place: str) -> Field | None:
    """Return the field an error names; `study.participants.0` is one of `study.participants`."""
    exact = [field for field in FIELDS if place == field.name or place.startswith(f"{field.name}.")]
    within = [field for field in FIELDS if field.name.startswith(f"{place}.")]
    return next(iter(exact + within), None)


def _at(facts: Mapping[str, Any], name: str) -> Any:
    group, dot, rest = name.partition(".")
    value = facts.get(group)
    return _at(value, rest) if dot and isinstance(value, dict) else (None if dot else value)


def _shown(field: Field, value: Any) -> Any:
    if field.shape == "caveats":
        return list(value or ())
    if field.shape == "lines":
        return "\n".join(value or ())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _entered(field: Field, value: Any) -> object:
    """Return what was entered as front matter holds it; None for nothing."""
    if field.shape == "caveats":
        return tuple(str(words) for words in value or ())
    text = str(value if value is not None else "").strip()
    if field.shape == "lines":
        return tuple(line.strip() for line in text.split("\n") if line.strip())
    if field.shape == "yes_no":
        return _YES_NO.get(text)
    return text or None
