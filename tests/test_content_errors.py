"""Every refusal names what is wrong and what to do next."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from content import errors
from content.errors import FaqError

PATH = Path("pages/a.md")
# Each with the words a person needs to find the place.
EXAMPLES: list[tuple[FaqError, tuple[str, ...]]] = [
    (errors.ContentNotFound(PATH), (str(PATH), "--content", "FAQ_CONTENT")),
    (
        errors.UnreadableDocument(PATH, "a reason", line=3, field="title"),
        (f"{PATH}, line 3, field title: a reason",),
    ),
    (errors.UnreadableDocument(PATH, "a reason"), (f"{PATH}: a reason",)),
    (errors.UnknownFormat(PATH, (".md", ".html")), (str(PATH), "'.md'; known are .md, .html")),
    (errors.DuplicateDocument("a.md", "b.md", "the same words"), ("b.md: the same words as a.md",)),
    (errors.CaveatNotFound("a-page", "None died"), ("a-page", "'None died'")),
    (errors.BrokenQuestions(PATH, 7, "a reason"), (f"{PATH}, line 7: a reason",)),
    (errors.BrokenQuestions(PATH, 0, "a reason"), (f"{PATH}: a reason",)),
    (errors.UnreadableBenchmark(PATH, "a reason"), (f"{PATH}: a reason", "qrels/test.tsv")),
]


@pytest.mark.parametrize(("error", "named"), EXAMPLES)
def test_the_message_names_the_place_and_the_next_step(error: FaqError, named: tuple[str, ...]) -> None:
    message = str(error)
    assert all(words in message for words in named)
    assert "run: faq check" in message or "run: faq eval" in message or '{"id": "q1"' in message
    assert "line 0" not in message


@pytest.mark.parametrize("error", [error for error, _ in EXAMPLES])
def test_the_shell_learns_of_a_failure_by_sysexits(error: FaqError) -> None:
    """65 is a wrong input, 66 a missing one (sysexits.h), 1 anything else."""
    assert FaqError("x").exit_code == 1
    assert error.exit_code == (66 if isinstance(error, errors.ContentNotFound) else 65)


def test_every_error_is_tried_here() -> None:
    defined = {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)}
    assert {type(error) for error, _ in EXAMPLES} == defined - {FaqError}
    assert all(issubclass(kind, FaqError) and kind.__doc__ for kind in defined)
