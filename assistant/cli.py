"""The command line: every command reads settings once, calls one function and prints."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Optional

import typer

from assistant.errors import CannotRead
from assistant.settings import Settings, read_settings
from content.errors import FaqError
from content.library import load_library
from content.questions import read_questions

app = typer.Typer(
    help="Answers patients' questions with verified quotes, or says that nothing covers them.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
Content = Annotated[
    Optional[Path], typer.Option("--content", help="Folder of documents (default: built-in).")
]  # noqa: UP045
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Questions = Annotated[Path, typer.Argument(help="JSON lines: id, question, expect, accept_any, history.")]


@app.command()
def serve(
    host: Annotated[Optional[str], typer.Option(help="Address to listen on.")] = None,  # noqa: UP045
    port: Annotated[Optional[int], typer.Option(help="Port of the chat.")] = None,  # noqa: UP045
    content: Content = None,
) -> None:
    """Build the index if the content changed, then open the chat."""
    from assistant.serving import run, serve_socket

    settings = read_settings(host=host, port=port, content=content)
    with serve_socket(settings) as listening:
        typer.echo(_build(settings, force=False))
        ready = f"Ask at http://{settings.host}:{settings.port}/chat/  (Ctrl+C stops)"
        run(settings, listening, lambda: typer.echo(ready))


@app.command()
def ask(
    question: Annotated[Optional[str], typer.Argument(help="One question.")] = None,  # noqa: UP045
    source: Annotated[Optional[Path], typer.Option("--from", help="JSON lines with questions.")] = None,  # noqa: UP045
    as_json: AsJson = False,
    timings: Annotated[bool, typer.Option("--timings", help="Add how long each answer took.")] = False,
) -> None:
    """Answer one question, or every question of a file, one answer a line, in order."""
    from assistant.answer import Assistant
    from assistant.asking import AskedLine, asked_lines
    from assistant.render import as_json as to_json
    from assistant.render import as_text

    if (question is None) == (source is None):
        raise typer.BadParameter('give one question or --from FILE, for example: faq ask "What is COPD?"')
    lines = asked_lines(source) if source else [AskedLine(question=question or "")]
    faq = Assistant.open()
    # Every line is looked at before the first is answered: a bad one costs no half-written output.
    for line in lines:
        faq.check(line.question)
    for line in lines:
        answer = faq.answer(line.question, line.history, timed=timings)
        typer.echo(to_json(answer) if as_json or source else as_text(answer, faq.wording, faq.documents))


@app.command()
def build(
    force: Annotated[bool, typer.Option("--force", help="Embed everything anew.")] = False,
    content: Content = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Make the index hold the content folder; unchanged content builds nothing."""
    typer.echo(_build(read_settings(content=content), force=force, as_json=as_json))


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show the index in use, its documents, and how it was calibrated."""
    from assistant.status import describe_status, status_text

    found = describe_status(read_settings())
    typer.echo(found.model_dump_json() if as_json else status_text(found))


@app.command()
def check(content: Content = None, as_json: AsJson = False) -> None:
    """Lint the content; exit 1 when something must be mended."""
    from content.lint import lint

    library = load_library(read_settings(content=content).content)
    findings = lint(library, _today())
    for finding in findings:
        line = f"{finding.severity}: {finding.document_id}, {finding.field}: {finding.message}"
        typer.echo(finding.model_dump_json() if as_json else line)
    errors = sum(finding.severity == "error" for finding in findings)
    if not as_json:
        typer.echo(f"{len(library.documents)} documents, {errors} errors, {len(findings) - errors} warnings")
    raise typer.Exit(1 if errors else 0)


@app.command()
def documents(content: Content = None, as_json: AsJson = False) -> None:
    """List the documents; with --json their hash and whole text, so that anyone can check a quote."""
    for document in load_library(read_settings(content=content).content).documents:
        row = {"id": document.id, "title": document.title, "sha256": document.sha256, "text": document.text}
        typer.echo(json.dumps(row, ensure_ascii=False) if as_json else f"{document.id}  {document.title}")


@app.command(name="eval")
def evaluate_(
    questions: Questions,
    report: Annotated[Optional[Path], typer.Option("--report", help="Folder for table, rows, plot.")] = None,  # noqa: UP045
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


@app.command()
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


@app.command()
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


def _build(settings: Settings, *, force: bool, as_json: bool = False) -> str:
    from assistant.building import build as build_now

    done = build_now(settings, force=force, progress=True)
    manifest = done.manifest
    if as_json:
        facts = {"built": done.built, "index_id": manifest.index_id, "generation": manifest.generation,
                 "embedded": done.embedded, "reused": done.reused, **manifest.counts}  # fmt: skip
        return json.dumps(facts)
    what = "built" if done.built else "unchanged"
    return f"{what}: {manifest.index_id} ({manifest.generation}), {done.embedded} texts embedded, {done.reused} reused"


def _today() -> date:
    return datetime.now(UTC).date()


def main() -> None:
    """Run the command line; an error a person can mend is one line on stderr and an exit code."""
    try:
        app()
    except FaqError as error:
        typer.echo(f"faq: {error}", err=True)
        sys.exit(error.exit_code)
