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
# What Gradio's own code says when the page it runs in is left: of its stream, not of any work.
LEFT = ("Unexpected error Connection errored out. ", "index-DphvyggB")
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
        if visit.page.locator(".faq-card").count():
            assert shown_like(visit.page, ".faq-card") == SHOWN_AS
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

        open_tab(page, "Try")
        compare(page, QUESTION, "g-000001")
        expect(page.locator("#staff-try-shown .staff-differences")).to_contain_text(FINDING)
        expect(page.locator("#staff-try-shown .faq-shown").first).to_contain_text(FINDING)
        expect(page.locator("#staff-try-shown tr.staff-quoted").first).to_contain_text(FINDING)
        assert shown_like(page, "#staff-try-shown .faq-card") == SHOWN_AS
        found["tried"] = findings(page)

        open_tab(page, "Documents")
        page.get_by_role("button", name="Show what it answers").click()
        expect(page.locator("#staff-more table")).to_contain_text(QUESTION, timeout=PATIENCE)
        found["coverage"] = findings(page)
        see_the_source(visit, clinic)

        open_tab(page, "Publish")
        page.get_by_role("button", name="Evaluate the index in use").click()
        expect(page.locator("#staff-publish-told")).to_contain_text("Evaluated.", timeout=PATIENCE)
        open_tab(page, "Quality")
        page.locator("#staff-quality-shown img").first.wait_for(timeout=PATIENCE)
        drawn = "es => es.length > 2 && es.every(e => e.complete && e.naturalWidth > 300)"
        assert page.locator("#staff-quality-shown img").evaluate_all(drawn)
        found["quality"] = findings(page)

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

        open_tab(page, "Try")
        compare(page, QUESTION, "Taken back: a wrong number")
        expect(page.locator("#staff-try-shown .faq-shown").last).to_contain_text(FINDING)
        expect(page.locator("#staff-try-shown .faq-shown").first).not_to_contain_text(FINDING)

        open_tab(page, "Documents")
        page.get_by_role("button", name="Remove this document").click()
        page.get_by_role("button", name="Yes, remove it").click()
        expect(page.locator("#staff-all table")).not_to_contain_text(TITLE.rstrip("."), timeout=PATIENCE)

        # A page that is left may say that its open stream ended, so what it said is heard before that.
        assert visit.complaints == []
        page.get_by_role("link", name="Log out").click()
        page.get_by_role("button", name="Log out").click()
        page.get_by_label("Staff token").wait_for()
        assert httpx.get(f"{clinic.staff_url}/staff/config", trust_env=False).status_code == 401

        assert found == {state: [] for state in found}
        assert [
            url for url in visit.requests if not url.startswith((clinic.staff_url, "data:", "blob:"))
        ] == []
        assert [told for told in visit.complaints if not told.endswith(LEFT)] == []
    assert [path for path in (clinic.home / "gradio").rglob("*") if path.is_file()] == []
    assert TOKEN not in clinic.log.read_text("utf-8")


def compare(page: Page, question: str, other: str) -> None:
    """Ask in the Try tab, also of an index whose name in the list holds some words."""
    page.get_by_label("Question", exact=True).fill(question)
    if not page.get_by_label("Passages read").is_visible():
        page.get_by_role("button", name="Compare with another index").click()
    page.locator("#staff-try-kept input").click()
    page.get_by_role("option").filter(has_text=other).click()
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("#staff-try-shown section p").nth(1)).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#staff-try-shown section").last).to_contain_text(other, timeout=PATIENCE)


# How a card of a study looks, in the visitor's chat and here.
SHOWN_AS = {"border-radius": "12.8px", "bar": "4px solid rgb(15, 118, 110)", "quote": "underline"}


def shown_like(page: Page, card: str) -> object:
    """Return what the style sheets make of the first card."""
    return page.locator(card).first.evaluate(
        """card => {
          const style = (name) => getComputedStyle(name ? card.querySelector(name) : card);
          const bar = style("figure"), side = (what) => bar[`borderInlineStart${what}`];
          return {"border-radius": style().borderRadius,
            "bar": ["Width", "Style", "Color"].map(side).join(" "),
            "quote": style("blockquote").textDecorationLine};
        }"""
    )


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
    with visiting(browser, clinic.staff_url, width=375, theme="dark") as visit:
        page = visit.page
        page.set_default_timeout(PATIENCE)
        page.goto(f"{clinic.staff_url}/login")
        found["log in"] = findings(page)
        page.get_by_label("Staff token").fill("wrong")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        found["wrong token"] = findings(page)
        log_in(page, clinic)
        page.goto(f"{clinic.staff_url}/staff/?__theme=dark")
        for tab in ("Documents", "Questions", "Quality", "Publish", "Try"):
            open_tab(page, tab)
            page.wait_for_timeout(500)
            found[tab] = findings(page)
            assert visit.value("document.documentElement.scrollWidth <= 375"), tab
        page.get_by_label("Question", exact=True).fill("Were there any deaths?")
        page.keyboard.press("Enter")
        page.locator("#staff-try-shown .faq-answer").wait_for()
        found["tried"] = findings(page)
        assert visit.value("document.documentElement.scrollWidth <= 375")
        open_tab(page, "Documents")
        choose(page, "Document to look at", "Lupus study")
        page.get_by_label("Design of the study").wait_for()
        page.get_by_role("button", name="Words that mean the same here").click()
        found["one document"] = findings(page)
        assert visit.value("document.documentElement.scrollWidth <= 375")
        page.goto(f"{clinic.staff_url}/logout")
        found["log out"] = findings(page)
    assert found == {state: [] for state in found}


def test_a_table_that_scrolls_and_every_button_are_reached_by_keyboard(
    browser: Browser, clinic: Server
) -> None:
    with visiting(browser, clinic.staff_url) as visit:
        page = visit.page
        page.set_default_timeout(PATIENCE)
        log_in(page, clinic)
        page.get_by_role("tab", name="Try").focus()
        press_until(page, "#staff-try-question")
        page.keyboard.insert_text("Were there any deaths?")
        page.keyboard.press("Enter")
        page.locator("#staff-try-shown .faq-answer").wait_for()
        press_until(page, "#staff-try-ask")
        press_until(page, "#staff-try-shown .staff-candidates")
        press_until(page, "#staff-try-shown summary")
        page.keyboard.press("Enter")
        expect(page.locator("#staff-try-shown details").first).to_have_attribute("open", "")


def press_until(page: Page, selector: str) -> None:
    """Press Tab until something in an element, or it itself, has the focus."""
    inside = "name => document.activeElement.closest(name) !== null"
    for _ in range(30):
        if page.evaluate(inside, selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached")
