"""A damaged object: every whole record before the damage is stored, however little decodes before it."""

import gzip
import zlib

import pytest
from log_processor.errors import DamagedObjectError, NotALogError

from tests.unit.log_processor.edges import World

LINE = b'{"time":"2026-05-04T10:00:00Z","level":"info","message":"hello %05d"}\n'
MANY = gzip.compress(b"".join(LINE % number for number in range(3_000)))


def count_stored(body: bytes) -> int:
    """Return how many records of a damaged object are stored."""
    world = World()
    with pytest.raises(DamagedObjectError):
        world.run(world.put(body))
    return len(world.wire.items)


@pytest.mark.parametrize("lines", [0, 1, 10, 57, 58, 900, 1_000])
def test_lines_before_garbage_are_stored(lines: int) -> None:
    """Garbage follows a whole gzip member: below 4 KiB of text and around the head's 64 KiB alike."""
    assert count_stored(gzip.compress(b"".join(LINE % number for number in range(lines))) + b"garbage!") == lines


@pytest.mark.parametrize("cut", [60, 100, 200, 500, 1_000, 4_000])
def test_lines_before_a_cut_are_stored(cut: int) -> None:
    """The upload ended early: each line that decodes whole is a record."""
    decoded = zlib.decompressobj(31).decompress(MANY[:cut])
    assert count_stored(MANY[:cut]) == decoded.count(b"\n")


def test_gzip_of_damaged_gzip_stores_its_lines() -> None:
    """The damage is in the inner layer, within the bytes that tell whether there is one."""
    inner = gzip.compress(b"".join(LINE % number for number in range(20)))
    assert count_stored(gzip.compress(inner + b"garbage!")) == 20


def test_a_damaged_picture_is_a_picture() -> None:
    """What decodes before the damage is judged all the same."""
    world = World()
    with pytest.raises(NotALogError):
        world.run(world.put(gzip.compress(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") + b"garbage!"))
    assert not world.wire.items
