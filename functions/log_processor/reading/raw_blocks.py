"""Recognise raw Snappy and raw LZ4, which have no signature, by following their literals and copies.

A copy has to begin within the bytes that the elements before it stand for. The two bytes of a text that are read as the
reach of a copy are a large number, so a text almost never has a copy that is right.
"""

from log_processor.reading.codecs.expansion import MAX_BLOCK_BYTES

VARINT_BYTES = 5
NUMBER_BYTES = 4
SNAPPY_LITERAL_BYTES = 60
"""A literal of more bytes has its length in the bytes after its tag."""
LZ4_MORE = 15
"""A length of so much or more goes on in the next bytes: 255 as long as it goes on."""
LZ4_SHORTEST_COPY = 4
LITERALS_ALONE = b"\xf0"
"""The token of a block without copies whose length goes on in the next byte."""


def name_raw_block(head: bytes, *, whole: bool) -> str | None:
    """Return what the first bytes of an object, or all of them if `whole`, are a raw stream of, None if of neither."""
    if _is_snappy(head, whole=whole):
        return "Snappy"
    return "LZ4" if _is_lz4(head, whole=whole) else None


def is_hadoop_snappy(head: bytes) -> bool:
    """Tell whether `head`, 14 bytes or more, begins like Snappy in Hadoop's frames, which have no signature either.

    They begin with the size of a run of blocks, the size of its first block, and this block, which begins with the size
    of what it stands for and a literal: each fits within the one before it. Text has no NUL among the bytes of the
    second size, and two-byte text has one where the third is.
    """
    run_bytes, block_bytes = (int.from_bytes(head[start : start + NUMBER_BYTES]) for start in (0, NUMBER_BYTES))
    block = head[2 * NUMBER_BYTES :]
    expanded, position = _read_varint(block)
    if not 0 < expanded <= run_bytes or block_bytes > _get_most_snappy_bytes(expanded) or len(block) <= position:
        return False
    length, reach, _ = _read_snappy_element(block, position)
    return reach == 0 and length <= expanded and block_bytes > position


def _get_most_snappy_bytes(expanded: int) -> int:
    """Return how many bytes a block that stands for so many may have, by Snappy's own bound; text is above any."""
    return min(32 + expanded + expanded // 6, MAX_BLOCK_BYTES)


def _is_snappy(head: bytes, *, whole: bool) -> bool:
    """Tell whether the elements of `head` are right; a whole stream has as many bytes as it says in its first ones."""
    expanded, position = _read_varint(head)
    size = 0
    while position < len(head):
        length, reach, position = _read_snappy_element(head, position)
        if reach > size or size + length > expanded:
            return False
        size += length
    return 0 < size < expanded if not whole else 0 < size == expanded and position == len(head)


def _read_varint(head: bytes) -> tuple[int, int]:
    """Return the number that the first bytes hold, seven bits each and the lowest first, and its end."""
    number = 0
    for position, byte in enumerate(head[:VARINT_BYTES]):
        number |= (byte & 0x7F) << (7 * position)
        if byte < 0x80:
            return number, position + 1
    return 0, 0


def _read_snappy_element(head: bytes, position: int) -> tuple[int, int, int]:
    """Return how many bytes an element stands for, how far back it reaches (a literal: 0), and its end."""
    kind, high = head[position] & 3, head[position] >> 2
    position += 1
    if kind == 0:
        width = max(0, high + 1 - SNAPPY_LITERAL_BYTES)
        length = int.from_bytes(head[position : position + width], "little") + 1 if width else high + 1
        return length, 0, position + width + length
    width = (1, 2, 4)[kind - 1]
    reach = int.from_bytes(head[position : position + width], "little") | ((high >> 3) << 8 if kind == 1 else 0)
    length = (high & 7) + 4 if kind == 1 else high + 1
    return length, reach or len(head) ** 2, position + width


def _is_lz4(head: bytes, *, whole: bool) -> bool:
    """Tell whether the sequences of `head` are right; a whole block ends with the literals of its last one.

    Without a copy it needs a length in two bytes: the first character of a short text may be the length of the rest.
    """
    size = position = copies = 0
    while position < len(head):
        token = head[position]
        literals, position = _read_lz4_length(head, position + 1, token >> 4)
        position, size = position + literals, size + literals
        if position >= len(head):
            break
        reach = int.from_bytes(head[position : position + 2], "little")
        if not 0 < reach <= size:
            return False
        copied, position = _read_lz4_length(head, position + 2, token & 15)
        copies += 1
        size += copied + LZ4_SHORTEST_COPY
    is_proved = copies > 0 or (head[:1] == LITERALS_ALONE and head[1:2] < b"\x80")
    return is_proved and (position == len(head) or (not whole and size > len(head)))


def _read_lz4_length(head: bytes, position: int, length: int) -> tuple[int, int]:
    """Return a length that begins with the four bits of a token, and the end of its bytes."""
    more = 255 if length == LZ4_MORE else 0
    while more == 255 and position < len(head):
        more = head[position]
        length, position = length + more, position + 1
    return length, position
