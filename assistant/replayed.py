"""What a replay tells: the index and circumstances of then, the answer of then, and that of today."""

from __future__ import annotations

from datetime import date, datetime

from assistant.asked import Asked, Whence
from assistant.origin import Origin
from assistant.past import PastIndex
from assistant.receipts import Circumstances
from assistant.schema import Answer
from assistant.since import Change, Difference, DocumentChange
from assistant.withholding import Why
from content.schema import Fact

HIDDEN = "(a kept question that too few visitors asked to be shown)"


class IndexThen(Fact):
    """The index that answered. `generation` is None once it was pruned, `published` where nobody knows.

    `documents_kept` of its `documents` texts are still there.
    """

    index_id: str
    generation: str | None = None
    published: datetime | None = None
    revoked: str | None = None
    documents: int = 0
    documents_kept: int = 0


class CircumstancesThen(Fact):
    """The circumstances under which a receipt comes out.

    `day` is the first one on which `withheld` holds. `noted`: when a server noted that it answers so;
    None where nobody did and they were found by trying.
    """

    given: Circumstances
    day: date
    withheld: dict[str, Why]
    noted: datetime | None = None
    program: str | None = None


class Today(Fact):
    """What the same question gets from the index in use, and in what a visitor would see a difference."""

    answer: Answer | None = None
    problem: str | None = None
    differences: tuple[Difference, ...] = ()


class Replay(Fact):
    """What became of an answer that was given once.

    `same`: it is given again, the whole of it, apart from how long it took. `obstacles`: why the index
    cannot be asked as it was then. `then`: the answer that is given again, or the stored one where the
    index is gone; `differences`: in what the stored answer is another. `circumstances` are None where only a
    stored answer still names the index.
    """

    receipt: str
    question: str
    history: tuple[str, ...]
    whence: Whence
    index: IndexThen
    circumstances: CircumstancesThen | None = None
    same: bool
    obstacles: tuple[str, ...]
    then: Answer | None
    differences: tuple[Difference, ...] = ()
    changes: tuple[Change, ...] = ()
    documents: tuple[DocumentChange, ...] = ()
    today: Today


def index_then(past: PastIndex) -> IndexThen:
    """Return what is known of an index."""
    revoked = past.revoked
    return IndexThen(
        index_id=past.index_id,
        generation=past.kept.name if past.kept is not None else None,
        published=past.manifest.created_at,
        revoked=str(revoked) if revoked else None,
        documents=len(past.manifest.sources),
        documents_kept=len(past.documents),
    )


def circumstances_then(origin: Origin) -> CircumstancesThen:
    """Return the circumstances that a receipt was made of."""
    noted = origin.recorded
    return CircumstancesThen(
        given=origin.given,
        day=origin.day,
        withheld=dict(origin.withheld),
        noted=noted.since if noted else None,
        program=noted.program if noted else None,
    )


def shown(replay: Replay, asked: Asked) -> Replay:
    """Return a replay without the words of a question that may not be shown."""
    if asked.shown:
        return replay
    then, today = replay.then, replay.today.answer
    hidden = {"question": HIDDEN}
    return replay.model_copy(update={
        **hidden,
        "then": then and then.model_copy(update=hidden),
        "today": replay.today.model_copy(update={"answer": today and today.model_copy(update=hidden)}),
    })  # fmt: skip
