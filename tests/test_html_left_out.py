"""What is no content of a page is listed with its reason, and what a page is about never is."""

from __future__ import annotations

import pytest
from html_pages import PADDING, left_out, read, texts

REASONS = {
    "hidden": [
        "<p hidden>{}</p>", "<div hidden=until-found>{}</div>", "<div aria-hidden=true>{}</div>",
        "<div style='display:none'><p>{}</p></div>", "<p style='DISPLAY : NONE !important'>{}</p>",
        "<p style='visibility:hidden'>{}</p>", "<p style='opacity:0'>{}</p>",
        "<p style='font-size:0px'>{}</p>",
        "<p style='position:absolute;left:-9999px'>{}</p>", "<p style='text-indent:-999em'>{}</p>",
        "<p style='height:0;overflow:hidden'>{}</p>", "<p style='color:transparent'>{}</p>",
        "<p style='transform:scale(0)'>{}</p>", "<p style='position:absolute;clip:rect(0,0,0,0)'>{}</p>",
        "<style>.x {display: none}</style><p class='y x'>{}</p>",
        "<style>@media screen {#x p {display: none}}</style><div id=x><p>{}</p></div>",
        "<p class=sr-only>{}</p>", "<p class='visually-hidden x'>{}</p>", "<div class=d-none>{}</div>",
    ],
    "cookie notice": [
        "<div id=cookie-banner><p>We use cookies. {}</p><button>OK</button></div>",
        "<div class='x onetrust-banner'>Cookies: {}</div>", "<section class=gdpr>Our cookies. {}</section>",
        "<div><p>This site uses cookies. {}</p><button>Accept</button></div>",
        "<div><p>Usamos galletas. {}</p><a role=button>Vale</a></div>",
    ],
    "navigation": [
        "<nav><a href=x>{}</a></nav>", "<div role=navigation>{}</div>", "<menu><li>{}</menu>",
        "<ul class=main-menu><li>{}</ul>", "<div id=breadcrumbs>{}</div>", "<div class=pagination>{}</div>",
        "<div id=toc>{}</div>",
    ],
    "page header": ["<header>{}</header>", "<div role=banner>{}</div>", "<div id=masthead>{}</div>"],
    "page footer": [
        "<footer>{}</footer>", "<div role=contentinfo>{}</div>", "<div class=site-footer>{}</div>",
    ],
    "aside": ["<aside>{}</aside>", "<div role=complementary>{}</div>", "<div class=sidebar>{}</div>"],
    "pop-up": ["<dialog>{}</dialog>", "<div role=dialog>{}</div>", "<div class='modal fade'>{}</div>"],
    "form": [
        "<form>{}</form>", "<select><option>{}</select>", "<textarea>{}</textarea>", "<button>{}</button>",
    ],
    "struck through": [
        "<p><del>{}</del></p>", "<p><s>{}</s></p>", "<strike>{}</strike>",
        "<p style='text-decoration: line-through'>{}</p>",
    ],
    "not shown": ["<object>{}</object>", "<video>{}</video>", "<canvas>{}</canvas>"],
    "shown only without scripts": ["<noscript>{}</noscript>"],
    "drawing": ["<svg><text>{}</text></svg>"],
    "sharing": ["<div class=social-links>{}</div>"],
    "related pages": ["<div class=related-posts>{}</div>"],
    "advertisement": ["<div class=ad-slot>{}</div>"],
    "newsletter": ["<div class=newsletter-signup>{}</div>"],
    "visitors' comments": ["<div id=comments>{}</div>"],
    "reading aid": ["<ruby>x<rt>{}</rt></ruby>"],
}  # fmt: skip
WAYS = [(why, way) for why, ways in REASONS.items() for way in ways]
LONG = " ".join([PADDING] * 8)


@pytest.mark.parametrize(("why", "way"), WAYS)
def test_what_is_no_content_is_listed_with_its_reason(why: str, way: str) -> None:
    found = read(f"<p>Before.</p>{way.replace('{}', 'Call 555 now.')}")
    assert [part.why for part in found.left_out] == [why]
    assert "Call 555 now." in found.left_out[0].text
    assert not any("555" in piece.text for piece in found.pieces)


@pytest.mark.parametrize(
    "body",
    [
        "<script>5</script><p>x</p>",
        "<style>p {margin: 5px}</style><p>x</p>", "<template>5</template><p>x</p>",
        "<p data-x=5 title=6>x</p>", "<!-- 5 --><p>x</p>", "<input value=5><p>x</p>",
    ],
)  # fmt: skip
def test_what_holds_no_words_is_not_listed(body: str) -> None:
    assert (texts(body), left_out(body)) == (["x"], [])


@pytest.mark.parametrize(
    "way",
    [
        "<div class=informed-consent>{}</div>", "<div class=consent-form><p>{}</p></div>",
        "<p>{} We eat cookies.</p>",
        "<article><header>{}</header></article>", "<dialog open>{}</dialog>", "<div class=menuitem>{}</div>",
        "<style>@media print {p {display: none}} p:hover {display: none}</style><p>{}</p>",
        "<style>body {display: none}</style><p>{}</p>", "<p style='color:#fff'>{}</p>", "<p inert>{}</p>",
        "<details><p>{}</p></details>", "<div class=collapse><p>{}</p></div>", "<p aria-hidden=false>{}</p>",
    ],
)  # fmt: skip
def test_what_a_visitor_reads_as_content_is_taken(way: str) -> None:
    assert any("Call 555 now." in text for text in texts(way.replace("{}", "Call 555 now.")))


def test_only_the_main_part_of_a_page_is_taken() -> None:
    found = read(f"<p>Outside 5.</p><main><p>Inside 6. {PADDING}</p><nav>Menu 7</nav></main>")
    assert [piece.text for piece in found.pieces] == [f"Inside 6. {PADDING}"]
    assert [(part.why, part.text) for part in found.left_out] == [
        ("outside the main part", "Outside 5."), ("navigation", "Menu 7"), ("outside the main part", PADDING),
    ]  # fmt: skip


def test_teasers_are_no_main_part() -> None:
    body = f"<h1>Title</h1><p>{LONG}</p><article>Teaser one 5.</article><article>Teaser two 6.</article>"
    assert "Teaser one 5." in texts(body)


@pytest.mark.parametrize("name", ["sidebar", "newsletter", "modal", "advert", "comments", "related"])
def test_no_name_takes_most_of_a_page_away(name: str) -> None:
    assert texts(f"<div class={name}><p>Call 555. {LONG}</p></div>") == [f"Call 555. {LONG}"]
    assert texts(f"<body class={name}><p>Call 555.</p>") == ["Call 555."]


def test_what_hides_takes_even_most_of_a_page_away() -> None:
    assert texts(f"<div hidden><p>Call 555. {LONG}</p></div>") == []


def test_a_number_in_the_words_of_a_picture_is_listed() -> None:
    assert left_out("<img alt='Survival 50%' src=a><p>x <img alt='Fig. 2'> y</p>") == [
        ("picture", "Survival 50%\nFig. 2")
    ]
    assert left_out("<nav><img alt='Menu 5'> Home</nav>") == [("navigation", "Menu 5 Home")]
