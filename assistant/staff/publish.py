"""What the Publish tab does: check, publish, evaluate, and go back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from assistant.render import escape
from assistant.settings import Settings
from assistant.staff.child import Finished, Step, run_faq
from assistant.staff.documents_page import findings_html
from assistant.staff.folder import reading
from assistant.staff.shown import alert, done, table
from assistant.staff.texts import say
from content.errors import FaqError
from content.finding import Finding
from content.library import QUESTIONS_FILE

if TYPE_CHECKING:
    from assistant.kept_generations import GenerationFacts

_WORKING = {"check": "publish_checking", "build": "publish_building", "eval": "publish_evaluating"}


def check(settings: Settings) -> Iterator[str]:
    """Yield how long the check runs, then what it found."""
    for step in run_faq(settings, "check", "--json"):
        yield _checked(step.finished) if step.finished else _working("check", step)


def publish(settings: Settings) -> Iterator[str]:
    """Check, then build the index anew; yield how long that runs, then what visitors are answered from."""
    for step in run_faq(settings, "build", "--json"):
        yield _built(step.finished) if step.finished else _working("build", step)


def evaluate(settings: Settings) -> Iterator[str]:
    """Ask all labelled questions of the index in use; the report is shown in the Quality tab."""
    questions = reading(settings) / QUESTIONS_FILE
    if not questions.exists():
        yield alert(say("publish_no_questions"))
        return
    folder = settings.home / "reports" / f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    for step in run_faq(settings, "eval", str(questions), "--report", str(folder)):
        if step.finished is None:
            yield _working("eval", step)
        elif step.finished.code:
            yield _failed(step.finished)
        else:
            yield done(say("publish_evaluated"))


def kept(settings: Settings) -> tuple[str, list[tuple[str, str]]]:
    """Return the table of generations, newest first, and those that can be gone back to."""
    from assistant.publishing import generations

    try:
        found = generations(settings)
    except FaqError as error:
        return alert(str(error)), []
    choices = [(_named(one), one.name) for one in found if not (one.current or one.revoked or one.damaged)]
    return _table(found) if found else "", choices


def go_back(settings: Settings, to: str | None, reason: str, by: str) -> str:
    """Revoke the index in use and answer from an older one; who and why are kept with it."""
    if not reason.strip() or not by.strip():
        return alert(say("publish_say_why"))
    from assistant.publishing import roll_back

    try:
        manifest = roll_back(settings, to=to or None, reason=reason.strip(), by=by.strip())
    except FaqError as error:
        return alert(str(error))
    return done(say("publish_gone_back", name=manifest.generation))


def _working(command: str, step: Step) -> str:
    said = f" {escape(step.said)}" if step.said else ""
    return f"{done(say(_WORKING[command], seconds=int(step.seconds)))}<p>{said}</p>"


def _checked(finished: Finished) -> str:
    found = _findings(finished.out)
    if finished.err or (finished.code and not found):
        return _failed(finished)
    told = alert(say("publish_not_passed")) if finished.code else done(say("publish_passed"))
    return told + (findings_html(found) if found else "")


def _built(finished: Finished) -> str:
    if finished.code:
        return alert(say("publish_not_published")) + _failed(finished)
    facts = json.loads(finished.out.splitlines()[-1])
    told = "publish_published" if facts["built"] else "publish_unchanged"
    return done(say(told, index_id=facts["index_id"], name=facts["generation"]))


def _failed(finished: Finished) -> str:
    lines = finished.err.strip().splitlines() or [say("publish_broken", code=finished.code)]
    # Of an error nobody foresaw the last line alone; the server's log has the rest.
    told = lines[-1].removeprefix("faq: ")
    return alert(told) + (findings_html(found) if (found := _findings(finished.out)) else "")


def _findings(out: str) -> list[Finding]:
    found = []
    for line in out.splitlines():
        try:
            found.append(Finding.model_validate_json(line))
        except ValidationError:
            # Another line of the command: a count, or what it built.
            continue
    return found


def _table(found: Sequence[GenerationFacts]) -> str:
    head = [say(f"publish_{name}") for name in ("name", "built_at", "index", "documents", "state")]
    return table(say("publish_generations"), head, (_row(one) for one in found))


def _row(one: GenerationFacts) -> list[str]:
    state = say("publish_in_use") if one.current else (one.revoked or one.damaged or say("publish_kept"))
    return [one.name, one.built_at, one.index_id, str(one.documents), state]


def _named(one: GenerationFacts) -> str:
    return f"{one.name}, {one.built_at}"
