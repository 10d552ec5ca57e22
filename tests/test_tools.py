"""What agents may use: the answers of `/v1/ask`, safety rules first, documents by title and whole."""

from __future__ import annotations

import hashlib

import pytest

from assistant.answer import Assistant
from assistant.api import Ask
from assistant.errors import BadQuestion, NoSuchDocument
from assistant.live import LiveAssistant
from assistant.settings import Settings
from assistant.tools import TOOLS, DocumentId, Found, Query, SearchResults, ask, fetch, search

URL = "https://faq.clinic.example"


@pytest.fixture
def site(small_settings: Settings) -> Settings:
    return small_settings.model_copy(update={"public_url": f"{URL}/"})


@pytest.fixture
def live(small_settings: Settings) -> LiveAssistant:
    return LiveAssistant(small_settings)


def test_the_tools_are_three() -> None:
    assert set(TOOLS) == {"ask", "search", "fetch"}
    assert all(tool.about and tool.takes.model_fields for tool in TOOLS.values())


@pytest.mark.parametrize("question", ["Were there any deaths?", "What does it cost?", "I cannot breathe"])
def test_ask_is_the_answer(question: str, live: LiveAssistant, site: Settings) -> None:
    assert ask(Ask(question=question), live, site) == Assistant.open(site).answer(question)
    history = ("What did the lupus study find?",)
    follow_up = ask(Ask(question="And how many months?", history=history), live, site)
    assert follow_up == Assistant.open(site).answer("And how many months?", history)


def test_search_finds_documents_nearest_first_and_each_once(live: LiveAssistant, site: Settings) -> None:
    found = search(Query(query="How many patients were in the lupus study?"), live, site).results

    assert found[0] == Found(id="trial-lupus", title="Lupus study", url=f"{URL}/v1/documents/trial-lupus")
    ids = [result.id for result in found]
    assert len(ids) == len(set(ids))
    assert set(ids) <= {"trial-lupus", "therapy-knee", "therapy-stroke", "clinic-doctor"}


def test_what_is_found_can_be_fetched_whole(live: LiveAssistant, site: Settings) -> None:
    faq = live.now()
    for result in search(Query(query="knee"), live, site).results:
        whole = fetch(DocumentId(id=result.id), live, site)
        assert (whole.id, whole.title, whole.url) == (result.id, result.title, result.url)
        assert whole.text == faq.documents[result.id].text
        assert whole.metadata["sha256"] == hashlib.sha256(whole.text.encode()).hexdigest()
    # A claim never travels without the sentence that qualifies it.
    knee = fetch(DocumentId(id="therapy-knee"), live, site)
    assert knee.metadata["caveats"] == ["The study had no comparison group."]


@pytest.mark.parametrize(
    ("query", "wording"),
    [
        ("I cannot breathe", "emergency"),
        ("I cannot breathe " + "please help " * 100, "emergency"),
        ("I cannot breathe " + "please help " * 400, "emergency"),
        ("Should I stop my tablets?", "personal_advice"),
    ],
)
def test_a_query_in_need_finds_what_to_tell_and_no_document(
    query: str, wording: str, live: LiveAssistant, site: Settings
) -> None:
    text = live.now().wording.text(wording)

    first, *others = search(Query(query=query), live, site).results

    assert first == Found(id=f"wording:{wording}", title=text, url=f"{URL}/chat/")
    assert all(result.id.startswith("wording:") for result in others)
    assert fetch(DocumentId(id=first.id), live, site).text == text


def test_what_cannot_be_asked_cannot_be_searched(live: LiveAssistant, site: Settings) -> None:
    for query in ("", "why " * 300):
        with pytest.raises(BadQuestion):
            search(Query(query=query), live, site)


@pytest.mark.parametrize("name", ["", "nobody", "wording:", "wording:nothing", "../trial-lupus"])
def test_what_is_not_there_cannot_be_fetched(name: str, live: LiveAssistant, site: Settings) -> None:
    with pytest.raises(NoSuchDocument):
        fetch(DocumentId(id=name), live, site)


def test_without_a_public_address_documents_are_on_this_machine(
    live: LiveAssistant, small_settings: Settings
) -> None:
    (first, *_) = search(Query(query="stroke"), live, small_settings).results
    assert first.url == "http://127.0.0.1:7860/v1/documents/therapy-stroke"
    assert SearchResults(results=(first,)).model_dump()["results"][0].keys() == {"id", "title", "url"}
