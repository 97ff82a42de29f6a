"""The elements of an array are found where they end, however alike what stands within them looks."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from log_processor.reading.json.documents import read_documents
from log_processor.reading.json.element_ends import ElementEnds

TRAPS = st.sampled_from(['},{"a"', '}, {"a": 1', '{"a":', '"', "\\", "é", "\u2028", "plain"])
SCALARS = st.one_of(TRAPS, st.integers(0, 9), st.booleans(), st.none())
INNER = st.dictionaries(st.sampled_from("abc"), SCALARS, min_size=1, max_size=3)
ELEMENTS = st.lists(
    st.fixed_dictionaries({"a": SCALARS}, optional={"b": st.lists(INNER, max_size=3), "c": INNER}),
    min_size=2,
    max_size=9,
)


def read_texts(content: bytes) -> list[tuple[int, str]]:
    """Return the offset and the text of each record."""
    blocks, _ = read_documents(iter([content]))
    assert blocks is not None
    return [(raw.offset, raw.text) for block in blocks for raw in block]


@settings(max_examples=200, deadline=None)
@given(ELEMENTS, st.sampled_from([",", ", ", ",\n  "]), st.booleans())
def test_each_element_is_a_record(elements: list[dict[str, Any]], separator: str, is_ascii: bool) -> None:
    """Also if nested arrays have the same names and signs, or texts hold them."""
    texts = [
        json.dumps(element, ensure_ascii=is_ascii, separators=(separator, ":"), indent=None) for element in elements
    ]
    content = '{"Records":[' + separator.join(texts) + "]}"
    offsets = []
    offset = len('{"Records":[')
    for text in texts:
        offsets.append(offset)
        offset += len((text + separator).encode())
    assert read_texts(content.encode()) == list(zip(offsets, texts, strict=True))


def test_what_is_strange_is_scanned() -> None:
    """NaN, a control character in a text and bytes that are not UTF-8 are no whole object of JSON."""
    content = b'[{"a":NaN},{"a":"x\ty"},{"a":"caf\xe9"},{"a":1},{"a":2}]'
    assert [text for _, text in read_texts(content)] == [
        '{"a":NaN}',
        '{"a":"x\ty"}',
        '{"a":"café"}',
        '{"a":1}',
        '{"a":2}',
    ]


def test_a_row_ends_with_the_first_surprise() -> None:
    """So that no element is looked at twice that holds others of its kind."""
    data = b'{"a":1},{"a":2},{"a":[{"a":3},{"a":4}]},{"a":5},{"a":6}'
    ends = ElementEnds(data, 0)
    assert ends.find(7, 8) == 15
    assert ends.find(15, 16) is None
    assert ends.find(39, 40) is None
