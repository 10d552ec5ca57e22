"""The command that tells what visitors asked, and deletes it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli_quality import AsJson
from assistant.settings import Settings, read_settings

asked = typer.Typer()
_ONE = "choose one of --export, --purge and --delete-all"


@asked.command()
def questions(
    export: Annotated[Path | None, typer.Option("--export", help="Write FILE.csv or FILE.jsonl.")] = None,
    purge: Annotated[bool, typer.Option("--purge", help="Delete words whose time is over.")] = False,
    delete_all: Annotated[
        bool, typer.Option("--delete-all", help="Delete counts, words and feedback.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show how often what was asked, refused and found unhelpful; words only where enough asked alike."""
    from assistant.answer import Assistant
    from assistant.question_exports import export as write
    from assistant.question_report import question_report, report_text

    if sum((export is not None, purge, delete_all)) > 1:
        raise typer.BadParameter(_ONE)
    settings = read_settings()
    if purge or delete_all:
        typer.echo(_purged(settings, as_json) if purge else _deleted(settings, as_json=as_json, yes=yes))
        return
    report = question_report(settings, lambda: Assistant.open(settings))
    if export is not None:
        typer.echo(f"{write(report, export)} rows in {export}")
        return
    typer.echo(report.model_dump_json() if as_json else report_text(report))


def _purged(settings: Settings, as_json: bool) -> str:
    from assistant.retention import purge

    done = purge(settings, date.today())
    if as_json:
        return done.model_dump_json()
    return f"{done.questions} kept questions and {done.comments} comments deleted"


def _deleted(settings: Settings, *, as_json: bool, yes: bool) -> str:
    from assistant.retention import delete_all

    if not yes:
        typer.confirm("Delete all counts, kept questions and feedback?", abort=True, err=True)
    done = delete_all(settings)
    if as_json:
        return done.model_dump_json()
    places = ", ".join(done.files) or "no file"
    return f"{done.rows} rows deleted; 0 of their {done.looked_for} values found in {places}"
