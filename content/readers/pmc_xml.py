"""Full texts as JATS XML, the form in which PubMed Central and publishers give them away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from content.errors import SourceRefused
from content.extract import Extract, LeftOut, Piece
from content.fidelity import checked
from content.readers.jats import Part, blocks, first_words, footnotes
from content.readers.jats_front import related_of, source_of
from content.readers.marked_words import dumb_words, words_left_out
from content.readers.pubmed import says_retracted
from content.readers.xml_tree import children, everywhere, first, local, parsed, source_text
from content.schema import Speaker

# Their words are about another article.
_NOTICES = frozenset(
    "retraction partial-retraction correction expression-of-concern addendum corrected-article".split()
)
_STUDIES = frozenset("research-article case-report systematic-review clinical-trial".split())
_TAKEN_ABSTRACTS = frozenset(
    ["", "summary", "plain-language-summary", "short", "executive-summary", "key-points"]
)
_BACK = {
    "ref-list": "references", "ack": "thanks of the authors", "fn-group": "notes about the article",
    "glossary": "glossary", "notes": "notes about the article", "app-group": "appendix", "app": "appendix",
    "sec": "notes about the article", "bio": "about the authors",
}  # fmt: skip
_RETRACTED = frozenset({"retraction-forward", "retracted-by"})
_ARTICLE = re.compile(r"<article[\s>].*?</article>", re.DOTALL)
_SUB_ARTICLE = re.compile(r"<(sub-article|response)[\s>].*", re.DOTALL)
_SHOWN = re.compile(r"<(abstract|body|floats-group)\b[^>]*>(.*?)</\1>", re.DOTALL)


def read_pmc_xml(data: bytes, name: str) -> tuple[Extract, ...]:
    """Return the articles of a JATS file: abstract, sections, tables, notes.

    References, figures, thanks and letters of reviewers are left out. A notice of a retraction or a
    correction is no document; among articles it is passed over, alone it is refused.
    """
    root = parsed(data, name)
    articles = [root] if local(root) == "article" else children(root, "article")
    if not articles:
        raise SourceRefused(name, f"it holds no article but <{local(root)}>")
    notices = [article for article in articles if article.get("article-type", "") in _NOTICES]
    taken = [article for article in articles if article not in notices]
    if not taken:
        kind = notices[0].get("article-type")
        raise SourceRefused(name, f"it is a notice about another article ({kind}), which answers no question")
    try:
        found = [_extract(article) for article in taken]
    except ValueError as error:
        raise SourceRefused(name, str(error)) from error
    left = tuple(
        LeftOut(
            why=f"a notice about another article ({notice.get('article-type')})", text=words_left_out(notice)
        )
        for notice in notices
    )
    found[0] = found[0].model_copy(update={"left_out": (*found[0].left_out, *left)})
    shown = [_dumb_article(article[0]) for article in _ARTICLE.finditer(source_text(data, name))]
    return checked(name, found, "\n".join(shown))


def _dumb_article(source: str) -> str:
    source = _SUB_ARTICLE.sub("", source)
    return "\n".join(dumb_words(found[2]) for found in _SHOWN.finditer(source))


def _extract(article: Element) -> Extract:
    meta = first(article, "front/article-meta")
    meta = meta if meta is not None else article
    title = first_words(meta, "title-group/article-title")
    if not title:
        raise ValueError("the article has no title")
    parts = list(_parts(article, meta, title))
    kind = article.get("article-type", "")
    related = list(related_of(meta))
    speaker: Speaker | None = "published_abstract" if kind in _STUDIES else None
    return Extract(
        format="pmc_xml",
        title=title,
        pieces=tuple(part for part in parts if isinstance(part, Piece)),
        source=source_of(article, meta),
        speaker=speaker,
        publication_types=(kind,) if kind else (),
        retracted=_joined(words for which, words in related if which in _RETRACTED) or says_retracted(title),
        concern=_joined(
            words for which, words in related if "concern" in which or which == "partial-retraction"
        ),
        left_out=(
            *(part for part in parts if isinstance(part, LeftOut)),
            *(
                LeftOut(why="a correction was published: compare the words with it", text=words)
                for which, words in related
                if which.startswith(("correct", "erratum")) and words
            ),
        ),
    )


def _parts(article: Element, meta: Element, title: str) -> Iterator[Part]:
    yield Piece(kind="heading", text=title, level=1)
    for abstract in children(meta, "abstract", "trans-abstract"):
        kind = abstract.get("abstract-type", "")
        if local(abstract) == "trans-abstract" or kind not in _TAKEN_ABSTRACTS:
            yield LeftOut(why=kind or "abstract in another language", text=words_left_out(abstract))
            continue
        yield Piece(kind="heading", text=first_words(abstract, "title") or "Abstract", level=2)
        for part in blocks(abstract, 3):
            if isinstance(part, LeftOut):
                raise ValueError(f"its abstract cannot be taken whole ({part.why})")
            yield part
    holders = children(article, "body", "floats-group")
    for holder in holders:
        yield from blocks(holder, 2)
    for holder in holders:
        yield from footnotes(holder)
    yield from _back(article, meta)


def _back(article: Element, meta: Element) -> Iterator[Part]:
    asides = [
        (part, _BACK.get(local(part), "matter behind the text"))
        for back in children(article, "back")
        for part in back
    ]
    asides += [(part, "copyright notice") for part in children(meta, "permissions", "copyright-statement")]
    asides += [(part, "keywords") for part in children(meta, "kwd-group")]
    asides += [(part, "funding") for part in everywhere(meta, "funding-statement")]
    asides += [
        (part, "letters of reviewers and authors") for part in children(article, "sub-article", "response")
    ]
    for part, why in asides:
        words = words_left_out(part)
        if words:
            yield LeftOut(why=why, text=words)


def _joined(words: Iterator[str]) -> str | None:
    return "; ".join(words) or None
