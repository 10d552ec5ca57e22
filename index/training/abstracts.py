"""Trial abstracts asked by rule: what a patient wants to know, and the sentences that say it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from content.benchmarks import Benchmark
from content.normalize import fold
from content.passages import split
from content.schema import Document, Fact
from index.training.examples import BY_RULE, Example, ReadPassage
from index.training.places import PassagePool, as_read, group_of

_RULES = Path(__file__).with_name("trial_questions.toml")
# Below this a text is no abstract of several parts.
_FEWEST_SENTENCES = 5
_WORDINGS_EACH = 2
_TOPIC = re.compile(
    r"\b(?:in|for|with|of) "
    r"(?:patients? with |people with |women with |men with |children with |adults with )?"
    r"((?:[a-z0-9-]+ ){0,3}[a-z0-9-]{4,})"
    r"(?=$|[:,.?]| in | after | with | by | using | following | undergoing )"
)


class TrialRule(Fact):
    """One kind of question. A sentence answers when `says` is found in it, `unless` is not, and its
    passage has one of `roles` (any when empty); at most `most` sentences, the first of them, or the
    last when `last`. Where none answers, a `hint` found anywhere leaves the question unasked, as it
    may be answered after all; otherwise the abstract counts as not answering it."""

    name: str
    says: str
    unless: str = ""
    hint: str = ""
    roles: tuple[str, ...] = ()
    most: int = 2
    last: bool = False
    asked: tuple[str, ...]


@cache
def trial_rules() -> tuple[TrialRule, ...]:
    """Return the rules of `trial_questions.toml`."""
    table = tomllib.loads(_RULES.read_text("utf-8"))
    return tuple(TrialRule.model_validate(row) for row in table["rule"])


def trial_questions(benchmark: Benchmark) -> list[Example]:
    """Return rule-labelled questions over the benchmark's abstracts; none for other kinds of text.

    Labels are as good as their patterns: they teach where such things are said, and are never used
    to report how good the reader is.
    """
    pool = PassagePool(benchmark)
    found: list[Example] = []
    for document in pool.documents.values():
        passages = split(document)
        read = [as_read(document, passage) for passage in passages]
        if {"results", "conclusion"} & {p.role for p in read} and _is_abstract(read):
            group = group_of(benchmark, document.id)
            found += [e._replace(group=group) for e in _asked_of(document, read, pool)]
    return found


def _is_abstract(read: Sequence[ReadPassage]) -> bool:
    count = sum(len(passage.sentences) for passage in read)
    return _FEWEST_SENTENCES <= count <= 40


def _asked_of(document: Document, read: list[ReadPassage], pool: PassagePool) -> Iterator[Example]:
    topic = _topic(document.title)
    for rule in trial_rules():
        places = gold_places(rule, read)
        if not places and rule.hint and any(re.search(rule.hint, fold(s)) for p in read for s in p.sentences):
            continue
        marked = [
            passage._replace(gold=tuple(s for p, s in places if p == number))
            for number, passage in enumerate(read)
        ]
        ordered = sorted(marked, key=lambda passage: not passage.gold)
        for wording in _chosen(rule.asked, f"{document.id} {document.title} {rule.name}"):
            question = wording.replace("{topic}", f" {topic}" if topic else "").strip()
            others = pool.near(question, document.id, pool.rows[document.id])[:1] if not places else []
            passages = (*ordered[:5], *(pool.read(row) for row in others))
            yield Example(BY_RULE, "", question, passages)


def gold_places(rule: TrialRule, read: Sequence[ReadPassage]) -> list[tuple[int, int]]:
    """Return (passage, sentence) of the sentences that answer a rule's questions."""
    says, unless = re.compile(rule.says), re.compile(rule.unless or r"(?!)")
    found = [
        (number, place)
        for number, passage in enumerate(read)
        for place, sentence in enumerate(passage.sentences)
        if (not rule.roles or passage.role in rule.roles)
        and says.search(fold(sentence))
        and not unless.search(fold(sentence))
    ]
    return found[-rule.most :] if rule.last else found[: rule.most]


def _topic(title: str) -> str:
    """Return a short phrase a title is about: "refractory lupus", "" when none is plain."""
    found = _TOPIC.search(fold(title))
    words = found[1] if found else ""
    return words if 1 <= len(words.split()) <= 4 else ""


def _chosen(wordings: Sequence[str], key: str) -> list[str]:
    """Return two wordings, picked by the hash of `key` so that a run can be repeated."""
    order = sorted(wordings, key=lambda wording: hashlib.sha256(f"{key} {wording}".encode()).digest())
    return order[:_WORDINGS_EACH]
