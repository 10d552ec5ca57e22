"""The chat in Chromium behind the nginx of the README: HTTP/2, the public name, one turn, no complaint."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from proxied import NAME, Proxied, proxied
from visit import FLAGS, Visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def proxy(built_in_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    with proxied(built_in_home, tmp_path_factory.mktemp("proxy") / "nginx") as running:
        yield running


def test_a_visitor_asks_over_https(proxy: Proxied) -> None:
    # The certificate names the public host, which this browser alone finds here.
    resolve = f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{proxy.https_port}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=[*FLAGS, resolve]
        )
        page = chromium.new_context(ignore_https_errors=True).new_page()
        visit = Visit(page, f"https://{NAME}")
        visit.open()
        visit.ask("How many people took part in the lupus study?")
        shown = " ".join(visit.texts(".faq-answer"))
        protocol = visit.value("performance.getEntriesByType('navigation')[0].nextHopProtocol")
        chromium.close()

    assert "16" in shown
    assert protocol == "h2"
    assert {url.split("/")[2] for url in visit.requests} == {NAME}
    assert visit.complaints == []
