"""What `faq build` would do and how long it would take, before anything of it is done."""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

from assistant.building import open_models
from assistant.settings import Settings
from content.library import Library, load_library
from content.passages import split
from content.schema import Fact
from index.build import up_to_date_index
from index.embedder import Embedder
from index.evidence import EvidenceModel, PassageText
from index.plan import IndexPlan, plan_index

_SAMPLE_SECONDS = 1.0
_MEGABYTE = 1_000_000


class BuildPlan(Fact):
    """The plan of the index, and the seconds that opening the models and reading the questions take.

    `unchanged`: nothing would be built.
    """

    unchanged: bool
    index: IndexPlan
    opening_seconds: float
    reading_seconds: float
    seconds: float


def plan_build(settings: Settings, *, force: bool = False, embedder: Embedder | None = None) -> BuildPlan:
    """Return the plan of `build` with these settings; writes nothing but files that are gone at its end.

    A model that is not exported yet is exported into a temporary folder, and that is timed as well.
    """
    library = load_library(settings.content)
    with tempfile.TemporaryDirectory(prefix="faq-plan-") as folder:
        began = perf_counter()
        embedder, evidence, _ = open_models(_beside(settings, Path(folder)), embedder)
        opening = perf_counter() - began
        root, titles = settings.index_root, settings.embed_titles
        held = None if force else up_to_date_index(
            library, embedder, root, evidence=evidence, settings_id=settings.calibration_settings,
            titles=titles,
        )  # fmt: skip
        plan = plan_index(library, embedder, root, titles=titles, mined=settings.mined_aliases, force=force)
        reading = 0.0 if held else _reading_seconds(library, evidence, plan, settings, anew=force)
    parts = opening + reading + plan.embedding_seconds + plan.writing_seconds
    return BuildPlan(
        unchanged=held is not None, index=plan, opening_seconds=round(opening, 1),
        reading_seconds=round(reading, 1), seconds=0.0 if held else round(parts, 1),
    )  # fmt: skip


def plan_text(plan: BuildPlan) -> str:
    """Return the plan as lines to read."""
    found = plan.index
    parts = f"{_span(found.embedding_seconds)} embedding, {_span(plan.reading_seconds)} reading questions"
    lines = [
        f"{found.documents:,} documents, {found.passages:,} passages, {found.sentences:,} sentences, "
        f"{found.questions:,} questions",
        f"{found.new:,} of {found.texts:,} texts are new and must be embedded",
        f"speed:  {found.texts_per_second:,.0f} texts a second on {found.cores} cores, measured just now",
        f"time:   {_span(plan.seconds)}: {parts}",
        f"memory: {found.memory_bytes / _MEGABYTE:,.0f} MB at most",
        f"disk:   {found.index_bytes / _MEGABYTE:,.1f} MB for the index, "
        f"{found.kept_bytes / _MEGABYTE:,.1f} MB more while it is built",
    ]
    return "\n".join([*lines, "unchanged: nothing would be built"] if plan.unchanged else lines)


def _span(seconds: float) -> str:
    """Write a time as people say it: 40 s, 12 min, 3.5 h."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def _beside(settings: Settings, folder: Path) -> Settings:
    """Return settings that find every exported model and write others into `folder`."""
    models = folder / "models"
    models.mkdir()
    if settings.models.is_dir():
        for path in settings.models.iterdir():
            (models / path.name).symlink_to(path.resolve())
    return settings.model_copy(update={"home": folder})


def _reading_seconds(
    library: Library, evidence: EvidenceModel | None, plan: IndexPlan, settings: Settings, *, anew: bool
) -> float:
    """Return how long the reader takes for all questions of the site; what it read before is known."""
    questions = [question.question for question in library.questions]
    questions += [asked for document in library.documents for asked in document.questions]
    if evidence is None or not questions or not plan.passages:
        return 0.0
    passages = _some_passages(library, settings.passages_read)
    began, done = perf_counter(), 0
    while done < len(questions) and perf_counter() - began < _SAMPLE_SECONDS:
        evidence.sentence_evidence(questions[done], passages)
        done += 1
    known = not anew and (settings.home / "readings.json").exists()
    return (perf_counter() - began) / done * len(questions) * (plan.new / plan.texts if known else 1)


def _some_passages(library: Library, most: int) -> list[PassageText]:
    """Return passages from all over a library, as the reader is given them."""
    texts = [
        PassageText(
            title=document.title, role="body", sentences=tuple(map(document.slice, passage.sentences))
        )
        for document in library.documents[:: -(-len(library.documents) // most)]
        for passage in split(document)
    ]
    return texts[:: -(-len(texts) // most)]
