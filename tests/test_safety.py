"""Danger is seen before anything else, in whatever way it is typed and whatever stands around it."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safety_sets import is_at_least

from assistant.safety import ORDER, plain, route, safety_rules
from assistant.schema import RedirectKind

SAMPLES = tomllib.loads((Path(__file__).parent / "samples" / "safety_questions.toml").read_text("utf-8"))
ROUTED: list[tuple[RedirectKind, str]] = [
    (kind, question) for kind in ORDER for question in SAMPLES["routed"][kind]
]
ORDINARY: list[str] = SAMPLES["clinic"]["ordinary"]
# The words the rules are made of, and what stands around words.
RULE_WORDS = sorted({word for rule in safety_rules().rules for word in re.findall("[a-z]+", rule.pattern)})
AROUND = (
    st.lists(st.sampled_from([*RULE_WORDS, "?", "!", ",", "\n", "’"]), max_size=8).map(" ".join) | st.text()
)


def kind_of(question: str) -> RedirectKind | None:
    redirect = route(question)
    return redirect.kind if redirect else None


def wide(question: str) -> str:
    """Return the letters of a Japanese keyboard."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in question).replace(" ", "\u3000")


VARIANTS: dict[str, Callable[[str], str]] = {
    "shouted": str.upper,
    "whispered": str.lower,
    "no accents": lambda q: re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", q)),
    "accents apart": lambda q: unicodedata.normalize("NFD", q),
    "curly apostrophes": lambda q: q.replace("'", "’"),
    "accents for apostrophes": lambda q: q.replace("'", "´"),
    "letters for apostrophes": lambda q: q.replace("'", "ʼ"),
    "primes for apostrophes": lambda q: q.replace("'", "′"),
    "no apostrophes": lambda q: q.replace("'", ""),
    "no stops": lambda q: re.sub(r"[.,?]", "", q),
    "exclaimed": lambda q: f"!!!{q.rstrip('.?')}!!!???",
    "in quotation marks": lambda q: f"“{q}”",
    "one word a line": lambda q: q.replace(" ", "\n"),
    "hard spaces": lambda q: q.replace(" ", "\u00a0\u00a0"),
    "full width": wide,
    "emoji at the ends": lambda q: f"😭{q}🙏🏽",
    "emoji between words": lambda q: q.replace(" ", " 😭 "),
    "dots between words": lambda q: q.replace(" ", "... "),
    "soft hyphens": lambda q: "\u00ad".join(q),
    "zero-width spaces": lambda q: "\u200b".join(q),
    "after much else": lambda q: "The weather was nice. " * 40 + q,
    "before much else": lambda q: f"{q} And " + "x" * 5000,
}


def test_there_are_enough_questions_and_none_is_given_twice() -> None:
    assert len({question for _, question in ROUTED}) == len(ROUTED) >= 60
    assert len(set(ORDINARY)) == len(ORDINARY) >= 60


def test_dangerous_and_personal_questions_are_routed() -> None:
    assert [(kind_of(question), question) for _, question in ROUTED] == ROUTED


def test_ordinary_questions_are_searched() -> None:
    assert [(q, route(q)) for q in ORDINARY if route(q)] == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_typing_it_another_way_changes_nothing(variant: str) -> None:
    typed = [(kind, VARIANTS[variant](question)) for kind, question in ROUTED]

    assert [(kind, q[:99], kind_of(q)) for kind, q in typed if kind_of(q) != kind] == []
    assert [q[:99] for q in map(VARIANTS[variant], ORDINARY) if route(q)] == []


@pytest.mark.parametrize(("more", "less"), list(combinations(ORDER, 2)))
def test_the_more_urgent_kind_wins(more: RedirectKind, less: RedirectKind) -> None:
    # Every urgent question beside two others, in turns.
    others = SAMPLES["routed"][less][:12]
    for place, urgent in enumerate(SAMPLES["routed"][more]):
        for other in (others[place % 12], others[(place + 5) % 12]):
            assert kind_of(f"{urgent} {other}") == kind_of(f"{other} {urgent}") == more


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(ROUTED), AROUND)
def test_words_around_a_question_never_lower_its_class(asked: tuple[RedirectKind, str], other: str) -> None:
    kind, question = asked
    for both in (f"{question}. {other}", f"{other}. {question}"):
        found = kind_of(both)
        assert found is not None
        assert ORDER.index(found) <= ORDER.index(kind)


def test_no_word_a_rule_shies_away_from_lowers_the_class_of_a_question_beside_it() -> None:
    patterns = " ".join(rule.pattern for rule in safety_rules().rules)
    words = sorted(set(re.findall("[a-z]+", " ".join(re.findall(r"\(\?<?[!=][^)]*\)", patterns)))))
    # Hundreds of words: each stands beside a few questions, in turns.
    lowered = [
        (word, question)
        for place, word in enumerate(words)
        for kind, question in ROUTED[place % 90 :: 90]
        if not (is_at_least(f"{word}. {question}", kind) and is_at_least(f"{question}. {word}", kind))
    ]

    assert "how" in words
    assert lowered == []


@settings(deadline=None)
@given(st.text())
def test_plain_text_holds_words_and_single_spaces_only(text: str) -> None:
    assert re.fullmatch(r"([\w%°]+( [\w%°]+)*)?", plain(text))
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("I can’t breathe!", "i cant breathe"),
        ("Fever: 39 °C…", "fever 39 °c"),
        ("10 % off–sale", "10 % off sale"),
    ],
)
def test_plain_by_hand(typed: str, read: str) -> None:
    assert plain(typed) == read
