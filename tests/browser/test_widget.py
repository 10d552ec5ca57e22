"""The widget on somebody else's page, on another port and under a strict policy, in a real browser."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from embedded import (
    FOCUSED,
    READY_MILLISECONDS,
    audit,
    open_chat,
    ready_chat,
    told,
    until,
    wait_for_box,
    wait_for_button,
)
from host_site import HostSite
from PIL import Image
from playwright.sync_api import Browser, Frame, Page
from served import Server, serving
from visit import Visit, visiting

pytestmark = [pytest.mark.browser, pytest.mark.server]

SECONDS_TO_TYPE = 6.0  # on a busy machine; a quiet one needs less than 1.5
BYTES_BEFORE_OPENING = 6000
QUESTION = "What is the dose of marigold?"
SENTENCE = "Marigold is given as two cups a day."
NAV = '<header><h2>Example Clinic</h2><nav><a href="/">Home</a></nav></header>'
TEXT = f"{NAV}<main><h1>Opening hours</h1>{'<p>Monday to Friday.</p>' * 60}</main>"
STYLE = "@media (prefers-color-scheme: dark) { html { background: #111; color: #eee } a { color: #9cf } }"
Theme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def site() -> Iterator[HostSite]:
    host = HostSite()
    with host.open():
        yield host


@pytest.fixture(scope="module")
def faq(site: HostSite, tmp_path_factory: pytest.TempPathFactory, built_in_home: Path) -> Iterator[Server]:
    """Serve two pages whose source stands on the host's site, and let that site show the chat."""
    folder = tmp_path_factory.mktemp("widget")
    (folder / "home").mkdir()
    (folder / "home" / "models").symlink_to(built_in_home / "models")
    library = write_library(folder / "pages", site.url)
    with serving(
        folder / "home", folder / "around", FAQ_CONTENT=str(library), FAQ_JOINT_RISK="0.99",
        FAQ_ALLOWED_SITES=site.url,
    ) as server:  # fmt: skip
        site.faq = server.url
        site.put("/", f"{TEXT}{site.script()}", STYLE)
        yield server


