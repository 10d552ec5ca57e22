"""XML that harms is refused at once; the DOCTYPE line that real files carry is read over."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.errors import SourceRefused
from content.readers.xml_tree import children, everywhere, first, first_of, local, parsed, source_text

DOCTYPE = '<!DOCTYPE a PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.nlm.nih.gov/pubmed.dtd">'
DECLARED = "".join(f"<!ENTITY a{n} '&a{n - 1};&a{n - 1};'>" for n in range(1, 31))
LAUGHS = f"<!DOCTYPE a [<!ENTITY a0 'ha'>{DECLARED}]><a>&a30;</a>"


def test_a_doctype_is_read_over() -> None:
    root = parsed(f"<?xml version='1.0'?>{DOCTYPE}<a><b>5 &lt; 6</b></a>".encode(), "a.xml")
    assert [child.text for child in root] == ["5 < 6"]


def _hostile() -> Iterator[tuple[str, str, str]]:
    yield "billion laughs", LAUGHS, "entities"
    yield "quadratic", f"<!DOCTYPE a [<!ENTITY e '{'x' * 50_000}'>]><a>{'&e;' * 900}</a>", "entities"
    yield "file", "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", "entities"
    yield "network", "<!DOCTYPE a [<!ENTITY e SYSTEM 'http://127.0.0.1/x'>]><a>&e;</a>", "entities"
    yield "parameter", "<!DOCTYPE a [<!ENTITY % p SYSTEM 'file:///etc/passwd'>%p;]><a/>", "entities"
    yield "unparsed", "<!DOCTYPE a [<!NOTATION n SYSTEM 'n'><!ENTITY e SYSTEM 'f' NDATA n>]><a/>", "entities"
    yield "entity of the DTD", f"{DOCTYPE}<a>1 &micro;g</a>", "well-formed"
    yield "depth", "<a>" * 200_000 + "</a>" * 200_000, "elements"
    yield "elements", "<a>" + "<p>x</p>" * 2_000_000 + "</a>", "elements"
    yield "nested", "<a>" * 50_000 + "</a>" * 50_000, "deep"
    yield "short elements", "<a>" + "<p/>" * 250_000 + "</a>", "elements"
    yield "no end", "<a><b>words", "well-formed"
    yield "two roots", "<a/><b/>", "well-formed"
    yield "empty", "", "well-formed"
    yield "control", "<a>\x01</a>", "well-formed"
    yield "no such encoding", "<?xml version='1.0' encoding='klingon'?><a/>", "XML"


@pytest.mark.parametrize(("case", "text", "why"), [pytest.param(*row, id=row[0]) for row in _hostile()])
def test_a_hostile_file_is_refused_within_two_seconds(case: str, text: str, why: str) -> None:
    began = time.perf_counter()
    with pytest.raises(SourceRefused, match=why):
        parsed(text.encode(), "hostile.xml")
    assert time.perf_counter() - began < 2, case


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_the_declared_encoding_is_the_one_of_the_file(encoding: str, tmp_path: Path) -> None:
    data = f"<?xml version='1.0' encoding='{encoding}'?><a>5 µg naïve</a>".encode(encoding)
    assert parsed(data, "a.xml").text == "5 µg naïve"
    assert "5 µg naïve" in source_text(data, "a.xml")


def test_what_is_not_shown_is_no_source_text() -> None:
    data = b"<?xml version='1.0'?><a><!-- 7 --><?page 8?><![CDATA[9 < 10]]></a>"
    assert source_text(data, "a.xml") == "<a>9 < 10</a>"


def test_names_are_found_without_their_namespace() -> None:
    root = parsed(b"<a xmlns='urn:x'><b><c/></b><d><c>2</c></d></a>", "a.xml")
    assert local(root) == "a"
    assert [local(child) for child in children(root)] == ["b", "d"]
    assert children(root, "d")[0] is first_of(root, "e", "d")
    assert first_of(root, "e") is root
    found = first(root, "d/c")
    assert found is not None and found.text == "2"
    assert first(root, "b/x") is None
    assert len(everywhere(root, "c")) == 2


@given(st.binary(max_size=200) | st.text(alphabet="<>&;/ab[]!DOCTYPE ", max_size=200).map(str.encode))
def test_any_bytes_give_a_tree_or_a_refusal(data: bytes) -> None:
    try:
        assert local(parsed(data, "any.xml"))
    except SourceRefused as refused:
        assert "any.xml" in str(refused)
