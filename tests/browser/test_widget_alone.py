"""The widget against pages that do it harm, and a chat that is away: a stand-in answers for the chat."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from embedded import audit, until
from host_site import HostSite
from playwright.sync_api import Browser, Page
from visit import Visit, visiting

from assistant.embedding import widget_script

pytestmark = pytest.mark.browser

TEXT = '<header><h2>Example Clinic</h2></header><main><h1>Opening hours</h1><a href="/">Home</a></main>'
# Says that it is ready, keeps what it is told, and closes with Escape, like the real one.
CHAT = """
window.told = [];
const say = (word) => parent.postMessage({ quotedFaq: word }, "*");
addEventListener("message", (event) => { told.push(event.data); document.querySelector("input").focus(); });
addEventListener("keydown", (event) => event.key === "Escape" && say("close"));
"""
READY = "say('ready');"
AWAY_MILLISECONDS = 9_000
HOSTILE = (
    "<script>ran()</script>", "<img src=x onerror=ran()>", '"><img src=x onerror=ran()>',
    "'><svg onload=ran()>", '" onmouseover="ran()" x="', '" autofocus onfocus=ran() x="',
    "javascript:ran()", "javascript:ran()//#faq", "data:text/html,<script>parent.ran()</script>",
    "#fff;} * { background: url(javascript:ran()) } {", "red; } :host { display: none !important } {",
    "#0f766e; background-image: url(/leak)", "#ggg", "#12345", "expression(ran())", "url(/leak)",
    "</style><script>ran()</script>", "<iframe srcdoc='<script>parent.ran()</script>'>",
    "[x]:not(:has(*", "body, *{}", "*", "constructor", "__proto__", "toString", "${ran()}", "`+ran()+`",
    "');ran();//", "\\u003cscript>ran()\\u003c/script>", "&lt;script&gt;ran()", "%3Cscript%3Eran()",
    "<a href=javascript:ran()>x</a>", "\u2028ran()\u2029", "\u202eran()", "x" * 5000, "../../evil",
    "//evil.example/",
)  # fmt: skip
ATTRIBUTES = "title accent position theme language question contact target".split()
EMBED = """([attributes, source]) => new Promise((done) => {
  document.querySelectorAll("quoted-faq").forEach((node) => node.remove());
  const script = document.createElement("script");
  Object.entries(attributes).forEach(([name, value]) => script.setAttribute(`data-${name}`, value));
  script.onload = script.onerror = () => done();
  script.src = source;
  document.body.append(script);
})"""


@pytest.fixture(scope="module")
def faq() -> Iterator[HostSite]:
    stand_in = chat_site()
    with stand_in.open():
        yield stand_in


def chat_site(port: int = 0) -> HostSite:
    chat = HostSite(port)
    chat.files["/widget.js"] = ("text/javascript", widget_script("en"))
    chat.files["/chat.js"] = ("text/javascript", CHAT + READY)
    for path in ("/chat/", "/chat/es/"):
        chat.put(path, '<input aria-label="Your question"><script src="/chat.js"></script>')
    return chat


@pytest.fixture(scope="module")
def site(faq: HostSite) -> Iterator[HostSite]:
    host = HostSite()
    host.faq = faq.url
    with host.open():
        yield host


@pytest.fixture
def visit(browser: Browser, site: HostSite) -> Iterator[Visit]:
    with visiting(browser, site.url) as opened:
        yield opened


def show(visit: Visit, site: HostSite, body: str, style: str = "", root: str = 'lang="en"') -> Page:
    """Open a page of the host's."""
    visit.page.goto(site.put("/", TEXT + body, style, root))
    visit.page.locator("quoted-faq >> section").first.wait_for(state="attached")
    return visit.page


def address(page: Page) -> str:
    """Return where the frame of the chat points to."""
    frame = page.locator("quoted-faq iframe")
    frame.wait_for()
    return frame.get_attribute("src") or ""


def colour(page: Page, selector: str, name: str = "background-color") -> str:
    return str(page.locator(selector).evaluate(f"e => getComputedStyle(e).getPropertyValue('{name}')"))


