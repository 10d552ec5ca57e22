"""What another site's page loads: one small script anybody may fetch and keep, and a page that shows it."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from base64 import b64encode
from hashlib import sha256

import pytest
from asgi import Reply, call
from shown import Shown

from assistant.embedding import demo_page, widget_script
from assistant.headers import App

LIMIT = 6000
SOURCE = widget_script("en")
LANGUAGES = ("en", "es")


def transferred(reply: Reply) -> int:
    """Return the bytes of a response as HTTP/1.1 sends it."""
    return len(reply.body) + sum(len(f"{name}: {value}\r\n") for name, value in reply.headers.items()) + 64


def test_the_script_is_small_with_its_headers_and_comments(small_app: App) -> None:
    reply = call(small_app, "GET", "/widget.js", accept_encoding="gzip, deflate, br, zstd")

    assert reply.status == 200
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    assert transferred(reply) <= LIMIT
    assert gzip.decompress(reply.body).decode() == SOURCE


@pytest.mark.parametrize("accept", ["", "identity", "br", "gzip;q=0", "deflate, gzip; q=0.0", "xgzip"])
def test_who_takes_no_gzip_gets_the_source(accept: str, small_app: App) -> None:
    reply = call(small_app, "GET", "/widget.js", accept_encoding=accept)

    assert "content-encoding" not in reply.headers
    assert reply.body.decode() == SOURCE


def test_any_site_may_load_the_script_and_keep_it_for_an_hour(small_app: App) -> None:
    headers = call(small_app, "GET", "/widget.js").headers

    assert headers["cache-control"] == "public, max-age=3600"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert "accept-encoding" in headers["vary"].lower()
    assert headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in headers
    assert call(small_app, "HEAD", "/widget.js").headers["content-length"] == headers["content-length"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_speaks_the_language_of_the_site(language: str) -> None:
    assert f'SITE_LANGUAGE = "{language}";' in widget_script(language)
    for spoken in LANGUAGES:
        assert f"{spoken}: {{ title:" in widget_script(language)


def test_the_source_makes_no_markup_and_runs_no_text() -> None:
    words = (
        "innerHTML outerHTML insertAdjacentHTML document.write eval Function( setInterval import( srcdoc "
        "localStorage sessionStorage indexedDB cookie fetch XMLHttpRequest sendBeacon location.href .style."
    )
    assert [word for word in words.split() if word in SOURCE] == []
    assert not re.search(r"setTimeout\(\s*['\"`]", SOURCE)
    assert set(re.findall(r"https?://[\w.]+", SOURCE)) == {"http://www.w3.org", "https://faq.example.org"}
    assert '"*"' not in SOURCE, "messages name the origin they are for"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_source_is_a_script(language: str) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no JavaScript outside a browser on this machine; the browser tests run the script")
    done = subprocess.run([node, "--check", "-"], input=widget_script(language).encode(), capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_the_demo_has_a_policy_of_its_own_that_lets_its_own_style_in(small_app: App) -> None:
    reply = call(small_app, "GET", "/demo")
    page = reply.body.decode()
    policy = dict(part.split(" ", 1) for part in reply.headers["content-security-policy"].split("; "))

    style = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    assert len(style) == 1
    assert policy["style-src"] == f"'sha256-{b64encode(sha256(style[0].encode()).digest()).decode()}'"
    assert (policy["default-src"], policy["script-src"], policy["frame-src"]) == (
        "'none'",
        "'self'",
        "'self'",
    )
    assert "style=" not in page
    assert reply.headers["cache-control"] == "no-store"


def test_the_demo_embeds_both_variants_from_its_own_server(small_app: App) -> None:
    page = call(small_app, "GET", "/demo").body.decode()
    scripts = Shown(page, "script").attributes

    assert [script["src"] for script in scripts] == ["/widget.js", "/widget.js"]
    assert [script.get("data-target") for script in scripts] == [None, "#faq"]
    assert page.count('<div id="faq"></div>') == 1


@pytest.mark.parametrize(
    ("origin", "shown"),
    [
        ("https://faq.clinic.example/", "https://faq.clinic.example/widget.js"),
        ('https://x"><script>', "https://x&quot;&gt;&lt;script&gt;/widget.js"),
    ],
)
def test_the_code_to_copy_names_the_server_and_nothing_else(origin: str, shown: str) -> None:
    page = demo_page(origin)

    assert page.count(f'&lt;script src="{shown}"') == 2
    assert "{origin}" not in page
    assert page.count("<script") == 2
