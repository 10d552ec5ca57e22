"""What the Milvus engine does without a server: texts, filters, the log, and who does not answer."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path

import pytest
from engine_contract import HOSTILE, batches_of, body_of, facts_of, vectors_of
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pymilvus", reason="pip install '.[milvus]'")

from index.engines.errors import EngineUnreachable, WriteRefused
from index.engines.milvus import MilvusEngine
from index.engines.milvus_cells import PART_BYTES, TEXT_BYTES, expression, joined, key_of, place_of, split
from index.engines.milvus_register import Entry, Placed, Written, standing
from index.engines.milvus_writing import _check, _passage
from index.engines.opening import open_engine
from index.engines.protocol import Where

# Fields, `in`, lists of letters and digits, `and`: nothing else can be said in a filter.
_ONE = r'[a-z_]+ in \["[a-z0-9_]+"(, "[a-z0-9_]+")*\]'
_SAFE = re.compile(f"{_ONE}( and {_ONE})*")


@given(st.binary(max_size=200))
def test_a_value_comes_back_from_its_texts(value: bytes) -> None:
    assert joined(split(value)) == value


@given(st.integers(0, 3), st.integers(-2, 2))
def test_parts_are_as_few_as_fit(whole: int, around: int) -> None:
    size = max(0, whole * PART_BYTES + around)
    value = os.urandom(1) * size
    parts = split(value)

    assert joined(parts) == value
    assert len(parts) == max(1, -(-size // PART_BYTES))
    assert all(len(part.encode()) <= TEXT_BYTES for part in parts)


def test_what_is_no_base64_is_no_value() -> None:
    with pytest.raises(ValueError, match="base64"):
        joined(["QUJD", "QU*D"])


@given(st.lists(st.text(st.characters(), max_size=40), min_size=1, max_size=4))
def test_no_words_of_a_document_are_part_of_a_filter(names: list[str]) -> None:
    asked = expression(Where(document_id=tuple(names), kind=("trial", "clinic")))

    assert _SAFE.fullmatch(asked)
    assert json.loads(asked.partition(" in ")[2].partition(" and ")[0]) == [key_of(name) for name in names]


def test_filters_by_hand() -> None:
    assert expression(None) == expression(Where()) == ""
    assert expression(Where(kind=("trial",), speaker=("authority", "clinic_page"))) == (
        'kind in ["trial"] and speaker in ["authority", "clinic_page"]'
    )
    assert expression(Where(document_id=(), kind=("trial",))) == "row < 0", "none of no documents"
    assert len({key_of(words) for words in (*HOSTILE, "", "a", "\ud800")}) == len(HOSTILE) + 3


def test_a_passage_keeps_the_start_of_its_body_and_sends_the_rest() -> None:
    batch = next(batches_of(vectors_of(3)))
    long = bytes(range(256)) * 600
    row = _passage(batch._replace(bodies=[body_of(0), long, body_of(2)]), 1)

    assert row["parts"] == 1 + len(row["rest"]) == 4
    assert [part["place"] for part in row["rest"]] == [place_of("body:1", number) for number in (1, 2, 3)]
    assert joined([row["body"], *(part["value"] for part in row["rest"])]) == long


@pytest.mark.parametrize("wrong", ["gap", "dimension", "column", "long"])
def test_what_cannot_be_stored_is_refused_before_it_is_sent(wrong: str) -> None:
    batch = next(batches_of(vectors_of(60)))
    bad = {
        "gap": batch._replace(first_row=1),
        "dimension": batch._replace(vectors=batch.vectors[:, 1:]),
        "column": batch._replace(kinds=batch.kinds[1:]),
        "long": batch._replace(ids=["é" * TEXT_BYTES, *batch.ids[1:]]),
    }
    _check(facts_of("g-000001", 60), batch, 0)
    with pytest.raises(WriteRefused):
        _check(facts_of("g-000001", 60), bad[wrong], 0)


def written(name: str, own: str = "a") -> Entry:
    facts = facts_of(name)
    return Entry(
        what="written",
        name=name,
        written=Written(facts=facts, passages=f"{own}_p", values=f"{own}_v", value_rows=0),
    )


def test_what_stands_follows_from_the_log_in_its_order() -> None:
    reasons = [b64encode(why).decode() for why in (b"first", b"second")]
    entries = [
        written("g-000001"),
        Entry(what="published", name="g-000001"),
        written("g-000002"),
        written("g-000002", "again"),
        Entry(what="published", name="g-000002"),
        Entry(what="revoked", name="g-000002", why=reasons[0]),
        Entry(what="revoked", name="g-000002", why=reasons[1]),
        Entry(what="published", name="g-000001"),
        written("g-000007"),
        Entry(what="dropped", name="g-000007"),
    ]
    now = standing([Placed(place, entry) for place, entry in reversed(list(enumerate(entries)))])

    assert now.published == "g-000001"
    assert now.ever_published == {"g-000001", "g-000002"}
    assert sorted(now.written) == ["g-000001", "g-000002"]
    assert now.written["g-000002"].passages == "again_p"
    assert now.revoked == {"g-000002": reasons[0]}
    assert now.taken == 7, "a number that was dropped is not given again"
    assert standing([]).taken == 0


@pytest.mark.parametrize("listens", [False, True], ids=["refused", "silent"])
def test_a_dead_server_is_named_in_seconds_without_the_password(listens: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        if not listens:
            silent.close()
        engine = open_engine(f"milvus://root:se%2Fcret@127.0.0.1:{port}/faq")
        began = time.monotonic()
        with pytest.raises(EngineUnreachable) as caught:
            engine.published()
        assert time.monotonic() - began < 15
        engine.close()

    assert engine.where == f"milvus://127.0.0.1:{port}/faq"
    assert str(caught.value).startswith(engine.where)
    assert "se/cret" not in str(caught.value) and "se%2Fcret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_importing_it_reads_no_settings_from_a_file_and_prints_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("FAQ_SURPRISE=1\n")
    asks = """if True:
        import os
        import index.engines.milvus
        assert not {"FAQ_SURPRISE", "PYTHON_DOTENV_DISABLED"} & set(os.environ)
    """
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", asks],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_an_address_says_database_and_encryption() -> None:
    assert MilvusEngine("milvus://host").where == "milvus://host:19530"
    secure = MilvusEngine("milvus://a:b@host:1/faq?secure=true")
    assert secure.where == "milvus://host:1/faq"
    assert secure._calls._arguments["uri"] == "https://host:1"
