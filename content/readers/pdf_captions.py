"""Tables as a whole: their captions above or below, and their rest on the next page."""

from __future__ import annotations

from collections.abc import Sequence

from content.readers.pdf_blocks import Block


def whole_tables(found: Sequence[Block]) -> list[Block]:
    """Join a table with its rest at the top of the next page: the same columns, and nothing between."""
    done: list[Block] = []
    page = 0
    for block in found:
        before = done[-1] if done else None
        if before and before.rows and block.rows and block.page == page + 1 and _same_columns(before, block):
            done[-1] = before._replace(rows=before.rows + block.rows, lines=[*before.lines, *block.lines])
        else:
            done.append(block)
        page = block.page
    return done


def _same_columns(one: Block, other: Block) -> bool:
    lefts = [min(line.left for line in block.lines) for block in (one, other)]
    widths = {len(row) for block in (one, other) for row in block.rows or ()}
    return len(widths) == 1 and abs(lefts[0] - lefts[1]) < one.size


def with_captions(found: Sequence[Block]) -> list[Block]:
    """Put the caption of a table on the table that stands nearer to it, above or below."""
    tables: dict[int, Block] = {}
    taken: set[int] = set()
    for at, block in enumerate(found):
        if not block.names_table:
            continue
        near = [
            (_distance(found[other], block), other)
            for other in (at - 1, at + 1)
            if 0 <= other < len(found) and found[other].is_table and found[other].page == block.page
        ]
        nearest = min(near)[1] if near else None
        if nearest is not None and found[nearest].rows is not None and nearest not in tables:
            tables[nearest] = found[nearest]._replace(caption=tuple(block.lines))
            taken.add(at)
    return [tables.get(at, block) for at, block in enumerate(found) if at not in taken]


def _distance(table: Block, caption: Block) -> float:
    top = min(line.words.base for line in table.lines)
    bottom = max(line.words.base for line in table.lines)
    above, below = top - caption.lines[-1].words.base, caption.first.words.base - bottom
    return min(distance for distance in (above, below, 1e6) if distance > 0)
