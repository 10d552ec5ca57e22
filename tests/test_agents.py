"""gradio_client against the real server: the answers of `/v1/ask`, as plain dicts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from served import Server

from assistant.schema import Answer

pytestmark = pytest.mark.server
PRIVATE = "Zebrafinchley"
LUPUS = "How many people took part in the lupus study?"


@pytest.fixture(scope="module")
def client(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("downloads")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        found = Client(
            f"{server.url}/chat/", verbose=False, analytics_enabled=False, download_files=folder,
            httpx_kwargs={"trust_env": False},
        )  # fmt: skip
        yield found
        found.close()


@pytest.mark.parametrize(
    "question", [LUPUS, "Do you treat eczema?", "I cannot breathe", "Can COPD be cured?"]
)
def test_a_client_gets_the_answer_of_the_http_route(question: str, client: Any, server: Server) -> None:
    given = client.predict(question, api_name="/ask")

    assert isinstance(given, dict)
    assert given == server.ask(question).json()
    assert Answer.model_validate_json(json.dumps(given)).question == question


def test_history_is_heard(client: Any, server: Server) -> None:
    follow_up = "And how long were they followed?"

    given = client.predict(question=follow_up, history=[LUPUS], api_name="/ask")

    assert given == server.ask(follow_up, (LUPUS,)).json()
    assert given["receipt"] != client.predict(follow_up, api_name="/ask")["receipt"]


def test_neither_length_nor_history_keeps_an_emergency_from_its_number(client: Any) -> None:
    given = client.predict("I cannot breathe. " + "x" * 4001, [LUPUS] * 60, api_name="/ask")

    assert given["redirect"]["kind"] == "emergency"


@pytest.mark.parametrize(
    ("question", "history", "told"),
    [
        ("", [], "empty"),
        (PRIVATE * 99, [], "characters"),
        (None, [], "as text"),
    ],
)
def test_what_cannot_be_asked_says_why_and_repeats_nothing(
    question: object, history: object, told: str, client: Any, server: Server
) -> None:
    with pytest.raises(AppError, match=told) as refused:
        client.predict(question, history, api_name="/ask")

    assert PRIVATE not in str(refused.value)
    assert PRIVATE not in server.log.read_text("utf-8")


@pytest.mark.parametrize(
    ("question", "history"),
    [(7, []), ([PRIVATE], []), ({"name": PRIVATE}, []), ("Why?", {"name": PRIVATE}), ("Why?", [PRIVATE, 7])],
)
def test_what_is_no_text_is_refused_at_the_door(
    question: object, history: object, client: Any, server: Server
) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="400") as refused:
        client.predict(question, history, api_name="/ask")

    assert PRIVATE not in str(refused.value)
    assert PRIVATE not in server.log.read_text("utf-8")


def test_nothing_else_is_offered(client: Any, tmp_path: Path) -> None:
    offered = client.view_api(return_format="dict", print_info=False)

    assert list(offered["named_endpoints"]) == ["/ask"]
    assert offered["unnamed_endpoints"] == {}
    names = [parameter["parameter_name"] for parameter in offered["named_endpoints"]["/ask"]["parameters"]]
    assert names == ["question", "history"]
