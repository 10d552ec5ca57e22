"""All numbers of a source are accounted for, or nothing of it is taken."""

from __future__ import annotations

import pytest
from fidelity_cases import RIGHT, FidelityCase
from hypothesis import given
from hypothesis import strategies as st

from content.errors import SourceRefused
from content.extract import Extract, LeftOut, Piece
from content.fidelity import checked, numbers

FILLER = "Sixteen patients took part in the study, and all of them were followed."


def extract(*texts: str, title: str = "Trial", left_out: tuple[str, ...] = ()) -> Extract:
    return Extract(
        format="text", title=title,
        pieces=tuple(Piece(kind="paragraph", text=text) for text in (*texts, FILLER)),
        left_out=tuple(LeftOut(why="hidden", text=text) for text in left_out),
    )  # fmt: skip


def refusal(seen: str, *extracts: Extract) -> str:
    with pytest.raises(SourceRefused) as raised:
        checked("trial.html", extracts, seen)
    assert str(raised.value).startswith("trial.html: ")
    return raised.value.reason


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case.shown)
def test_what_is_right_passes(case: FidelityCase) -> None:
    taken = extract(case.expected)
    assert checked("trial.html", [taken], case.expected + FILLER) == (taken,)


@pytest.mark.parametrize(
    ("seen", "taken"),
    [
        ("some 10⁶ cells", "some 106 cells"),
        ("10⁶ cells", "10 6 cells"),
        ("CO₂ rose", "CO2 rose"),
        ("a fall of −3.1", "a fall of 3.1"),
        ("CI −4.9 to −1.3", "CI −4.9 to 1.3"),
        ("kept at -80 °C", "kept at 80 °C"),
        ("5.2 ± 1.3", "5.2 1.3"),
        ("≤ 5%", "5%"),
        ("1,016 people", "1 016 people"),
        ("1 016 people", "1016 people"),
        ("12.5 %", "125 %"),
        ("0.05 mg", ".05 mg"),
        (".5 mg", "5 mg"),
        ("−.5 mg", ".5 mg"),
        ("½ of 5 µg", "1/2 of 5 µg"),
        ("5 µg", "5 g"),
        ("Two of 16, then 16 of 20", "Two of 16, then of 20"),
        ("3–28 months", "328 months"),
        ("٣ مرضى", "مرضى"),
    ],
)
def test_a_changed_or_lost_number_is_refused(seen: str, taken: str) -> None:
    assert "could not be taken" in refusal(seen, extract(taken))


def test_the_message_names_number_and_place() -> None:
    reason = refusal("Relapse in 12 of 16 patients.", extract("Relapse in 12 patients."))
    assert "1 of the numbers" in reason
    assert "'16' (in 'Relapse in 12 of 16 patients.')" in reason


def test_what_was_left_out_on_purpose_is_accounted_for() -> None:
    seen = "Call 555 0100. Dose 5 mg."
    assert checked("a.html", [extract("Dose 5 mg.", left_out=("Call 555 0100.",))], seen)
    refusal(seen, extract("Dose 5 mg."))


def test_a_title_counts_once() -> None:
    assert checked("a.html", [extract("Words.", title="16 people")], "16 people")
    refusal("16 people, 16 visits", extract("16 people", title="16 people"))


def test_numbers_may_be_spread_over_the_documents_of_a_file() -> None:
    assert checked("a.nbib", [extract("5 mg"), extract("7 mg")], "5 mg 7 mg")


def test_a_cut_table_may_repeat_its_heading_row() -> None:
    parts = [
        Piece(kind="table", text=f"Week 12 | n = 16\n{row} | {row + 1} of the people in it") for row in (3, 5)
    ]
    taken = Extract(format="html", title="T", pieces=(*parts, Piece(kind="paragraph", text=FILLER)))
    assert checked("a.html", [taken], "Week 12 n = 16 3 4 of 5 6 of")


@given(st.sampled_from(RIGHT), st.sampled_from([" ", "\n", "\t", "\u00a0", "\u2009", "\u202f", "  \n "]))
def test_white_space_of_any_kind_changes_no_number(case: FidelityCase, space: str) -> None:
    assert numbers(case.expected.replace(" ", space)) == numbers(case.expected)


@given(st.lists(st.integers(0, 40), min_size=1), st.data())
def test_every_single_loss_is_noticed(counts: list[int], data: st.DataObject) -> None:
    lost = data.draw(st.integers(0, len(counts) - 1))
    kept = [str(count) for place, count in enumerate(counts) if place != lost]
    refusal(" ".join(map(str, counts)), extract(" ".join(["Counts", *kept])))


@pytest.mark.parametrize(
    "words",
    [
        "1×106 cells/kg", "2×108 cells", "1 × 106 cells", "2 x 108 cells", "150×109/L", "5×1012 genomes",
        "3.2×10-5 per year", "P was 4.1 × 10−12", "4.1×10-12", "1×10 6 cells", "1×106.", "10·106 cells",
    ],
)  # fmt: skip
def test_a_lost_exponent_is_refused(words: str) -> None:
    assert "raised" in refusal("", extract(f"The dose was {words} in all."))


@pytest.mark.parametrize(
    "words",
    [
        "3 × 100 mg", "×100", "5 × 1000 mL", "30×105 mm", "4 x 106 cm", "5 × 10-15 mL", "5 × 10–15 mL",
        "10×10 cm", "2.5 × 10 mL", "1x10E6 cells", "800x1080 pixels", "3 × 10 5 mg tablets", "×106.5",
    ],
)  # fmt: skip
def test_what_was_meant_as_it_stands_passes(words: str) -> None:
    assert checked("a.html", [extract(f"It was {words} in all.")], words)


@pytest.mark.parametrize(
    ("pieces", "says"),
    [
        ((), "no words"),
        ((Piece(kind="heading", text="Methods and results of all patients treated", level=1),), "headings"),
        ((Piece(kind="paragraph", text="1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18"),), "no words"),
        ((Piece(kind="paragraph", text="Too short."),), "only 10 characters"),
        ((Piece(kind="paragraph", text="a" * 5_000_001),), "5 MB"),
        ((Piece(kind="paragraph", text=FILLER + "\ufffd\ue000\x07 end."),), "cannot be read"),
        ((Piece(kind="paragraph", text=FILLER * 20 + "It was 5 \ufffd 2 points."),), "beside a number"),
        ((Piece(kind="paragraph", text=FILLER * 20 + "It was \uf0b15 points."),), "beside a number"),
        ((Piece(kind="paragraph", text=FILLER + "\u202e"),), "U+202E"),
        ((Piece(kind="paragraph", text=FILLER + "\u2066"),), "U+2066"),
    ],
    ids=range(10),
)  # fmt: skip
def test_what_cannot_be_a_document_is_refused(pieces: tuple[Piece, ...], says: str) -> None:
    assert says in refusal("", Extract(format="pdf", title="Trial", pieces=pieces))


def test_direction_controls_in_a_title_are_refused() -> None:
    assert "U+202E" in refusal("", extract(FILLER, title="Trial \u202e"))


def test_a_file_without_documents_is_refused() -> None:
    assert refusal("") == "no words found"


def test_a_few_unreadable_characters_far_from_numbers_pass() -> None:
    assert checked("a.pdf", [extract(FILLER * 10 + "\uf0b7 A bullet.")], "")
