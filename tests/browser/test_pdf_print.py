"""What Chromium prints into a PDF is read as the page showed it."""

from __future__ import annotations

import pytest
from fidelity_cases import RIGHT
from pdfs import marked
from playwright.sync_api import Browser

from content.normalize import normalize
from content.readers.pdf import read_pdf

pytestmark = pytest.mark.browser

FORMS = {
    "paragraphs": ("", "<p>{}</p>"),
    "list": ("", "<li>{}</li>"),
    "table": ("td { border: 1px solid }", "<tr><td>{}<td>of this row"),
    "two columns": ("div { column-count: 2 }", "<p>{}</p>"),
    "justified": ("body { text-align: justify; font-family: 'DejaVu Serif' }", "<p>{}</p>"),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_case_is_right_as_printed(browser: Browser, form: str) -> None:
    style, block = FORMS[form]
    body = "".join(block.format(marked(case, "sup")) for case in RIGHT)
    page = browser.new_page()
    page.set_content(
        f"<meta charset=utf-8><style>body {{ font: 11pt 'DejaVu Sans' }} {style}</style>"
        + (f"<table>{body}</table>" if form == "table" else f"<div>{body}</div>")
    )
    (extract,) = read_pdf(page.pdf(), "printed.pdf")
    page.close()

    parts = [normalize(piece.text).split("\n") for piece in extract.pieces]
    # A long table is cut, and each part repeats its first row.
    repeated = form == "table"
    lines = [line for at, part in enumerate(parts) for line in part[1 if repeated and at else 0 :]]
    assert [line.removesuffix(" | of this row") for line in lines] == [
        normalize(case.expected) for case in RIGHT
    ]
