"""The work of staff in a real browser: a trial comes in, is completed, published, asked, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from audit import findings
from playwright.sync_api import Browser, Page, expect
from served import Server, serving
from small import write_library
from trial_file import CAVEAT, FINDING, QUESTION, TITLE, write_trial
from visit import Visit, visiting

pytestmark = [pytest.mark.browser, pytest.mark.server]

TOKEN = "sixteen letters and more"  # noqa: S105 - of a test
PATIENCE = 60_000
ENTERED = {
    "Design of the study": "single-arm study",
    "How many people took part": "24",
    "How long people were followed": "one year",
    "Who compared the words with the source": "Ann Example",
    "Compared on": "2026-11-01",
    "Compare again by": "2099-11-01",
    "Questions this document must answer": QUESTION,
}


@pytest.fixture(scope="module")
def clinic(built_in_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server of a small library with the real model, in a home of its own, behind a token."""
    folder = tmp_path_factory.mktemp("clinic")
    (folder / "home").mkdir()
    (folder / "home" / "models").symlink_to(built_in_home / "models")
    content = write_library(folder / "library")
    with serving(
        folder / "home", folder / "around", FAQ_CONTENT=str(content), FAQ_STAFF_TOKEN=TOKEN
    ) as running:
        yield running


def log_in(page: Page, clinic: Server) -> None:
    """Type the token with the keyboard alone."""
    page.goto(f"{clinic.staff_url}/")
    page.keyboard.press("Tab")
    page.keyboard.insert_text(TOKEN)
    page.keyboard.press("Enter")
    page.get_by_role("tab", name="Documents").wait_for(timeout=PATIENCE)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    page.get_by_role("tabpanel").locator("visible=true").first.wait_for()


def choose(page: Page, label: str, value: str) -> None:
    box = page.get_by_label(label).locator("visible=true")
    box.click()
    page.get_by_role("option", name=value).first.click()


def ask(browser: Browser, clinic: Server, question: str) -> str:
    """Ask in the visitor's chat, in a window of its own, and return what the answer says."""
    with visiting(browser, clinic.url) as visit:
        visit.open()
        visit.ask(question)
        return "\n".join(visit.texts(".faq-answer"))


def enter_the_facts(page: Page) -> None:
    for label, words in ENTERED.items():
        page.get_by_label(label).locator("visible=true").fill(words)
    for group in ("Was there a comparison group?", "Did chance decide who got what?"):
        page.get_by_role("group", name=group).get_by_label("no", exact=True).check()
    choose(page, "Sentences shown beside every result", CAVEAT)
    page.keyboard.press("Escape")


