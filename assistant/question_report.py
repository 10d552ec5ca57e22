"""What staff may see of what visitors asked: counts, groups that are large enough, masked comments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Literal

from assistant.answer import Assistant
from assistant.clusters import Cluster, Clusters, clustered
from assistant.common_words import COMMON_WORDS
from assistant.feedback import Comment, FeedbackCounts, FeedbackStore, Reason
from assistant.question_log import embedder_id
from assistant.questions import Count, QuestionCounts, QuestionStore
from assistant.redaction import known_words, masked
from assistant.retention import purge
from assistant.settings import Settings
from content.errors import FaqError
from content.schema import Fact


class ShownComment(Fact):
    """A visitor's words as staff see them: rare words masked."""

    day: date
    helpful: bool
    reason: Reason | None = None
    words: str


class QuestionReport(Fact):
    """Everything `faq questions` shows. `hidden`: kept questions whose group is too small to be shown.

    `unhelpful`: passages, by how often an answer with them did not help. `unavailable`: why kept
    words cannot be grouped just now.
    """

    keeps: Literal["no", "clusters"]
    cluster_size: int
    keep_days: int
    counts: QuestionCounts
    feedback: FeedbackCounts
    unhelpful: tuple[Count, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    hidden: int = 0
    comments: tuple[ShownComment, ...] = ()
    unavailable: str | None = None


def question_report(settings: Settings, faq: Callable[[], Assistant]) -> QuestionReport:
    """Read what is stored, after deleting words whose time is over.

    `faq` is opened only when there are words to group or to mask. Raises QuestionsUnavailable and
    FeedbackUnavailable.
    """
    purge(settings, date.today())
    questions, feedback = QuestionStore(settings.questions_file), FeedbackStore(settings.feedback_file)
    try:
        kept = questions.kept() if settings.keep_questions == "clusters" else []
        comments = feedback.comments() if settings.feedback_text else []
        found = QuestionReport(
            keeps=settings.keep_questions, cluster_size=settings.cluster_size, keep_days=settings.keep_days,
            counts=questions.counts(), feedback=feedback.counts(), unhelpful=_unhelpful(feedback),
        )  # fmt: skip
    finally:
        questions.close()
        feedback.close()
    if not kept and not comments:
        return found
    try:
        open_faq = faq()
    except FaqError as error:
        return found.model_copy(update={"unavailable": str(error), "hidden": sum(q.asked for q in kept)})
    known = known_words(open_faq.documents.values())
    embedder = open_faq.searcher.embedder
    groups = (
        clustered(
            kept, embedder.embed, embedder_id(embedder.facts), known=known, at_least=settings.cluster_size
        )
        if kept
        else Clusters()
    )
    shown = tuple(_shown(comment, known) for comment in comments)
    return found.model_copy(update={"clusters": groups.shown, "hidden": groups.hidden, "comments": shown})


def report_text(report: QuestionReport) -> str:
    """Return the report for a terminal."""
    counts = report.counts
    lines = [f"{counts.asked} questions answered since {counts.since or 'never'}"]
    titles = {"outcomes": "outcome", "quoted": "quoted", "nearest": "refused near", "languages": "language",
              "sure": "confidence", "lengths": "length"}  # fmt: skip
    for name, title in titles.items():
        lines += [f"{title:<14}{count.asked:>7}  {count.name}" for count in getattr(counts, name)[:_MOST]]
    lines.append(f"feedback      {report.feedback.helpful:>7}  helpful")
    lines += [f"feedback      {n:>7}  not helpful: {why}" for why, n in report.feedback.reasons.items()]
    lines += [f"unhelpful     {count.asked:>7}  {count.name}" for count in report.unhelpful[:_MOST]]
    if report.keeps == "no":
        lines.append("No words are kept (FAQ_KEEP_QUESTIONS=no).")
    for cluster in report.clusters:
        about = (
            f"{cluster.refused} refused, {cluster.unhelpful} unhelpful, closest {cluster.closest or 'none'}"
        )
        lines.append(f"asked         {cluster.asked:>7}  {cluster.question}  ({about})")
    if report.hidden:
        lines.append(
            f"{report.hidden} kept questions were asked by fewer than {report.cluster_size} visitors."
        )
    lines += [f"comment  {c.day}  {c.reason or '-'}: {c.words}" for c in report.comments]
    if report.unavailable:
        lines.append(f"Kept words cannot be shown: {report.unavailable}")
    return "\n".join(lines)


_MOST = 10


def _unhelpful(feedback: FeedbackStore) -> tuple[Count, ...]:
    found = Counter(
        passage for given in feedback.rows() if not given.helpful for passage in given.passage_ids
    )
    in_order = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Count(name=name, asked=asked) for name, asked in in_order)


def _shown(comment: Comment, known: frozenset[str]) -> ShownComment:
    def may_be_shown(word: str) -> bool:
        return not any(map(str.isnumeric, word)) and (word in COMMON_WORDS or word in known)

    return ShownComment(**{**comment.model_dump(), "words": masked(comment.words, may_be_shown)})
