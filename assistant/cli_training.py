"""The commands that teach: train-reader the passage reader, train-danger what danger sounds like."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.training.plan import TrainingPlan

if TYPE_CHECKING:
    from index.training.card import TrainingRun
    from index.training.loop import Trainer

training = typer.Typer()
_PLAN = TrainingPlan()
# What a shell returns for a program that Ctrl+C ended: 128 + SIGINT.
_INTERRUPTED = 130


@training.command()
def train_reader(
    data: Annotated[
        list[Path], typer.Argument(help="Files of questions (JSON lines) and BEIR folders to learn from.")
    ],
    out: Annotated[
        Path, typer.Option("--out", file_okay=False, help="Folder of the run; a checkpoint there is resumed.")
    ],
    groups: Annotated[int, typer.Option(min=1, help="Questions to draw in all.")] = _PLAN.groups,
    never: Annotated[
        list[Path] | None, typer.Option("--never", help="BEIR folder whose documents are left out; repeat.")
    ] = None,
    start: Annotated[
        Path | None, typer.Option("--start", help="Weights of an earlier run to go on from.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of all draws.")] = _PLAN.seed,
    unlicensed: Annotated[
        bool, typer.Option("--unlicensed", help="Learn also from data that may not be shipped.")
    ] = False,
) -> None:
    """Teach the passage reader, or go on with it; write weights, model card and figures."""
    from index.training.checkpoint import read_facts
    from index.training.run import describe_run, new_trainer, read_data, require_licences, weights_sha256

    plan = TrainingPlan(groups=groups, seed=seed, start=weights_sha256(start) if start else "")
    # Before minutes of reading: another plan's run is not gone on with.
    read_facts(out, plan)
    found = read_data(data, never=never or [])
    if not unlicensed:
        require_licences(found)
    trainer = new_trainer(out, plan, start=start)
    with _asked_to_stop() as stop:
        done = trainer.train(found.examples, found.checks, progress=True, stop=stop)
    if not done:
        again = _command(data, never or [], plan, out, start, unlicensed=unlicensed)
        typer.echo(f"stopped after {trainer.step:,} of {plan.steps:,} steps. Go on with: {again}", err=True)
        raise typer.Exit(_INTERRUPTED)
    # The card is shipped: it names what was read, not where it lay.
    begun = Path(start.name) if start else None
    command = _command(_names(data), _names(never or []), plan, Path("DIR"), begun, unlicensed=unlicensed)
    _write(describe_run(trainer, found, command), trainer, out)
    typer.echo(f"{trainer.step:,} steps done; {trainer.weights} and its MODEL_CARD.md are written")


@training.command()
def train_danger(
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="File to write the weights to.")],
    questions: Annotated[
        Path | None,
        typer.Option("--questions", file_okay=False, help="A folder of writers; built-in by default."),
    ] = None,
) -> None:
    """Teach what danger sounds like; say how often it is missed in words of writers kept out."""
    from index.training.danger import kept_out_lines, save_danger
    from index.training.danger import train_danger as learn
    from index.training.danger_questions import QUESTIONS, read_written

    written = read_written(questions or QUESTIONS)
    learned, kept_out = learn(written, progress=True)
    save_danger(learned, out)
    typer.echo("\n".join((*kept_out_lines(learned.model.facts, kept_out), f"{out} is written")))


def _names(paths: Sequence[Path]) -> list[Path]:
    return [Path(path.resolve().name) for path in paths]


def _command(
    data: Sequence[Path], never: Sequence[Path], plan: TrainingPlan, out: Path, start: Path | None, *,
    unlicensed: bool,
) -> str:  # fmt: skip
    """Return the command line that repeats a run, or goes on with it."""
    words = ["faq", "train-reader", *map(str, data), "--out", str(out), "--groups", str(plan.groups)]
    words += [word for folder in never for word in ("--never", str(folder))]
    words += ["--start", str(start)] if start else []
    words += ["--seed", str(plan.seed), *(["--unlicensed"] if unlicensed else [])]
    return shlex.join(words)


def _write(run: TrainingRun, trainer: Trainer, folder: Path) -> None:
    from assistant.plots import plot_loss
    from index.training.card import model_card

    (folder / "figures.json").write_text(run.model_dump_json(indent=1) + "\n", "utf-8")
    (folder / "MODEL_CARD.md").write_text(model_card(run), "utf-8")
    plot_loss(trainer.losses, trainer.validations, folder / "loss.png")


@contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Yield a function that says whether Ctrl+C was pressed; pressed again, it interrupts as usual.

    Stopping between steps is what makes the checkpoint whole: an interrupt may come when half of
    the numbers are changed.
    """
    pressed: list[int] = []

    def note(number: int, _: object) -> None:
        pressed.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield lambda: bool(pressed)
    finally:
        signal.signal(signal.SIGINT, before)