def test_a_trial_comes_in_is_completed_published_asked_and_taken_back(
    browser: Browser, clinic: Server, tmp_path: Path
) -> None:
    found: dict[str, list[str]] = {}
    with visiting(browser, clinic.staff_url) as visit:
        page = visit.page
        page.set_default_timeout(PATIENCE)
        log_in(page, clinic)
        open_tab(page, "Documents")
        page.locator("#staff-all table").wait_for()

        page.locator("#staff-file input[type=file]").set_input_files(write_trial(tmp_path))
        page.get_by_text("stenosis", exact=False).first.wait_for()
        page.get_by_role("button", name="Take it in").click()
        expect(page.locator("#staff-added")).to_contain_text("Taken in as a new document", timeout=PATIENCE)
        expect(page.locator("#staff-added .staff-sides")).to_contain_text(FINDING)
        expect(page.locator("#staff-document")).to_contain_text("Mend this:", timeout=PATIENCE)
        found["taken in"] = findings(page)

        open_tab(page, "Publish")
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.locator("#staff-publish-told")).to_contain_text("not passed", timeout=PATIENCE)

        open_tab(page, "Documents")
        page.get_by_label("Compared on").fill("yesterday")
        page.get_by_role("button", name="Save the facts").click()
        expect(page.locator("#staff-saved [role=alert]")).to_be_visible(timeout=PATIENCE)
        found["refused"] = findings(page)
        enter_the_facts(page)
        page.get_by_role("button", name="Save the facts").click()
        expect(page.locator("#staff-saved")).to_contain_text("Saved.", timeout=PATIENCE)
        expect(page.locator("#staff-document")).not_to_contain_text("Mend this:", timeout=PATIENCE)
        assert FINDING not in ask(browser, clinic, QUESTION), "nothing is answered before it is published"

        open_tab(page, "Publish")
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.locator("#staff-publish-told")).to_contain_text("is passed", timeout=PATIENCE)
        page.get_by_role("button", name="Check and publish").click()
        expect(page.locator("#staff-publish-told")).to_contain_text("Published: g-000002", timeout=PATIENCE)
        page.wait_for_timeout(2100)
        answer = ask(browser, clinic, QUESTION)
        assert FINDING in answer
        assert CAVEAT in answer
        assert "24 people" in answer
        assert "no comparison group" in answer

        open_tab(page, "Documents")
        page.get_by_role("button", name="Show what it answers").click()
        expect(page.locator("#staff-more table")).to_contain_text(QUESTION, timeout=PATIENCE)
        found["coverage"] = findings(page)
        see_the_source(visit, clinic)

        open_tab(page, "Publish")
        expect(page.locator("#staff-generations table")).to_contain_text("g-000002", timeout=PATIENCE)
        page.get_by_role("button", name="Go back to an older index").click()
        page.get_by_label("Why").locator("visible=true").fill("a wrong number")
        page.get_by_label("Your name").locator("visible=true").fill("Ann Example")
        found["going back"] = findings(page)
        page.get_by_role("button", name="Go back", exact=True).click()
        expect(page.locator("#staff-publish-told")).to_contain_text("g-000001", timeout=PATIENCE)
        expect(page.locator("#staff-generations table")).to_contain_text("a wrong number")
        page.wait_for_timeout(2100)
        assert FINDING not in ask(browser, clinic, QUESTION)

        open_tab(page, "Documents")
        page.get_by_role("button", name="Remove this document").click()
        page.get_by_role("button", name="Yes, remove it").click()
        expect(page.locator("#staff-all table")).not_to_contain_text(TITLE.rstrip("."), timeout=PATIENCE)

        page.get_by_role("link", name="Log out").click()
        page.get_by_role("button", name="Log out").click()
        page.get_by_label("Staff token").wait_for()
        assert httpx.get(f"{clinic.staff_url}/staff/config", trust_env=False).status_code == 401

        assert found == {state: [] for state in found}
        assert [
            url for url in visit.requests if not url.startswith((clinic.staff_url, "data:", "blob:"))
        ] == []
        assert visit.complaints == []
    assert [path for path in (clinic.home / "gradio").rglob("*") if path.is_file()] == []
    assert TOKEN not in clinic.log.read_text("utf-8")


def see_the_source(visit: Visit, clinic: Server) -> None:
    """Open the source beside what was taken, in the window that its link opens."""
    with visit.page.context.expect_page() as opened:
        visit.page.get_by_role("link", name="See the source").click()
    page = opened.value
    page.wait_for_load_state()
    assert page.url.startswith(f"{clinic.staff_url}/beside/")
    expect(page.locator(".taken")).to_contain_text(FINDING)
    expect(page.locator(".source")).to_contain_text(FINDING.split(", ")[1][:30])
    page.close()


def test_no_rule_is_broken_on_a_small_dark_screen(browser: Browser, clinic: Server) -> None:
    found: dict[str, list[str]] = {}
    with visiting(browser, clinic.staff_url, width=768, theme="dark") as visit:
        page = visit.page
        page.goto(f"{clinic.staff_url}/login")
        found["log in"] = findings(page)
        page.get_by_label("Staff token").fill("wrong")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        found["wrong token"] = findings(page)
        log_in(page, clinic)
        page.goto(f"{clinic.staff_url}/staff/?__theme=dark")
        for tab in ("Documents", "Publish"):
            open_tab(page, tab)
            page.wait_for_timeout(500)
            found[tab] = findings(page)
        open_tab(page, "Documents")
        choose(page, "Document to look at", "Lupus study")
        page.get_by_label("Design of the study").wait_for()
        found["one document"] = findings(page)
        page.goto(f"{clinic.staff_url}/logout")
        found["log out"] = findings(page)

        assert visit.value("document.documentElement.scrollWidth <= 768")
    assert found == {state: [] for state in found}
