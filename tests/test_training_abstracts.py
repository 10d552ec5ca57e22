"""Abstracts asked by rule: the sentences a person would underline, and questions they leave open."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from beir import Asked

from content.benchmarks import read_benchmark
from content.passages import split
from content.readers.plain import read_plain
from content.roles import ROLES
from index.training.abstracts import TrialRule, gold_places, trial_questions, trial_rules
from index.training.examples import Example, ReadPassage
from index.training.places import as_read, benchmark_examples

TITLE = "Cord cells in people with refractory lupus: a randomised trial"
ABSTRACT = """\
BACKGROUND: Lupus often comes back. The aim of this study was to test whether cord cells help.
METHODS: We conducted a randomised, double-blind trial between April 2007 and July 2009. \
A total of 40 patients with lupus were assigned to cord cells or placebo. The primary outcome was pain.
RESULTS: Two patients died in the placebo group. Nausea was the most common side effect. \
Pain fell significantly (p < 0.05). Patients were followed for 12 months.
CONCLUSIONS: Cord cells reduced pain. Larger trials are needed.
"""
RULES = {rule.name: rule for rule in trial_rules()}
# What a person underlines, by the first words of each sentence; nothing: the abstract leaves it open.
UNDERLINED: dict[str, tuple[str, ...]] = {
    "participants": ("A total of 40",),
    "follow-up": ("Patients were followed",),
    "when": ("METHODS: We conducted",),
    "randomised": ("METHODS: We conducted",),
    "comparison group": ("A total of 40",),
    "blinding": ("METHODS: We conducted",),
    "deaths": ("RESULTS: Two patients died",),
    "side effects": ("Nausea was",),
    "aim": ("The aim of",),
    "background": ("BACKGROUND: Lupus often",),
    "measures": ("The primary outcome",),
    "results": ("Pain fell",),
    "conclusion": ("CONCLUSIONS: Cord cells",),
    "worked": ("CONCLUSIONS: Cord cells",),
    "who": ("A total of 40",),
    "treatment": ("A total of 40",),
    "more research": ("Larger trials",),
    "pain and life": ("Pain fell", "CONCLUSIONS: Cord cells"),
}


def read(text: str) -> list[ReadPassage]:
    document = read_plain(text, document_id="d-0", title=TITLE)
    return [as_read(document, passage) for passage in split(document)]


def underlined(rule: TrialRule, text: str) -> list[str]:
    passages = read(text)
    return [passages[number].sentences[place] for number, place in gold_places(rule, passages)]


def rule_of(example: Example) -> str:
    """Return which rule a question is from; wordings stand in one rule each."""
    asked = {
        wording.replace("{topic}", topic): rule.name
        for rule in trial_rules()
        for wording in rule.asked
        for topic in ("", " refractory lupus")
    }
    return asked[example.question]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a set of one abstract, a page on dogs, and a question about each."""
    asked = Asked(
        trial=(TITLE, ABSTRACT), dogs="Dogs bark. Patients of trials die. Cats cost. Cows sleep. Pigs run."
    )
    return (
        asked.ask("Deaths?", "trial", "Two patients died")
        .ask("Bark?", "dogs", "Dogs")
        .write(tmp_path / "set")
    )


@pytest.mark.parametrize("rule", trial_rules(), ids=lambda rule: str(rule.name))
def test_a_rule_underlines_what_a_person_would(rule: TrialRule) -> None:
    found = underlined(rule, ABSTRACT)
    wanted = UNDERLINED.get(rule.name, ())
    assert len(found) == len(wanted)
    assert all(sentence.startswith(words) for sentence, words in zip(found, wanted, strict=True))


@pytest.mark.parametrize("rule", trial_rules(), ids=lambda rule: str(rule.name))
def test_a_rule_is_whole(rule: TrialRule) -> None:
    for pattern in (rule.says, rule.unless, rule.hint):
        re.compile(pattern)
    assert rule.says and set(rule.roles) <= set(ROLES) and rule.most >= 1
    assert len(set(rule.asked)) == len(rule.asked) >= 2
    assert not any(re.search(r"[{}]", wording.replace("{topic}", "")) for wording in rule.asked)


