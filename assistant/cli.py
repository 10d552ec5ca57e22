"""The command line: every command reads settings once, calls one function and prints."""

from __future__ import annotations

import atexit
import gc
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli_aliases import naming
from assistant.cli_documents import papers
from assistant.cli_history import history as looking_back
from assistant.cli_publishing import published, publishing
from assistant.cli_quality import AsJson, Content, quality
from assistant.cli_questions import asked
from assistant.cli_training import training
from assistant.errors import McpNotInstalled
from assistant.settings import Settings, read_settings
from content.errors import FaqError

if TYPE_CHECKING:
    from assistant.staff_port import StaffPort

app = typer.Typer(
    help="Answers patients' questions with verified quotes, or says that nothing covers them.",
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
app.add_typer(papers)
app.add_typer(quality)
app.add_typer(publishing)
app.add_typer(naming)
app.add_typer(looking_back)
app.add_typer(asked)
app.add_typer(training)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the chat.")] = None,
    staff_port: Annotated[
        int | None, typer.Option(help="Port of the staff's side: its page and numbers.")
    ] = None,
    content: Content = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes that answer, best as many as there are cores.")
    ] = None,
) -> None:
    """Build the index if the content changed, then open the chat."""
    from assistant.serving import run, serve_socket
    from assistant.staff_port import staff_server

    settings = read_settings(host=host, port=port, staff_port=staff_port, content=content, workers=workers)
    # Told now, not after minutes of building.
    if settings.mcp and find_spec("mcp") is None:
        raise McpNotInstalled
    if settings.workers > 1:
        _serve_with_workers(settings)
        return
    with serve_socket(settings) as listening, staff_server(settings) as staff:
        for_staff = f"Staff at {staff.url}"
        run(
            settings, listening, lambda: _tell_ready(settings, staff), staff,
            prepare=lambda: typer.echo(published(settings, serving=True)),
            tell_waiting=lambda why, meanwhile: typer.echo(f"faq: {why}\n{meanwhile} {for_staff}", err=True),
        )  # fmt: skip


def _serve_with_workers(settings: Settings) -> None:
    from assistant.serving import serve_socket
    from assistant.staff_port import StaffPort
    from assistant.workers import serve_with_workers

    with serve_socket(settings) as listening:
        serve_with_workers(settings, listening, lambda: _tell_ready(settings, StaffPort(settings)))


def _tell_ready(settings: Settings, staff: StaffPort) -> None:
    address = f"http://{settings.host}:{settings.port}/chat/"
    typer.echo(f"Staff at {staff.url}\nAsk at {address}  (Ctrl+C stops)")


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="One question.")] = None,
    source: Annotated[Path | None, typer.Option("--from", help="JSON lines with questions.")] = None,
    history: Annotated[
        list[str] | None, typer.Option("--history", help="An earlier question; repeat, oldest first.")
    ] = None,
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
    lines = (
        asked_lines(source) if source else [AskedLine(question=question or "", history=tuple(history or ()))]
    )
    faq = Assistant.open()
    # Every line is looked at before the first is answered: a bad one costs no half-written output.
    for line in lines:
        faq.check(line.question)
    for line in lines:
        answer = faq.answer(line.question, line.history, timed=timings)
        typer.echo(to_json(answer) if as_json or source else as_text(answer, faq.wording, faq.documents))


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show the index in use, its documents, and how it was calibrated."""
    from assistant.status import describe_status, status_text

    found = describe_status(read_settings())
    typer.echo(found.model_dump_json() if as_json else status_text(found))


def main() -> None:
    """Run the command line; an error a person can mend is one line on stderr and an exit code."""
    # At its end everything goes with the process: to look through it once more takes half a second.
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    try:
        app()
    except FaqError as error:
        typer.echo(f"faq: {error}", err=True)
        sys.exit(error.exit_code)
