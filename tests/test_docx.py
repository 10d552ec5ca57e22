"""A Word file is read as Word shows it: what is shown is taken once, and what is not is named."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from docx_files import HEIGHTS, PADDING, docx, left_out, paragraph, read, run, table, words, zipped

from content.errors import SourceRefused
from content.extract import Extract
from content.readers.docx import read_docx

UP = HEIGHTS["raised"]
SYMBOL = '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'
DELETED = run("10 ").replace("w:t", "w:delText")
GHOST = '<w:pStyle w:val="Ghost"/>'
WHITE = '<w:color w:val="FFFFFF"/>'
_BOX = f"<w:txbxContent>{paragraph(run('In the box: 12 mg.'))}</w:txbxContent>"
_SHAPE = (
    f"<w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx>{_BOX}</wps:txbx></wps:wsp>"
    "</a:graphicData></a:graphic></wp:inline></w:drawing>"
)
_VML = f"<w:pict><v:shape><v:textbox>{_BOX}</v:textbox></v:shape></w:pict>"


def refusal(body: str, **parts: str) -> str:
    with pytest.raises(SourceRefused) as caught:
        read_docx(docx(body + paragraph(run(PADDING)), **parts), "page.docx")
    assert str(caught.value).startswith("page.docx: ")
    return caught.value.reason


def kinds(extract: Extract) -> list[tuple[str, int, str]]:
    return [(piece.kind, piece.level, piece.text) for piece in extract.pieces]


def test_kinds_of_pieces_in_order() -> None:
    body = (
        paragraph(run("Study page"), '<w:pStyle w:val="Ttulo"/>')
        + paragraph(run("What we did"), '<w:pStyle w:val="Mine"/>')
        + paragraph(run(PADDING))
        + paragraph(run("By outline"), '<w:outlineLvl w:val="3"/>')
        + paragraph(run("Rest."), '<w:pStyle w:val="Bullets"/>')
        + paragraph(run("Drink."), '<w:numPr><w:numId w:val="2"/></w:numPr>')
        + paragraph(run("No list."), '<w:pStyle w:val="Bullets"/><w:numPr><w:numId w:val="0"/></w:numPr>')
        + paragraph(run("Not numbered."), '<w:numPr><w:numId w:val="3"/></w:numPr>')
        + paragraph("")
        + paragraph(run("x" * 201), '<w:pStyle w:val="Ttulo2"/>')
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="7"><w:lvl w:ilvl="0"><w:numFmt w:val="none"/><w:lvlText w:val=""/>'
        '</w:lvl></w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
    )
    found = read(body, numbering=numbering)

    assert kinds(found) == [
        ("heading", 1, "Study page"), ("heading", 2, "What we did"), ("paragraph", 0, PADDING),
        ("heading", 4, "By outline"), ("item", 0, "Rest."), ("item", 0, "Drink."),
        ("paragraph", 0, "No list."), ("paragraph", 0, "Not numbered."), ("paragraph", 0, "x" * 201),
    ]  # fmt: skip
    assert (found.format, found.title, found.kind, found.speaker) == ("docx", "Study page", None, None)


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        (run("10") + "<w:r><w:noBreakHyphen/></w:r>" + run("mg"), "10\u2011mg"),
        (run("treat") + "<w:r><w:softHyphen/></w:r>" + run("ment"), "treatment"),
        (run("A") + "<w:r><w:tab/></w:r>" + run("B") + "<w:r><w:br/></w:r>" + run("C"), "A B C"),
        (run("A") + "<w:r><w:cr/></w:r>" + run("B") + '<w:r><w:br w:type="page"/></w:r>' + run("C"), "A B C"),
        ('<w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r>' + run(" 5%"), "≥ 5%"),
        ('<w:r><w:sym w:font="Symbol" w:char="00B1"/></w:r>' + run(" 5%"), "± 5%"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0E0"/></w:r>' + run(" home"), "→ home"),
        (run("5 ") + run("m", SYMBOL) + run("g a day"), "5 μg a day"),
        (run("5 ") + run("m", '<w:rStyle w:val="Greek"/>') + run("g a day"), "5 μg a day"),
        (run("5 ") + run("\uf06d", SYMBOL) + run("g"), "5 μg"),
        (run("5 ") + run("m", '<w:rFonts w:ascii="Symbol" w:asciiTheme="minorHAnsi"/>') + run("g"), "5 mg"),
        (run("eﬃcacy of 5%"), "efficacy of 5%"),
        (run("Mixed Case", "<w:caps/>"), "Mixed Case"),
        (run("Small", "<w:smallCaps/>"), "Small"),
        (run("12", UP) + run(" ") + run("13", UP), "¹² ¹³"),
        (f"<w:r><w:ruby><w:rt>{run('up')}</w:rt><w:rubyBase>{run('in')}</w:rubyBase></w:ruby></w:r>", "in"),
        (run("1") + run("2", '<w:vertAlign w:val="baseline"/>'), "12"),
        (run("10") + run("6", UP + "<w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange>"), "10⁶"),
        (run("moved as a whole", '<w:position w:val="12"/>'), "moved as a whole"),
        (run("10") + run("6", '<w:position w:val="2"/>'), "106"),
    ],
)  # fmt: skip
def test_what_runs_draw(inside: str, shown: str) -> None:
    assert words(paragraph(inside)) == [shown]


@pytest.mark.parametrize(
    ("inside", "shown", "gone"),
    [
        (run("5 ") + f"<w:del>{DELETED}</w:del>" + run("mg"), "5 mg", ("deleted", "10")),
        (run("5 ") + f"<w:moveFrom>{run('10 ')}</w:moveFrom>" + run("mg"), "5 mg", ("deleted", "10")),
        (run("5 ") + run("10 ", "<w:vanish/>") + run("mg"), "5 mg", ("hidden", "10")),
        (run("5 ") + run("10 ", '<w:rStyle w:val="Hid"/>') + run("mg"), "5 mg", ("hidden", "10")),
        (run("5 ") + run("10 ", '<w:sz w:val="2"/>') + run("mg"), "5 mg", ("hidden", "10")),
        (run("5 ") + run("10 ", WHITE) + run("mg"), "5 mg", ("hidden", "10")),
        (run("5 ") + run("10 ", "<w:strike/>") + run("mg"), "5 mg", ("struck out", "10")),
        (run("5 ") + run("10 ", "<w:dstrike/>") + run("mg"), "5 mg", ("struck out", "10")),
        (
            run("5 ") + "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + run("Click 10 ")
            + "</w:sdtContent></w:sdt>" + run("mg"), "5 mg", ("placeholder", "Click 10"),
        ),
    ],
)  # fmt: skip
def test_what_is_not_to_be_read_is_left_out_by_name(inside: str, shown: str, gone: tuple[str, str]) -> None:
    assert words(paragraph(inside)) == [shown]
    assert left_out(paragraph(inside)) == [gone]


def test_a_switch_may_be_turned_back() -> None:
    inside = run("seen ", '<w:vanish w:val="0"/>') + run("again", '<w:rStyle w:val="Hid"/>')
    assert words(paragraph(inside, GHOST)) == ["seen again"]
    assert left_out(paragraph(run("ghost 7"), GHOST)) == [("hidden", "ghost 7")]
    on_black = run("white on black", WHITE + '<w:highlight w:val="black"/>')
    assert words(paragraph(on_black)) == ["white on black"]
    assert words(table([[run("head", WHITE), run("b")]])) == ["head | b"]


def test_the_end_of_a_paragraph_may_be_gone() -> None:
    gone = "<w:rPr><w:del w:id='1'/></w:rPr>"
    assert words(paragraph(run("The dose was 1"), gone) + paragraph(run("0 mg."))) == ["The dose was 10 mg."]
    hidden = "<w:rPr><w:vanish/></w:rPr>"
    assert words(paragraph(run("It was 1"), hidden) + paragraph(run("0 mg."))) == ["It was 10 mg."]
    side_by_side = "<w:rPr><w:vanish/><w:specVanish/></w:rPr>"
    assert words(paragraph(run("Heading"), side_by_side) + paragraph(run("Text."))) == ["Heading", "Text."]


def field(code: str, result: str | None) -> str:
    step = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    shown = "" if result is None else step.format("separate") + result
    inside = code if code.startswith("<") else f"<w:r><w:instrText>{code}</w:instrText></w:r>"
    return step.format("begin") + inside + shown + step.format("end")


def test_the_code_of_a_field_is_no_text() -> None:
    link = field('HYPERLINK "https://example.org/12"', run("the page"))
    assert words(paragraph(run("See ") + link + run("."))) == ["See the page."]
    code = "<w:r><w:instrText>{}</w:instrText></w:r>"
    nested = field(code.format("IF ") + field("PAGE", run("7")) + code.format(" = 1"), run("first"))
    assert words(paragraph(run("On the ") + nested + run(" page."))) == ["On the first page."]
    assert left_out(paragraph(nested)) == [("field code", "7")]
    simple = f'<w:fldSimple w:instr=" PAGE ">{run("3")}</w:fldSimple>'
    assert words(paragraph(run("Page ") + simple)) == ["Page 3"]
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    across = paragraph(begin + "<w:r><w:instrText>TOC</w:instrText></w:r>") + paragraph(end + run("After."))
    assert words(across) == ["After."]


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        (field(r"EQ \s\up8(6)", None), "draws something from its code"),
        (field("SYMBOL 179", None), "draws something from its code"),
        (field("FORMDROPDOWN", None), "draws something from its code"),
        (f'<w:fldSimple w:instr="EQ 1">{run("x")}</w:fldSimple>', "draws something from its code"),
        ('<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("lost"), "never ends"),
        ('<w:r><w:fldChar w:fldCharType="end"/></w:r>', "never began"),
        ('<w:r><w:object><o:OLEObject ProgID="Equation.3"/></w:object></w:r>', "older Word"),
        ('<w:r><w:sym w:font="Wingdings 3" w:char="F041"/></w:r>', "not known here"),
        ('<w:r><w:sym w:font="Symbol" w:char="zz"/></w:r>', "a symbol has the code"),
        (run("\uf0b3 5%"), "not known here"),
        (run("é", SYMBOL), "not known here"),
        (f'<w:bdo w:val="rtl">{run("12")}</w:bdo>', "<w:bdo>"),
        ('<w:r><w:footnoteReference w:id="9"/></w:r>', "a footnote is named that the file does not hold"),
        (f"<w:strange>{run('12')}</w:strange>", "<w:strange>"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused(inside: str, why: str) -> None:
    assert why in refusal(paragraph(run("Text ") + inside))


def test_a_part_in_another_file_is_refused() -> None:
    assert "another file" in refusal('<w:altChunk r:id="r1" xmlns:r="urn:r"/>')


def test_white_space_that_programs_show_differently() -> None:
    def bare(text: str) -> str:
        return f"<w:r><w:t>{text}</w:t></w:r>"

    assert words(paragraph(bare("5 mg ") + bare("(twice)"))) == ["5 mg(twice)"]
    assert "stand together or apart" in refusal(paragraph(bare("5 ") + bare("0 mg")))
    assert "stand together or apart" in refusal(paragraph(bare("5") + bare(" ") + bare("0 mg")))
    assert words(paragraph(bare("5") + bare("0 mg"))) == ["50 mg"]


def test_a_text_box_is_taken_once_after_its_paragraph() -> None:
    both = (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'>{_SHAPE}</mc:Choice>"
        f"<mc:Fallback>{_VML}</mc:Fallback></mc:AlternateContent></w:r>"
    )
    for inside in (both, f"<w:r>{_SHAPE}</w:r>", f"<w:r>{_VML}</w:r>"):
        assert words(paragraph(run("The dose was 1") + inside + run("0 mg."))) == [
            "The dose was 10 mg.", "In the box: 12 mg.",
        ]  # fmt: skip
    deleted = paragraph(run("Text.") + f"<w:del><w:r>{_SHAPE}</w:r></w:del>")
    assert (words(deleted), left_out(deleted)) == (["Text."], [("deleted", "In the box: 12 mg.")])


def test_words_of_pictures_are_kept_for_the_person_who_looks() -> None:
    drawing = (
        '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="A scan"/></wp:inline></w:drawing></w:r>'
    )
    watermark = '<w:r><w:pict><v:shape><v:textpath string="DRAFT"/></v:shape></w:pict></w:r>'
    assert left_out(paragraph(run("Text.") + drawing + watermark)) == [
        ("drawing", "A scan"),
        ("drawing", "DRAFT"),
    ]


def test_what_stands_around_the_page_is_left_out() -> None:
    comments = f'<w:comment w:id="0">{paragraph(run("Is it 5?"))}</w:comment>'
    commented = paragraph(run("Text.") + '<w:r><w:commentReference w:id="0"/></w:r>')
    parts = {"header": paragraph(run("Clinic, page 3")), "footer": paragraph(run("Clinic, page 3"))}
    assert words(commented, comments=comments, **parts) == ["Text."]
    assert left_out(commented, comments=comments, **parts) == [
        ("running head", "Clinic, page 3"), ("comment", "Is it 5?"),
    ]  # fmt: skip
    contents = paragraph(run("1 Method 5"), '<w:pStyle w:val="TOC1"/>')
    assert (words(contents), left_out(contents)) == ([], [("table of contents", "1 Method 5")])


def note(kind: str, number: int, text: str, mark: str = "") -> str:
    inside = mark or f"<w:r><w:rPr>{UP}</w:rPr><w:{kind}Ref/></w:r>"
    return f'<w:{kind} w:id="{number}">{paragraph(inside + run(" " + text))}</w:{kind}>'


def reference(kind: str, number: int, marks: str = "") -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}" {marks}/></w:r>'


def test_notes_follow_the_body_with_their_numbers() -> None:
    body = paragraph(
        run("One died.") + reference("footnote", 5) + run(" Two left.") + reference("footnote", 2)
        + run(" All agreed.") + reference("endnote", 3) + run(" More.")
        + reference("footnote", 6, 'w:customMarkFollows="1"') + run("*")
    )  # fmt: skip
    footnotes = (
        '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>' + note("footnote", 2, "They moved.")
        + note("footnote", 5, "Of an accident.") + note("footnote", 6, "Later.", run("*"))
        + note("footnote", 8, "Named nowhere.")
    )  # fmt: skip
    parts = {"footnotes": footnotes, "endnotes": note("endnote", 3, "In writing.")}
    found = read(body + paragraph(run(PADDING)), **parts)

    assert [piece.text for piece in found.pieces] == [
        "One died.¹ Two left.² All agreed.ⁱ More.*", PADDING, "¹ Of an accident.", "² They moved.",
        "* Later.", "ⁱ In writing.",
    ]  # fmt: skip
    assert [(left.why, left.text) for left in found.left_out] == [
        ("note that is named nowhere", "Named nowhere.")
    ]


def test_notes_are_numbered_as_the_document_says() -> None:
    body = paragraph("".join(run(f"Line{n}.") + reference("footnote", n) for n in range(1, 5)))
    footnotes = "".join(note("footnote", n, "Note.") for n in range(1, 5))
    for style, last in (("lowerRoman", "ⁱᵛ"), ("chicago", "§"), ("lowerLetter", "ᵈ"), ("decimal", "⁴")):
        settings = f'<w:footnotePr><w:numFmt w:val="{style}"/></w:footnotePr>'
        assert words(body, footnotes=footnotes, settings=settings)[-1] == f"{last} Note."
    settings = '<w:footnotePr><w:numStart w:val="9"/></w:footnotePr>'
    assert words(body, footnotes=footnotes, settings=settings)[-1] == "¹² Note."


def test_facts_of_the_file() -> None:
    core = "<dc:title>{}</dc:title><dc:creator>{}</dc:creator><dcterms:created>2001-01-01</dcterms:created>{}"
    changed = "<dcterms:modified>2010-08-03T10:00:00Z</dcterms:modified>"
    heading = paragraph(run("Results of it"), '<w:pStyle w:val="Ttulo2"/>')
    body = heading + paragraph(run(PADDING))

    found = read(body, core=core.format("same two doctors", "A. Sun; B. Wang", changed))
    assert (found.title, found.source.authors) == ("same two doctors", ("A. Sun", "B. Wang"))
    assert found.source.published == date(2010, 8, 3)
    found = read(body, core=core.format("Template 5", "python-docx", ""))
    assert (found.title, found.source.authors, found.source.published) == (
        "Results of it",
        (),
        date(2001, 1, 1),
    )
    assert read(paragraph(run(PADDING))).title == "page"


def test_the_strict_form_says_the_same() -> None:
    strict = docx(paragraph(run("The dose was 10") + run("6", UP) + run(" cells. " + PADDING)))
    with zipfile.ZipFile(io.BytesIO(strict)) as archive:
        files = {
            path: archive.read(path).replace(
                b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                b"http://purl.oclc.org/ooxml/wordprocessingml/main",
            )
            for path in archive.namelist()
        }
    (found,) = read_docx(zipped(files), "page.docx")
    assert found.pieces[0].text == f"The dose was 10⁶ cells. {PADDING}"
