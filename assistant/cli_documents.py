"""The commands for documents: bring a source in, list what is there."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from assistant.cli_quality import AsJson, Content
from assistant.errors import CannotSave
from assistant.settings import Settings, read_settings
from content.errors import FaqError
from content.library import load_library
from content.schema import Kind, Speaker

if TYPE_CHECKING:
    from content.importing import Added

papers = typer.Typer()
_KIND = "trial (a study), therapy (about a treatment) or clinic, where a file does not say."
_SPEAKER = "published_abstract, clinic_page or authority, where a file does not say who speaks."


@papers.command()
def documents(content: Content = None, as_json: AsJson = False) -> None:
    """List the documents; with --json their hash and whole text, so that anyone can check a quote."""
    for document in load_library(read_settings(content=content).content).documents:
        row = {"id": document.id, "title": document.title, "sha256": document.sha256, "text": document.text}
        typer.echo(json.dumps(row, ensure_ascii=False) if as_json else f"{document.id}  {document.title}")


@papers.command()
def add(
    files: Annotated[
        list[Path], typer.Argument(help="HTML, PDF, DOCX, Markdown, text, PubMed, PMC, ClinicalTrials.gov.")
    ],
    kind: Annotated[Kind | None, typer.Option(help=_KIND)] = None,
    speaker: Annotated[Speaker | None, typer.Option(help=_SPEAKER)] = None,
    show: Annotated[bool, typer.Option("--show", help="Print each block taken and each left out.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page: each source beside what was taken.")
    ] = None,
    content: Content = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Write documents from files; they answer nobody before `faq check` passes.

    A refused file stops no other; the exit code is that of the first refusal.
    """
    from content.site import own_content

    settings = read_settings(content=content)
    folder = own_content(settings.content, settings.home)
    if folder != settings.content:
        typer.echo(f"The built-in documents were copied to {folder}, which is used from now on.", err=True)
    told = _Told(settings, folder, show=show, as_json=as_json)
    taken, code = _brought_in(files, told, kind, speaker)
    if html:
        _save(html, taken)
    if taken and not as_json:
        typer.echo(_next(any(added.missing for _, added in taken), content))
    raise typer.Exit(code)


class _Told(NamedTuple):
    """Where documents go, and how much of them is told."""

    settings: Settings
    folder: Path
    show: bool
    as_json: bool


def _brought_in(
    files: list[Path], told: _Told, kind: Kind | None, speaker: Speaker | None
) -> tuple[list[tuple[Path, Added]], int]:
    """Add every file and tell of each at once; returns what was taken and the code of the first refusal."""
    from tqdm import tqdm

    from assistant.import_report import RefusedFile
    from content.importing import add_source

    today, code = datetime.now(UTC).date(), 0
    taken: list[tuple[Path, Added]] = []
    for file in tqdm(files, unit="file", disable=len(files) < 2 or not sys.stderr.isatty()):
        try:
            found = add_source(file, told.folder, today, kind=kind, speaker=speaker)
        except FaqError as error:
            code = code or error.exit_code
            typer.echo(f"faq: {error}", err=True)
            if told.as_json:
                typer.echo(RefusedFile(file=file.name, refused=str(error)).model_dump_json())
            continue
        for added in found:
            _tell(file, added, told)
            taken.append((file, added))
    return taken, code


def _tell(file: Path, added: Added, told: _Told) -> None:
    from assistant.import_report import import_report, report_text, taken_text
    from assistant.vanished import lost_to

    report = import_report(file.name, added, lost_to(added, told.folder, told.settings.index_root))
    if told.as_json:
        typer.echo(report.model_dump_json())
        return
    typer.echo(report_text(report))
    if told.show:
        typer.echo(taken_text(added))


def _save(path: Path, taken: list[tuple[Path, Added]]) -> None:
    from assistant.before_after import before_after_page

    page = before_after_page((added, file.read_bytes()) for file, added in taken)
    try:
        path.write_text(page, "utf-8")
    except OSError as error:
        raise CannotSave(path, error.strerror or str(error)) from error
    typer.echo(f"saved in {path}", err=True)


def _next(unfinished: bool, folder: Path | None) -> str:
    option = f" --content {folder}" if folder else ""
    first = "Enter the facts above, then run" if unfinished else "Run"
    return f"{first}: faq check{option}, then: faq build{option}"
