"""Fields are taken as the words they are; what is not there is empty, whatever stands in its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.readers.registry_fields import at, leaves, many, named, words

RECORD = {"a": {"b": " 5\n mg ", "c": ["x", "y", 1], "d": False, "e": [{"f": "1"}, "no"]}, "n": None}
JSON = st.recursive(
    st.none() | st.booleans() | st.text("ab", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)


def test_what_is_there() -> None:
    assert words(RECORD, "a", "b") == "5 mg"
    assert words(RECORD, "a", "c") == "x, y"
    assert words(RECORD, "a", "d") == "no"
    assert many(RECORD, "a", "e") == [{"f": "1"}]
    assert list(leaves(RECORD)) == ["5 mg", "x", "y", "1", "no"]


@given(JSON)
def test_nothing_in_its_place_harms(record: object) -> None:
    assert isinstance(words(record, "a", "b"), str)
    assert isinstance(at(record, "a", "b"), dict)
    assert isinstance(many(record, "a", "b"), list)


@pytest.mark.parametrize(
    ("field", "name"), [("overallStatus", "Overall status"), ("sex", "Sex"), ("minimumAge", "Minimum age")]
)
def test_the_name_of_a_field_as_words(field: str, name: str) -> None:
    assert named(field) == name


def test_endless_nesting_is_refused() -> None:
    nested: object = "x"
    for _ in range(100):
        nested = [nested]
    with pytest.raises(ValueError, match="deep"):
        list(leaves(nested))