def test_the_attributes_are_honoured(visit: Visit, site: HostSite) -> None:
    given = (
        'data-title="Ask us & read" data-accent="#FC0" data-position="left" data-theme="dark" '
        'data-language="es" data-question="¿Es seguro? a&b=c#d" data-contact="Call 555-0100"'
    )
    page = show(visit, site, site.script(given))
    button = page.get_by_role("button", name="Ask us & read")
    box = button.bounding_box()
    assert box is not None
    assert box["x"] == 20
    assert box["height"] >= 44
    assert (colour(page, ".open"), colour(page, ".open", "color")) == ("rgb(255, 204, 0)", "rgb(0, 0, 0)")

    button.click()
    asked = urlsplit(address(page))
    assert asked.path == "/chat/es/"
    assert "#d" not in asked.fragment
    assert parse_qs(asked.query) == {
        "__theme": ["dark"], "accent": ["#FC0"], "q": ["¿Es seguro? a&b=c#d"],
    }  # fmt: skip
    assert page.get_by_role("dialog", name="Ask us & read").is_visible()
    assert page.get_by_role("button", name="Cerrar").is_visible()
    assert colour(page, "dialog") == "rgb(15, 23, 42)"
    frame = page.locator("quoted-faq iframe")
    assert frame.get_attribute("title") == "Ask us & read"
    assert frame.get_attribute("allow") == "clipboard-write"
    assert "allow-top-navigation" not in (frame.get_attribute("sandbox") or "")
    assert visit.complaints == []


def test_without_attributes_the_button_is_at_the_end_of_the_line(visit: Visit, site: HostSite) -> None:
    box = show(visit, site, site.script()).locator(".open").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] == 1280 - 20

    page = show(visit, site, site.script(), root='lang="ar" dir="rtl"')
    box = page.locator(".open").bounding_box()
    assert box is not None
    assert box["x"] == 20
    page.locator(".open").click()
    assert urlsplit(address(page)).path == "/chat/"
    assert parse_qs(urlsplit(address(page)).query) == {"__theme": ["system"]}
    box = page.locator("dialog").bounding_box()
    assert box is not None
    assert box["x"] == 20


def test_twice_the_script_is_one_button(visit: Visit, site: HostSite) -> None:
    page = show(visit, site, site.script() + site.script('data-title="Another"'))
    page.wait_for_load_state("load")
    assert page.locator("quoted-faq").count() == 1


def test_a_place_in_the_page_beside_a_button(visit: Visit, site: HostSite, faq: HostSite) -> None:
    style = "#gap { height: 3000px } #faq { height: 700px }"
    inline = site.script('data-target="#faq" data-title="Questions"')
    page = show(visit, site, f'<div id="gap"></div><div id="faq"></div>{inline}{site.script()}', style)
    page.wait_for_load_state("load")
    page.locator(".open").wait_for()
    assert page.locator("quoted-faq").count() == 2
    assert page.locator("#faq button").count() == 0
    assert [url for url in visit.requests if "/chat/" in url] == [], "out of sight, not loaded"

    page.locator("#faq").scroll_into_view_if_needed()
    frame = page.locator("#faq iframe")
    frame.wait_for()
    page.locator("#faq .note").wait_for(state="hidden")
    box = frame.bounding_box()
    assert box is not None
    assert box["height"] == 700
    assert page.evaluate("document.activeElement === document.body"), "it takes no focus by itself"
    assert page.frames[1].evaluate("told.length") == 0

    page.locator(".open").click()
    page.locator("dialog iframe").wait_for()
    # Until then the frame may be an empty page, which is told nothing.
    page.locator("dialog .note").wait_for(state="hidden")
    until(page.frames[-1], "told.length === 1")
    assert frame.is_visible()
    assert visit.complaints == []


def test_no_style_of_the_page_reaches_it(visit: Visit, site: HostSite) -> None:
    style = (
        "* { all: unset !important; display: none !important; font-size: 3px !important }"
        "* { opacity: 0 !important }"
        "quoted-faq { position: static !important; visibility: hidden !important; z-index: -1 !important }"
        "html, body, #over { display: block !important; opacity: 1 !important }"
        "#over { position: fixed !important; inset: 0 !important; z-index: 2147483647 !important }"
    )
    page = show(visit, site, f'<div id="over"></div>{site.script()}', style)
    button = page.locator(".open")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert colour(page, ".open", "font-size") == "16px"
    middle = f"{box['x'] + box['width'] / 2}, {box['y'] + box['height'] / 2}"
    assert page.evaluate(f"document.elementFromPoint({middle}).localName") == "quoted-faq"
    button.click()
    until(page.frames[-1], "window.told?.length === 1")
    assert visit.complaints == []


def test_only_its_own_chat_is_listened_to(visit: Visit, site: HostSite, faq: HostSite) -> None:
    page = show(visit, site, f'{site.script()}<iframe title="x" src="{faq.url}/chat/"></iframe>')
    page.locator(".open").click()
    until(page, "document.querySelector('quoted-faq').shadowRoot.querySelector('.note').hidden")
    stranger, chat = page.frames[1], page.frames[2]
    until(chat, "told.length === 1")
    # The page itself, and a frame of the same origin that is not the widget's.
    page.evaluate("postMessage({ quotedFaq: 'close' }, '*')")
    stranger.evaluate("parent.postMessage({ quotedFaq: 'close' }, '*')")
    for odd in ("null", "'close'", "{ quotedFaq: 'open' }", "{ quotedFaq: { toString: 1 } }", "[]", "7"):
        chat.evaluate(f"parent.postMessage({odd}, '*')")
    page.wait_for_timeout(200)
    assert page.locator("dialog").is_visible()
    assert chat.evaluate("told") == [{"quotedFaq": "focus"}]

    chat.evaluate("parent.postMessage({ quotedFaq: 'close' }, '*')")
    page.locator("dialog").wait_for(state="hidden")
    assert visit.complaints == []


