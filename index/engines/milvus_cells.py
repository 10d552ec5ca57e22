"""What a value looks like in a table of texts of limited length, and a filter as an expression over it."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Sequence

from index.engines.protocol import Where

# A text holds at most this many bytes, and none of them may be raw.
TEXT_BYTES = 65_535
# The longest value whose base64 fits.
PART_BYTES = TEXT_BYTES // 4 * 3


def split(value: bytes) -> list[str]:
    """Return a value as texts, at least one. Law: joined(split(value)) == value."""
    starts = range(0, max(len(value), 1), PART_BYTES)
    return [b64encode(value[start : start + PART_BYTES]).decode("ascii") for start in starts]


def joined(parts: Sequence[str]) -> bytes:
    """Return the value of its texts in order; ValueError for anything but base64."""
    return b"".join(b64decode(part, validate=True) for part in parts)


def key_of(words: str) -> str:
    """Return 64 letters and digits that stand for any words, whatever is in them."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()


def place_of(key: str, part: int) -> str:
    """Return where a part of the value of a key stands."""
    return f"{key_of(key)}/{part}"


def one_of(field: str, values: Sequence[str]) -> str:
    """Return the expression for a field that is one of some letters and digits, `_` and `/`."""
    return f"{field} in {json.dumps(list(values))}"


def expression(where: Where | None) -> str:
    """Return the expression of a filter, empty for none.

    Law: no words of a document are part of it. A document is asked for by the hash of its id, kind and
    speaker are of a closed set, so there is nothing to quote and nothing to get wrong in quoting.
    """
    if where is None:
        return ""
    documents = None if where.document_id is None else tuple(key_of(words) for words in where.document_id)
    wanted = {"document_key": documents, "kind": where.kind, "speaker": where.speaker}
    named = {field: values for field, values in wanted.items() if values is not None}
    if not all(named.values()):
        return "row < 0"
    return " and ".join(one_of(field, values) for field, values in named.items())
