"""What publication types tell of a study, and what they leave to a person."""

from __future__ import annotations

import pytest

from content.readers.publication_types import study_facts


@pytest.mark.parametrize(
    ("types", "kind", "speaker", "hints"),
    [
        (["Clinical Trial"], "trial", True, None),
        (["Clinical Trial, Phase I"], "trial", True, {"design": "clinical trial, phase I"}),
        (
            ["Clinical Trial, Phase III", "Randomized Controlled Trial"], "trial", True,
            {
                "design": "randomized controlled trial, phase III", "comparison_group": True,
                "randomised": True,
            },
        ),
        (
            ["Controlled Clinical Trial"], "trial", True,
            {"design": "controlled clinical trial", "comparison_group": True},
        ),
        (["Observational Study"], None, True, {"design": "observational study", "randomised": False}),
        (
            ["Case Reports"], None, True,
            {"design": "case report", "comparison_group": False, "randomised": False},
        ),
        (["Meta-Analysis", "Review"], None, True, {"design": "meta-analysis"}),
        (["Journal Article", "Review"], None, False, None),
        (["Clinical Trial Protocol"], None, False, None),
        ([], None, False, None),
    ],
)  # fmt: skip
def test_types_tell_this_and_no_more(
    types: list[str], kind: str | None, speaker: bool, hints: dict[str, object] | None
) -> None:
    found = study_facts(types)
    assert found[0] == kind
    assert found[1] == ("published_abstract" if speaker else None)
    assert (found[2].model_dump(exclude_none=True) if found[2] else None) == hints
