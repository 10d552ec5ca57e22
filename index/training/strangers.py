"""Questions about one thing asked of passages about another: the near misses that must be refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from content.normalize import fold
from index.lexical import terms
from index.training.examples import OTHER_TOPIC, Example, without_gold


class _Named(NamedTuple):
    """An answerable question that names what its page is about, and the words that do."""

    example: Example
    topic: str


def strangers(examples: Sequence[Example]) -> list[Example]:
    """Return, for each question that names its page's topic, the same question about another topic.

    "What are the symptoms of lupus?" becomes "What are the symptoms of asthma?" over the passages
    about lupus, and nothing answers it. The other topic is one of another document in `examples`,
    picked by hash so that a run can be repeated, and shares no term with the page's title.
    """
    named = list(_named(examples))
    topics = sorted({one.topic for one in named})
    known = {topic: frozenset(terms(topic)) for topic in topics}
    found = []
    for example, topic in named:
        own = frozenset(terms(example.passages[0].title))
        other = _other(topics, known, own, f"{example.group} {example.question}")
        if other:
            question = fold(example.question).replace(topic, other)
            found.append(without_gold(example)._replace(source=OTHER_TOPIC, question=question))
    return found


def _named(examples: Iterable[Example]) -> Iterator[_Named]:
    """Yield the answerable questions that hold a run of words of their title, six letters or more, and
    at least two words beside it."""
    for example in examples:
        title = fold(example.passages[0].title).split()
        question = f" {fold(example.question).rstrip('?. ')} "
        if not example.answerable or not title:
            continue
        topic = _shared(title, question)
        if len(topic) > 5 and len(question.split()) > len(topic.split()) + 1:
            yield _Named(example, topic)


def _shared(title: Sequence[str], question: str) -> str:
    """Return the longest run of a title's words that stands in the question, "" when there is none."""
    for length in range(len(title), 0, -1):
        for start in range(len(title) - length + 1):
            words = " ".join(title[start : start + length]).strip(".,:;?")
            if f" {words} " in question and terms(words):
                return words
    return ""


def _other(topics: Sequence[str], known: dict[str, frozenset[str]], own: frozenset[str], key: str) -> str:
    """Return a topic without a term of the page's own title, "" when twenty tries find none."""
    for attempt in range(20):
        digest = hashlib.sha256(f"{key} {attempt}".encode()).digest()
        topic = topics[int.from_bytes(digest[:4], "big") % len(topics)]
        if known[topic].isdisjoint(own):
            return topic
    return ""