def test_who_went_on_with_the_page_is_not_called_back(visit: Visit, site: HostSite, faq: HostSite) -> None:
    faq.files["/chat.js"] = ("text/javascript", CHAT)
    page = show(visit, site, site.script())
    page.locator(".open").click()
    page.locator("main a").focus()
    faq.files["/chat.js"] = ("text/javascript", CHAT + READY)
    until(page.frames[-1], "!!window.told")
    page.frames[-1].evaluate("say('ready')")
    page.locator("quoted-faq .note").wait_for(state="hidden")

    assert page.evaluate("document.activeElement.localName") == "a"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chat_that_is_away_leaves_a_person_to_call(theme: str, visit: Visit, site: HostSite) -> None:
    chat = chat_site()
    attributes = f'data-contact="Call 555-0100." data-theme="{theme}"'
    with chat.open():
        # For this page the chat's server is one that stops once the page is there.
        usual, site.faq = site.faq, chat.url
        show(visit, site, site.script(attributes))
        site.faq = usual
    page = visit.page
    page.locator(".open").click()
    note = page.locator("quoted-faq [role=status]")
    assert note.inner_text().strip() == "One moment…"
    again = page.get_by_role("button", name="Try again")
    again.wait_for(timeout=AWAY_MILLISECONDS)
    assert "Call 555-0100." in note.inner_text()
    link = page.get_by_role("link", name="Open the chat in a new window")
    assert (link.get_attribute("href") or "").startswith(f"{chat.url}/chat/?")
    assert not page.locator("quoted-faq iframe").is_visible(), "no error page of the browser"
    assert audit(page) == []

    with chat_site(chat.port).open():
        again.click()
        note.wait_for(state="hidden")
        until(page.frames[-1], "window.told?.length === 1 && document.hasFocus()")
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="hidden")


def test_a_chat_that_never_answers_is_away_too(visit: Visit, site: HostSite) -> None:
    visit.page.clock.install()
    page = show(visit, site, site.script('data-language="es"'))
    page.route("**/chat/**", lambda _: None)
    page.locator(".open").click()
    page.clock.fast_forward(14_000)
    assert page.locator("quoted-faq .note").inner_text() == "Un momento…"
    page.clock.fast_forward(2_000)
    assert page.get_by_role("button", name="Intentar de nuevo").is_visible()


def test_nothing_in_an_attribute_or_an_address_runs(visit: Visit, site: HostSite, faq: HostSite) -> None:
    page = show(visit, site, site.script())
    page.evaluate("void (window.ran = () => { window.hasRun = true })")
    for text in HOSTILE:
        page.evaluate(
            "text => history.replaceState(null, '', '/?q=' + encodeURIComponent(text) + '#' + text)", text
        )
        page.evaluate(EMBED, [dict.fromkeys(ATTRIBUTES, text), f"{faq.url}/widget.js?{text[:40]}"])
        assert page.locator("quoted-faq").count() <= 1
        if page.locator(".open").count():
            assert colour(page, ".open") == "rgb(15, 118, 110)"
            page.locator(".open").click()
            assert (page.locator("quoted-faq header span").text_content() or "").strip() == text.strip()
            sent = urlsplit(address(page))
            assert f"{sent.scheme}://{sent.netloc}{sent.path}" == f"{faq.url}/chat/"
            assert parse_qs(sent.query)["__theme"] == ["system"]
            assert "accent" not in parse_qs(sent.query)
    assert page.evaluate("window.hasRun") is None
    assert len(page.locator("quoted-faq").all()) == 1
    assert {url.split("/")[2] for url in visit.requests} == {url.split("/")[2] for url in (site.url, faq.url)}
    assert [url for url in visit.requests if "leak" in urlsplit(url).path] == []
    assert visit.complaints == []


def test_motion_and_colours_follow_the_visitor(visit: Visit, site: HostSite) -> None:
    page = show(visit, site, site.script())
    page.locator(".open").click()
    assert colour(page, "dialog", "animation-name") == "rise"
    page.emulate_media(reduced_motion="reduce", forced_colors="active")
    assert colour(page, "dialog", "animation-name") == "none"
    page.locator("quoted-faq header button").click()
    assert colour(page, ".open", "border-top-color") != "rgba(0, 0, 0, 0)", "high contrast draws the edge"
    assert colour(page, ".open", "border-top-width") == "1px"
