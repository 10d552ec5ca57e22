"""What the publication types of a PubMed record tell of its study, and what they leave open."""

from __future__ import annotations

import re
from collections.abc import Sequence

from content.schema import Kind, Speaker, StudyHints

# The first type that a record has names its design; None is what the type leaves open. An entry says
# what the type means in MeSH (https://www.ncbi.nlm.nih.gov/mesh, publication types) and nothing more:
# "Clinical Trial" tells neither arms nor comparison, so it is not here.
_DESIGNS: tuple[tuple[str, str, bool | None, bool | None], ...] = (
    ("Randomized Controlled Trial", "randomized controlled trial", True, True),
    ("Controlled Clinical Trial", "controlled clinical trial", True, None),
    ("Case Reports", "case report", False, False),
    ("Meta-Analysis", "meta-analysis", None, None),
    ("Systematic Review", "systematic review", None, None),
    ("Observational Study", "observational study", None, False),
)
_PHASE = re.compile(r"Clinical Trial, (Phase [IV]+)")
_TRIALS = re.compile(r".*\bTrial\b.*|Clinical Study")
_NO_TRIALS = frozenset({"Clinical Trial Protocol", "Clinical Trials as Topic", "Trial of the Century"})


def study_facts(
    types: Sequence[str], registered: str | None = None
) -> tuple[Kind | None, Speaker | None, StudyHints | None]:
    """Return kind, speaker and study hints, each only as far as publication types tell them.

    A visitor reads "Published study" above the words of a published abstract, so that a review or a
    letter is left to a person.
    """
    is_trial = any(_TRIALS.fullmatch(name) and name not in _NO_TRIALS for name in types)
    known = next((row for row in _DESIGNS if row[0] in types), None)
    phases = [found[1].replace("Phase", "phase") for name in types if (found := _PHASE.fullmatch(name))]
    design = known[1] if known else "clinical trial" if phases else None
    hints = StudyHints(
        design=", ".join([design, *phases]) if design else None,
        comparison_group=known[2] if known else None,
        randomised=known[3] if known else None,
        registered=registered,
    )
    speaker: Speaker | None = "published_abstract" if is_trial or known else None
    return "trial" if is_trial else None, speaker, hints if hints != StudyHints() else None
