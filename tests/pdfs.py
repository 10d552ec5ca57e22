"""PDF files made for tests: words in DejaVu Sans, in one or two columns, with heads and page numbers."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import matplotlib
from fidelity_cases import FidelityCase
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

FONT = "DejaVu"
pdfmetrics.registerFont(TTFont(FONT, str(Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf"))))
BODY = ParagraphStyle("body", fontName=FONT, fontSize=10, leading=13, spaceAfter=8)


def marked(case: FidelityCase, raised: str = "super") -> str:
    """Return a case in the markup that reportlab ("super") or a browser ("sup") draws."""
    tags = {"plain": "{}", "raised": f"<{raised}>{{}}</{raised}>", "lowered": "<sub>{}</sub>"}
    return "".join(tags[run.height].format(escape(run.text, quote=False)) for run in case.runs)


def paragraphs(*texts: str) -> list[Flowable]:
    return [Paragraph(escape(text, quote=False), BODY) for text in texts]


def pdf(story: Sequence[Flowable], *, columns: int = 1, head: str = "", numbered: bool = False) -> bytes:
    """Return a file with the story, a running head and page numbers on every page."""
    out = io.BytesIO()
    width, height = A4
    gutter, margin = 20, 60
    each = (width - 2 * margin - (columns - 1) * gutter) / columns
    frames = [
        Frame(margin + at * (each + gutter), 80, each, height - 160, leftPadding=0, rightPadding=0)
        for at in range(columns)
    ]

    def edges(canvas: Canvas, _: object) -> None:
        canvas.setFont(FONT, 8)
        canvas.drawString(margin, height - 40, head)
        if numbered:
            canvas.drawCentredString(width / 2, 30, str(canvas.getPageNumber()))

    document = BaseDocTemplate(out, pagesize=A4)
    document.addPageTemplates([PageTemplate(frames=frames, onPage=edges)])
    document.build(list(story))
    return out.getvalue()


def drawn(draw: Callable[[Canvas], object], *, password: str | None = None) -> bytes:
    """Return a file of one page that a function draws."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, encrypt=password)
    canvas.setFont(FONT, 10)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()
