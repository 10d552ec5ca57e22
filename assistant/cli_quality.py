"""The commands that say how good things are: check, eval, calibrate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.settings import read_settings
from content.questions import read_questions

if TYPE_CHECKING:
    from assistant.comparison import Comparison

quality = typer.Typer()
Content = Annotated[Path | None, typer.Option("--content", help="Folder of documents (default: built-in).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Questions = Annotated[Path, typer.Argument(help="JSON lines: id, question, expect, accept_any, history.")]


@quality.command()
def check(content: Content = None, as_json: AsJson = False) -> None:
    """Lint the content and ask its staff questions; exit 1 when something must be mended."""
    from assistant.checking import check as check_now

    found = check_now(read_settings(content=content), progress=True)
    for finding in found.findings:
        line = f"{finding.severity}: {finding.document_id}, {finding.field}: {finding.message}"
        typer.echo(finding.model_dump_json() if as_json else line)
    errors = len(found.errors)
    if not as_json:
        asked = f"{found.documents} documents, {found.questions} staff questions"
        typer.echo(f"{asked}: {errors} errors, {len(found.findings) - errors} warnings")
    raise typer.Exit(1 if errors else 0)


@quality.command(name="eval")
def evaluate_(
    questions: Annotated[
        Path,
        typer.Argument(help="Labelled questions (JSON lines), a BEIR folder, or with --qrels a TREC run."),
    ],
    report: Annotated[
        Path | None, typer.Option("--report", help="Folder for page, rows, run, table.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Report folder, or TREC run, of an earlier time.")
    ] = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit 1 on a credible loss against --baseline.")
    ] = False,
    qrels: Annotated[Path | None, typer.Option("--qrels", help="TREC or BEIR judgements of a run.")] = None,
    as_json: AsJson = False,
) -> None:
    """Score quoting, retrieval, refusals, redirects and time on labelled questions."""
    if gate and baseline is None:
        raise typer.BadParameter("--gate needs an earlier run to compare with: add --baseline REPORT_FOLDER")
    if qrels is not None:
        compared = _score_run(questions, qrels, report, baseline, as_json=as_json)
    elif questions.is_dir():
        compared = _score_folder(questions, report, baseline, as_json=as_json)
    else:
        compared = _score_questions(questions, report, baseline, as_json=as_json)
    if gate and compared and compared.credible_loss:
        raise typer.Exit(1)


def _score_questions(
    path: Path, folder: Path | None, baseline: Path | None, *, as_json: bool
) -> Comparison | None:
    from assistant.answer import Assistant
    from assistant.comparison import compare, read_baseline
    from assistant.evaluation import evaluate
    from assistant.report import as_table, save_report

    labelled = read_questions(path)
    # Read before anything is asked: a wrong name costs no run, and the folder may be written over.
    before = read_baseline(baseline, labelled) if baseline else None
    settings = read_settings()
    found = evaluate(Assistant.open(settings), labelled, progress=True)
    if before is not None:
        found = found.model_copy(update={"comparison": compare(found.rows, before)})
    folder = folder or settings.home / "reports" / f"{path.stem}-{found.index_id}"
    save_report(found, folder)
    typer.echo(
        found.model_dump_json(exclude={"rows"}) if as_json else f"{as_table(found)}\nsaved in {folder}"
    )
    return found.comparison


def _score_folder(
    benchmark: Path, folder: Path | None, baseline: Path | None, *, as_json: bool
) -> Comparison | None:
    from assistant.benchmark_run import evaluate_benchmark, judgements
    from assistant.report import as_lines, save_benchmark
    from assistant.run_comparison import compare_runs, read_earlier
    from content.benchmarks import read_benchmark

    given = read_benchmark(benchmark)
    # Read before anything is asked: a wrong name costs no run, and the folder may be written over.
    before = read_earlier(baseline, judgements(given)) if baseline else None
    found = evaluate_benchmark(given, read_settings(), progress=True)
    if before is not None:
        found = found.model_copy(update={"comparison": compare_runs(found.run, before, found.qrels)})
    if folder:
        save_benchmark(found, folder)
    typer.echo(found.model_dump_json() if as_json else "\n".join(as_lines(found)))
    return found.comparison


def _score_run(
    run: Path, qrels: Path, folder: Path | None, baseline: Path | None, *, as_json: bool
) -> Comparison | None:
    from assistant.report import as_lines, save_figures
    from assistant.run_comparison import score_run

    found = score_run(run, qrels, baseline)
    if folder:
        save_figures(found, folder)
    head = f"{found.queries} queries, {found.missing} of them not in the run"
    typer.echo(found.model_dump_json() if as_json else "\n".join([head, *as_lines(found)]))
    return found.comparison


@quality.command()
def calibrate(questions: Questions, as_json: AsJson = False) -> None:
    """Fit reader weights, confidence and threshold on labelled questions; store them with the index."""
    from assistant.publishing import publish_calibrated

    rows = read_questions(questions)
    calibration, manifest = publish_calibrated(read_settings(), rows, questions, progress=True)
    figures = {"calibration_id": calibration.calibration_id, "index_id": manifest.index_id,
               "questions": calibration.questions, "threshold": calibration.threshold,
               **calibration.figures}  # fmt: skip
    lines = [f"{name}  {value}" for name, value in figures.items()]
    typer.echo(json.dumps(figures) if as_json else "\n".join(lines))
