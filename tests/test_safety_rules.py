"""The rule file is whole, quick and reviewed, or nothing may be answered."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from safety_sets import CONTROLS, ORDINARY, every_question

from assistant.errors import BrokenTable
from assistant.misspelling import bare
from assistant.safety import ORDER, RULES_FILE, plain, route, safety_rules
from assistant.schema import Redirect, RedirectKind
from assistant.settings import Region

RULES = safety_rules().rules
HEAD = """version = "9"
reviewed_by = "A"
reviewed_on = "2026-01-02"
[regions.US]
emergency = "1"
crisis = "2"
"""


def rule(kind: str, pattern: str, rule_id: str | None = None) -> str:
    return f"[[rules]]\nid = '{rule_id or kind + '.x'}'\nkind = '{kind}'\nwhy = 'w'\npattern = '{pattern}'\n"


GOOD = HEAD + "".join(rule(kind, kind.partition("_")[0]) for kind in reversed(ORDER))
BROKEN = {
    "empty": "",
    "no TOML": HEAD + "[[rules",
    "no regions": GOOD.replace("[regions.US]", "[places.US]"),
    "a region without a crisis line": GOOD.replace('crisis = "2"\n', ""),
    "nobody reviewed it": GOOD.replace('reviewed_by = "A"\n', ""),
    "an unknown kind": GOOD + rule("weather", "rain"),
    "a pattern that is none": GOOD + rule("crisis", "(die"),
    "a rule without a reason": GOOD.replace("why = 'w'\n", "", 1),
    "an unknown family of words": GOOD + rule("crisis", "{nobody}"),
    "a surprise in a rule": GOOD + "priority = 1\n",
    **{f"no {kind}": GOOD.replace(f"kind = '{kind}'", "kind = 'crisis'") for kind in ORDER[1:]},
    "no crisis": GOOD.replace("kind = 'crisis'", "kind = 'contact'"),
}


def written(folder: Path, text: str) -> Path:
    path = folder / "safety.toml"
    path.write_text(text, "utf-8")
    return path


def test_kinds_are_looked_for_in_their_order_not_in_the_files(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)

    assert route("contact, personal, emergency, crisis", path) == Redirect(kind="crisis", rule="crisis.x")
    assert route("contact, personal, emergency", path) == Redirect(kind="emergency", rule="emergency.x")
    assert route("contact, personal", path) == Redirect(kind="personal_advice", rule="personal_advice.x")
    assert route("contact", path) == Redirect(kind="contact", rule="contact.x")
    assert route("con tact", path) is None


def test_the_first_rule_of_a_kind_in_the_file_decides(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD + rule("crisis", "die", "crisis.y") + rule("crisis", "die now", "crisis.z"))

    assert route("die now", path) == Redirect(kind="crisis", rule="crisis.y")
    assert route("die now in a crisis", path) == Redirect(kind="crisis", rule="crisis.x")


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_rule_file_that_is_not_whole_stops_the_program(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)

    with pytest.raises(BrokenTable, match=rf"^{re.escape(str(path))}: .*Mend the file, then run: faq check$"):
        route("hello", path)


def test_a_rule_file_that_is_missing_or_no_text_stops_the_program(tmp_path: Path) -> None:
    with pytest.raises(BrokenTable):
        safety_rules(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(GOOD.replace("'w'", "'café'").encode("latin-1"))
    with pytest.raises(BrokenTable):
        safety_rules(tmp_path / "latin.toml")


def test_every_rule_has_its_own_id_under_its_kind() -> None:
    ids = [rule.id for rule in RULES]

    assert len(set(ids)) == len(ids)
    assert {(rule.id.partition(".")[0], rule.kind) for rule in RULES} == {
        ("crisis", "crisis"),
        ("emergency", "emergency"),
        ("advice", "personal_advice"),
        ("contact", "contact"),
    }
    assert all(rule.why for rule in RULES)


def test_every_rule_finds_at_least_one_question() -> None:
    # An earlier rule of the same kind may decide the question; each must be of use by itself.
    asked = "\n".join(bare(plain(question)) for question in every_question())

    assert [rule.id for rule in RULES if not re.search(rule.pattern, asked)] == []


def test_every_excuse_takes_out_something_of_a_harmless_question() -> None:
    harmless = [
        bare(plain(question)) for sort in (CONTROLS, ORDINARY) for qs in sort.values() for question in qs
    ]
    excuses = safety_rules().excused

    assert {excuse.kind for excuse in excuses} == {"crisis", "emergency"}
    assert [e.id for e in excuses if not any(re.search(e.pattern, question) for question in harmless)] == []


def test_no_pattern_repeats_a_group_without_end() -> None:
    # "(a |bad )*chest" walks a long question once from each of its words: quadratic.
    endless = [
        rule.id
        for rule in (*RULES, *safety_rules().excused)
        if re.search(r"\)(?:[*+]|\{\d*,\})", rule.pattern)
    ]

    assert endless == []


def test_no_pattern_needs_the_beginning_or_the_end_of_a_question() -> None:
    assert [rule.id for rule in RULES if re.search(r"\\[AZ]|[\^$](?!\])", rule.pattern)] == []


def test_every_region_has_its_numbers() -> None:
    regions = safety_rules().regions

    assert set(regions) == set(get_args(Region))
    assert {name: (region.emergency, region.crisis) for name, region in regions.items()} == {
        "US": ("911", "988"),
        "CA": ("911", "988"),
        "UK": ("999", "116 123"),
        "EU": ("112", "116 123"),
        "AU": ("000", "13 11 14"),
        "other": ("your local emergency number", "a local crisis line"),
    }


def test_the_order_names_every_kind_once() -> None:
    assert sorted(ORDER) == sorted(get_args(RedirectKind))
    assert RULES_FILE.name == "safety.toml"
