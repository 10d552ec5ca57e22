"""Which part of a report a passage belongs to: its aim, its methods, its results, its conclusion."""

from __future__ import annotations

import re
from collections.abc import Sequence

from content.normalize import fold

ROLES = ("background", "methods", "results", "conclusion")

# The label a structured abstract opens a paragraph with: "RESULTS:", "Materials and methods: …".
_LABEL = re.compile(r"^\s*([A-Za-z][A-Za-z ,&/()'-]{2,48})(?:\s*[:.]\s+|\s*[:.]?$)")
# The first pattern that fits decides; a mixed label ("methods and results") is named by its end,
# because what a reader looks for there is the finding. After the IMRAD labels that PubMed maps its
# section names to (https://wayback.archive-it.org/org-350/*/structuredabstracts.nlm.nih.gov).
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "conclusion",
        re.compile(r"\b(conclusions?|interpretation|discussion|summary|implications?|limitations?)\b"),
    ),
    ("results", re.compile(r"\b(results?|findings?|outcomes? and)\b")),
    (
        "methods",
        re.compile(
            r"\b(methods?|methodology|design|setting|settings|participants|patients|subjects|interventions?|"
            r"measures?|measurements?|outcomes?|analysis|population|data sources|materials?|registration|"
            r"ethics|animals)\b"
        ),
    ),
    (
        "background",
        re.compile(
            r"\b(background|introduction|objectives?|object|aims?|purposes?|context|rationale|hypothesis|goals?)\b"
        ),
    ),
)  # fmt: skip


def named_role(name: str) -> str:
    """Return the role a section name stands for, "" when it names none.

    "Patients and Methods" is "methods", "Methods and Results" is "results".
    """
    folded = name.casefold()
    return next((role for role, pattern in _KINDS if pattern.search(folded)), "")


def section_label(words: str) -> str:
    """Return the label a paragraph opens with, "" when it opens with a sentence.

    "RESULTS: Pain fell." opens with "RESULTS". A label holds at most six words, the first of them
    capitalised, and names a role.
    """
    found = _LABEL.match(words)
    if not found or len(found[1].split()) > 6 or not found[1][0].isupper():
        return ""
    return found[1] if named_role(found[1]) else ""


def section_role(words: str, headings: Sequence[str] = ()) -> str:
    """Return one of ROLES, or "": the paragraph's own label before the nearest heading."""
    label = section_label(words)
    if label:
        return named_role(label)
    return next((role for heading in reversed(headings) if (role := named_role(heading))), "")


# How an unlabelled paragraph gives itself away, in folded text; the first that fits decides.
_CUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "conclusion",
        re.compile(
            r"^(?:in conclusion|in summary|(?:our|these|the present|the) (?:findings|results|data) "
            r"(?:indicate|suggest|show|support|demonstrate)|we conclude)\b"
        ),
    ),
    (
        "results",
        re.compile(r"\bp ?[<=>] ?0?\.\d|\bsignificant(?:ly)? (?:improve|reduc|increas|decreas|differ)"),
    ),
    (
        "methods",
        re.compile(
            r"\bwe conducted a\b|\b(?:was|were) "
            r"(?:evaluated|assessed|measured|enrolled|randomi[sz]ed|recruited) "
            r"(?:before|using|by|with|at|to|from)\b"
        ),
    ),
    (
        "background",
        re.compile(
            r"\b(?:aim|objective|purpose) (?:of|was)\b|\bundertaken to\b|\blittle is known\b|\bno data\b"
        ),
    ),
)


def inferred_role(words: str) -> str:
    """Return the role of a paragraph without a label, by its wording; "" when nothing tells.

    "These findings indicate …" opens a conclusion, "(p < .05)" stands in results.
    """
    folded = fold(words)
    return next((role for role, cue in _CUES if cue.search(folded)), "")
