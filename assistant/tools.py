"""What agents may use: ask, search and fetch, as plain values that every protocol can carry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from assistant.answer import Assistant
from assistant.api import Ask
from assistant.errors import NoSuchDocument
from assistant.live import LiveAssistant
from assistant.schema import Answer
from assistant.settings import Settings
from assistant.whole_document import whole_document
from content.schema import Fact

_RESULTS = 10
_WORDING = "wording:"


class Query(Fact):
    """What to search for."""

    # However long: the safety rules see it first.
    query: str


class DocumentId(Fact):
    """The id of a search result."""

    id: Annotated[str, Field(max_length=100)]


class Found(Fact):
    """One document near a query; `url` is its source, or where its text can be fetched."""

    id: str
    title: str
    url: str


class SearchResults(Fact):
    """Documents, the nearest first. A question that must not be searched finds the text to show instead."""

    results: tuple[Found, ...]


class Fetched(Fact):
    """One whole document; `metadata` holds its sha256, its study's facts and the caveats to show with it."""

    id: str
    title: str
    text: str
    url: str
    metadata: dict[str, Any]


class Tool(NamedTuple):
    """One thing an agent may call; `use` gets a visitor's pseudonym last, and raises FaqError."""

    about: str
    takes: type[Fact]
    gives: type[Fact]
    use: Callable[[Any, LiveAssistant, Settings, str], Fact]


def ask(given: Ask, live: LiveAssistant, _: Settings, visitor: str = "") -> Answer:
    """Answer exactly as `POST /v1/ask` does."""
    return live.answer(given.question, given.history, visitor=visitor)


def search(given: Query, live: LiveAssistant, settings: Settings, visitor: str = "") -> SearchResults:
    """Find documents. Safety rules see the query first: an emergency finds its text and nothing else."""
    faq = live.now()
    if faq.route(given.query) is not None:
        shown = live.answer(given.query, visitor=visitor).blocks
        ids = [f"{_WORDING}{block.id}" for block in shown if block.type == "wording"]
        return SearchResults(results=tuple(_wording(name, faq, settings) for name in ids))
    faq.check(given.query)
    hits = faq.searcher.search(given.query, settings.passages_read)
    withheld = faq.withheld()
    found = dict.fromkeys(hit.passage.document_id for hit in hits)
    ids = [name for name in found if name not in withheld][:_RESULTS]
    return SearchResults(results=tuple(_found(name, faq, settings) for name in ids))


def fetch(given: DocumentId, live: LiveAssistant, settings: Settings, _: str = "") -> Fetched:
    """Return the canonical text of a document with its facts. Raises NoSuchDocument."""
    faq = live.now()
    if given.id.startswith(_WORDING):
        found = _wording(given.id, faq, settings)
        return Fetched(**found.model_dump(), text=found.title, metadata={"kind": "wording"})
    document = whole_document(given.id, faq).model_dump(mode="json")
    text = document.pop("text")
    return Fetched(**_found(given.id, faq, settings).model_dump(), text=text, metadata=document)


TOOLS: Mapping[str, Tool] = {
    "ask": Tool(
        "Ask about this clinic's documents: verbatim quotes with source and caveats, or that nothing covers "
        "the question. Show quotes word for word, and a redirect's text before anything else.",
        Ask, Answer, ask,
    ),
    "search": Tool("Find documents by a question or by words.", Query, SearchResults, search),
    "fetch": Tool("Fetch a document's whole text by its id.", DocumentId, Fetched, fetch),
}  # fmt: skip


def _found(document_id: str, faq: Assistant, settings: Settings) -> Found:
    document = faq.documents[document_id]
    return Found(
        id=document.id,
        title=document.title,
        url=document.source.url or f"{_site(settings)}/v1/documents/{document.id}",
    )


def _wording(name: str, faq: Assistant, settings: Settings) -> Found:
    try:
        text = faq.wording.text(name.removeprefix(_WORDING))
    except KeyError as error:
        raise NoSuchDocument(name) from error
    return Found(id=name, title=text, url=f"{_site(settings)}/chat/")


def _site(settings: Settings) -> str:
    return (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
