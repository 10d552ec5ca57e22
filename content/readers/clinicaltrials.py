"""Studies of ClinicalTrials.gov as JSON, as the second version of its interface writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from content.encodings import decoded
from content.errors import SourceRefused
from content.extract import Extract, LeftOut
from content.fidelity import checked
from content.readers.registry_fields import at, leaves, many, words
from content.readers.registry_study import study_pieces
from content.readers.registry_text import unescaped
from content.schema import Kind, Source, StudyHints

# Taken in part: what else stands in these modules is left out, like the modules that are not named.
_TAKEN = {
    "identificationModule": "nctId briefTitle officialTitle",
    "descriptionModule": "briefSummary detailedDescription",
    "statusModule": "overallStatus whyStopped",
    "conditionsModule": "conditions",
    "designModule": "studyType phases targetDuration designInfo enrollmentInfo",
    "armsInterventionsModule": "armGroups interventions",
    "outcomesModule": "primaryOutcomes secondaryOutcomes otherOutcomes",
    "eligibilityModule": "eligibilityCriteria sex minimumAge maximumAge studyPopulation samplingMethod",
}
_RESULTS = "posted results: a number needs its group, unit and analysis; take them from the publication"
_COMPARATORS = frozenset({"PLACEBO_COMPARATOR", "ACTIVE_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION"})
_PROSE = re.compile(
    r'"(?:briefTitle|officialTitle|briefSummary|detailedDescription|whyStopped|eligibilityCriteria|description'
    r'|label|name|measure|timeFrame|studyPopulation|interventionModelDescription|maskingDescription)"'
    r'\s*:\s*("(?:[^"\\]|\\.)*")'
)


def read_clinicaltrials(data: bytes, name: str) -> tuple[Extract, ...]:
    """Return the studies of a file: one study, a list of them, or {"studies": [...]}.

    Numbers stay as they are written. Fields of one word or date become rows of a table under the name of
    the field; posted results are left out. A study that names no comparison is not said to have none.
    """
    text = decoded(data, name=name)
    try:
        given = json.loads(text, parse_float=str, parse_int=str)
        found = [_extract(study) for study in _studies(given)]
    except (ValueError, RecursionError) as error:
        raise SourceRefused(name, f"it is no study of ClinicalTrials.gov ({_reason(error)})") from error
    return checked(name, found, "\n".join(unescaped(json.loads(said)) for said in _PROSE.findall(text)))


def _reason(error: Exception) -> str:
    return "nested too deep" if isinstance(error, RecursionError) else str(error)


def _studies(given: Any) -> list[dict[str, Any]]:
    if isinstance(given, dict) and "FullStudiesResponse" in given:
        raise ValueError(
            "it is in the first version of the format, retired in 2024: download the study again"
        )
    listed = given.get("studies", [given]) if isinstance(given, dict) else given
    if not isinstance(listed, list) or not listed:
        raise ValueError("it holds neither a study nor a list of them")
    if not all(
        isinstance(study, dict) and words(study, "protocolSection", "identificationModule", "nctId")
        for study in listed
    ):
        raise ValueError("protocolSection.identificationModule.nctId is missing")
    return listed


def _extract(study: dict[str, Any]) -> Extract:
    protocol = at(study, "protocolSection")
    number = words(protocol, "identificationModule", "nctId")
    title = words(protocol, "identificationModule", "briefTitle")
    kind: Kind | None = "trial" if words(protocol, "designModule", "studyType") == "INTERVENTIONAL" else None
    return Extract(
        format="clinicaltrials",
        title=title or number,
        pieces=tuple(study_pieces(protocol, title or number)),
        source=Source(
            url=f"https://clinicaltrials.gov/study/{number}" if re.fullmatch(r"NCT\d{8}", number) else None,
            authors=tuple(
                filter(None, [words(protocol, "sponsorCollaboratorsModule", "leadSponsor", "name")])
            ),
            publisher="ClinicalTrials.gov",
            published=_day(words(protocol, "statusModule", "studyFirstPostDateStruct", "date")),
        ),
        kind=kind,
        hints=_hints(protocol, number),
        publication_types=tuple(filter(None, [words(protocol, "designModule", "studyType")])),
        concern=_concern(protocol),
        left_out=tuple(_left_out(study)),
    )


def _day(written: str) -> date | None:
    """Return a date that is known to the day; "2017-05" is a month."""
    try:
        return date.fromisoformat(written) if len(written) == len("2017-05-03") else None
    except ValueError:
        return None


def _hints(protocol: dict[str, Any], number: str) -> StudyHints:
    """Return what the fields of the design say; people are counted only when they took part."""
    info, enrolled = (
        at(protocol, "designModule", "designInfo"),
        at(protocol, "designModule", "enrollmentInfo"),
    )
    count = words(enrolled, "count") if words(enrolled, "type") == "ACTUAL" else ""
    observed = words(protocol, "designModule", "studyType") == "OBSERVATIONAL"
    allocation = words(info, "allocation")
    return StudyHints(
        design=_design(protocol, info) or None,
        participants=int(count) if count.isdecimal() and len(count) < 9 and int(count) else None,
        comparison_group=_compares(protocol, info),
        randomised=allocation == "RANDOMIZED" if allocation else False if observed else None,
        registered=number,
    )


def _compares(protocol: dict[str, Any], info: dict[str, Any]) -> bool | None:
    """Say whether there is a comparison group: several groups alone do not tell, they may all be treated."""
    arms = many(protocol, "armsInterventionsModule", "armGroups")
    compared = any(words(arm, "type") in _COMPARATORS for arm in arms)
    single = words(info, "interventionModel") == "SINGLE_GROUP"
    return (None if single else True) if compared else (False if single else None)


def _design(protocol: dict[str, Any], info: dict[str, Any]) -> str:
    fields = ("allocation", "interventionModel", "observationalModel", "timePerspective")
    parts = [words(protocol, "designModule", "studyType"), *(words(info, field) for field in fields)]
    masking = words(info, "maskingInfo", "masking")
    parts += [f"masking {masking}" if masking else ""]
    parts += [
        str(phase).replace("PHASE", "PHASE ") for phase in at(protocol, "designModule").get("phases") or ()
    ]
    return ", ".join(part.lower().replace("_", " ") for part in parts if part and part != "NA")


def _concern(protocol: dict[str, Any]) -> str | None:
    """Return that a publication of this study was retracted, in the registry's own words."""
    notices = [
        f"{words(reference, 'citation')} Retracted: {words(notice, 'source')}"
        for reference in many(protocol, "referencesModule", "references")
        for notice in many(reference, "retractions")
    ]
    return "; ".join(notices) or None


def _left_out(study: dict[str, Any]) -> Iterator[LeftOut]:
    for section, modules in study.items():
        for module, fields in modules.items() if isinstance(modules, dict) else ():
            if section == "protocolSection" and module in _TAKEN and isinstance(fields, dict):
                fields = {key: value for key, value in fields.items() if key not in _TAKEN[module].split()}
            said = " ".join(leaves(fields))
            if said:
                why = _RESULTS if section == "resultsSection" else f"field of the registry: {module}"
                yield LeftOut(why=why, text=said)
