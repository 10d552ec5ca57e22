"""What the program says itself can be read after seven years of school."""

from __future__ import annotations

import re

import pytest

from assistant.safety import safety_rules
from assistant.wording import load_wording

REGIONS = safety_rules().regions


def syllables(word: str) -> int:
    """Count runs of vowels without a silent "e" at the end; in doubt one too many.

    `syllables("emergency")` is 4, `syllables("private")` 2.
    """
    word = word.casefold()
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytdszxgc]es$|[^aeiouytd]ed$", word)
    return max(1, len(re.findall("[aeiouy]+", word)) - bool(silent))


def grade(text: str) -> float:
    """Return the US school grade (Kincaid et al. 1975); a number counts as a word of one syllable."""
    words = re.findall(r"[A-Za-z]+(?:['’][a-z]+)?|\d+", text)
    sentences = max(1, len(re.findall(r"[.?!:](?:\s|$)", text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_grade_by_hand() -> None:
    counted = {word: syllables(word) for word in "the chance people study covers documents authority".split()}
    assert list(counted.values()) == [1, 1, 2, 2, 2, 3, 4]
    # 7 words, 1 sentence, 11 syllables.
    assert grade("No passage in our documents covers this.") == pytest.approx(
        0.39 * 7 + 11.8 * 11 / 7 - 15.59
    )
    assert grade("Stem cell transplantation demonstrates considerable immunomodulatory potential.") > 20


@pytest.mark.parametrize("region", REGIONS)
def test_every_text_can_be_read_after_seven_years_of_school(region: str) -> None:
    wording = load_wording(REGIONS[region])
    # Two names of a number are read inside sentences, which are graded with them.
    inside = {wording.text("local_emergency"), wording.text("local_crisis")}
    for text in wording.all_texts() - inside:
        if len(text.split()) > 3:
            assert grade(text) <= 7, text
        else:
            # A label is no sentence: it is short, and its words are known.
            assert max(map(syllables, text.split())) <= 4, text


def ease(text: str) -> float:
    """Return how easy Spanish is to read, INFLESZ scale (Barrio 2008): 55 and up is normal."""
    words = re.findall(r"[a-záéíóúüñ]+|\d+", text.casefold())
    sentences = max(1, len(re.findall(r"[.?!:](?:\s|$)", text)))
    return 206.835 - 62.3 * sum(map(spanish_syllables, words)) / len(words) - len(words) / sentences


def spanish_syllables(word: str) -> int:
    """Count vowel groups; two strong vowels, or an accented weak one, are two syllables."""
    split = re.sub(r"([aeoáéó])(?=[aeoáéó])|(?<=[aeoáéó])(?=[íú])|(?<=[íú])(?=[aeoáéó])", r"\1-", word)
    return max(1, len(re.findall("[aeiouáéíóúü]+", split)))


def test_the_ease_of_spanish_by_hand() -> None:
    counted = {word: spanish_syllables(word) for word in "día nuestros ayuda emergencia leerlo sin".split()}
    assert list(counted.values()) == [2, 2, 3, 4, 3, 1]
    assert ease("Gracias por venir.") == pytest.approx(206.835 - 62.3 * 5 / 3 - 3)


@pytest.mark.parametrize("region", REGIONS)
def test_every_spanish_sentence_is_easy_to_read(region: str) -> None:
    for text in load_wording(REGIONS[region], None, "es").all_texts():
        if len(text.split()) > 5:
            assert ease(text) >= 55, text
