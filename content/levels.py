"""How far a document's evidence on a treatment's benefit carries, computed from study facts; never shown.

After the Oxford Centre for Evidence-Based Medicine's levels of 2011 for "does this intervention help?":
systematic reviews of randomised trials, randomised trials, controlled studies, series without a comparison,
and reasoning. A small study (under 50 people), one stopped early, and one whose publisher has a concern stand
one step lower. Staff and visitors see the facts themselves, never a letter or a number.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from content.normalize import fold
from content.schema import FrontMatter

# Fewer people than this show large effects by chance (GRADE: imprecision).
SMALL = 50
_REVIEW = re.compile(r"\b(systematic review|meta-?analys[ei]s)\b")
_SERIES = re.compile(r"\b(case (?:series|reports?|stud(?:y|ies))|retrospective|chart review|registry)\b")
_OPINION = re.compile(r"^(comment|editorial|letter|news|review)$")
_NOTHING, _AUTHORITY = 8, 6


class Place(NamedTuple):
    """A place in the order of evidence, the best first.

    `step` counts what lowers it; of equal steps the stronger `design` comes first.
    """

    step: int
    design: int


def place_of(document: FrontMatter) -> Place:
    """Return where a document's evidence stands.

    Law: whatever its facts, a page of the clinic stands behind every study, also one that tells of a
    study of its own.
    """
    design = _design(document)
    if not is_study(document):
        return Place(design, design)
    study = document.study
    small = study is not None and study.participants < SMALL
    return Place(design + bool(small or document.stopped_early or document.concern), design)


def is_study(document: FrontMatter) -> bool:
    """Say whether a document reports a study, and not in the clinic's own words."""
    return document.study is not None and document.speaker != "clinic_page" and not _is_opinion(document)


def _design(document: FrontMatter) -> int:
    study = document.study
    if study is None or not is_study(document):
        return _AUTHORITY if document.speaker == "authority" else _NOTHING
    called = fold(" ".join((study.design, *document.publication_types)))
    if _REVIEW.search(called):
        # A review of other studies than randomised trials is as good as these are.
        return 1 if study.randomised else 3
    if study.randomised and study.comparison_group:
        return 2
    if study.comparison_group:
        return 3
    return 5 if _SERIES.search(called) else 4


def _is_opinion(document: FrontMatter) -> bool:
    kinds = [fold(kind) for kind in document.publication_types]
    return any(map(_OPINION.match, kinds)) and not any(map(_REVIEW.search, kinds))
