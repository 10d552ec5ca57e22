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
        self.path, self.line, self.field, self.reason = path, line, field, reason


class UnknownFormat(FaqError):
    """No reader knows this kind of file."""

    exit_code = 65

    def __init__(self, path: Path, known: tuple[str, ...]) -> None:
        suffix = repr(path.suffix or "a file without suffix")
        self.reason = f"no reader for {suffix}; known are {', '.join(known)}"
        super().__init__(f"{path}: {self.reason}. Save it as one of these, then run: faq check")


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


class BrokenSynonyms(FaqError):
    """The site's file of words that mean the same cannot be used."""

    exit_code = 65

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f'{path}: {reason}. It holds groups such as same = [["heart attack", "myocardial infarction"]]; '
            "mend it, then run: faq check"
        )


class NoSuchAbbreviation(FaqError):
    """The document explains no such short form, so that nobody knows what would be approved."""

    exit_code = 64

    def __init__(self, document_id: str, short: str) -> None:
        super().__init__(
            f"{document_id}: the text explains no {short!r}. List what it explains: faq aliases, "
            f'or say it yourself: faq aliases --approve {document_id} "{short}=LONG FORM"'
        )


class SourceRefused(FaqError):
    """A source file cannot be taken word for word; nothing of it was used."""

    exit_code = 65

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"{name}: {reason}. Nothing of it was taken. Save it in another way, "
            "or copy its words into a Markdown file, then run: faq add FILE"
        )
        self.name, self.reason = name, reason


class KindNeeded(FaqError):
    """Nothing says whether a source is a trial, a therapy page or a page of the clinic."""

    exit_code = 64

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name}: the file does not say what kind of page it is. Say it with --kind: trial (a published "
            "study), therapy (a page about a treatment) or clinic (a page about the clinic and its people): "
            "faq add FILE --kind therapy"
        )
        self.name = name


class DocumentNotFound(FaqError):
    """No file of the content folder has this id."""

    exit_code = 66

    def __init__(self, folder: Path, document_id: str) -> None:
        super().__init__(f"{folder}: no document has the id {document_id!r}. List them: faq documents")


class FactsRefused(FaqError):
    """Facts that a person entered cannot stand in front matter; the file is as it was."""

    exit_code = 65

    def __init__(self, document_id: str, field: str, reason: str) -> None:
        super().__init__(
            f"{document_id}, field {field}: {reason}. Nothing was changed. Mend the field, then save again"
        )
        self.document_id, self.field, self.reason = document_id, field, reason


class DocumentChanged(FaqError):
    """Somebody else saved the file after it was read."""

    exit_code = 75

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: changed since it was read. Nothing was saved. Open it again, then save")


class CannotWrite(FaqError):
    """The content folder does not take a file; what stood there is as it was."""

    exit_code = 73

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: cannot be written ({reason}). Nothing was changed. Mend it, then run: faq check"
        )


class QuestionRefused(FaqError):
    """A question cannot be added to the labelled ones as it is."""

    exit_code = 65

    def __init__(self, question: str, reason: str) -> None:
        super().__init__(f"{question!r}: {reason}. Change it and add it again, then run: faq check")
