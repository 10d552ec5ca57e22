"""A passage belongs to the part its own label names, else its heading, else its wording."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.roles import ROLES, inferred_role, named_role, section_label, section_role

NAMES = {
    "conclusion": ("CONCLUSION", "Conclusions", "Interpretation", "DISCUSSION", "Limitations", "Summary"),
    "results": ("RESULTS", "Findings", "Main results", "Methods and Results", "Outcomes and follow-up"),
    "methods": (
        *("METHODS", "Method", "Materials and methods", "Patients and Methods", "METHODS/DESIGN", "Design"),
        *("Setting", "Participants", "Interventions", "Main outcome measures", "Trial registration"),
        *("Statistical analysis", "Study population", "Data sources", "Subjects", "Ethics"),
    ),
    "background": ("BACKGROUND", "Objective", "Objectives", "Aims", "Purpose", "Introduction", "Rationale"),
}
PAIRS = [(name, role) for role, names in NAMES.items() for name in names]
FRAGMENTS = [
    "RESULTS",
    "Methods",
    "results",
    ":",
    ".",
    " ",
    "\n",
    "We found no deaths",
    "8",
    "β",
    "(",
    "and ",
]
texts = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join) | st.text()


@pytest.mark.parametrize(("name", "role"), PAIRS)
def test_a_section_name_stands_for_a_role_in_any_case(name: str, role: str) -> None:
    assert {named_role(name), named_role(name.upper()), named_role(name.casefold())} == {role}


@pytest.mark.parametrize("name", ["", "Authors", "Lupus study", "First published", "Resulting", "Settled"])
def test_other_names_stand_for_none(name: str) -> None:
    assert named_role(name) == ""


@pytest.mark.parametrize(("name", "role"), PAIRS)
def test_a_label_is_found_before_a_colon_a_stop_or_nothing(name: str, role: str) -> None:
    for words in (f"{name}: Pain fell.", f"  {name} : Pain fell.", f"{name}. Pain fell.", f"{name}:", name):
        assert section_label(words).strip() == name
        assert section_role(words) == role


@pytest.mark.parametrize(
    "words",
    [
        "",
        "Results were good in the treated group: pain fell.",
        "The results of this long and careful trial: pain fell.",
        "results: pain fell.",
        "Results show a fall of 8 points. Pain fell.",
        "RESULTS:Pain fell.",
        "RESULTS\nPain fell.",
        "We conducted a single‐arm trial of 16 patients.",
        "Authors: Dandan Wang, et al.",
        "8 patients: results.",
    ],
)
def test_what_opens_with_a_sentence_has_no_label(words: str) -> None:
    assert section_label(words) == ""
    assert section_role(words) == ""


def test_a_label_has_six_words_at_most() -> None:
    assert section_label("Aim of the whole clinical trial: Pain.") == "Aim of the whole clinical trial"
    assert section_label("Aim of the whole new clinical trial: Pain.") == ""


@settings(deadline=None, max_examples=300)
@given(texts)
def test_a_label_opens_the_words_and_names_the_role(words: str) -> None:
    label = section_label(words)
    assert words.lstrip().startswith(label)
    assert bool(named_role(label)) is bool(label)
    assert section_role(words) == named_role(label)
    assert label == "" or label[0].isupper()


@settings(deadline=None, max_examples=300)
@given(texts, st.lists(st.sampled_from(["Methods", "Lupus", "Results", "Aims"]), max_size=3))
def test_the_label_comes_before_the_headings(words: str, headings: list[str]) -> None:
    role = section_role(words, headings)
    assert role in (*ROLES, "")
    if section_label(words):
        assert role == section_role(words)
    else:
        assert role == next((named_role(h) for h in reversed(headings) if named_role(h)), "")


def test_the_nearest_heading_that_names_a_role_decides() -> None:
    assert section_role("Pain fell.", ("Lupus study", "Methods", "Results")) == "results"
    assert section_role("Pain fell.", ("Results", "In women")) == "results"
    assert section_role("METHODS: We asked.", ("Results",)) == "methods"
    assert section_role("Pain fell.", ("Lupus study",)) == ""


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("Our findings indicate that it helps.", "conclusion"),
        ("These results suggest a benefit (p < 0.05).", "conclusion"),
        ("In conclusion, it helps.", "conclusion"),
        ("Pain fell (P = 0.03) and no one died.", "results"),
        ("Pain fell (p<.05).", "results"),
        ("Significant improvements were seen.", "results"),
        ("We conducted a single‐arm trial that involved 16 patients.", "methods"),
        ("Clinical changes were evaluated before and after transplantation.", "methods"),
        ("This study was undertaken to assess safety.", "background"),
        ("No data are available. Little is known.", "background"),
        ("It helps, our findings indicate.", ""),
        ("Lupus is a disease.", ""),
        ("", ""),
    ],
)
def test_wording_tells_the_role_of_an_unlabelled_paragraph(words: str, role: str) -> None:
    assert inferred_role(words) == role


@settings(deadline=None, max_examples=200)
@given(texts)
def test_an_inferred_role_is_a_role_or_none(words: str) -> None:
    assert inferred_role(words) in (*ROLES, "")


@pytest.mark.parametrize("hostile", ["A" * 100_000, "Aa " * 40_000, " " * 100_000 + "x", "p <" * 40_000])
def test_hostile_lines_take_no_time(hostile: str) -> None:
    begun = time.process_time()
    assert (section_role(hostile), inferred_role(hostile)) == ("", "")
    assert time.process_time() - begun < 1