def test_a_wording_belongs_to_one_rule() -> None:
    wordings = [wording for rule in trial_rules() for wording in rule.asked]
    assert len(set(wordings)) == len(wordings)
    assert len(RULES) == len(trial_rules())


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        # The role decides: the same words in another section do not answer.
        ("deaths", "METHODS: We counted deaths.\nRESULTS: None died.", ["RESULTS: None died."]),
        ("aim", "BACKGROUND: Lupus hurts.\nRESULTS: The aim was met.", []),
        ("aim", "AIMS: The aim was pain.\nRESULTS: The aim was met.", ["AIMS: The aim was pain."]),
        ("participants", "RESULTS: 16 of 40 men (p < 0.05).\nMETHODS: Of 16 men.", ["METHODS: Of 16 men."]),
        ("participants", "METHODS: 1,016 severely ill people.", ["METHODS: 1,016 severely ill people."]),
        ("participants", "METHODS: The patients were ill.", []),
        # In the order of the text, the first of them or the last.
        ("more research", "AIM: More work.\nRESULTS: Larger trials.", ["RESULTS: Larger trials."]),
        ("safe", "RESULTS: Safe! It is safe. Safely done.", ["It is safe.", "Safely done."]),
        ("side effects", "RESULTS: " + " ".join(["Nausea."] * 5), ["RESULTS: Nausea.", "Nausea.", "Nausea."]),
        ("consent", "Patients gave consent.", ["Patients gave consent."]),
    ],
)  # fmt: skip
def test_roles_order_and_number_by_hand(name: str, text: str, found: list[str]) -> None:
    assert underlined(RULES[name], text) == found


def test_an_abstract_is_asked_what_it_says_and_what_it_leaves_open(folder: Path) -> None:
    asked = trial_questions(read_benchmark(folder))
    for name in RULES:
        of_rule = [example for example in asked if rule_of(example) == name]
        assert len(of_rule) == 2, name
        for example in of_rule:
            gold = [p.sentences[place] for p in example.passages for place in p.gold]
            assert sorted(gold) == sorted(underlined(RULES[name], ABSTRACT))
            assert example.answerable is (name in UNDERLINED)


def test_passages_that_answer_come_first_and_another_page_only_where_none_does(folder: Path) -> None:
    for example in trial_questions(read_benchmark(folder)):
        marks = [bool(passage.gold) for passage in example.passages]
        assert marks == sorted(marks, reverse=True)
        titles = [passage.title for passage in example.passages]
        assert titles[:4] == [TITLE] * 4
        assert titles[4:] in ([], [""]) and (not example.answerable or len(titles) == 4)


def test_questions_are_the_same_every_time_and_name_the_topic(folder: Path) -> None:
    benchmark = read_benchmark(folder)
    asked = trial_questions(benchmark)
    assert trial_questions(benchmark) == asked
    assert {example.source for example in asked} == {"trial rules"}
    assert any("refractory lupus" in example.question for example in asked)
    assert not any(re.search(r"[{}]|  ", example.question) for example in asked)


def test_an_abstract_stays_on_one_side_however_it_is_asked(folder: Path) -> None:
    """Questions of the set and questions by rule are held out together."""
    benchmark = read_benchmark(folder)
    groups = {example.group for example in trial_questions(benchmark)}
    assert groups == {f"set {TITLE}"} == {e.group for e in benchmark_examples(benchmark)} - {"set dogs"}


def test_a_hint_leaves_the_question_unasked(tmp_path: Path) -> None:
    """Months named anywhere may be the follow-up after all; such a question would teach a wrong refusal."""
    silent = ABSTRACT.replace(" Patients were followed for 12 months.", " It was cheap.")
    for name, text, times in (("silent", silent, 2), ("hint", f"{silent}It took months.\n", 0)):
        benchmark = read_benchmark(Asked(a=text).ask("Deaths?", "a", "died").write(tmp_path / name))
        found = [e for e in trial_questions(benchmark) if e.question in RULES["follow-up"].asked]
        assert len(found) == times and not any(example.answerable for example in found)


@pytest.mark.parametrize(
    "text",
    [
        "METHODS: One. Two. Three. Four. Five. Six.",
        "RESULTS: One. Two. Three. Four.",
        "RESULTS: One." + " Two." * 40,
    ],
)
def test_other_texts_are_not_asked(tmp_path: Path, text: str) -> None:
    benchmark = read_benchmark(Asked(a=text).ask("Which?", "a", "Two.").write(tmp_path))
    assert trial_questions(benchmark) == []


def test_an_abstract_nobody_asks_about_is_not_asked(tmp_path: Path) -> None:
    benchmark = read_benchmark(Asked(a=ABSTRACT, b="Dogs bark.").ask("Bark?", "b").write(tmp_path))
    assert trial_questions(benchmark) == []
