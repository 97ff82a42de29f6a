"""`ops status` and the judge of the chaos run, which share no code, find fault with exactly the wrong ledgers."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest

from emulator.chaos.ledger import sum_ranges
from ops.accounts import accounts
from tests.unit.ops.test_coverage import Item, make_row, make_split

LEDGERS = 10_000
PIECE_BYTES = 10


@dataclass(frozen=True)
class Piece:
    """The bytes that one row says it read; the rest of its range, from `stop` on, belongs to other rows."""

    start: int
    stop: int
    end: int | None
    status: str = "done"


Pieces = list[Piece]


def cut(rng: random.Random, start: int, end: int, *, is_open: bool) -> Pieces:
    """Return a range that was continued up to three times; one that `is_open` has no end in the ledger."""
    stops = sorted(rng.sample(range(start + 1, end), rng.choice((0, 0, 1, 3))))
    bounds = [start, *stops, end]
    return [
        Piece(begin, stop, None if is_open else end, "done" if stop == end else "continued")
        for begin, stop in pairwise(bounds)
    ]


def build_right(rng: random.Random, ranges: int) -> Pieces:
    """Return the rows of an object that was split into `ranges`, or not at all if that is 0."""
    if not ranges:
        return cut(rng, 0, 10 * PIECE_BYTES, is_open=True)
    starts = range(0, ranges * PIECE_BYTES, PIECE_BYTES)
    return [piece for start in starts for piece in cut(rng, start, start + PIECE_BYTES, is_open=False)]


def drop(rng: random.Random, pieces: Pieces, count: int = 1) -> Pieces:
    """Lose rows, such as two of sixteen."""
    lost = set(rng.sample(range(len(pieces)), min(count, len(pieces))))
    return [piece for number, piece in enumerate(pieces) if number not in lost]


def keep_second_half(_rng: random.Random, pieces: Pieces) -> Pieces:
    """Lose what comes first."""
    return pieces[len(pieces) // 2 + 1 :]


def hide_gap(rng: random.Random, pieces: Pieces) -> Pieces:
    """Lose a row, and have a part of another one twice: the number of rows is right."""
    left = drop(rng, pieces)
    twin = rng.choice(left or pieces)
    return [*left, Piece((twin.start + twin.stop) // 2, twin.stop, twin.end, twin.status)]


def repeat(rng: random.Random, pieces: Pieces) -> Pieces:
    """Have a row twice."""
    return [*pieces, rng.choice(pieces)]


def split_again(_rng: random.Random, pieces: Pieces) -> Pieces:
    """Have ranges of another size beside them, as if the setting had changed: 136 % of the bytes."""
    size = max(piece.stop for piece in pieces)
    return [*pieces, *(Piece(start, start + 6, start + 6) for start in range(0, size * 36 // 100, 6))]


def move(rng: random.Random, pieces: Pieces) -> Pieces:
    """Begin a row too late or too early by some bytes."""
    number = rng.randrange(len(pieces))
    moved = pieces[number]
    start = moved.start + rng.choice((-2, -1, 1, 2) if moved.start > 1 else (1, 2))
    return [*pieces[:number], Piece(start, max(moved.stop, start + 1), moved.end, moved.status), *pieces[number + 1 :]]


def overshoot(_rng: random.Random, pieces: Pieces) -> Pieces:
    """Have a range behind the last one."""
    last = max(piece.stop for piece in pieces)
    return [*pieces, Piece(last, last + 5, last + 5)]


def interrupt(rng: random.Random, pieces: Pieces) -> Pieces:
    """Leave a row running or failed."""
    number = rng.randrange(len(pieces))
    piece = pieces[number]
    status = rng.choice(("running", "failed"))
    return [*pieces[:number], Piece(piece.start, piece.stop, piece.end, status), *pieces[number + 1 :]]


CHANGES: dict[str, Callable[[random.Random, Pieces], Pieces]] = {
    "right": lambda _rng, pieces: pieces,
    "one missing": drop,
    "two missing": lambda rng, pieces: drop(rng, pieces, 2),
    "a lone second half": keep_second_half,
    "a gap hidden by an overlap": hide_gap,
    "twice": repeat,
    "136 % of the bytes": split_again,
    "a border moved": move,
    "behind the end": overshoot,
    "not ended": interrupt,
}


def is_whole(pieces: Pieces, size_bytes: int) -> bool:
    """Tell whether each byte was read once: counted byte by byte, as neither judge does."""
    read = Counter(byte for piece in pieces for byte in range(piece.start, piece.stop))
    is_final = all(piece.status in {"done", "continued"} for piece in pieces)
    return is_final and read == Counter(range(size_bytes))


def write_row(piece: Piece) -> Item:
    row = make_row(piece.start, piece.end, piece.status, bytes=piece.stop - piece.start)
    return row | {"resume": {"N": str(piece.stop)}} if piece.status == "continued" else row


@pytest.mark.parametrize("change", CHANGES)
def test_two_judges_and_the_truth_agree(change: str) -> None:
    """10,000 ledgers in all: an object is whole for both judges if, and only if, each of its bytes was read once."""
    rng = random.Random(change)
    verdicts = Counter[bool]()
    for _ in range(LEDGERS // len(CHANGES)):
        ranges = rng.choice((0, 1, 2, 3, 6, 16)) if change not in {"behind the end", "136 % of the bytes"} else 6
        right = build_right(rng, ranges)
        pieces = CHANGES[change](rng, right)
        size_bytes = max(piece.stop for piece in right)
        rows = [*map(write_row, pieces), *([make_split(ranges, size_bytes)] if ranges else [])]
        rng.shuffle(rows)
        if not rows:
            continue
        truth = is_whole(pieces, size_bytes)
        (account,) = accounts(rows)
        (totals,) = sum_ranges(rows).values()
        assert (account.status == "done" and account.covers) == truth, (change, rows)
        assert (not (totals.unaccounted or totals.failed or totals.open)) == truth, (change, rows)
        verdicts[truth] += 1
    assert verdicts[change != "right"] == 0
    assert verdicts[change == "right"] > LEDGERS // len(CHANGES) // 2
