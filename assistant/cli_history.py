"""The commands that look back: verify, replay."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli_quality import AsJson
from assistant.settings import read_settings

if TYPE_CHECKING:
    from assistant.verification import Proved, Verdict

history = typer.Typer()
_SAID: dict[Proved, str] = {
    "in_use": "proved by the index in use",
    "older": "proved by an older text",
    "nothing_quoted": "nothing quoted",
    "no": "NOT PROVED",
}


@history.command()
def verify(
    answers: Annotated[
        Path, typer.Argument(help="Stored answers: JSON lines, one as JSON, or a folder of such files.")
    ],
    content: Annotated[
        Path | None, typer.Option("--content", help="Prove by this folder of documents alone.")
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Prove every quote of stored answers by what was ever published; exit 1 when one is not proved."""
    from assistant.archive import archived
    from assistant.proofs import Proofs
    from assistant.shared_index import engine_of
    from assistant.stored_answers import stored_answers
    from assistant.verification import verify as prove
    from content.library import load_library

    stored = stored_answers(answers, "faq verify FILE|FOLDER")
    settings = read_settings(content=content)
    if content is not None:
        proofs = Proofs.of({document.id: document for document in load_library(content).documents})
    else:
        proofs = Proofs.open(settings.home, settings.index_root, engine_of(settings))
    verdicts = prove(stored, proofs, progress=True)
    for verdict in verdicts:
        typer.echo(verdict.model_dump_json() if as_json else _line(verdict))
    for path in archived(settings.home).damaged() if content is None else ():
        typer.echo(f"{path}: damaged, so it proves nothing", err=True)
    if not as_json:
        typer.echo(_summary(verdicts))
    raise typer.Exit(1 if any(verdict.proved == "no" for verdict in verdicts) else 0)


@history.command()
def replay(
    receipt: Annotated[str, typer.Argument(help="r-…, or a file with stored answers.")],
    question: Annotated[
        str | None, typer.Option("--question", help="What was asked; looked for where it is not given.")
    ] = None,
    history: Annotated[
        list[str] | None, typer.Option("--history", help="An earlier question; repeat, oldest first.")
    ] = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Ask the index of then again: the same answer (exit 0), or what exactly changed since (exit 1)."""
    from assistant.asked import wanted
    from assistant.past_errors import ReceiptUnknown
    from assistant.replay import Replays

    replays = Replays(read_settings())
    code = 0
    for one in wanted(receipt, question, tuple(history or ()), replays.asked_before):
        try:
            found = replays.replay(one.receipt, one.asked, one.stored)
        except ReceiptUnknown as error:
            typer.echo(f"faq: {error}", err=True)
            code = error.exit_code
            continue
        typer.echo(found.model_dump_json() if as_json else replays.as_text(found))
        code = code or (0 if found.same else 1)
    raise typer.Exit(code)


def _line(verdict: Verdict) -> str:
    by = f" ({'; '.join(verdict.by)})" if verdict.proved == "older" else ""
    told = f"{verdict.file}, line {verdict.line}: {_SAID[verdict.proved]}{by}"
    return "\n".join((told, *(f"  {problem}" for problem in verdict.problems)))


def _summary(verdicts: list[Verdict]) -> str:
    found = Counter(verdict.proved for verdict in verdicts)
    counts = ", ".join(f"{found[proved]} {said}" for proved, said in _SAID.items())
    return f"{len(verdicts)} answers, {sum(verdict.quotes for verdict in verdicts)} quotes: {counts}"