def write_library(folder: Path, url: str) -> Path:
    """Write two clinic pages and the questions they are asked; return the folder."""
    folder.mkdir()
    words = {"marigold": SENTENCE, "rosemary": "Rosemary is planted in the spring."}
    for name, sentence in words.items():
        head = f"id: {name}\ntitle: About {name}\nkind: clinic\nspeaker: clinic_page"
        text = f"# About {name}\n\n{sentence} This page is about {name}.\n"
        front = f"---\n{head}\nsource: {{url: '{url}/{name}'}}\n---\n\n"
        (folder / f"{name}.md").write_text(front + text, "utf-8")
    asked = [
        {"id": name, "question": f"What is said about {name}?", "expect": "quote", "accept_any": [sentence]}
        for name, sentence in words.items()
    ] + [{"id": "oak", "question": "Do you sell oak furniture?", "expect": "no_passage"}]
    (folder / "questions.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in asked), "utf-8")
    return folder


@pytest.fixture
def home(browser: Browser, site: HostSite, faq: Server) -> Iterator[Visit]:
    with visiting(browser, site.url) as visit:
        visit.page.goto(site.url)
        visit.page.locator("quoted-faq .open").wait_for()
        yield visit


def stored(frame: Page | Frame) -> object:
    return frame.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")


def test_before_the_first_opening_one_small_script_is_all(
    browser: Browser, site: HostSite, faq: Server
) -> None:
    with visiting(browser, site.url) as visit:
        network = visit.page.context.new_cdp_session(visit.page)
        ours: set[str] = set()
        received: list[float] = []
        network.on(
            "Network.requestWillBeSent",
            lambda event: ours.add(event["requestId"]) if faq.url in event["request"]["url"] else None,
        )
        network.on(
            "Network.loadingFinished",
            lambda event: received.append(event["encodedDataLength"]) if event["requestId"] in ours else None,
        )
        network.send("Network.enable")
        visit.page.goto(site.url)
        visit.page.locator("quoted-faq .open").wait_for()
        visit.page.wait_for_timeout(300)

        assert [url for url in visit.requests if not url.startswith(site.url)] == [f"{faq.url}/widget.js"]
        assert len(received) == 1
        assert sum(received) <= BYTES_BEFORE_OPENING
        before = len(visit.requests)
        open_chat(visit.page)
        assert {url.split("/")[2] for url in visit.requests[before:]} == {faq.url.split("/")[2]}
        assert visit.complaints == []
        told(f"{received[0]:.0f} bytes before opening, {sum(received[1:]):.0f} by the first opening")


def test_a_visit_with_the_keyboard_alone(home: Visit, site: HostSite, faq: Server) -> None:
    page, keyboard = home.page, home.page.keyboard
    for _ in range(5):
        keyboard.press("Tab")
        if page.evaluate(FOCUSED) == "open":
            break
    began = time.monotonic()
    keyboard.press("Enter")
    page.locator("quoted-faq dialog").wait_for()
    frame = ready_chat(page)
    wait_for_box(frame)
    seconds = time.monotonic() - began
    told(f"focus in the box {seconds:.2f} s after Enter")
    assert seconds <= SECONDS_TO_TYPE

    keyboard.type(QUESTION)
    keyboard.press("Enter")
    frame.locator(".faq-answer blockquote").first.wait_for(timeout=READY_MILLISECONDS)
    assert SENTENCE in (frame.locator("blockquote").first.text_content() or "")

    keyboard.press("Escape")
    wait_for_button(page)
    keyboard.press("Enter")
    wait_for_box(frame)
    assert frame.locator(".faq-asked").text_content() == QUESTION

    assert {url.split("/")[2] for url in home.requests} == {url.split("/")[2] for url in (site.url, faq.url)}
    assert stored(page) == stored(frame) == [0, 0, ""]
    assert page.context.cookies() == []
    assert home.complaints == []


def test_the_source_opens_at_the_quoted_words(home: Visit, site: HostSite) -> None:
    above = "<p>Another line.</p>" * 100
    style = "body { background: #fff; color: #000 } ::target-text { background: #f0f; color: #f0f }"
    site.put(
        "/marigold", f"<h1>Marigold</h1>{above}<p>{SENTENCE} This page is about marigold.</p>{above}", style
    )
    frame = open_chat(home.page)
    wait_for_box(frame)
    home.page.keyboard.type(QUESTION)
    home.page.keyboard.press("Enter")
    link = frame.locator(".faq-answer a.faq-source").first
    link.wait_for(timeout=READY_MILLISECONDS)
    assert "#:~:text=Marigold" in (link.get_attribute("href") or "")
    with home.page.context.expect_page() as opened:
        link.click()
    source = opened.value
    until(source, "scrollY > 500")

    assert source.url.startswith(f"{site.url}/marigold")
    assert source.evaluate("window.opener") is None
    colours = Image.open(io.BytesIO(source.screenshot())).convert("RGB").getcolors(1 << 24) or []
    assert {colour: count for count, colour in colours}.get((255, 0, 255), 0) > 1000, "words are marked"


def test_at_375_it_is_the_whole_screen_and_the_page_behind_rests(
    browser: Browser, site: HostSite, faq: Server
) -> None:
    with visiting(browser, site.url, width=375) as visit:
        page = visit.page
        page.goto(site.url)
        page.evaluate("scrollTo(0, 200)")
        wait_for_box(open_chat(page))

        dialog = page.locator("quoted-faq dialog")
        assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 375, "height": 800}
        assert dialog.get_attribute("aria-modal") == "true"
        page.evaluate("document.querySelector('a').focus()")
        assert page.evaluate("document.activeElement.localName") == "quoted-faq", "the page behind is inert"
        page.mouse.move(180, 30)
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(150)
        assert page.evaluate("scrollY") == 200
        assert page.evaluate("getComputedStyle(document.documentElement).overflowY") == "hidden"

        page.locator("quoted-faq header button").press("Enter")
        wait_for_button(page)
        assert page.evaluate("getComputedStyle(document.documentElement).overflowY") == "visible"
        assert page.evaluate("document.adoptedStyleSheets.length") == 0
        page.mouse.wheel(0, 100)
        until(page, "scrollY === 300")
        page.evaluate("document.querySelector('a').focus()")
        assert page.evaluate("document.activeElement.localName") == "a"

        page.locator("quoted-faq .open").click()
        page.set_viewport_size({"width": 1000, "height": 800})
        until(page, "!document.adoptedStyleSheets.length")
        assert dialog.get_attribute("aria-modal") == "false", "a turned phone has room for both"
        assert dialog.is_visible()
        assert visit.complaints == []


def test_on_paper_there_is_no_widget(home: Visit) -> None:
    open_chat(home.page)
    home.page.emulate_media(media="print")
    assert not home.page.locator("quoted-faq dialog").is_visible()
    assert not home.page.locator("quoted-faq").is_visible()


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(width: int, theme: Theme, browser: Browser, site: HostSite, faq: Server) -> None:
    with visiting(browser, site.url, width=width, theme=theme) as visit:
        visit.page.goto(site.url)
        visit.page.locator("quoted-faq .open").wait_for()
        assert audit(visit.page) == []
        open_chat(visit.page)
        visit.page.wait_for_timeout(300)
        assert audit(visit.page) == []


def test_the_demo_shows_both_variants_under_its_own_policy(browser: Browser, faq: Server) -> None:
    with visiting(browser, faq.url) as visit:
        visit.page.goto(f"{faq.url}/demo")
        visit.page.locator("#faq").scroll_into_view_if_needed()
        visit.page.locator("#faq .note").wait_for(state="hidden", timeout=READY_MILLISECONDS)
        visit.page.locator(".open").click()
        visit.page.locator("dialog .note").wait_for(state="hidden", timeout=READY_MILLISECONDS)

        wait_for_box(visit.page.frames[-1])
        assert f"{faq.url.rpartition(':')[2]}/widget.js" in visit.texts("pre")[0]
        assert audit(visit.page) == []
        assert visit.complaints == []
