"""What can be wrong with the words, said so that a person can mend it."""

from __future__ import annotations

from pathlib import Path


class FaqError(Exception):
    """Something a person can mend; the message names the file or value and the next command.

    Every error this project raises on purpose derives from it, so the command line and the
    web service show its text and nothing else. `exit_code` is what `faq` returns to the shell.
    """

    exit_code = 1


class ContentNotFound(FaqError):
    """The content folder does not exist or holds no document."""

    exit_code = 66

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder}: no documents (*.md) found here. "
            "Name the folder with --content DIR or FAQ_CONTENT, then run: faq check"
        )


class UnreadableDocument(FaqError):
    """A file cannot be taken as a document; nothing of it was used."""

    exit_code = 65

    def __init__(self, path: Path, reason: str, *, line: int | None = None, field: str | None = None) -> None:
        place = f"{path}" + (f", line {line}" if line else "") + (f", field {field}" if field else "")
        super().__init__(f"{place}: {reason}. Mend it, then run: faq check")
        self.path, self.line, self.field = path, line, field


class UnknownFormat(FaqError):
    """No reader knows this kind of file."""

    exit_code = 65

    def __init__(self, path: Path, known: tuple[str, ...]) -> None:
        super().__init__(
            f"{path}: no reader for {path.suffix or 'a file without suffix'!r}; "
            f"known are {', '.join(known)}. Save it as one of these, then run: faq check"
        )


class DuplicateDocument(FaqError):
    """Two files claim the same id or hold the same text."""

    exit_code = 65

    def __init__(self, first: str, second: str, reason: str) -> None:
        super().__init__(f"{second}: {reason} as {first}. Remove one or change its id, then run: faq check")


class CaveatNotFound(FaqError):
    """A caveat named in front matter is not a whole sentence of the document it names."""

    exit_code = 65

    def __init__(self, document_id: str, caveat: str) -> None:
        super().__init__(
            f"{document_id}: the caveat {caveat!r} is not an exact sentence of the library. "
            "Copy the sentence from the document, then run: faq check"
        )


class BrokenQuestions(FaqError):
    """A file of labelled questions has a line that cannot be used."""

    exit_code = 65

    def __init__(self, path: Path, line: int, reason: str) -> None:
        place = f"{path}" + (f", line {line}" if line else "")
        super().__init__(
            f"{place}: {reason}. Each line is a JSON object such as "
            '{"id": "q1", "question": "…", "expect": "quote", "accept_any": ["exact words"]}'
        )


class UnreadableBenchmark(FaqError):
    """A benchmark folder has a file that cannot be used."""

    exit_code = 65

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}. A benchmark folder holds corpus.jsonl, queries.jsonl and qrels/test.tsv "
            "(BEIR layout); mend it, then run: faq eval FOLDER"
        )
