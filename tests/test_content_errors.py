"""Every refusal names what is wrong and what to do next."""

from __future__ import annotations

import inspect
import re
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
    (errors.SourceRefused("page.pdf", "a reason"), ("page.pdf: a reason", "faq add FILE")),
    (errors.KindNeeded("page.pdf"), ("page.pdf: ", "trial", "therapy", "clinic", "faq add FILE --kind")),
    (errors.DocumentNotFound(PATH, "a-page"), (str(PATH), "'a-page'", "faq documents")),
    (errors.FactsRefused("a-page", "study.design", "a reason"), ("a-page, field study.design: a reason",)),
    (errors.DocumentChanged(PATH), (f"{PATH}: changed since",)),
    (errors.CannotWrite(PATH, "a reason"), (f"{PATH}: cannot be written (a reason)",)),
    (errors.BrokenSynonyms(PATH, "a reason"), (f"{PATH}: a reason", 'same = [["heart attack"')),
    (errors.NoSuchAbbreviation("a-page", "SLE"), ("a-page: ", "'SLE'", "--approve a-page")),
    (errors.QuestionRefused("Why?", "a reason"), ("'Why?': a reason",)),
]


@pytest.mark.parametrize(("error", "named"), EXAMPLES)
def test_the_message_names_the_place_and_the_next_step(error: FaqError, named: tuple[str, ...]) -> None:
    message = str(error)
    assert all(words in message for words in named)
    assert re.search(r"(?:run|them|explains): faq \w|faq add FILE|then save|\{\"id\": \"q1\"", message), (
        message
    )
    assert "line 0" not in message


@pytest.mark.parametrize("error", [error for error, _ in EXAMPLES])
def test_the_shell_learns_of_a_failure_by_sysexits(error: FaqError) -> None:
    """64 is a command used wrongly, 65 a wrong input, 66 a missing one, 73 a file that cannot be made,
    75 something to try again (sysexits.h), 1 anything else.
    """
    others: dict[type[FaqError], int] = {
        errors.ContentNotFound: 66, errors.DocumentNotFound: 66, errors.KindNeeded: 64,
        errors.NoSuchAbbreviation: 64,
        errors.CannotWrite: 73, errors.DocumentChanged: 75,
    }  # fmt: skip
    assert FaqError("x").exit_code == 1
    assert error.exit_code == others.get(type(error), 65)


def test_every_error_is_tried_here() -> None:
    defined = {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)}
    assert {type(error) for error, _ in EXAMPLES} == defined - {FaqError}
    assert all(issubclass(kind, FaqError) and kind.__doc__ for kind in defined)
