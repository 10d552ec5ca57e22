"""The commands that say how good things are: check, eval, calibrate, verify."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import CannotRead
from assistant.settings import read_settings
from content.library import load_library
from content.questions import read_questions

quality = typer.Typer()
Content = Annotated[Path | None, typer.Option("--content", help="Folder of documents (default: built-in).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Questions = Annotated[Path, typer.Argument(help="JSON lines: id, question, expect, accept_any, history.")]


@quality.command()
def check(content: Content = None, as_json: AsJson = False) -> None:
    """Lint the content; exit 1 when something must be mended."""
    from content.lint import lint

    library = load_library(read_settings(content=content).content)
    findings = lint(library, datetime.now(UTC).date())
    for finding in findings:
        line = f"{finding.severity}: {finding.document_id}, {finding.field}: {finding.message}"
        typer.echo(finding.model_dump_json() if as_json else line)
    errors = sum(finding.severity == "error" for finding in findings)
    if not as_json:
        typer.echo(f"{len(library.documents)} documents, {errors} errors, {len(findings) - errors} warnings")
    raise typer.Exit(1 if errors else 0)


@quality.command(name="eval")
def evaluate_(
    questions: Questions,
    report: Annotated[Path | None, typer.Option("--report", help="Folder for table, rows, plot.")] = None,
    as_json: AsJson = False,
) -> None:
    """Score quoting, retrieval, refusals, redirects and time on labelled questions."""
    from assistant.answer import Assistant
    from assistant.evaluation import evaluate
    from assistant.report import as_table, save_report

    rows = read_questions(questions)
    settings = read_settings()
    found = evaluate(Assistant.open(settings), rows, progress=True)
    folder = report or settings.home / "reports" / f"{questions.stem}-{found.index_id}"
    save_report(found, folder)
    typer.echo(
        found.model_dump_json(exclude={"rows"}) if as_json else f"{as_table(found)}\nsaved in {folder}"
    )


@quality.command()
def calibrate(questions: Questions, as_json: AsJson = False) -> None:
    """Fit reader weights, confidence and threshold on labelled questions; store them with the index."""
    from assistant.building import recalibrated

    rows = read_questions(questions)
    calibration, manifest = recalibrated(read_settings(), rows, questions, progress=True)
    figures = {"calibration_id": calibration.calibration_id, "index_id": manifest.index_id,
               "questions": calibration.questions, "threshold": calibration.threshold,
               **calibration.figures}  # fmt: skip
    lines = [f"{name}  {value}" for name, value in figures.items()]
    typer.echo(json.dumps(figures) if as_json else "\n".join(lines))


@quality.command()
def verify(
    answers: Annotated[Path, typer.Argument(help="JSON lines of stored answers.")],
    content: Content = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Check stored answers against the documents; exit 1 when a quote no longer holds."""
    from assistant.verification import verify_lines

    try:
        lines = answers.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(answers, "cannot be read as text", "faq verify ANSWERS") from error
    library = load_library(read_settings(content=content).content)
    verdicts = verify_lines(lines, {document.id: document for document in library.documents})
    for verdict in verdicts:
        if as_json:
            typer.echo(verdict.model_dump_json())
        for problem in () if as_json else verdict.problems:
            typer.echo(f"line {verdict.line}: {problem}")
    broken = sum(bool(verdict.problems) for verdict in verdicts)
    if not as_json:
        typer.echo(
            f"{len(verdicts)} answers, {sum(v.quotes for v in verdicts)} quotes, {broken} broken answers"
        )
    raise typer.Exit(1 if broken else 0)
