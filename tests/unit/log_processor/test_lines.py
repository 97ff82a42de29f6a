"""Lines have true byte offsets, whatever the chunks."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from log_processor.reading.assembly import read_single_lines
from log_processor.reading.lines import split_lines

PIECES = st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\r\n", b"\x00", b"\xe2\x80\xa8", b"\xff", b" "]), max_size=40)


def chunked(body: bytes, size: int) -> list[bytes]:
    return [body[start : start + size] for start in range(0, len(body), size)]


@given(PIECES, st.integers(1, 9))
def test_only_newline_ends_a_line_and_offsets_are_true(pieces: list[bytes], size: int) -> None:
    """Every line stands at its offset with its length, and the lines are those of a split at LF."""
    body = b"".join(pieces)
    result = [line for block in split_lines(iter(chunked(body, size)), 0) for line in block]
    expected = body.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert [line.data for line in result] == [line.removesuffix(b"\r") for line in expected]
    assert all(body[line.offset : line.offset + line.length] == line.data for line in result)


@given(PIECES, st.integers(1, 9), st.lists(st.integers(0, 80), max_size=4))
def test_any_cut_into_ranges_reads_each_record_once(pieces: list[bytes], size: int, cuts: list[int]) -> None:
    """A record belongs to the range in which its first byte lies."""
    body = b"".join(pieces)
    bounds = [0, *sorted(cut for cut in set(cuts) if 0 < cut < len(body)), len(body)]
    parts = []
    for start, end in pairwise(bounds):
        position = max(0, start - 1)
        blocks = split_lines(iter(chunked(body[position:], size)), position)
        parts += [record for block in read_single_lines(blocks, start, end) for record in block]
    whole = [
        record for block in read_single_lines(split_lines(iter([body] if body else []), 0), 0, None) for record in block
    ]
    assert parts == whole
