"""What means the same: explained in the documents, approved, or named by the site."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from test_abbreviations import found, texts

from content.aliases import equivalents, first_meanings, rejected_pairs
from content.normalize import fold
from content.readers.plain import read_plain
from content.schema import Document


def page(text: str, *, number: int = 1, title: str = "", aliases: Sequence[str] = ()) -> Document:
    return read_plain(text, document_id=f"page-{number}", title=title, aliases=tuple(aliases))


ARTHRITIS = page("They had rheumatoid arthritis (RA). RA hurts.", number=1)
ATRIUM = page("The right atrium (RA) and a renal artery (RA) were seen.", number=2)
AGAIN = page("RA (rheumatoid arthritis) hurts.", number=3)


def test_a_short_form_means_what_its_document_says_first() -> None:
    assert equivalents([ARTHRITIS]) == {"ra": ("rheumatoid arthritis",), "rheumatoid arthritis": ("ra",)}
    assert equivalents([ATRIUM])["ra"] == ("right atrium",)


def test_a_short_form_of_two_documents_keeps_both_meanings_the_more_common_first() -> None:
    assert equivalents([ATRIUM, ARTHRITIS])["ra"] == ("rheumatoid arthritis", "right atrium")
    ways = equivalents([ATRIUM, ARTHRITIS, page("A rapid answer (RA).", number=4), AGAIN])
    assert ways["ra"] == ("rheumatoid arthritis", "rapid answer", "right atrium")
    assert "right atrium" not in ways["rheumatoid arthritis"]


def test_plurals_and_dots_are_other_ways_too() -> None:
    ways = equivalents([page("Two natural killer bodies (NKBs) of a Naturopathic Medical Doctor (N.M.D.).")])
    assert ways["nkbs"] == ("natural killer bodies",)
    assert ways["nkb"] == ("natural killer body",)
    assert ways["nmd"] == ("n.m.d.", "naturopathic medical doctor")


def test_aliases_are_equals_of_the_title_and_of_each_other() -> None:
    ways = equivalents([page("Words.", title="Stroke  Care", aliases=["Brain injury", "CVA", "stroke care"])])
    assert ways == {
        "brain injury": ("cva", "stroke care"),
        "cva": ("brain injury", "stroke care"),
        "stroke care": ("brain injury", "cva"),
    }


def test_a_page_without_a_title_has_no_name_but_its_aliases() -> None:
    assert equivalents([page("Words.", aliases=["CVA"])]) == {}
    assert equivalents([page("Words.", aliases=["CVA", "stroke"])])["cva"] == ("stroke",)


def test_no_form_is_one_character_or_an_ordinary_word() -> None:
    text = "The odds ratio (OR) of the World Health Organization (WHO)."
    assert found(text) == [("OR", "odds ratio"), ("WHO", "World Health Organization")]
    assert equivalents([page(text, title="B", aliases=["β", "it", "b cells"])]) == {}


aliases = st.lists(st.sampled_from(["ab", "CD", " ef", "Ef"]), max_size=4)
worded = texts.filter(lambda text: bool(text.strip()))
documents = st.lists(st.builds(page, worded, aliases=aliases), max_size=4)


@settings(deadline=None, max_examples=200)
@given(documents)
def test_equivalents_are_folded_go_both_ways_and_know_no_order(pages: list[Document]) -> None:
    ways = equivalents(pages)
    for term, others in ways.items():
        assert term == fold(term) and len(term) > 1
        assert others and term not in others and len(set(others)) == len(others)
        assert all(term in ways[other] for other in others)
    assert equivalents(reversed(pages)) == ways
    assert list(equivalents(reversed(pages))) == sorted(ways)


def decided(document: Document, **facts: object) -> Document:
    return Document.model_validate({**document.model_dump(), **facts})


def test_an_approved_pair_is_used_instead_of_what_the_text_gives() -> None:
    approved = decided(ATRIUM, abbreviations={"RA": "rheumatoid arthritis"})
    assert equivalents([approved]) == {"ra": ("rheumatoid arthritis",), "rheumatoid arthritis": ("ra",)}


def test_an_approved_pair_is_used_where_no_mined_one_is() -> None:
    approved = decided(ARTHRITIS, abbreviations={"RA": "rheumatoid arthritis"})
    assert equivalents([ATRIUM, approved], mined=False)["ra"] == ("rheumatoid arthritis",)
    assert equivalents([ATRIUM, ARTHRITIS], mined=False) == {}


def test_a_rejected_pair_is_used_nowhere_unless_another_document_has_it_approved() -> None:
    rejected = decided(ARTHRITIS, rejected_abbreviations=["ra"])
    assert rejected_pairs([rejected]) == {("ra", "rheumatoid arthritis")}
    assert equivalents([rejected, AGAIN]) == {}
    assert equivalents([rejected, AGAIN, ATRIUM])["ra"] == ("right atrium",)
    approved = decided(AGAIN, abbreviations={"RA": "rheumatoid arthritis"})
    assert equivalents([rejected, approved])["ra"] == ("rheumatoid arthritis",)


def test_synonyms_of_the_site_go_both_ways() -> None:
    ways = equivalents([ARTHRITIS], synonyms=[("heart attack", "Myocardial  infarction", "MI")], mined=False)
    assert ways["mi"] == ("heart attack", "myocardial infarction")
    assert ways["myocardial infarction"] == ("heart attack", "mi")


def test_the_first_long_form_of_a_text_counts() -> None:
    assert {short: pair.long for short, pair in first_meanings(ATRIUM.text).items()} == {"ra": "right atrium"}
